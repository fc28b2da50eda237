"""Doctor starts the server as each client would, and says what came of it."""

from __future__ import annotations

import json
import os
import sys

import pytest

from memsync.core.clients import Launch, launch_of
from memsync.edges.probe import call_tool
from memsync.edges.settings import Settings, load
from memsync.errors import Busy
from memsync.store import Store
from memsync.store.clients import examine, setup


@pytest.fixture
def no_clients(monkeypatch, tmp_path):
    """Leave no client's command on the PATH; git stays."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def states(home, settings=None):
    return {c.name: c.state for c in examine(settings or Settings(), environ=os.environ, project_dir=home)}


def test_nobody_was_set_up(home):
    """Clients that don't know memsync are no finding."""
    assert {} == states(home)


@pytest.mark.parametrize("client", ["claude", "codex", "opencode"])
def test_a_client_that_was_set_up_is_asked(home, no_clients, client):
    """After a setup, the server that the entry names is started, answers a call, and serves this terminal's store."""
    Store.init()
    setup(Settings(), client, environ={}, project_dir=home)
    assert {f"client {client}": "ok"} == states(home)


def test_another_store_is_told(home, no_clients, monkeypatch):
    """Where the terminal's variable names another store than the client's server uses, doctor warns."""
    Store.init()
    setup(Settings(), "gemini", environ={}, project_dir=home)
    monkeypatch.setenv("MEMSYNC_STORE", str(home / "other"))
    assert {"client gemini": "warn"} == states(home, load())


def test_a_command_that_is_gone_fails(home):
    """An entry that names a program of an old environment is a failure, with the way to mend it."""
    (home / ".claude.json").write_text(
        json.dumps({"mcpServers": {"memsync": {"command": "/gone/memsync-mcp", "args": []}}})
    )
    (check,) = examine(Settings(), environ=os.environ, project_dir=home)
    assert ("fail", "`memsync setup claude` writes it anew.") == (check.state, check.hint)
    assert "/gone/memsync-mcp" in check.detail


def test_a_broken_file_fails(home):
    """A configuration that can't be parsed is a failure that names the file."""
    (home / ".claude.json").write_text("{,}")
    (check,) = examine(Settings(), environ=os.environ, project_dir=home)
    assert ("fail", True) == (check.state, str(home / ".claude.json") in check.detail)


@pytest.mark.parametrize("script", ["", "print('hello')", "import time; time.sleep(60)"])
def test_a_server_that_does_not_answer_is_given_up(tmp_path, script):
    """One that ends, talks nonsense or says nothing is Busy within the patience, and is not left running."""
    with pytest.raises(Busy, match="did not answer"):
        call_tool(
            Launch(name="x", command=sys.executable, args=("-c", script)),
            "x",
            cwd=str(tmp_path),
            environ=os.environ,
            patience=2.0,
        )


@pytest.mark.parametrize(
    "written", [None, [], {"url": "http://x"}, {"command": 3}, {"command": "x", "env": []}, {"command": []}]
)
def test_what_can_not_be_started(written):
    """An entry over HTTP, or one that makes no sense, is no way to start a server."""
    expected = Launch(name="memsync", command="x") if written == {"command": "x", "env": []} else None
    assert expected == launch_of("memsync", written)


@pytest.mark.parametrize("client", ["claude", "codex", "gemini", "opencode"])
def test_a_projects_own_file_is_asked_too(home, no_clients, tmp_path, client):
    """A client that was set up for one project alone is looked at in that project, and nowhere else."""
    Store.init()
    setup(Settings(), client, environ={}, project_dir=tmp_path, scope="project")
    there = {c.name: c.state for c in examine(Settings(), environ=os.environ, project_dir=tmp_path)}

    assert ({f"client {client} (project)": "ok"}, {}) == (there, states(home))


@pytest.mark.parametrize(
    "entry",
    [
        {"command": "/bin/sh", "args": ["-c", "touch ran"]},
        {"command": "memsync-mcp", "args": [], "env": {"PYTHONPATH": "/evil"}},
        {"command": "memsync-mcp", "args": ["--store", "/evil"]},
    ],
)
def test_a_program_that_a_project_names_is_not_started(home, tmp_path, entry):
    """A file that came with a clone may name anything; doctor is no way to run it."""
    Store.init()
    (tmp_path / ".mcp.json").write_text(json.dumps({"mcpServers": {"memsync": entry}}))
    (check,) = examine(Settings(), environ=os.environ, project_dir=tmp_path)

    assert ("warn", True, False) == (check.state, "not started" in check.detail, (tmp_path / "ran").exists())


def test_the_hint_for_a_broken_file_is_to_mend_it(home):
    """Setup refuses a file that it can't parse, so doctor sends nobody there; the file is named once."""
    (home / ".claude.json").write_text("{,}")
    (check,) = examine(Settings(), environ=os.environ, project_dir=home)

    assert (True, 1) == (check.hint.startswith("Mend the file"), check.detail.count(".claude.json"))

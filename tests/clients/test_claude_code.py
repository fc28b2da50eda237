"""The real Claude Code, from npm, with memsync as its MCP server and a scripted model behind it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
from scripted_api import ScriptedModel

from clikit import Terminal
from memsync.store import Store

QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "ANTHROPIC_API_KEY": "sk-ant-" + "scripted",
}


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def on_path(claude, monkeypatch, tmp_path):
    """Put Claude's own command on the PATH, as its installer does."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "claude").symlink_to(claude)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


def run(claude, *words, cwd, url="http://127.0.0.1:9"):
    """Run Claude Code and return what it printed; it must succeed."""
    done = subprocess.run(
        [claude, *words],
        cwd=cwd,
        env={**os.environ, **QUIET, "ANTHROPIC_BASE_URL": url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def prompt(claude, text, *, cwd, model):
    return run(
        claude,
        "-p",
        text,
        "--allowedTools",
        "mcp__memsync__*",
        "--output-format",
        "json",
        cwd=cwd,
        url=model.url,
    )


def test_setup_makes_claude_list_it_as_connected(claude, on_path, terminal, store, project, monkeypatch):
    """After `memsync setup claude`, done by Claude's own command, `claude mcp list` starts the server and says Connected."""
    monkeypatch.chdir(project)
    report = terminal.done("setup", "claude", "--json").json
    listed = run(claude, "mcp", "list", cwd=project)
    line = next(line for line in listed.splitlines() if line.startswith("memsync:"))
    assert ("claude mcp", True) == (report["by"], line.endswith("Connected"))


def test_setup_without_claudes_command_is_the_same(claude, terminal, store, project, monkeypatch):
    """Where Claude's command is not on the PATH, the spliced file makes it connect just as well."""
    monkeypatch.chdir(project)
    report = terminal.done("setup", "claude", "--json").json
    assert ("", True) == (report["by"], "Connected" in run(claude, "mcp", "list", cwd=project))


@pytest.mark.parametrize("scope", ["user", "local"])
def test_setup_can_be_undone(claude, on_path, terminal, store, project, monkeypatch, scope):
    """`--remove` takes memsync out of what Claude lists, at the scope where it was put in, from a subfolder too."""
    (project / "src").mkdir()
    monkeypatch.chdir(project / "src")
    terminal.done("setup", "claude", "--scope", scope)
    there = run(claude, "mcp", "list", cwd=project)
    terminal.done("setup", "claude", "--scope", scope, "--remove")
    assert (True, False) == ("memsync:" in there, "memsync:" in run(claude, "mcp", "list", cwd=project))


def test_setup_twice_changes_nothing(claude, on_path, terminal, store, project, monkeypatch):
    """What Claude's command wrote is recognised as what memsync wants, and left alone."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude")
    assert not terminal.done("setup", "claude", "--json").json["changed"]


def test_claude_stores_and_recalls(claude, terminal, store, project, monkeypatch):
    """One session stores, the next recalls: the model reads the text, and the memory is claude-code's and the project's."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude")
    with ScriptedModel() as model:
        prompt(
            claude,
            'CALL mcp__memsync__memory_store {"content": "The build needs JDK 21.", "category": "fact"}',
            cwd=project,
            model=model,
        )
        prompt(
            claude,
            'CALL mcp__memsync__memory_recall {"query": "which JDK does the build need"}',
            cwd=project,
            model=model,
        )
        stored, recalled = model.tool_results()
    memory = Store.open().get(stored.split("key ")[1].split(",")[0]).memory
    assert ("claude-code", "project", True) == (
        memory.instance,
        memory.scope.kind,
        "The build needs JDK 21." in recalled,
    )


def test_tools_and_instructions_are_in_the_first_request(claude, terminal, store, project, monkeypatch):
    """The entry's alwaysLoad puts all six tools and the instructions before the model at once, with no search for tools between."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude")
    with ScriptedModel() as model:
        prompt(claude, "hello", cwd=project, model=model)
        offered = {
            t["name"]
            for body in model.requests[:1]
            for t in body["tools"]
            if t["name"].startswith("mcp__memsync__")
        }
        told = "call memory_recall at the start of a task" in model.everything_said()
    assert (6, True) == (len(offered), told)


def test_a_secret_that_the_model_stores_is_redacted(claude, terminal, store, project, monkeypatch):
    """A token in a memory_store call reaches no file, and the model is told."""
    token = "gh" + "p_" + "Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3h2"
    monkeypatch.chdir(project)
    terminal.done("setup", "claude")
    call = json.dumps({"content": f"The token for CI is {token}."})
    with ScriptedModel() as model:
        prompt(claude, f"CALL mcp__memsync__memory_store {call}", cwd=project, model=model)
        (answer,) = model.tool_results()
    files = [p.read_bytes() for p in store.root.rglob("*") if p.is_file()]
    assert ("Redacted" in answer, False) == (True, any(token.encode() in raw for raw in files))


def test_the_projects_own_file_serves_claude(
    claude, filesystem_server, terminal, store, project, monkeypatch
):
    """`--scope project --filesystem` writes a `.mcp.json` with which Claude has memsync and the files of the store."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude", "--scope", "project", "--filesystem", "--yes")
    config = json.loads((project / ".mcp.json").read_text())
    *_, npx, _yes, _package, root = files = config["mcpServers"]["memory-files"]["args"]
    files[files.index(npx) :] = [filesystem_server, root]  # what npx would install and start
    (project / "test.mcp.json").write_text(json.dumps(config))
    note = json.dumps(
        {
            "path": f"{store.root}/global/note/by-file.md",
            "content": "# Written as a file\n\nKites need wind.\n",
        }
    )
    words = (
        "--mcp-config",
        "test.mcp.json",
        "--strict-mcp-config",
        "--allowedTools",
        "mcp__memsync__*",
        "mcp__memory-files__*",
    )
    (store.root / "global/note").mkdir(parents=True, exist_ok=True)
    with ScriptedModel() as model:
        run(claude, "-p", f"CALL mcp__memory-files__write_file {note}", *words, cwd=project, url=model.url)
        run(
            claude,
            "-p",
            'CALL mcp__memsync__memory_recall {"query": "kites wind"}',
            *words,
            cwd=project,
            url=model.url,
        )
        written, recalled = model.tool_results()
    assert "Successfully wrote" in written
    assert "Kites need wind." in recalled


def test_a_headless_turn_has_its_answer(claude, terminal, store, project, monkeypatch):
    """The first turn of a session calls memsync and is answered: Claude's own patience with a server that starts is enough."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude")
    with ScriptedModel() as model:
        prompt(claude, "CALL mcp__memsync__memory_status {}", cwd=project, model=model)
        (answer,) = model.tool_results()
    assert f"store: {store.root}" in answer


def test_the_example_connects(claude, terminal, store, project, home, monkeypatch):
    """The unified example, copied into a project, gives Claude memsync and the filesystem server on the store."""
    example = pathlib.Path(__file__).parents[2] / "examples" / ".mcp.json"
    (project / ".mcp.json").write_text(example.read_text())
    (home / ".claude").mkdir()
    (home / ".claude" / "settings.json").write_text(
        json.dumps({"enabledMcpjsonServers": ["memsync", "memory-files"]})
    )
    monkeypatch.setenv("PATH", f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    listed = run(claude, "mcp", "list", cwd=project)
    connected = {line.split(":")[0] for line in listed.splitlines() if line.endswith("Connected")}
    assert {"memsync", "memory-files"} <= connected, listed

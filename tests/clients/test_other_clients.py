"""Codex, Gemini CLI, Copilot CLI and opencode: set up by `memsync setup`, each real program calls memory_store."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest
from npmkit import program, under_node
from scripted_api import ScriptedModel

from clikit import Terminal
from memsync.core.answer import Query

pytestmark = pytest.mark.by_hand

FACT = "Every assistant remembers here."


@pytest.fixture
def set_up(capfd, monkeypatch, project, store):
    """Return what sets a client up, from inside the project."""
    terminal = Terminal(capfd, monkeypatch)
    monkeypatch.chdir(project)
    return lambda client: pathlib.Path(terminal.done("setup", client, "--json").json["path"])


def run(command, *, cwd, said="", **environ):
    """Run a client to its end; it must succeed."""
    nodes = {"PATH": f"{pathlib.Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **nodes, **environ},
        input=said,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def call(tool):
    return f"CALL {tool} {json.dumps({'content': FACT})}"


def writers(store):
    """Return which instances wrote the fact."""
    everything = Query(text="", all_projects=True, limit=1_000)
    return [m.instance for m in store.list(everything) if FACT in m.body]


def test_copilot(set_up, store, project):
    """Copilot CLI, which speaks the protocol of 2026-07-28, stores a memory under its own name."""
    set_up("copilot")
    with ScriptedModel() as model:
        provider = {"OFFLINE": "true", "PROVIDER_TYPE": "anthropic", "PROVIDER_BASE_URL": model.url, "PROVIDER_API_KEY": "x",
                    "MODEL": "claude-sonnet-4.5"}  # fmt: skip
        words = ["-p", call("memsync-memory_store"), "--allow-all-tools"]
        run(
            [*under_node("copilot", "copilot"), *words],
            cwd=project,
            **{f"COPILOT_{k}": v for k, v in provider.items()},
        )
    assert ["copilot-cli"] == writers(store)


def test_opencode(set_up, store, project):
    """opencode, which greets with 2025-11-25, stores a memory under its own name."""
    path = set_up("opencode")
    with ScriptedModel() as model:
        config = json.loads(path.read_text())
        config |= {"provider": {"anthropic": {"options": {"baseURL": f"{model.url}/v1", "apiKey": "x"}}},
                   "model": "anthropic/claude-sonnet-4-5"}  # fmt: skip
        path.write_text(json.dumps(config))
        run(
            [program("opencode", "opencode-*/bin/opencode"), "run"],
            cwd=project,
            said=call("memsync_memory_store"),
        )
    assert ["opencode"] == writers(store)


def test_codex(set_up, store, project):
    """Codex, which greets with 2025-06-18 and scrubs the environment, stores a memory under its own name."""
    set_up("codex")
    codex = program("codex", "@openai/codex-*/vendor/*/bin/codex")
    with ScriptedModel() as model:
        provider = f'model_providers.loc={{name="loc",base_url="{model.url}/v1",wire_api="responses"}}'
        settings = ["-c", "model_provider=loc", "-c", provider, "-c", "model=gpt-5"]
        quiet = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
        run([codex, "exec", *quiet, *settings, call("mcp__memsync/memory_store")], cwd=project)
    assert ["codex-mcp-client"] == writers(store)


def test_gemini(set_up, store, project, home):
    """Gemini CLI, which greets with 2025-06-18, stores a memory; its settings keep what was in them."""
    (home / ".gemini").mkdir()
    trusted = {"security": {"folderTrust": {"enabled": False}, "auth": {"selectedType": "gemini-api-key"}}}
    (home / ".gemini" / "settings.json").write_text(json.dumps(trusted))
    set_up("gemini")
    with ScriptedModel() as model:
        words = ["-m", "gemini-2.5-flash", "--yolo", "-p", call("mcp_memsync_memory_store")]
        run(
            [*under_node("gemini", "gemini"), *words],
            cwd=project,
            GEMINI_API_KEY="x",
            GOOGLE_GEMINI_BASE_URL=model.url,
        )
    assert 1 == len(writers(store))
    assert trusted["security"] == json.loads((home / ".gemini" / "settings.json").read_text())["security"]

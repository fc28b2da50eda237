"""The real Codex with this repository installed as its plugin: the brief, the prompt's memory, and what a session teaches."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest
from npmkit import program
from plugkit import ROOT, put_on_path
from scripted_api import ScriptedModel

from clikit import Terminal

pytestmark = pytest.mark.by_hand


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def codex(store, project, home, monkeypatch):
    """Install the plugin with Codex's own commands, and return what runs a prompt and returns the requests it made."""
    binary = program("codex", "@openai/codex-*/vendor/*/bin/codex")
    put_on_path(home)
    monkeypatch.chdir(project)
    for words in (["marketplace", "add", str(ROOT)], ["add", "memsync@memsync"]):
        subprocess.run([binary, "plugin", *words], cwd=project, check=True, capture_output=True, timeout=60)

    def ask(prompt):
        with ScriptedModel() as model:
            provider = f'model_providers.loc={{name="loc",base_url="{model.url}/v1",wire_api="responses"}}'
            quiet = [
                "--skip-git-repo-check",
                "--dangerously-bypass-approvals-and-sandbox",
                "--dangerously-bypass-hook-trust",
            ]
            settings = ["-c", "model_provider=loc", "-c", provider, "-c", "model=gpt-5"]
            subprocess.run(
                [binary, "exec", *quiet, *settings, prompt],
                cwd=project, env=dict(os.environ), stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=120,
            )  # fmt: skip
            return json.dumps(model.requests, ensure_ascii=False)

    return ask


def test_the_plugin_tells_codex_what_it_tells_claude(codex, store, terminal):
    """One plugin, installed from a folder, with Codex's own commands."""
    terminal.done(
        "remember", "We use pnpm, never npm: the workspace protocol needs it.", "--category", "decision"
    )
    (store.root / "current-tasks.md").write_text("# Current tasks\n\n- [ ] move the cache to redis\n")
    told = codex("which package manager do we use, pnpm or npm?")

    assert [True, True] == [
        w in told
        for w in ("move the cache to redis", "We use pnpm, never npm: the workspace protocol needs it.")
    ]


def test_a_session_of_codex_teaches(codex, store, terminal, monkeypatch):
    """Its prompt and the end of its turn are spooled by the same hooks; the next session knows."""
    monkeypatch.setenv("MEMSYNC_LEARN", "1")
    monkeypatch.setenv("MEMSYNC_LEARN_JUDGES", "rules")
    codex("We decided to go with pnpm instead of npm because the bundle got too big.")
    end = time.monotonic() + 90
    while time.monotonic() < end and not list(store.root.glob("projects/*/decision/*.md")):
        time.sleep(0.1)
    text = next(store.root.glob("projects/*/decision/*.md")).read_text()
    told = codex("which package manager, pnpm or npm?")

    assert (True, True) == (
        "instance: codex-mcp-client" in text,
        "instead of npm because the bundle got too big" in told,
    )

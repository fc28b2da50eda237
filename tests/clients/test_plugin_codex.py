"""The real Codex with this repository installed as its plugin: the brief, the prompt's memory and the tools reach the model."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
from npmkit import program
from scripted_api import ScriptedModel

from clikit import Terminal

pytestmark = pytest.mark.by_hand

ROOT = pathlib.Path(__file__).parent.parent.parent


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


def test_the_plugin_tells_codex_what_it_tells_claude(store, project, home, terminal, monkeypatch):
    """One plugin, installed from a folder, with Codex's own commands."""
    codex = program("codex", "@openai/codex-*/vendor/*/bin/codex")
    script = home / ".local/bin/memsync"
    script.parent.mkdir(parents=True)
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m memsync "$@"\n')
    script.chmod(0o755)
    monkeypatch.chdir(project)
    terminal.done(
        "remember", "We use pnpm, never npm: the workspace protocol needs it.", "--category", "decision"
    )
    (store.root / "current-tasks.md").write_text("# Current tasks\n\n- [ ] move the cache to redis\n")
    for words in (["marketplace", "add", str(ROOT)], ["add", "memsync@memsync"]):
        subprocess.run([codex, "plugin", *words], cwd=project, check=True, capture_output=True, timeout=60)
    with ScriptedModel() as model:
        provider = f'model_providers.loc={{name="loc",base_url="{model.url}/v1",wire_api="responses"}}'
        quiet = [
            "--skip-git-repo-check",
            "--dangerously-bypass-approvals-and-sandbox",
            "--dangerously-bypass-hook-trust",
        ]
        settings = ["-c", "model_provider=loc", "-c", provider, "-c", "model=gpt-5"]
        subprocess.run(
            [codex, "exec", *quiet, *settings, "which package manager do we use, pnpm or npm?"],
            cwd=project, env=dict(os.environ), stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=120,
        )  # fmt: skip
        told = json.dumps(model.requests, ensure_ascii=False)

    assert [True, True] == [
        w in told
        for w in ("move the cache to redis", "We use pnpm, never npm: the workspace protocol needs it.")
    ]

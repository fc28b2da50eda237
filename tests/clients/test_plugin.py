"""The real Claude Code with this repository installed as its plugin: what of the user's memory reaches the model, unasked."""

from __future__ import annotations

import json
import os
import subprocess
import uuid

import pytest
from plugkit import ROOT, plug_in, put_on_path, run, said
from scripted_api import ScriptedModel

from clikit import Terminal


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def memsync_on_path(home):
    """Put a `memsync` where pipx and uv put it."""
    return put_on_path(home)


@pytest.fixture
def plugged(claude, memsync_on_path, store, project, home, terminal, monkeypatch):  # fixtures
    """Install the plugin from this repository, as its README says, and keep two memories."""
    monkeypatch.chdir(project)
    plug_in(claude, project, home)
    terminal.done(
        "remember",
        "We use pnpm, never npm: the workspace protocol needs it.",
        "--key",
        "pnpm",
        "--category",
        "decision",
    )
    terminal.done(
        "remember", "Tabs, never spaces.", "--scope", "global", "--key", "tabs", "--category", "preference"
    )
    (store.root / "current-tasks.md").write_text("# Current tasks\n\n- [ ] move the cache to redis\n")
    return project


def test_the_plugin_is_valid(claude, home):
    """`claude plugin validate --strict` has nothing to say against it."""
    assert "Validation passed" in run(claude, "plugin", "validate", str(ROOT), "--strict", cwd=home)


def test_the_brief_and_the_prompts_memory_reach_the_model(claude, plugged):
    """In the first request: the session's brief, and the memory that answers the prompt, whole."""
    with ScriptedModel() as model:
        run(claude, "-p", "which package manager do we use, pnpm or npm?", cwd=plugged, url=model.url)
        first = next(text for text in map(said, model.requests) if "which package manager" in text)

    assert [True, True, True] == [
        w in first
        for w in (
            "move the cache to redis",
            "recalled for this prompt",
            "We use pnpm, never npm: the workspace protocol needs it.",
        )
    ]


def test_the_memory_is_told_once_a_session(claude, plugged):
    """The second prompt of the same session does not pay for it again."""
    session = str(uuid.uuid4())
    with ScriptedModel() as model:
        run(
            claude,
            "-p",
            "which package manager do we use, pnpm or npm?",
            "--session-id",
            session,
            cwd=plugged,
            url=model.url,
        )
        run(claude, "-p", "so which package manager, pnpm or npm?", "-r", session, cwd=plugged, url=model.url)
        last = next(
            text for text in map(said, reversed(model.requests)) if "so which package manager" in text
        )

    assert 1 == last.count("recalled for this prompt")


def test_what_matters_survives_a_compaction(claude, plugged, store, monkeypatch):
    """The summariser is told what to keep; after it, the brief is there again; with the setting on, the summary is kept."""
    monkeypatch.setenv("MEMSYNC_SESSION_NOTES", "1")
    session = str(uuid.uuid4())
    with ScriptedModel() as model:
        run(claude, "-p", "hello there, let us begin", "--session-id", session, cwd=plugged, url=model.url)
        before = len(model.requests)
        run(claude, "-p", "/compact", "-r", session, cwd=plugged, url=model.url)
        summarised = [text for text in map(said, model.requests[before:]) if "Keep in the summary" in text]
        after = len(model.requests)
        run(claude, "-p", "what now?", "-r", session, cwd=plugged, url=model.url)
        again = [text for text in map(said, model.requests[after:]) if "what now?" in text]

    notes = [f.read_text() for f in store.root.glob("projects/*/session-notes/*-claude-code.md")]
    assert (True, True, True) == (
        bool(summarised),
        "move the cache to redis" in summarised[0],
        "move the cache to redis" in again[-1],
    )
    assert [True] == ["summary of the session so far" in note for note in notes]


def test_reading_is_approved_and_writing_is_asked(claude, plugged, store):
    """Without any rule of the user's, memory_recall answers; memory_store waits for a person, and in -p there is none."""
    tool = "mcp__plugin_memsync_memsync__"
    with ScriptedModel() as model:
        run(
            claude,
            "-p",
            f'CALL {tool}memory_recall {{"query": "tabs or spaces"}}',
            cwd=plugged,
            url=model.url,
        )
        run(
            claude,
            "-p",
            f'CALL {tool}memory_store {{"content": "Never on Fridays."}}',
            cwd=plugged,
            url=model.url,
        )
        read, _ = model.tool_results()

    assert (True, []) == (
        "Tabs, never spaces." in read,
        [f for f in store.root.rglob("*.md") if "Fridays" in f.read_text()],
    )


def test_the_skills_are_there(claude, plugged):
    """`/memsync:remember TEXT` puts the skill before the model, with the text in its place."""
    with ScriptedModel() as model:
        run(claude, "-p", "/memsync:remember deploys leave on Tuesdays", cwd=plugged, url=model.url)
        text = model.everything_said()

    assert "Remember: deploys leave on Tuesdays" in text


def test_without_memsync_the_user_is_told_in_one_line(claude, plugged, memsync_on_path):
    """A plugin whose program is missing says how to install it, and the assistant works on."""
    memsync_on_path.unlink()
    bare = {**os.environ, "PATH": "/usr/bin:/bin"}
    hook = [str(ROOT / "hooks/memsync-hook")]
    start = subprocess.run([*hook, "SessionStart"], input=b"{}", env=bare, capture_output=True, check=True)
    prompt = subprocess.run(
        [*hook, "UserPromptSubmit"], input=b"x" * 3_000_000, env=bare, capture_output=True, check=True
    )

    assert ("pipx install memsync" in json.loads(start.stdout)["systemMessage"], b"", b"") == (
        True,
        prompt.stdout,
        prompt.stderr,
    )

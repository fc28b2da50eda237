"""The real Claude Code with the plugin, over several sessions and machines: it learns, hands over, and keeps its own memory in the store."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest
from plugkit import plug_in, run, said
from scripted_api import ScriptedModel

from clikit import Terminal

LESSON = {"kind": "decision", "text": "The project uses pnpm; npm's bundles got too big.", "title": "Package manager",
          "keywords": ["yarn"], "quote": "we decided to go with pnpm"}  # fmt: skip


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def plugged(claude, store, project, home, monkeypatch):
    """Install the plugin, put the same Claude on the PATH as the judge, and agree to learning."""
    plug_in(claude, project, home)
    (home / "bin").mkdir()
    (home / "bin/claude").symlink_to(claude)
    monkeypatch.setenv("PATH", f"{home / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("MEMSYNC_LEARN", "1")
    monkeypatch.chdir(project)
    return project


def learned(store):
    files = [p for p in sorted(store.root.rglob("*.md")) if ".git" not in p.parts]
    return [p.read_text() for p in files if "tags: [learned" in p.read_text()]


def waited(what, seconds=90.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not what():
        time.sleep(0.05)
    return what()


def test_a_session_teaches_by_the_users_own_claude(claude, plugged, store):
    """The prompt reaches a small model once, without tools, hooks and plugins; what it finds is a candidate memory."""
    answer = json.dumps({"memories": [LESSON]})
    with ScriptedModel(says={"You read a record of a person": answer}) as model:
        run(
            claude, "-p", "We decided to go with pnpm, npm's bundles got too big.", cwd=plugged, url=model.url
        )
        texts = waited(lambda: learned(store))
        asked = [body for body in model.requests if "You read a record" in json.dumps(body.get("system"))]

    assert (1, True, [], True) == (
        len(asked),
        "haiku" in asked[0]["model"],
        asked[0].get("tools") or [],
        "We decided to go with pnpm" in said(asked[0]),
    )
    assert [(True, True)] == [("status: candidate" in t, LESSON["text"] in t) for t in texts]


def test_what_one_session_taught_the_next_one_knows(claude, plugged, store, monkeypatch):
    """By rules alone: said in one session, told in another."""
    monkeypatch.setenv("MEMSYNC_LEARN_JUDGES", "rules")
    with ScriptedModel() as model:
        run(
            claude,
            "-p",
            "We decided to go with pnpm instead of npm because the bundle got too big.",
            cwd=plugged,
            url=model.url,
        )
        assert waited(lambda: learned(store))
        before = len(model.requests)
        run(claude, "-p", "which package manager, pnpm or npm?", cwd=plugged, url=model.url)
        told = [text for text in map(said, model.requests[before:]) if "which package manager" in text]

    assert "We decided to go with pnpm instead of npm because the bundle got too big." in told[0].replace(
        "which package manager", ""
    )


def test_remember_is_a_skill_that_stores(claude, plugged, store, monkeypatch):
    """`/memsync:remember` shows the model what to do; its call of memory_store is a file of this project."""
    call = 'CALL mcp__plugin_memsync_memsync__memory_store {"content": "Deploys leave on Tuesdays.", "category": "fact"}'
    monkeypatch.setenv("MEMSYNC_APPROVE_WRITES", "1")
    with ScriptedModel() as model:
        run(claude, "-p", f"/memsync:remember deploys leave on Tuesdays\n{call}", cwd=plugged, url=model.url)
        told, results = model.everything_said(), model.tool_results()
    files = [
        p
        for p in store.root.glob("projects/app-*/fact/*.md")
        if "Deploys leave on Tuesdays." in p.read_text()
    ]

    assert (True, 1, True) == (
        "Remember: deploys leave on Tuesdays" in told,
        len(files),
        "Stored" in results[-1],
    )


# ---- from one machine to another ------------------------------------------------------------------


@pytest.fixture
def remote(home):
    """Return a bare repository that both machines reach."""
    bare = home / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    return bare


def other_machine(home, monkeypatch):
    """Become another machine: another HOME, the same person. Returns it, with the same project in it."""
    other = home / "other-machine"
    other.mkdir()
    for name, place in (("HOME", ""), ("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"),
                        ("XDG_STATE_HOME", ".local/state"), ("XDG_CACHE_HOME", ".cache"), ("XDG_RUNTIME_DIR", ".run")):  # fmt: skip
        monkeypatch.setenv(name, str(other / place))
    folder = other / "src" / "app"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    url = "https://github.com/org/app.git"
    subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", url], check=True)
    monkeypatch.chdir(folder)
    return other, folder


def test_a_task_is_handed_over_to_another_machine(
    claude, plugged, store, home, remote, terminal, monkeypatch
):
    """What was begun in one HOME is answered in another, over a bare remote: the first request there has the task."""
    terminal.done("task", "add", "Move the cache to redis; the branch is cache-redis")
    terminal.done(
        "remember", "The cache keys carry the tenant's id first.", "--category", "fact", "--key", "cache-keys"
    )
    subprocess.run(["git", "-C", str(store.root), "remote", "add", "origin", str(remote)], check=True)
    terminal.done("sync")
    other, folder = other_machine(home, monkeypatch)
    terminal.done("join", str(remote))
    plug_in(claude, folder, other)
    with ScriptedModel() as model:
        run(claude, "-p", "what am I working on with the cache keys?", cwd=folder, url=model.url)
        first = next(text for text in map(said, model.requests) if "what am I working on" in text)

    assert (True, True) == (
        "Move the cache to redis; the branch is cache-redis" in first,
        "tenant's id first" in first,
    )


def test_claudes_own_memory_reaches_another_machines_claude(
    claude, store, project, home, remote, terminal, monkeypatch
):
    """Claude writes a native memory through autoMemoryDirectory; recall finds it; another machine's Claude has it in its context."""
    monkeypatch.chdir(project)
    terminal.done("setup", "claude", "--native", "--yes")
    folder = json.loads((project / ".claude/settings.local.json").read_text())["autoMemoryDirectory"]
    note = f"{folder}/release-train.md"
    text = "---\nname: release-train\ndescription: Releases leave on Thursdays\nmetadata:\n  type: project\n---\nThe release train leaves on Thursdays at noon.\n"
    with ScriptedModel() as model:
        run(
            claude,
            "-p",
            f"CALL Write {json.dumps({'file_path': note, 'content': text})}",
            cwd=project,
            url=model.url,
        )
        wrote = model.tool_results()
    hits = terminal.done("recall", "when does the release train leave?", "--json").json["hits"]
    subprocess.run(["git", "-C", str(store.root), "remote", "add", "origin", str(remote)], check=True)
    terminal.done("sync")

    other, there = other_machine(home, monkeypatch)
    terminal.done("join", str(remote))
    terminal.done("setup", "claude", "--native", "--yes")
    with ScriptedModel() as model:
        run(claude, "-p", "good morning", cwd=there, url=model.url)
        first = next(text for text in map(said, model.requests) if "good morning" in text)

    assert (True, "release-train", True) == (
        bool(wrote),
        hits[0]["key"],
        "Releases leave on Thursdays" in first,
    )
    assert str(other) in first

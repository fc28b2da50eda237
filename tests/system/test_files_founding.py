"""Making, adopting and joining stores with the real command and a real git."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system


@pytest.fixture
def memsync(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: pathlib.Path
) -> Terminal:
    monkeypatch.chdir(home)
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def hub(home: pathlib.Path) -> pathlib.Path:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(home / "hub.git")], check=True)
    return home / "hub.git"


def git(folder: pathlib.Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def identity(store: pathlib.Path) -> str:
    return json.loads((store / ".memsync/store.json").read_text())["id"]


def notes(store: pathlib.Path) -> set[str]:
    return {p.name for p in (store / "global/note").glob("*.md")}


def test_the_second_machine_joins_whatever_it_calls_it(memsync, home, hub):
    """`init --remote` and `join` of a remote that has memories give the same store."""
    memsync.done("init", str(home / "a"), "--remote", str(hub))
    memsync.done("--store", str(home / "a"), "remember", "first fact", "--key", "first")
    memsync.done("--store", str(home / "a"), "sync")
    joined = memsync.done("init", str(home / "b"), "--remote", str(hub), "--json").json
    memsync.done("join", str(hub), str(home / "c"))
    assert (True, 1) == (joined["joined"], len({identity(home / name) for name in "abc"}))
    assert {"first.md"} == notes(home / "b") == notes(home / "c")
    assert "" == git(home / "b", "status", "--porcelain")


def test_a_store_with_memories_joins_one_with_others(memsync, home, hub):
    """Both keep what they had, and both have all of it; the remote's identity wins."""
    memsync.done("init", str(home / "a"), "--remote", str(hub))
    memsync.done("--store", str(home / "a"), "remember", "from a", "--key", "from-a")
    memsync.done("--store", str(home / "a"), "sync")
    memsync.done("init", str(home / "b"))
    memsync.done("--store", str(home / "b"), "remember", "from b", "--key", "from-b")
    memsync.done("--store", str(home / "b"), "sync")
    memsync.done("init", str(home / "b"), "--remote", str(hub))
    memsync.done("--store", str(home / "b"), "sync")
    memsync.done("--store", str(home / "a"), "sync")
    assert identity(home / "a") == identity(home / "b")
    assert {"from-a.md", "from-b.md"} == notes(home / "a") == notes(home / "b")
    assert git(home / "a", "rev-parse", "main^{tree}") == git(home / "b", "rev-parse", "main^{tree}")


def test_a_plain_clone_is_adopted(memsync, home, hub):
    """Its files stay, git sees no change, and its hooks are there."""
    memsync.done("init", str(home / "a"), "--remote", str(hub))
    memsync.done("--store", str(home / "a"), "remember", "first fact", "--key", "first")
    memsync.done("--store", str(home / "a"), "sync")
    git(home, "clone", "-q", str(hub), "c")
    head = git(home / "c", "rev-parse", "HEAD")
    memsync.done("init", str(home / "c"))
    assert (head, "") == (git(home / "c", "rev-parse", "HEAD"), git(home / "c", "status", "--porcelain"))
    assert (home / "c/.git/hooks/pre-commit").stat().st_mode & 0o111


def test_a_join_that_was_killed_is_run_again(memsync, home, hub):
    """A folder with a repository and nothing else in it is no obstacle."""
    memsync.done("init", str(home / "a"), "--remote", str(hub))
    memsync.done("--store", str(home / "a"), "remember", "first fact", "--key", "first")
    memsync.done("--store", str(home / "a"), "sync")
    git(home, "init", "-q", "-b", "main", "b")
    git(home / "b", "remote", "add", "origin", str(hub))
    memsync.done("join", str(hub), str(home / "b"))
    assert {"first.md"} == notes(home / "b")


def test_another_remote_is_not_taken(memsync, home, hub):
    """A store that has a remote is not sent to another by init (exit 4)."""
    memsync.done("init", str(home / "a"), "--remote", str(hub))
    ran = memsync("init", str(home / "a"), "--remote", str(home / "other.git"))
    assert (4, True) == (ran.code, str(hub) in ran.err)
    assert str(hub) == git(home / "a", "remote", "get-url", "origin")


def test_a_hook_of_the_users_own_stays(memsync, home):
    """It is left alone and told."""
    git(home, "init", "-q", "-b", "main", "a")
    hook = home / "a/.git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    ran = memsync.done("init", str(home / "a"))
    assert "#!/bin/sh\nexit 0\n" == hook.read_text()
    assert "pre-commit hook of its own" in ran.err


def test_init_twice_is_init_once(memsync, home):
    """Nothing is planted again and nothing is committed."""
    memsync.done("init", str(home / "a"))
    before = git(home / "a", "rev-parse", "main")
    assert [] == memsync.done("init", str(home / "a"), "--json").json["planted"]
    assert before == git(home / "a", "rev-parse", "main")
    assert "" == git(home / "a", "status", "--porcelain")


def test_a_markdown_repository_is_adopted_with_leave(memsync, home, hub):
    """With --adopt its markdown are memories, its other files stay in the tree, and its history goes on."""
    git(home, "clone", "-q", str(hub), "seed")
    (home / "seed/idea.md").write_text("# Idea\n\nTurnips.\n")
    (home / "seed/tool.py").write_text("print()\n")
    git(home / "seed", "add", ".")
    git(home / "seed", "commit", "-q", "-m", "theirs")
    git(home / "seed", "push", "-q", "origin", "HEAD:main")
    memsync.done("join", str(hub), str(home / "a"), "--adopt")
    memsync.done("--store", str(home / "a"), "sync")
    assert (
        "idea.md"
        == memsync.done("--store", str(home / "a"), "recall", "turnips", "--json").json["hits"][0]["path"]
    )
    tree = git(hub, "ls-tree", "-r", "--name-only", "main").split("\n")
    assert {"idea.md", "tool.py", ".memsync/store.json"} <= set(tree)
    assert "theirs" in git(hub, "log", "--format=%s", "main")

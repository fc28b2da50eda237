"""A secret that was pushed: told with rotate first, rewritten on the side, taken over by every clone and sent by none again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from clikit import forked
from gitkit import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
NOTE = "global/notes/deploy.md"


class Clone:
    """A machine with a home of its own and real processes."""

    def __init__(self, home: Path, remote: Path) -> None:
        self.home = home
        self.store = home / "shared-memory"
        self.remote = remote
        home.mkdir()

    def memsync(self, *words: str, code: int | None = 0) -> str:
        """Run a command and return all it printed."""
        done = forked(words, env=self.environment, cwd=self.home)
        said = (done.stdout + done.stderr).decode()
        assert SECRET not in said
        assert code in (None, done.returncode), said
        return said

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MEMSYNC_"))}
        return kept | {"HOME": str(self.home), "MEMSYNC_BACKGROUND": "no"}

    def write(self, text: str, path: str = NOTE) -> None:
        (self.store / path).parent.mkdir(parents=True, exist_ok=True)
        (self.store / path).write_text(text)

    def read(self, path: str = NOTE) -> str:
        return (self.store / path).read_text()

    def has(self) -> bool:
        """Whether any object or any file of this machine holds the secret."""
        objects = git(self.store, "cat-file", "--batch-all-objects", "--batch")
        return SECRET.encode() in objects or any(
            SECRET.encode() in p.read_bytes() for p in self.home.rglob("*") if p.is_file()
        )


def remote_has(remote: Path) -> bool:
    """Whether anything that the remote's branches need holds the secret."""
    oids = git(remote, "rev-list", "--objects", "--no-object-names", "--all")
    return SECRET.encode() in git(remote, "cat-file", "--batch", feed=oids)


def note(*more: str) -> str:
    lines = [
        "Deploys go through the billing job.",
        "",
        f"The token is {SECRET}, ask Mara.",
        "",
        "It takes a minute.",
        *more,
    ]
    return "# Deploy\n\n" + "\n".join(lines) + "\n"


@pytest.fixture
def clones(tmp_path):
    """Return three machines of one store whose history holds a secret that was pushed past every gate."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    a, b, c = (Clone(tmp_path / name, remote) for name in "abc")
    a.memsync("init", "--remote", str(remote))
    a.memsync("remember", "A harmless text", "--key", "harmless", "--scope", "global")
    a.memsync("sync")
    a.write(note())
    git(a.store, "add", NOTE)
    git(a.store, "commit", "-q", "--no-verify", "-m", "deploy")
    git(a.store, "push", "-q", "--no-verify", "origin", "main")
    a.memsync("sync")
    for other in (b, c):
        other.memsync("join", str(remote))
        other.memsync("sync")
    assert remote_has(remote)
    return a, b, c


def test_every_clone_takes_the_rewritten_history_over(clones):
    """Told, prepared, pushed by a person; then all three clones agree, keep each other's work, and none has the secret."""
    a, b, c = clones
    told = a.memsync("purge", "--yes", code=4)
    prepared = a.home / ".local/state/memsync/stores"
    [rewritten] = prepared.glob("*/rewritten.git")
    assert "1. Rotate" in told
    assert str(rewritten) in told
    assert remote_has(a.remote), "nothing is pushed by itself"
    assert not remote_has(rewritten)

    # Meanwhile the others work: one on another note, one on the very line.
    b.memsync("remember", "Written meanwhile", "--key", "meanwhile", "--scope", "global")
    c.write(note().replace("ask Mara", "ask Jonas"))
    lease = git(a.remote, "rev-parse", "main").decode().strip()
    git(rewritten, "push", "-q", f"--force-with-lease=main:{lease}", str(a.remote), "main")
    for _ in range(3):
        for clone in (a, b, c):
            clone.memsync("sync", code=None)
            assert not remote_has(a.remote), f"{clone.home.name} sent it again"
    for clone in (a, b, c):
        clone.memsync("purge", "--yes", "--redact")
        assert not clone.has(), clone.home.name
    for _ in range(2):
        for clone in (a, b, c):
            clone.memsync("sync")
    heads = {git(clone.store, "rev-parse", "main") for clone in (a, b, c)}

    assert 1 == len(heads)
    assert not remote_has(a.remote)
    assert not any(clone.has() for clone in (a, b, c))
    for clone in (a, b, c):
        assert "Deploys go through the billing job." in clone.read()
        assert "[REDACTED:github-token]" in clone.read()
        assert "Written meanwhile" in clone.read("global/note/meanwhile.md")
        assert b"" == git(clone.store, "fsck", "--full", "--strict", "--no-dangling", "--no-progress")


@pytest.mark.slow
def test_the_prepared_history_is_whole_and_on_its_own(clones):
    """It has every commit but the secret, needs nothing of the store, and is made anew by the next purge."""
    a, _, _ = clones
    a.memsync("purge", "--yes", code=4)
    [rewritten] = (a.home / ".local/state/memsync/stores").glob("*/rewritten.git")
    aside = a.home / "aside.git"
    shutil.copytree(rewritten, aside)
    shutil.rmtree(a.store)

    assert b"" == git(aside, "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    assert git(a.remote, "log", "--format=%an %at %s", "main") == git(
        aside, "log", "--format=%an %at %s", "main"
    )
    assert b"The token is [REDACTED:github-token], ask Mara." in git(aside, "show", f"main:{NOTE}")


@pytest.mark.slow
def test_purge_works_while_a_watcher_runs(clones):
    """With a resident syncer, purge waits for its cycle, holds the next, and the watcher goes on afterwards."""
    a, b, _ = clones
    watcher = subprocess.Popen(
        [sys.executable, "-m", "memsync", "watch"], env=a.environment | {"MEMSYNC_QUIET": "0.1"}, cwd=a.home,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        a.write(f"use {SECRET} here\n", "global/other.md")
        git(a.store, "add", "global/other.md")
        (a.store / "global/other.md").unlink()
        for number in range(5):
            a.memsync(
                "remember", f"Text {number} while it runs", "--key", f"busy-{number}", "--scope", "global"
            )
            told = a.memsync("purge", "--yes", code=4)
            assert "still there" not in told
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and b"busy-4" not in git(
            a.remote, "ls-tree", "-r", "--name-only", "main"
        ):
            time.sleep(0.1)
        assert watcher.poll() is None
    finally:
        watcher.terminate()
        watcher.wait(timeout=30)
    assert b"busy-4" in git(a.remote, "ls-tree", "-r", "--name-only", "main")
    assert b"" == git(a.store, "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    b.memsync("sync")
    assert "Text 4 while it runs" in b.read("global/note/busy-4.md")

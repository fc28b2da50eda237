"""A machine at the level of the engine: a store, its parts and one cycle at a time. Real git, real files."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clikit import in_fork
from memsync.core.store_file import new_marker, render_marker
from memsync.edges.settings import Settings
from memsync.store import syncing
from memsync.store.parts import Parts

if TYPE_CHECKING:
    import pathlib

    from memsync.core.report import SyncReport

MARKER = new_marker(hashlib.sha256(b"one store for every test").digest())


def git(cwd: pathlib.Path, *words: str, check: bool = True, feed: str | None = None) -> str:
    """Run git as a person would, in a folder; return what it printed."""
    done = subprocess.run(["git", *words], cwd=cwd, input=feed, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"git {' '.join(words)}: {done.stderr}"
    return done.stdout


def bare(path: pathlib.Path) -> pathlib.Path:
    """Make a bare repository that takes any push, and return its path."""
    git(path.parent, "init", "-q", "--bare", "--initial-branch=main", str(path))
    return path


@dataclass(slots=True)
class Machine:
    """One machine with one store. `parts` are built anew on demand, as another program's would be."""

    base: pathlib.Path
    settings: Settings
    instance: str = "cli"

    @property
    def root(self) -> pathlib.Path:
        return self.settings.store

    @property
    def parts(self) -> Parts:
        return Parts(self.root, settings=self.settings, instance=self.instance)

    def sync(self, **how) -> SyncReport:
        """Run one cycle as a new program would."""
        parts = self.parts
        try:
            return syncing.sync(parts, wait=30, **how)
        finally:
            parts.book.close()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def files(self) -> dict[str, str]:
        """Return path → text of every file of the store, git's own aside."""
        found = {}
        for file in sorted(self.root.rglob("*")):
            path = file.relative_to(self.root).as_posix()
            if file.is_file() and not path.startswith(".git/"):
                found[path] = file.read_text(encoding="utf-8", errors="surrogateescape")
        return found

    def git(self, *words: str, check: bool = True) -> str:
        return git(self.root, *words, check=check)

    def commits(self) -> list[str]:
        """Return the subjects on main, newest first."""
        return self.git("log", "--format=%s", "main").splitlines()

    def child(self, **env: str) -> subprocess.CompletedProcess[bytes]:
        """Run a cycle in another process, a forked one, with variables of its own (MEMSYNC_CRASH, say)."""

        def cycle() -> int:
            self.sync()
            return 0

        return in_fork(cycle, env={**os.environ, **env})


def machine_at(base: pathlib.Path, **more) -> Machine:
    """Return the machine whose folders are below `base`."""
    settings = Settings(
        store=base / "store",
        private=base / "private",
        config_file=base / "config.toml",
        state_dir=base / "state",
        cache_dir=base / "cache",
        log_dir=base / "log",
        background=False,
        **more,
    )
    return Machine(base=base, settings=settings)


def machine(
    base: pathlib.Path, remote: pathlib.Path | str | None = None, *, marker=MARKER, **more
) -> Machine:
    """Make a machine with a new store, and its remote if one is named."""
    made = machine_at(base, **more)
    made.root.mkdir(parents=True, mode=0o700)
    made.write(".memsync/store.json", render_marker(marker).decode())
    parts = made.parts
    parts.repo.create()
    if remote is not None:
        parts.repo.set_remote(str(remote))
        syncing.readers_known(parts, str(remote))  # the servers of these tests answer everybody
        parts.book.close()
    return made


def machines(folder: pathlib.Path, count: int) -> tuple[list[Machine], pathlib.Path]:
    """Make so many machines over one bare repository, all synced once."""
    remote = bare(folder / "remote.git")
    made = [machine(folder / f"machine-{n}", remote) for n in range(count)]
    for one in made:
        one.sync()
    return made, remote


def quiet(made: list[Machine], rounds: int = 3) -> None:
    """Sync all machines in turn until nothing moves any more."""
    for _ in range(rounds):
        for one in made:
            one.sync()

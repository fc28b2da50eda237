"""Who wrote what, as a store's own history says, in a file of this machine that may be lost at any time."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from memsync.core.git_environment import scrubbed
from memsync.core.people import Authors, parse_authors, render_authors, signature

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAIT = 60.0
_LARGEST = 64 * 1024 * 1024


class AuthorsFile:
    """What is kept of a store's history, and the history itself. Raises OSError for a file that can't be written."""

    def __init__(self, path: Path, store: Path) -> None:
        self._path = path
        self._store = store

    def read(self) -> Authors:
        """Return what was kept."""
        try:
            with self._path.open("rb") as file:
                return parse_authors(file.read(_LARGEST))
        except OSError:
            return Authors()

    def write(self, authors: Authors) -> None:
        """Keep it."""
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        fresh.write_bytes(render_authors(authors))
        fresh.replace(self._path)

    def head(self) -> str:
        """Return main's commit, or an empty text."""
        return self._git("rev-parse", "--verify", "-q", "refs/heads/main").strip()

    def me(self) -> tuple[str, ...]:
        """Return the name and the address that git gives its user."""
        words = (self._git("config", "user.name"), self._git("config", "user.email").lower())
        return tuple(word.strip() for word in words if word.strip())

    def commits(self, since: str, head: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield signature and paths of each commit after `since` (empty: of all), newest first; merges have no author."""
        span = (
            [head, f"^{since}"]
            if since and self._git("rev-parse", "--verify", "-q", f"{since}^{{commit}}")
            else [head]
        )
        said = self._git(
            "log", "-z", "--no-merges", "--no-renames", "--name-only", "--format=%x02%an%x01%ae", *span
        )
        for record in said.split("\x02")[1:]:
            head_line, _, rest = record.partition("\0")
            name, _, email = head_line.partition("\x01")
            yield (
                signature(name, email),
                tuple(path.strip("\n") for path in rest.split("\0") if path.strip("\n")),
            )

    def _git(self, *words: str) -> str:
        try:
            done = subprocess.run(
                ["git", *words], cwd=self._store, env=scrubbed(os.environ), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=_WAIT, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""

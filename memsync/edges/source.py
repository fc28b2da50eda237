"""A folder of markdown that is to be taken in: its files, and since when git knows them. Read only."""

from __future__ import annotations

import os
import stat
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.git_environment import scrubbed
from memsync.core.importing import SourceFile
from memsync.core.store_file import MARKER
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SKIPPED = frozenset({"node_modules", "__pycache__"})
_WAIT = 120.0  # seconds; git walks the folder's whole history once
_DEEPEST = 40


class Source:
    """Implements the port core.ports.Source over a folder, or over one file."""

    def __init__(self, path: Path) -> None:
        self._top = path if path.is_dir() else path.parent
        self._only = None if path.is_dir() else path.name
        self.problems: list[str] = []

    def files(self) -> tuple[SourceFile, ...]:
        """Return every markdown file below, sorted by path; dot folders and node_modules are left out, links not followed.

        Raises BadInput where the folder can't be read.
        """
        try:
            found = list(self._walk(str(self._top), "", 1))
        except OSError as error:
            raise BadInput("PATH", f"{self._top}: {(error.strerror or 'cannot be read').lower()}") from error
        dates = self._git_dates() if found else {}
        return tuple(
            SourceFile(
                path=path, created=dates.get(path, (when, when))[0], updated=dates.get(path, (when, when))[1]
            )
            for path, when in sorted(found)
        )

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None where it is gone, can't be read, or is no regular file (a link is none)."""
        try:
            descriptor = os.open(self._top / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            return file.read(_MOST)

    def _walk(self, folder: str, prefix: str, level: int) -> Iterator[tuple[str, datetime]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.name[0] != "." and entry.name not in _SKIPPED and level < _DEEPEST:
                        yield from self._below(entry.path, path, level)
                elif self._only in (None, path) and entry.name.lower().endswith((".md", ".markdown")):
                    yield path, datetime.fromtimestamp(int(entry.stat(follow_symlinks=False).st_mtime), UTC)

    def _below(self, folder: str, path: str, level: int) -> Iterator[tuple[str, datetime]]:
        if os.path.exists(f"{folder}/{MARKER}"):  # noqa: PTH110  # asked of every folder
            self.problems.append(f"{path}/ is a memory store of its own and was left out")
            return
        try:
            yield from self._walk(folder, f"{path}/", level + 1)
        except OSError as error:
            self.problems.append(f"{path}/ could not be read: {(error.strerror or '').lower()}")

    def _git_dates(self) -> dict[str, tuple[datetime, datetime]]:
        """Return path → author date of the first and of the last commit that touched it; nothing outside of git."""
        if not any((p / ".git").exists() for p in (self._top.absolute(), *self._top.absolute().parents)):
            return {}
        try:
            done = subprocess.run(
                ["git", "-c", "core.quotePath=false", "log", "-z", "--format=%x01%at", "--name-only", "--no-renames",
                 "--diff-filter=AM", "--relative", "--", "*.md", "*.markdown"],
                cwd=self._top, env=scrubbed(os.environ), stdin=subprocess.DEVNULL, capture_output=True,
                timeout=_WAIT, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            self.problems.append(
                f"git gave no dates ({error.__class__.__name__}): those of the files are used"
            )
            return {}
        if done.returncode:
            self.problems.append("git gave no dates: those of the files are used")
        return _dates(done.stdout.decode("utf-8", "surrogateescape"))


_MOST = 64 * 1024 * 1024


def _dates(output: str) -> dict[str, tuple[datetime, datetime]]:
    """Read the log, newest commit first: a path's first line is its last change, its last line its first."""
    dates: dict[str, tuple[datetime, datetime]] = {}
    when = datetime.fromtimestamp(0, UTC)
    for word in output.split("\0"):
        text = word.strip("\n")
        if text.startswith("\x01"):
            when = datetime.fromtimestamp(int(text[1:]), UTC)
        elif text:
            first, last = dates.get(text, (when, when))
            dates[text] = (min(first, when), max(last, when))
    return dates

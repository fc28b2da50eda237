"""The record of what was recalled: small files of this machine, outside the store. Losing them costs a count.

A recall appends one line and waits for nothing and nobody. Lines are added up, and dropped, by whoever finds many of them.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from memsync.core.usage import Usage, parse_usage, plus, render_usage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MANY = 256 * 1024  # bytes of lines that are worth adding up
_LARGEST = 64 * 1024 * 1024


class UsageFiles:
    """The record in `folder` (made when needed, 0700). Nothing raises: what can't be written is not counted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._totals = folder / "totals"

    def note(self, line: bytes) -> None:
        """Append a line: one write, which the system keeps whole beside the writes of others."""
        with suppress(OSError):
            try:
                log = self._opened()
            except FileNotFoundError:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                log = self._opened()
            try:
                os.write(log, line)
                size = os.fstat(log).st_size
            finally:
                os.close(log)
            if size > _MANY:
                self._add_up()

    def read(self) -> Usage:
        """Return everything that was noted."""
        usage = parse_usage(_bytes(self._totals))
        for log in (*self._aside(), self._log):
            usage = plus(usage, _bytes(log))
        return usage

    def _opened(self) -> int:
        return os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _aside(self) -> list[Path]:
        return sorted(self._folder.glob("log.*"))

    def _add_up(self) -> None:
        """Take the lines into the totals, unless somebody else does so just now. Killed in between, some count twice."""
        with self._alone() as alone:
            if not alone:
                return
            self._log.rename(self._folder / f"log.{time.time_ns()}")
            logs = self._aside()
            usage = parse_usage(_bytes(self._totals))
            for log in logs:
                usage = plus(usage, _bytes(log))
            fresh = self._folder / f"totals.{os.getpid()}"
            fresh.write_bytes(render_usage(usage))
            fresh.replace(self._totals)
            for log in logs:
                log.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the record's lock, or give False where somebody has it. A crash releases it."""
        try:
            import fcntl  # noqa: PLC0415  # POSIX; elsewhere the lines are kept and added up with each reading
        except ImportError:
            yield False
            return
        lock = os.open(self._folder / "lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(lock)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return b""

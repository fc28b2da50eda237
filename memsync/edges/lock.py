"""Lock: one holder for each store and machine, across programs. A crash releases it, the file tells who holds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from memsync.errors import Busy, CannotWrite

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Lock:
    """A lock by file. Not re-entrant across objects: two Locks of one path exclude each other, in one program too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = path.with_suffix(".holder")
        self._lock = FileLock(str(path), thread_local=False, mode=0o600)

    def acquire(self, *, wait: float, name: str = "memsync") -> None:
        """Take the lock within `wait` seconds, or raise Busy. `name` is what others are told of the holder."""
        try:
            self._lock.acquire(timeout=wait, poll_interval=0.02)
        except Timeout:
            holder = self.holder()
            raise Busy(f"{holder or 'another program'} is at work in this store") from None
        except OSError as error:
            raise CannotWrite(str(self._path), error.strerror or "cannot be locked") from error
        try:
            self._name.write_text(f"{os.getpid()} {name}\n", encoding="utf-8")
        except OSError:
            pass  # a name is only for people; the lock is held

    def release(self) -> None:
        """Let go of the lock; nothing where it is not held."""
        if self._lock.is_locked:
            self._name.unlink(missing_ok=True)
            self._lock.release()

    def is_held(self) -> bool:
        """Whether anybody holds it now."""
        if self._lock.is_locked:
            return True
        if not self._path.exists():
            return False
        probe = FileLock(str(self._path), thread_local=False, mode=0o600)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        probe.release()
        return False

    def holder(self) -> str:
        """Return who holds it, as `name (pid)`, or an empty text where nobody does."""
        if not self.is_held():
            return ""
        try:
            pid, _, name = self._name.read_text(encoding="utf-8").strip().partition(" ")
        except OSError:
            return "another program"
        return f"{name} ({pid})"

    def __enter__(self) -> Lock:
        self.acquire(wait=0)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

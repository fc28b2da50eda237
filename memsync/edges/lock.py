"""Lock: one holder for each store and machine, across programs. A crash releases it, the file tells who holds it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

from memsync.errors import Busy, CannotWrite

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_LOOK = 0.02  # seconds between two tries


class Lock:
    """A lock by file. Two Locks of one path exclude each other, in one program too; one Lock is taken once at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = path.with_suffix(".holder")
        self._held: _Held | None = None

    def acquire(self, *, wait: float, name: str = "memsync") -> None:
        """Take the lock within `wait` seconds, or raise Busy. `name` is what others are told of the holder."""
        deadline = time.monotonic() + wait
        while (held := self._try()) is None:
            if time.monotonic() >= deadline:
                raise Busy(f"{self.holder() or 'another program'} is at work in this store")
            time.sleep(_LOOK)
        self._held = held
        with contextlib.suppress(OSError):  # a name is only for people; the lock is held
            self._name.write_text(f"{os.getpid()} {name}\n", encoding="utf-8")

    def release(self) -> None:
        """Let go of the lock; nothing where it is not held."""
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._name.unlink()
            held, self._held = self._held, None
            held.release()

    def is_held(self) -> bool:
        """Whether anybody holds it now."""
        if self._held is not None:
            return True
        if not self._path.exists():
            return False
        held = self._try()
        if held is None:
            return True
        held.release()
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

    def _try(self) -> _Held | None:
        try:
            return _take(self._path)
        except OSError as error:
            raise CannotWrite(str(self._path), error.strerror or "cannot be locked") from error

    def __enter__(self) -> Self:
        self.acquire(wait=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class _Held:
    """A lock that is held, whatever holds it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Close the file; the lock goes with it."""
        os.close(self._descriptor)


if sys.platform == "win32":  # pragma: no cover - no Windows here

    def _take(path: Path) -> _Held | None:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - 50 ms that POSIX need not pay

        lock = FileLock(str(path), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        return lock  # type: ignore[return-value] # it has release()

else:
    import fcntl

    def _take(path: Path) -> _Held | None:
        """Take the lock now, or return None. flock by itself: importing filelock costs a recall 50 ms.

        The file may have been removed by somebody between opening and locking it: then the lock is of no file, and is
        taken again.
        """
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return _Held(descriptor)
            except BlockingIOError:
                os.close(descriptor)
                return None
            except FileNotFoundError:
                pass
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

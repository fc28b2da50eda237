"""Whether anything below a folder changed since the last look, answered at once and for certain. Linux only.

The kernel queues an event while the write itself is under way, so whoever reads the queue afterwards knows of every write
that came before: no waiting, no cookie. Source: inotify(7). What it can't tell (another system, too many folders, a lost
queue) counts as changed. Writes through a shared memory map raise no event; therefore nothing is believed for longer than OLDEST.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OLDEST = 600.0
"""Seconds after which a folder counts as changed without an event."""

_NONBLOCK, _CLOEXEC = os.O_NONBLOCK, os.O_CLOEXEC
_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED, _CREATE, _DELETE = 0xC0, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_ONLYDIR, _DONT_FOLLOW = 0x01000000, 0x02000000
_MASK = (
    _MODIFY
    | _ATTRIB
    | _CLOSE_WRITE
    | _MOVED
    | _CREATE
    | _DELETE
    | _DELETE_SELF
    | _MOVE_SELF
    | _ONLYDIR
    | _DONT_FOLLOW
)
_MOST = 4096  # folders; a store has some dozens


class Changes:
    """Tells of changes below `root`, its `.git` left out. For one thread."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._queue = -1
        self._since = 0.0
        self._libc: ctypes.CDLL | None = None

    def watch(self) -> None:
        """Begin anew. To be called before the look whose result is to be kept: what changes meanwhile is told by `any`."""
        if sys.platform != "linux":
            return
        self._drain()
        try:
            if self._queue < 0:
                self._open()
            self._add_all()
            self._since = time.monotonic()
        except OSError:
            self.close()

    def any(self) -> bool:
        """Whether something changed, or may have, since `watch`."""
        if self._queue < 0 or time.monotonic() - self._since > OLDEST:
            return True
        return self._drain()

    def close(self) -> None:
        """Stop watching."""
        if self._queue >= 0:
            os.close(self._queue)
        self._queue = -1

    def __del__(self) -> None:
        """Give the queue back: a user has only some dozens of them (fs.inotify.max_user_instances)."""
        self.close()

    def _open(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._queue = self._libc.inotify_init1(_NONBLOCK | _CLOEXEC)
        if self._queue < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")

    def _add_all(self) -> None:
        for count, folder in enumerate(_folders(self._root)):
            if count >= _MOST:
                raise OSError(0, "too many folders")
            self._add(folder)

    def _add(self, folder: str) -> None:
        assert self._libc is not None  # noqa: S101  # called after _open
        if self._libc.inotify_add_watch(self._queue, os.fsencode(folder), _MASK) < 0:
            problem = ctypes.get_errno()
            if os.path.isdir(folder):  # noqa: PTH112  # else it went away, which its parent tells
                raise OSError(problem, "inotify_add_watch")

    def _drain(self) -> bool:
        """Read the queue empty; whether there was anything in it."""
        found = False
        while self._queue >= 0:
            try:
                found = bool(os.read(self._queue, 1 << 16)) or found
            except BlockingIOError:
                return found
            except OSError:
                self.close()
                return True
        return found


def _folders(root: str) -> list[str]:
    """Return the root and all folders below it; links are not followed."""
    found = [root]
    for place in found:
        try:
            with os.scandir(place) as entries:
                found.extend(
                    e.path
                    for e in entries
                    if e.is_dir(follow_symlinks=False) and not (place == root and e.name == ".git")
                )
        except OSError:
            continue
        if len(found) > _MOST:
            break
    return found

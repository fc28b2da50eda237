"""A walk over a store that a child of this process takes meanwhile: ten thousand files take as long as starting Python thrice.

The child is a fork that only walks, and writes what it saw into a pipe: first what stands for the whole listing, then the
listing, for whoever reads on. Whatever goes wrong with it, the walk is taken here. Where there is no fork there is no child.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from memsync.core.change import packed, unpacked
from memsync.edges.tree.walk import survey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from memsync.core.change import Stamp

_PRINT = 16  # bytes


def fingerprint(listing: Mapping[str, Stamp]) -> bytes:
    """Return sixteen bytes that stand for all paths and stamps, in their order; empty for stamps that no file system gives."""
    try:
        return _print_of(packed(listing))
    except OverflowError:
        return b""


def _print_of(raw: bytes) -> bytes:
    return blake2b(raw, digest_size=_PRINT).digest()


class Meanwhile:
    """The walk of one store, begun when this is made. For one thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._child, self._pipe = _started(root)  # raises nothing
        self._print = b""
        self._seen: dict[str, Stamp] | None = None

    def fingerprint(self) -> bytes:
        """Return what stands for the listing (the function `fingerprint`). Raises NotAStore."""
        return self._told() or fingerprint(self.listing())

    def listing(self) -> dict[str, Stamp]:
        """Return every path with its stamp. Raises NotAStore."""
        if self._seen is None:
            known = self._told()
            raw = _all_of(self._pipe) if known else b""
            self.close()
            self._seen = unpacked(raw) if known and _print_of(raw) == known else survey(self._root).listing
        return self._seen

    def _told(self) -> bytes:
        """Return what the child said first; empty where there is no child, or it failed."""
        if not self._print and self._pipe >= 0:
            self._print = _first_of(self._pipe)
            if not self._print:
                self.close()
        return self._print

    def close(self) -> None:
        """Let the child go: what it has not told by now is not wanted."""
        if self._pipe < 0:
            return
        os.close(self._pipe)
        self._pipe = -1
        with suppress(OSError):
            os.kill(self._child, 9)
            os.waitpid(self._child, 0)

    def __del__(self) -> None:
        """Leave no child behind."""
        self.close()


def _started(root: Path) -> tuple[int, int]:
    """Return the child's number and the end of the pipe to read from; -1 for both where there is none."""
    threading = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threading is not None and threading.active_count() > 1):
        return -1, -1  # a fork has none of the other threads, and their locks for ever
    try:
        ours, theirs = os.pipe()
        child = os.fork()
    except OSError:
        return -1, -1
    if not child:
        _walk(root, theirs)
    os.close(theirs)
    return child, ours


def _walk(root: Path, pipe: int) -> None:
    """Walk, tell, and end: the child never returns, and flushes nothing that is its parent's."""
    try:
        gc.disable()  # a collection would touch, and so copy, all that the parent has in memory
        raw = packed(survey(root).listing)
        for part in (_print_of(raw), raw):
            left = memoryview(part)
            while left:
                left = left[os.write(pipe, left) :]
    finally:
        os._exit(0)


def _first_of(pipe: int) -> bytes:
    raw = b""
    while len(raw) < _PRINT:
        part = os.read(pipe, _PRINT - len(raw))
        if not part:
            return b""
        raw += part
    return raw


def _all_of(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, 1 << 20):
        parts.append(part)
    return b"".join(parts)

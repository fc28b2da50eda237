"""Noticing: which memories of a store have changed, by whatever program or hand, for doors that tell it on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from memsync.core.change import diff
from memsync.core.names import is_memory_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from memsync.core.change import Stamp
    from memsync.store.parts import Parts

_BURST = 0.3  # seconds of peace that end a burst: a pull writes many files
_BLIND = 5.0  # seconds between two looks at every file where the system tells of no changes


class Noticing:
    """Watches these stores from `with` to its end. Used by one thread at a time."""

    def __init__(self, rooms: Sequence[Parts]) -> None:
        self._eyes = [_Eye(room) for room in rooms]

    def __enter__(self) -> Self:
        for eye in self._eyes:
            eye.open()
        return self

    def __exit__(self, *_: object) -> None:
        for eye in self._eyes:
            eye.close()

    def next(self, wait: float) -> frozenset[str]:
        """Return the paths of memories that changed, each in its store; empty where nothing did for `wait` seconds."""
        deadline = time.monotonic() + wait
        changed: set[str] = set()
        while True:
            new = {path for eye in self._eyes for path in eye.look() if is_memory_path(path)}
            if not new and (changed or time.monotonic() >= deadline):
                return frozenset(changed)
            changed |= new
            self._eyes[0].rest(_BURST)


class _Eye:
    """One store: the system's hints, or a look at every file now and then."""

    def __init__(self, room: Parts) -> None:
        from memsync.edges.watcher import Watcher

        self._tree = room.tree
        self._watcher = Watcher(room.root)
        self._seen: dict[str, Stamp] = {}
        self._looked = 0.0

    def open(self) -> None:
        self._watcher.start()
        self._seen = self._tree.listing()
        self._looked = time.monotonic()

    def close(self) -> None:
        self._watcher.stop()

    def rest(self, seconds: float) -> None:
        """Wait, or be woken by the first change."""
        self._watcher.woken.wait(seconds)

    def look(self) -> tuple[str, ...]:
        """Return what changed since the last look. A hint is only that: what did not really change is not told."""
        self._watcher.refresh()
        blind = not self._watcher.alive() and time.monotonic() - self._looked >= _BLIND
        if not self._watcher.take() and not blind:
            return ()
        before, self._seen, self._looked = self._seen, self._tree.listing(), time.monotonic()
        return tuple(change.path for change in diff(before, self._seen))

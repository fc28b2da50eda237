"""Kept: a store's listing, walked once by a hook, and by a resident only when something changed. What is read is read from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.edges.tree import MemoryTree

if TYPE_CHECKING:
    from memsync.core.change import Stamp
    from memsync.edges.inotify import Changes
    from memsync.store.parts import Parts


class KeptTree(MemoryTree):
    """A tree that walks again when `changes` says so, or, without `changes`, never. For one thread; readers don't alter the listing."""

    def __init__(self, tree: MemoryTree, changes: Changes | None) -> None:
        super().__init__(tree._root, lock=tree._lock, trash=tree._trash)  # noqa: SLF001  # the same tree, of its own class
        self._changes = changes
        self._kept: dict[str, Stamp] | None = None

    def listing(self) -> dict[str, Stamp]:
        """Return the listing of the last walk where nothing changed since, else walk."""
        if self._changes is None:
            if self._kept is None:
                self._kept = super().listing()
        elif self._kept is None or self._changes.any():
            self._changes.watch()  # before the walk: what changes meanwhile is told the next time
            self._kept = super().listing()
        return self._kept

    def state(self) -> object | None:
        """Return the listing itself: another one comes when something changed."""
        return self.listing()


def for_one_call(room: Parts) -> None:
    """Let a room that lives for one call look at its files once."""
    room.tree = KeptTree(room.tree, None)


def for_a_resident(room: Parts) -> None:
    """Let a room that lives long look at its files only when they changed; nothing where it does already."""
    from memsync.edges.inotify import Changes

    room.by_meaning = True
    if not isinstance(room.tree, KeptTree):
        room.tree = KeptTree(room.tree, Changes(room.root))

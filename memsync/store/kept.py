"""Kept: a store's listing, walked once by a hook, and by a resident only when something changed. What is read is read from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.edges.tree import Meanwhile, MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.core.change import Stamp
    from memsync.core.recall.view import View
    from memsync.edges.inotify import Changes
    from memsync.store.parts import Parts


class KeptTree(MemoryTree):
    """A tree that walks again when `changes` says so. For one thread; readers don't alter the listing."""

    def __init__(self, tree: MemoryTree, changes: Changes) -> None:
        super().__init__(tree._root, lock=tree._lock, trash=tree._trash)  # noqa: SLF001  # the same tree, of its own class
        self._changes = changes
        self._kept: dict[str, Stamp] | None = None
        self._changed = False  # told by `changes`, which says it once

    def is_known(self) -> bool:
        """Whether nothing changed since the last walk. Walks not."""
        self._changed = self._changed or self._changes.any()
        return self._kept is not None and not self._changed

    def listing(self) -> dict[str, Stamp]:
        """Return the listing of the last walk where nothing changed since, else walk."""
        if not self.is_known() or self._kept is None:
            self._changed = False
            self._changes.watch()  # before the walk: what changes meanwhile is told the next time
            self._kept = super().listing()
        return self._kept

    def state(self) -> object | None:
        """Return the listing itself: another one comes when something changed."""
        return self.listing()


class TreeOnce(MemoryTree):
    """A tree that is walked once, and by somebody else, while this process still imports what it needs for the question."""

    def __init__(self, tree: MemoryTree) -> None:
        super().__init__(tree._root, lock=tree._lock, trash=tree._trash)  # noqa: SLF001  # the same tree, of its own class
        self._walk = Meanwhile(tree._root)  # noqa: SLF001  # the same

    def listing(self) -> dict[str, Stamp]:
        """Return the listing of the one walk."""
        return self._walk.listing()

    def fingerprint(self) -> bytes:
        """Return what stands for that listing."""
        return self._walk.fingerprint()

    def state(self) -> object | None:
        """Return the tree itself: for one call nothing changes."""
        return self


class KnownAhead:
    """What the last look left written beside the index. Implements flows.place.Ahead."""

    def __init__(self, room: Parts, tree: TreeOnce, *, rules: int) -> None:
        self._room = room
        self._tree = tree
        self._rules = rules

    def known(self) -> tuple[View, Mapping[str, Sequence[str]]] | None:
        """Return the index and the contested memories where the index stands for the listing; else None. Raises IndexLost."""
        return self._room.index.view_of(self._tree.fingerprint(), rules=self._rules)

    def keep(self, contested: Mapping[str, Sequence[str]]) -> None:
        """Write it down for the next question."""
        self._room.index.found_clean(self._tree.fingerprint(), rules=self._rules, contested=contested)


def for_one_call(room: Parts) -> None:
    """Let a room that lives for one call look at its files once. The walk begins now."""
    room.tree = TreeOnce(room.tree)


def for_a_resident(room: Parts) -> None:
    """Let a room that lives long look at its files only when they changed; nothing where it does already."""
    from memsync.edges.inotify import Changes
    from memsync.flows.place import Remembered

    room.by_meaning = True
    if not isinstance(room.tree, KeptTree):
        room.tree = KeptTree(room.tree, Changes(room.root))
        room.remembered = Remembered()

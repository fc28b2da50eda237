"""Once: a store as it was at one moment, so that several questions of one call pay for one look at its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from memsync.core.change import Stamp
    from memsync.core.memory import Memory
    from memsync.core.ports import Index, Tree
    from memsync.core.recall.view import Refreshed, View
    from memsync.flows.recall import Place


def at_once(place: Place) -> Place:
    """Return the same store, looked at only the first time. For one call; not to be kept."""
    return replace(place, tree=OnceTree(place.tree), index=OnceIndex(place.index))


class OnceTree:
    """A tree whose listing is taken once; what is read is read."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._listing: dict[str, Stamp] | None = None
        self.read = tree.read
        self.create = tree.create
        self.replace = tree.replace
        self.remove = tree.remove

    def listing(self) -> dict[str, Stamp]:
        """Return the listing of the first call."""
        if self._listing is None:
            self._listing = self._tree.listing()
        return self._listing

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        """Write as the tree does."""
        return self._tree.create_all(files)


class OnceIndex:
    """An index that is refreshed once, and seen as it was then."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._refreshed: Refreshed | None = None
        self._view: View | None = None
        self.state = index.state
        self.forget = index.forget

    def refresh(
        self, listing: Mapping[str, Stamp], read: Callable[[str], Memory | None], *, limit: int | None = None
    ) -> Refreshed:
        """Refresh the first time; later, say what that did."""
        if self._refreshed is None:
            self._refreshed = self._index.refresh(listing, read, limit=limit)
        return self._refreshed

    def view(self) -> View:
        """Return one view for all. Raises IndexLost."""
        if self._view is None:
            self._view = self._index.view()
        return self._view

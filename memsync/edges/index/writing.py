"""Writing the index: one batch, one commit, and which segments are merged with it.

Whoosh's own policy goes by how many segments there are, counts what was deleted as if it were there, and may merge anything at
any time. Here a segment belongs to a tier by the documents that still live in it, and a full tier becomes one segment: every
document is rewritten a few times at most, what was deleted goes, and there are never more than some thirty segments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.core.recall.entry import PATH, Entry
from memsync.edges.index.glance import place_of
from memsync.edges.index.lean import lean_imports
from memsync.edges.index.postings import WhooshView, open_index
from memsync.edges.index.warm import DIGEST, FACTS, TERMS, UPDATED, lost_if_damaged

with lean_imports():
    from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader
    from whoosh.reading import SegmentReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from memsync.edges.index.journal import Row

_SMALL, _FEW, _MANY = 1024, 4, 8
"""Four segments of a tier become one, of large ones (which cost more to rewrite) eight. A tier is four times the one before."""


class _LengthsOnce(W3PerDocReader):
    """Of a field that keeps no lengths Whoosh asks the disk again with each posting; what there is does not change: once will do."""

    def _cached_reader(self, name: str, column: Any) -> Any:
        if name not in self._readers:
            self._readers[name] = super()._cached_reader(name, column)
        return self._readers[name]


class _Codec(W3Codec):
    def per_document_reader(self, storage: Any, segment: Any) -> _LengthsOnce:
        return _LengthsOnce(storage, segment)


class WhooshWriter:
    """A writer of one batch. The caller holds the lock; Whoosh's own is taken too."""

    @lost_if_damaged
    def __init__(self, folder: Path) -> None:
        index = open_index(folder)
        self._folder = folder
        self._view: WhooshView | None = None
        self._writer = index.writer(timeout=5, codec=_Codec(compression=0), limitmb=64, compound=False)

    @lost_if_damaged
    def remove(self, path: str) -> None:
        """Take out the document of this path, if there is one."""
        place = place_of(self._folder, int(self._writer.generation) - 1, path)
        for document in self._asked(path) if place is None else (place,):
            self._writer.delete_document(document)

    def _asked(self, path: str) -> Sequence[int]:
        """Return the documents of a path, out of Whoosh's own files."""
        if self._view is None:
            self._view = WhooshView(self._folder)
        return self._view.postings(PATH + path)[0]

    @lost_if_damaged
    def add(self, terms: Mapping[str, float], entry: Entry, row: Row) -> None:
        """Add a document."""
        facts = (row, tuple(getattr(entry, name) for name in Entry.__slots__))
        numbers = {UPDATED: entry.updated, DIGEST: row[-1]}
        self._writer.add_document(**{TERMS: terms, FACTS: facts, **numbers})

    @lost_if_damaged
    def commit(self, *, most: int | None = None) -> int:
        """Make it all visible at once; returns the new generation. Segments are merged only up to `most` documents together."""
        if self._view is not None:
            self._view.release()

        def merged(writer: Any, segments: Sequence[Any]) -> list[Any]:
            sizes = [segment.doc_count() for segment in segments]
            chosen = to_merge(sizes, most=most)
            for place in chosen:
                reader = SegmentReader(writer.storage, writer.schema, segments[place])
                writer.add_reader(reader)
                reader.close()
            return [s for i, s in enumerate(segments) if i not in chosen and sizes[i]]

        self._writer.commit(mergetype=merged)
        return int(self._writer.generation)

    @lost_if_damaged
    def cancel(self) -> None:
        """Drop everything since the last commit."""
        self._writer.cancel()


def to_merge(sizes: Sequence[int], *, most: int | None) -> frozenset[int]:
    """Return which segments, by their places, are merged now: the full tiers, and what that makes full, as far as `most` allows."""
    tiers: dict[int, list[int]] = {}
    for place, size in enumerate(sizes):
        if size:
            tiers.setdefault(_tier(size), []).append(place)
    chosen: list[int] = []
    total = 0
    for tier in range(max(tiers, default=-1) + 1):
        here = tiers.get(tier, [])
        grown = 1 if total and _tier(total) >= tier else 0
        if len(here) + grown < (_FEW if 4**tier < _SMALL else _MANY):
            continue
        more = total + sum(sizes[place] for place in here)
        if most is not None and more > most:
            break
        chosen += here
        total = more
    return frozenset(chosen)


def _tier(size: int) -> int:
    """Return the power of four at or below a size."""
    return (size.bit_length() - 1) // 2

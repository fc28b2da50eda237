"""Whoosh as a store of postings: terms come ready from the core, and scores are made there too.

What must be known of Whoosh-Reloaded 2.7: with `supports_mmap` opening copies every posting; a searcher that is refreshed or
shared by threads answers wrongly; any exception while opening means the index is damaged. So: a fresh reader a call, and
postings are read a block at a time, which is several times faster than stepping a matcher.
"""

# ruff: noqa: SLF001  # blocks are read through what Whoosh keeps private; it is pinned, and a contract test holds it

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

from memsync.edges.index.lean import lean_imports
from memsync.edges.index.warm import COLUMNS, FACTS, TERMS, Warm, WarmView, lost_if_damaged
from memsync.errors import IndexLost

with lean_imports():
    from whoosh import columns, fields, formats
    from whoosh.codec.whoosh3 import W3LeafMatcher
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex
    from whoosh.reading import TermNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from memsync.edges.index.journal import Row


class _Terms(fields.FieldType):
    """A field whose value is term → weight; Whoosh analyses nothing."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh wants of a term: bytes, frequency, weight, value."""
        for term, weight in value.items():
            yield term.encode(), 1, weight, b""


class _Facts(fields.FieldType):
    """A field that is only stored."""

    indexed = False
    stored = True

    def __init__(self) -> None:
        super().__init__(None, None, stored=True)


class _Number(fields.FieldType):
    """A column of whole numbers of one width: `I` for four bytes, `Q` for eight."""

    indexed = False

    def __init__(self, code: str) -> None:
        super().__init__(None, None, sortable=columns.NumericColumn(code))
        self._most: int = 256 ** array(code).itemsize - 1

    def to_column_value(self, value: float) -> int:
        """Return the number as it fits the column."""
        return int(max(0, min(value, self._most)))


def _schema() -> fields.Schema:
    numbers = {name: _Number(code) for name, code in COLUMNS.items()}
    return fields.Schema(**{TERMS: _Terms(), FACTS: _Facts(), **numbers})


def create(folder: Path) -> None:
    """Make an empty index. The caller holds the writer's lock and has emptied the folder."""
    FileIndex.create(FileStorage(str(folder), supports_mmap=False), _schema())


def open_index(folder: Path) -> FileIndex:
    """Return the index of a folder, in a way that opens no more than is read."""
    return FileIndex(FileStorage(str(folder), supports_mmap=False))


def _reader(index: FileIndex) -> tuple[Any, int]:
    """Open the newest generation. A writer that commits just now may take a file away: then there is a newer one."""
    for _ in range(5):
        info = index._read_toc()
        try:
            return FileIndex._reader(index.storage, info.schema, info.segments, info.generation), int(
                info.generation
            )
        except FileNotFoundError:
            continue
    raise IndexLost("its files vanish")


class WhooshView(WarmView):
    """The index at one moment, for one thread."""

    @lost_if_damaged
    def __init__(self, folder: Path) -> None:
        self._reader, self.generation = _reader(open_index(folder))
        self._leaves = [(leaf, base) for leaf, base in self._reader.leaf_readers() if leaf.doc_count_all()]
        self.count = int(self._reader.doc_count())
        self.span = int(self._reader.doc_count_all())
        self.name = (self.generation, tuple(str(leaf.segment().segment_id()) for leaf, _ in self._leaves))
        self.warm = Warm(self.name)

    def release(self) -> None:
        """Close the files."""
        for leaf, _ in self._leaves:
            if not leaf.is_closed:
                leaf.close()

    def _postings(self, term: str) -> tuple[Sequence[int], Sequence[float]]:
        key = term.encode()
        documents, weights = array("I"), array("f")
        for leaf, base in self._leaves:
            ids, values = _of_leaf(leaf, key)
            gone = (
                set(leaf._perdoc.deleted_docs()) if ids and leaf.has_deletions() else ()
            )  # FilterMatcher is slow
            if gone:
                kept = [i for i, d in enumerate(ids) if d not in gone]
                ids, values = [ids[i] for i in kept], [values[i] for i in kept]
            documents.extend([d + base for d in ids] if base else ids)
            weights.extend(values)
        return documents, weights

    def _frequency(self, term: str) -> int:
        key = term.encode()
        terms = [leaf._terms for leaf, _ in self._leaves]
        return sum(some.doc_frequency(TERMS, key) for some in terms if (TERMS, key) in some)

    @lost_if_damaged
    def rows(self) -> dict[str, Row]:
        """Return path → row of every document: what the journal would say, were it there."""
        found = {}
        for leaf, base in self._leaves:
            for number in leaf.all_doc_ids():
                row, entry = self._stored(number + base)
                found[entry[0]] = row
        return found

    def _stored(self, document: int) -> tuple[Row, tuple[Any, ...]]:
        for leaf, base in reversed(self._leaves):
            if document >= base:
                row, entry = leaf._perdoc.stored_fields(document - base)[FACTS]
                return row, entry
        raise IndexLost("no such document")

    def _starting(self, prefix: str) -> tuple[str, ...]:
        head = prefix.encode()
        found = set()
        for leaf, _ in self._leaves:
            for name, term in leaf._terms.terms_from(TERMS, head):
                if name != TERMS or not term.startswith(head):
                    break
                found.add(term)
        return tuple(sorted(term.decode() for term in found))

    def _column(self, name: str) -> Sequence[int]:
        values = array(COLUMNS[name])
        for leaf, base in self._leaves:
            values.extend([0] * (base - len(values)))
            values.extend(column_of(leaf, name))
        return values


def column_of(leaf: Any, name: str) -> array[int]:
    """Read the whole column at once: value by value, as Whoosh does it, takes a microsecond each."""
    values = array(COLUMNS[name])
    reader = leaf._perdoc.column_reader(name, columns.NumericColumn(values.typecode))
    values.frombytes(reader._dbfile.get(reader._basepos, values.itemsize * reader._count))
    if sys.byteorder == "little":
        values.byteswap()
    values.extend([0] * (leaf.doc_count_all() - len(values)))
    return values


def _of_leaf(leaf: Any, key: bytes) -> tuple[Sequence[int], Sequence[float]]:
    try:
        info = leaf._terms.term_info(TERMS, key)
    except TermNotFound:
        return (), ()
    return of_info(leaf._terms, info)


def of_info(terms: Any, info: Any) -> tuple[Sequence[int], Sequence[float]]:
    """Return the documents and weights that a term's record leads to."""
    if info.is_inlined():  # a single posting, kept in the record itself
        documents, weights, _ = info.inlined_postings()
        return documents, weights
    matcher = W3LeafMatcher(terms._postfile, *info.extent(), formats.Existence())
    ids: list[int] = []
    values: list[float] = []
    while True:
        matcher._read_ids()
        matcher._read_weights()
        ids.extend(matcher._ids)
        values.extend(matcher._weights)
        if matcher._lastblock:
            return ids, values
        matcher._next_block()

"""Whoosh as a store of postings: terms come ready from the core, and scores are made there too.

What must be known of Whoosh-Reloaded 2.7: with `supports_mmap` opening copies every posting; a searcher that is refreshed or
shared by threads answers wrongly; any exception while opening means the index is damaged. So: a fresh reader a call, and
postings are read a block at a time, which is several times faster than stepping a matcher.
"""

# ruff: noqa: SLF001  # blocks are read through what Whoosh keeps private; it is pinned, and a contract test holds it

from __future__ import annotations

import sys
from array import array
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from memsync.core.recall.beside import neighbours
from memsync.core.recall.entry import Entry
from memsync.edges.index.lean import lean_imports
from memsync.errors import IndexLost

with lean_imports():
    from whoosh import columns, fields, formats
    from whoosh.codec.whoosh3 import W3LeafMatcher
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex
    from whoosh.reading import TermNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    P = ParamSpec("P")
    T = TypeVar("T")

TERMS, FACTS, UPDATED, DIGEST = "t", "f", "u", "d"
_MOST_POSTINGS, _MOST_ENTRIES, _MOST_STARTS = 3_000_000, 20_000, 1_000


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


_COLUMNS = {UPDATED: "I", DIGEST: "Q"}


def _schema() -> fields.Schema:
    numbers = {name: _Number(code) for name, code in _COLUMNS.items()}
    return fields.Schema(**{TERMS: _Terms(), FACTS: _Facts(), **numbers})


def lost_if_damaged(method: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever Whoosh raises over damaged or vanished files into IndexLost."""

    @wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except IndexLost:
            raise
        except (
            Exception
        ) as error:  # of a torn pickle anything may come: KeyError, struct.error, MemoryError …
            raise IndexLost(error.__class__.__name__) from error

    return guarded


def create(folder: Path) -> None:
    """Make an empty index. The caller holds the writer's lock and has emptied the folder."""
    FileIndex.create(FileStorage(str(folder), supports_mmap=False), _schema())


@lost_if_damaged
def generation_of(folder: Path) -> int:
    """Return the newest generation's number, -1 where there is none."""
    return int(open_index(folder).latest_generation())


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


class Warm:
    """What was read of one generation, kept for the next question: in a resident process most postings are here already.

    Shared by threads: only ever added to, and what is in it does not change. Postings are arrays, six times smaller than lists.
    """

    def __init__(self, name: object) -> None:
        self.name = name
        self.postings: dict[str, tuple[Sequence[int], Sequence[float]]] = {}
        self.entries: dict[int, Entry] = {}
        self.frequencies: dict[str, int] = {}
        self.columns: dict[str, Sequence[int]] = {}
        self.beside: dict[int, tuple[int, ...]] | None = None
        self.starts: dict[str, tuple[str, ...]] = {}
        self._room = _MOST_POSTINGS

    def keep(self, term: str, postings: tuple[Sequence[int], Sequence[float]]) -> None:
        """Keep a term's postings, as long as there is room."""
        self._room -= len(postings[0]) + 20
        if self._room < 0:
            self.postings, self.frequencies = {}, {}
            self._room = _MOST_POSTINGS
        self.postings[term] = postings


class WhooshView:
    """The index at one moment, for one thread."""

    @lost_if_damaged
    def __init__(self, folder: Path) -> None:
        self._reader, self.generation = _reader(open_index(folder))
        self._leaves = [(leaf, base) for leaf, base in self._reader.leaf_readers() if leaf.doc_count_all()]
        self.count = int(self._reader.doc_count())
        self.span = int(self._reader.doc_count_all())
        self.name = (self.generation, tuple(str(leaf.segment().segment_id()) for leaf, _ in self._leaves))
        self.warm = Warm(self.name)

    def close(self) -> None:
        """Keep the files open for the next question of this thread; a newer view takes this one's place."""

    def release(self) -> None:
        """Close the files."""
        for leaf, _ in self._leaves:
            if not leaf.is_closed:
                leaf.close()

    @lost_if_damaged
    def postings(self, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """Return the documents that have a term, and its weight in each."""
        found = self.warm.postings.get(term)
        if found is None:
            found = self._postings(term)
            self.warm.keep(term, found)
        return found

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

    @lost_if_damaged
    def frequency(self, term: str) -> int:
        """Return about how many documents have a term: deleted ones still count until segments merge."""
        if term in self.warm.postings:
            return len(self.warm.postings[term][0])
        found = self.warm.frequencies.get(term)
        if found is None:
            key = term.encode()
            terms = [leaf._terms for leaf, _ in self._leaves]
            found = sum(some.doc_frequency(TERMS, key) for some in terms if (TERMS, key) in some)
            self.warm.frequencies[term] = found
        return found

    @lost_if_damaged
    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        found = self.warm.entries.get(document)
        if found is None:
            if len(self.warm.entries) >= _MOST_ENTRIES:
                self.warm.entries = {}
            found = self.warm.entries[document] = Entry(
                **dict(zip(Entry.__slots__, self._stored(document)[1], strict=True))
            )
        return found

    @lost_if_damaged
    def rows(self) -> dict[str, tuple[int, ...]]:
        """Return path → row of every document: what the journal would say, were it there."""
        found = {}
        for leaf, base in self._leaves:
            for number in leaf.all_doc_ids():
                row, entry = self._stored(number + base)
                found[entry[0]] = row
        return found

    def _stored(self, document: int) -> tuple[tuple[int, ...], tuple[Any, ...]]:
        for leaf, base in reversed(self._leaves):
            if document >= base:
                row, entry = leaf._perdoc.stored_fields(document - base)[FACTS]
                return row, entry
        raise IndexLost("no such document")

    @lost_if_damaged
    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so, sorted."""
        known = self.warm.starts.get(prefix)
        if known is None:
            if len(self.warm.starts) >= _MOST_STARTS:
                self.warm.starts = {}
            known = self.warm.starts[prefix] = self._starting(prefix)
        return known

    def _starting(self, prefix: str) -> tuple[str, ...]:
        head = prefix.encode()
        found = set()
        for leaf, _ in self._leaves:
            for name, term in leaf._terms.terms_from(TERMS, head):
                if name != TERMS or not term.startswith(head):
                    break
                found.add(term)
        return tuple(sorted(term.decode() for term in found))

    @lost_if_damaged
    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated (UTC seconds)."""
        return self._column(UPDATED)

    @lost_if_damaged
    def digests(self) -> Sequence[int]:
        """Return, by document number, each content's number."""
        return self._column(DIGEST)

    def beside(self) -> Mapping[int, tuple[int, ...]]:
        """Return document → the session notes written next to it."""
        if self.warm.beside is None:
            self.warm.beside = neighbours(self)
        return self.warm.beside

    def _column(self, name: str) -> Sequence[int]:
        found = self.warm.columns.get(name)
        if found is None:
            values = array(_COLUMNS[name])
            for leaf, base in self._leaves:
                values.extend([0] * (base - len(values)))
                values.extend(_column(leaf, name))
            found = self.warm.columns[name] = values
        return found


def _column(leaf: Any, name: str) -> Iterable[int]:
    """Read the whole column at once: value by value, as Whoosh does it, takes a microsecond each."""
    values = array(_COLUMNS[name])
    reader = leaf._perdoc.column_reader(name, columns.NumericColumn(values.typecode))
    values.frombytes(reader._dbfile.get(reader._basepos, values.itemsize * reader._count))
    if sys.byteorder == "little":
        values.byteswap()
    values.extend([0] * (leaf.doc_count_all() - len(values)))
    return values


def _of_leaf(leaf: Any, key: bytes) -> tuple[Sequence[int], Sequence[float]]:
    terms = leaf._terms
    try:
        info = terms.term_info(TERMS, key)
    except TermNotFound:
        return (), ()
    if info.is_inlined():  # a single posting, kept in the term's own record
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


def name_now(folder: Path) -> object | None:
    """Return what names the index as it is now, None where it can't be opened."""
    try:
        view = WhooshView(folder)
    except IndexLost:
        return None
    view.release()
    return view.name

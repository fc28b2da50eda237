"""A copy of the index that is read without Whoosh: where nobody is resident, importing that took longer than the question.

Beside each segment of Whoosh's lies a file with the same documents, terms and weights, laid out so that a term is found by
its hash and its postings are one piece; `quick-N` lists the segments of generation N, and what of them is deleted. Written after
Whoosh's own commit: a generation without its list is read through Whoosh. Numbers are in this machine's own order.
"""

from __future__ import annotations

import marshal
import os
import zlib
from array import array
from bisect import bisect_left
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from memsync.edges.index.warm import COLUMNS, Warm, WarmView, lost_if_damaged
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.edges.index.journal import Row
    from memsync.edges.index.warm import Postings

LIST_HEAD = Struct("<8sI")  # magic, crc32 of what follows
HEAD = Struct(
    "=8sIIIIII"
)  # magic, crc32 of the directory, documents, terms, buckets, bytes of terms, postings
LIST_MAGIC, MAGIC = b"mslist01", b"msquick1"
_TRIES = 5


class Segment(NamedTuple):
    """A segment as the list has it: its name, its documents (deleted ones too), and which are deleted (uint32, sorted)."""

    name: str
    documents: int
    deleted: bytes


def newest(folder: Path) -> int:
    """Return the number of the newest generation, -1 where there is none. Source: whoosh.index.TOC."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  # names are all that is wanted
    except OSError:
        return -1
    tocs = [n[6:-4] for n in names if n.startswith("_MAIN_") and n.endswith(".toc")]
    return max((int(n) for n in tocs if n.isdecimal()), default=-1)


def list_path(folder: Path, generation: int) -> str:
    """Return where a generation's list is."""
    return f"{folder}/quick-{generation}"


def copy_path(folder: Path, name: str) -> str:
    """Return where a segment's copy is. Whoosh takes it for a file of the segment's, and removes it with the others."""
    return f"{folder}/{name}.quick"


def has_copies(folder: Path, generation: int) -> bool:
    """Whether a generation is to be read from its copies."""
    return os.path.exists(list_path(folder, generation))  # noqa: PTH110  # the path is made as text


def packed_list(segments: Sequence[Segment]) -> bytes:
    """Return a list's bytes."""
    raw = marshal.dumps([tuple(s) for s in segments])
    return LIST_HEAD.pack(LIST_MAGIC, zlib.crc32(raw)) + raw


def read_list(folder: Path, generation: int) -> list[Segment]:
    """Return the segments of a generation, in their order. Raises FileNotFoundError, IndexLost for a damaged list."""
    with open(list_path(folder, generation), "rb") as file:  # noqa: PTH123  # a question has no time for pathlib
        raw = file.read()
    magic, checksum = LIST_HEAD.unpack_from(raw)
    if magic != LIST_MAGIC or zlib.crc32(raw[LIST_HEAD.size :]) != checksum:
        raise IndexLost("its list is damaged")
    return [Segment._make(s) for s in marshal.loads(raw[LIST_HEAD.size :])]  # noqa: S302  # written by this user on this machine, checked just above


class Copy:
    """One segment's copy, open. What stands behind the directory is read when it is asked for, piece by piece."""

    def __init__(self, folder: Path, segment: Segment, base: int) -> None:
        self._file = -1
        self.base = base
        self.documents = segment.documents
        self.deleted = frozenset(_numbers("I", segment.deleted))
        self._file = os.open(copy_path(folder, segment.name), os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._read_directory()
        except BaseException:
            self.close()
            raise

    def _read_directory(self) -> None:
        head = os.pread(self._file, HEAD.size, 0)
        magic, checksum, documents, terms, buckets, length, postings = HEAD.unpack(head)
        size = 4 * (buckets + 1 + terms + 2 * (terms + 1)) + length
        raw = self._piece(HEAD.size, size)
        if magic != MAGIC or documents != self.documents or zlib.crc32(raw) != checksum:
            raise IndexLost("a copy is damaged")
        view, at = memoryview(raw), 0
        parts = []
        for count in (buckets + 1, terms, terms + 1, terms + 1):
            parts.append(view[at : at + 4 * count].cast("I"))
            at += 4 * count
        self._buckets, self._order, self._term_at, self._posting_at = parts
        self._terms = raw[at:]
        self._count, self._many = terms, buckets
        self._ids_at = HEAD.size + size
        self._weights_at = self._ids_at + 4 * postings
        self._columns_at = {}
        at = self._weights_at + 4 * postings
        for name, code in COLUMNS.items():
            self._columns_at[name] = at
            at += documents * array(code).itemsize
        self._entry_at_at = at
        self._entries_at = at + 4 * (documents + 1)
        if os.fstat(self._file).st_size < self._entries_at:
            raise IndexLost("a copy is cut")

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def __del__(self) -> None:
        """Give the file back where nobody closed it."""
        self.close()

    def frequency(self, term: bytes, checksum: int) -> int:
        """Return how many documents have a term (given with its crc32), deleted ones too."""
        number = self._find(term, checksum)
        return 0 if number < 0 else self._posting_at[number + 1] - self._posting_at[number]

    def postings(self, term: bytes, checksum: int) -> tuple[array[int], array[float]] | None:
        """Return the living documents that have a term, numbered as in the whole index, and its weight in each."""
        number = self._find(term, checksum)
        if number < 0:
            return None
        first, end = self._posting_at[number], self._posting_at[number + 1]
        ids = _numbers("I", self._piece(self._ids_at + 4 * first, 4 * (end - first)))
        weights = array("f", self._piece(self._weights_at + 4 * first, 4 * (end - first)))
        if self.deleted and not self.deleted.isdisjoint(ids):
            kept = [i for i, d in enumerate(ids) if d not in self.deleted]
            ids, weights = array("I", [ids[i] for i in kept]), array("f", [weights[i] for i in kept])
        base = self.base
        return (array("I", [d + base for d in ids]) if base else ids), weights

    def starting(self, head: bytes) -> list[bytes]:
        """Return the terms that begin so, sorted."""
        found = []
        number = bisect_left(range(self._count), head, key=self._term)
        while number < self._count and (term := self._term(number)).startswith(head):
            found.append(term)
            number += 1
        return found

    def column(self, name: str) -> array[int]:
        """Return a column's numbers by document."""
        code = COLUMNS[name]
        return _numbers(code, self._piece(self._columns_at[name], self.documents * array(code).itemsize))

    def stored(self, document: int) -> tuple[Row, tuple[Any, ...]]:
        """Return a document's row of the journal and its entry's fields."""
        first, end = _numbers("I", self._piece(self._entry_at_at + 4 * document, 8))
        row, entry = marshal.loads(self._piece(self._entries_at + first, end - first))  # noqa: S302  # as the list
        return row, entry

    def _find(self, term: bytes, checksum: int) -> int:
        bucket = checksum % self._many
        for place in range(self._buckets[bucket], self._buckets[bucket + 1]):
            number = self._order[place]
            if self._term(number) == term:
                return number
        return -1

    def _term(self, number: int) -> bytes:
        return self._terms[self._term_at[number] : self._term_at[number + 1]]

    def _piece(self, at: int, size: int) -> bytes:
        raw = os.pread(self._file, size, at)
        if len(raw) != size:
            raise IndexLost("a copy is cut")
        return raw


def _numbers(code: str, raw: bytes) -> array[int]:
    return array(code, raw)


class QuickView(WarmView):
    """The index at one moment, read from the copies, for one thread."""

    def __init__(self, generation: int, segments: Sequence[Segment], copies: Sequence[Copy]) -> None:
        self.generation = generation
        self.span = sum(s.documents for s in segments)
        self.count = self.span - sum(len(s.deleted) // 4 for s in segments)
        self.name = (generation, tuple(s.name for s in segments))
        self.warm = Warm(self.name)
        self._copies = copies

    def release(self) -> None:
        """Close the files."""
        for copy in self._copies:
            copy.close()

    def _postings(self, term: str) -> Postings:
        key = term.encode()
        checksum = zlib.crc32(key)
        documents, weights = array("I"), array("f")
        for copy in self._copies:
            found = copy.postings(key, checksum)
            if found is not None:
                documents += found[0]
                weights += found[1]
        return documents, weights

    def _frequency(self, term: str) -> int:
        key = term.encode()
        checksum = zlib.crc32(key)
        return sum(copy.frequency(key, checksum) for copy in self._copies)

    def _stored(self, document: int) -> tuple[Row, tuple[Any, ...]]:
        for copy in reversed(self._copies):
            if document >= copy.base:
                return copy.stored(document - copy.base)
        raise IndexLost("no such document")

    def _starting(self, prefix: str) -> tuple[str, ...]:
        head = prefix.encode()
        found = {term for copy in self._copies for term in copy.starting(head)}
        return tuple(sorted(term.decode() for term in found))

    def _column(self, name: str) -> Sequence[int]:
        values: array[int] = array(COLUMNS[name])
        for copy in self._copies:
            values += copy.column(name)
        return values


@lost_if_damaged
def quick_view(folder: Path) -> QuickView | None:
    """Open the newest generation's copies; None where it has none, or not yet. Raises IndexLost where they are damaged."""
    for _ in range(_TRIES):
        generation = newest(folder)
        try:
            segments = read_list(folder, generation)
            return QuickView(generation, segments, _copies(folder, segments))
        except (
            FileNotFoundError
        ):  # a writer that commits just now takes files away: then there is a newer generation
            if newest(folder) == generation:
                return None
    raise IndexLost("its files vanish")


def _copies(folder: Path, segments: Sequence[Segment]) -> list[Copy]:
    opened: list[Copy] = []
    base = 0
    for segment in segments:
        opened.append(Copy(folder, segment, base))
        base += segment.documents
    return opened

"""Where one memory stands in the index, for a writer that takes it out: what that takes is read of each copy, and no more.

Whoosh opens every segment for it, which made an edit of a large store two or three times as dear as one of a small store.
"""

from __future__ import annotations

import marshal
import os
import zlib
from array import array
from typing import TYPE_CHECKING

from memsync.core.recall.entry import PATH
from memsync.edges.index.quick import HEAD, MAGIC, copy_path, read_list
from memsync.edges.index.warm import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memsync.edges.index.quick import Segment


def place_of(folder: Path, generation: int, path: str) -> int | None:
    """Return the number of the one living document of a path; None where the copies of a generation can't tell.

    Directories are not held against their checksums, which would take reading them whole: what is found is held against the
    path that is stored with the document.
    """
    found: list[int] = []
    base = 0
    try:
        for segment in read_list(folder, generation):
            deleted = frozenset(array("I", segment.deleted))
            found += [base + n for n in _places(folder, segment, path) if n not in deleted]
            base += segment.documents
    except Exception:  # noqa: BLE001  # of a damaged copy anything may come; Whoosh's own files are asked then
        return None
    return found[0] if len(found) == 1 else None


def _places(folder: Path, segment: Segment, path: str) -> Iterator[int]:
    file = os.open(copy_path(folder, segment.name), os.O_RDONLY | os.O_CLOEXEC)
    try:
        glance = _Glance(file, segment)
        for document in glance.documents((PATH + path).encode()):
            if glance.path(document) == path:
                yield document
    finally:
        os.close(file)


class _Glance:
    """One segment's copy, laid out as quick.Copy says."""

    def __init__(self, file: int, segment: Segment) -> None:
        self._file = file
        magic, _, documents, terms, self._many, length, postings = HEAD.unpack(os.pread(file, HEAD.size, 0))
        if magic != MAGIC or documents != segment.documents:
            raise ValueError("no copy of this segment")
        self._order_at = HEAD.size + 4 * (self._many + 1)
        self._term_at_at = self._order_at + 4 * terms
        self._posting_at_at = self._term_at_at + 4 * (terms + 1)
        self._terms_at = self._posting_at_at + 4 * (terms + 1)
        self._ids_at = self._terms_at + length
        columns = sum(array(code).itemsize for code in COLUMNS.values())
        self._entry_at_at = self._ids_at + 8 * postings + columns * documents
        self._entries_at = self._entry_at_at + 4 * (documents + 1)

    def documents(self, term: bytes) -> array[int]:
        """Return the documents that have a term, deleted ones too."""
        first, end = self._numbers(HEAD.size + 4 * (zlib.crc32(term) % self._many), 2)
        for number in self._numbers(self._order_at + 4 * first, end - first):
            start, stop = self._numbers(self._term_at_at + 4 * number, 2)
            if os.pread(self._file, stop - start, self._terms_at + start) == term:
                since, until = self._numbers(self._posting_at_at + 4 * number, 2)
                return self._numbers(self._ids_at + 4 * since, until - since)
        return array("I")

    def path(self, document: int) -> object:
        """Return the path that is stored with a document."""
        start, stop = self._numbers(self._entry_at_at + 4 * document, 2)
        _, entry = marshal.loads(os.pread(self._file, stop - start, self._entries_at + start))  # noqa: S302  # written by this user on this machine
        return entry[0]

    def _numbers(self, at: int, count: int) -> array[int]:
        return array("I", os.pread(self._file, 4 * count, at))

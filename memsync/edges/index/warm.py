"""What every view of the index shares: what was read once is kept for the next question, and damage is told in one way."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from memsync.core.recall.beside import neighbours
from memsync.core.recall.entry import Entry
from memsync.core.recall.view import Memo, superseded
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from memsync.edges.index.journal import Row

    P = ParamSpec("P")
    T = TypeVar("T")
    Postings = tuple[Sequence[int], Sequence[float]]

TERMS, FACTS, UPDATED, DIGEST = "t", "f", "u", "d"
COLUMNS = {UPDATED: "I", DIGEST: "Q"}
"""Columns by name, with the letter that says how wide a number is (array): four bytes, eight bytes."""

_MOST_POSTINGS, _MOST_ENTRIES, _MOST_STARTS, _MOST_SETS = 3_000_000, 20_000, 1_000, 8
_MOST_MEMO = 1_000_000  # numbers, of about seven bytes


def lost_if_damaged(method: Callable[P, T]) -> Callable[P, T]:
    """Turn whatever is raised over damaged or vanished files into IndexLost."""

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


class Warm:
    """What was read of one generation, kept for the next question: in a resident process most postings are here already.

    Shared by threads: only ever added to, and what is in it does not change. Postings are arrays, six times smaller than lists.
    """

    def __init__(self, name: object) -> None:
        self.name = name
        self.postings: dict[str, Postings] = {}
        self.entries: dict[int, Entry] = {}
        self.frequencies: dict[str, int] = {}
        self.columns: dict[str, Sequence[int]] = {}
        self.beside: Mapping[int, tuple[int, ...]] | None = None
        self.superseded: frozenset[str] | None = None
        self.memo = Memo(most=_MOST_MEMO)
        self.starts: dict[str, tuple[str, ...]] = {}
        self.having: dict[frozenset[str], frozenset[int]] = {}
        self._room = _MOST_POSTINGS

    def keep(self, term: str, postings: Postings) -> None:
        """Keep a term's postings, as long as there is room."""
        self._room -= len(postings[0]) + 20
        if self._room < 0:
            self.postings, self.frequencies = {}, {}
            self._room = _MOST_POSTINGS
        self.postings[term] = postings


class WarmView:
    """The index at one moment, for one thread. Whoever derives from it says how things are read."""

    count: int
    span: int
    generation: int
    name: object
    warm: Warm

    def close(self) -> None:
        """Keep the files open for the next question of this thread; a newer view takes this one's place."""

    def release(self) -> None:
        """Close the files."""
        raise NotImplementedError

    @property
    def memo(self) -> Memo:
        """What is kept of this generation from question to question."""
        return self.warm.memo

    def postings(self, term: str) -> Postings:
        """Return the documents that have a term, and its weight in each."""
        found = self.warm.postings.get(term)
        return self._kept_postings(term) if found is None else found

    @lost_if_damaged
    def _kept_postings(self, term: str) -> Postings:
        found = self._postings(term)
        self.warm.keep(term, found)
        return found

    @lost_if_damaged
    def having(self, terms: frozenset[str]) -> AbstractSet[int]:
        """Return the documents that have any of these terms; kept, as the scopes of one folder are asked for again and again."""
        found = self.warm.having.get(terms)
        if found is None:
            if len(self.warm.having) >= _MOST_SETS:
                self.warm.having = {}
            found = frozenset().union(*(self.postings(term)[0] for term in terms))
            self.warm.having[terms] = found
        return found

    def frequency(self, term: str) -> int:
        """Return about how many documents have a term: deleted ones still count until segments merge."""
        postings = self.warm.postings.get(term)
        if postings is not None:
            return len(postings[0])
        found = self.warm.frequencies.get(term)
        return self._kept_frequency(term) if found is None else found

    @lost_if_damaged
    def _kept_frequency(self, term: str) -> int:
        found = self.warm.frequencies[term] = self._frequency(term)
        return found

    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        found = self.warm.entries.get(document)
        return self._kept_entry(document) if found is None else found

    @lost_if_damaged
    def _kept_entry(self, document: int) -> Entry:
        if len(self.warm.entries) >= _MOST_ENTRIES:
            self.warm.entries = {}
        fields = zip(Entry.__slots__, self._stored(document)[1], strict=True)
        found = self.warm.entries[document] = Entry(**dict(fields))
        return found

    @lost_if_damaged
    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so, sorted."""
        known = self.warm.starts.get(prefix)
        if known is None:
            if len(self.warm.starts) >= _MOST_STARTS:
                self.warm.starts = {}
            known = self.warm.starts[prefix] = self._starting(prefix)
        return known

    @lost_if_damaged
    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated (UTC seconds)."""
        return self._kept_column(UPDATED)

    @lost_if_damaged
    def digests(self) -> Sequence[int]:
        """Return, by document number, each content's number."""
        return self._kept_column(DIGEST)

    def beside(self) -> Mapping[int, tuple[int, ...]]:
        """Return document → the session notes written next to it."""
        if self.warm.beside is None:
            self.warm.beside = neighbours(self)
        return self.warm.beside

    def superseded(self) -> AbstractSet[str]:
        """Return the names that any memory says it supersedes."""
        if self.warm.superseded is None:
            self.warm.superseded = superseded(self)
        return self.warm.superseded

    def _kept_column(self, name: str) -> Sequence[int]:
        found = self.warm.columns.get(name)
        if found is None:
            found = self.warm.columns[name] = self._column(name)
        return found

    def _postings(self, term: str) -> Postings:
        raise NotImplementedError

    def _frequency(self, term: str) -> int:
        raise NotImplementedError

    def _stored(self, document: int) -> tuple[Row, tuple[Any, ...]]:
        """Return a document's row of the journal and its entry's fields."""
        raise NotImplementedError

    def _starting(self, prefix: str) -> tuple[str, ...]:
        raise NotImplementedError

    def _column(self, name: str) -> Sequence[int]:
        raise NotImplementedError

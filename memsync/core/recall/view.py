"""What a question is asked of: postings by term and facts by document, at one moment."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from memsync.core.recall.beside import neighbours
from memsync.core.recall.entry import SUCCESSOR, Entry, digest_of, entry_of, postings_of
from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from memsync.core.memory import Memory

    Postings = tuple[Sequence[int], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh of the index did. `left`: paths it has not taken in as they are now; what it knows of them is out of date.

    `problem` says why something is left: somebody else writes the index, its folder can't be written, there were too many.
    """

    added: int = 0
    modified: int = 0
    removed: int = 0
    rebuilt: bool = False
    seconds: float = 0.0
    left: tuple[str, ...] = ()
    problem: str = ""


NOTHING: Postings = ((), ())


class Memo:
    """What was worked out of one view for a word or the like, kept for the next question: it stays true as long as the view is the same.

    `most` bounds the numbers in it (a value's size is said when it is kept); then it begins anew.
    """

    __slots__ = ("_known", "_most", "_room")

    def __init__(self, *, most: int = 0) -> None:
        self._known: dict[object, object] = {}
        self._most = self._room = most

    def get(self, key: object) -> object:
        """Return what is known by this key, else None."""
        return self._known.get(key)

    def keep(self, key: object, value: object, *, size: int) -> None:
        """Keep a value, as long as there is room."""
        if size > self._most:
            return
        self._room -= size
        if self._room < 0:
            self._known, self._room = {}, self._most - size
        self._known[key] = value


class View(Protocol):
    """An index at one moment. Documents are numbers below `span`; a number means nothing beyond this view.

    Raises IndexLost where the index can't be read any more.
    """

    @property
    def count(self) -> int:
        """How many documents there are."""
        ...

    @property
    def span(self) -> int:
        """One more than the highest document number."""
        ...

    def postings(self, term: str) -> Postings:
        """Return the documents that have a term, and its weight in each."""
        ...

    def having(self, terms: frozenset[str]) -> AbstractSet[int]:
        """Return the documents that have any of these terms; not to be changed."""
        ...

    def frequency(self, term: str) -> int:
        """Return about how many documents have a term."""
        ...

    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        ...

    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so, sorted."""
        ...

    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated (UTC seconds); of a number that is no document: anything."""
        ...

    def digests(self) -> Sequence[int]:
        """Return, by document number, each content's number (entry.digest_of); of a number that is no document: anything."""
        ...

    def beside(self) -> Mapping[int, tuple[int, ...]]:
        """Return document → the session notes written next to it (recall.beside)."""
        ...

    def superseded(self) -> AbstractSet[str]:
        """Return the names (ids, keys and paths, casefolded) that any memory says it supersedes."""
        ...

    @property
    def memo(self) -> Memo:
        """What is kept of this view from question to question."""
        ...

    def close(self) -> None:
        """Let go of what is open; the view is not used after."""
        ...


class MemoryView:
    """A view of memories held in memory: the fallback while there is no index, and what the index is tested against."""

    def __init__(self, memories: Iterable[tuple[Memory, float]] = ()) -> None:
        """Take memories, each with the time its file was written (UTC seconds)."""
        self._entries: list[Entry] = []
        self._postings: dict[str, tuple[list[int], list[float]]] = {}
        self._digests: list[int] = []
        self.memo = Memo()
        for number, (memory, mtime) in enumerate(memories):
            self._entries.append(entry_of(memory, mtime=mtime))
            self._digests.append(digest_of(memory))
            for term, weight in postings_of(memory).items():
                documents, weights = self._postings.setdefault(term, ([], []))
                documents.append(number)
                weights.append(weight)

    @property
    def count(self) -> int:
        """How many documents there are."""
        return len(self._entries)

    @property
    def span(self) -> int:
        """One more than the highest document number."""
        return len(self._entries)

    def postings(self, term: str) -> Postings:
        """Return the documents that have a term, and its weight in each."""
        return self._postings.get(term, NOTHING)

    def having(self, terms: frozenset[str]) -> AbstractSet[int]:
        """Return the documents that have any of these terms."""
        return set().union(*(self.postings(term)[0] for term in terms))

    def frequency(self, term: str) -> int:
        """Return how many documents have a term."""
        return len(self._postings.get(term, NOTHING)[0])

    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        return self._entries[document]

    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so, sorted."""
        return sorted(term for term in self._postings if term.startswith(prefix))

    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated (UTC seconds)."""
        return [entry.updated for entry in self._entries]

    def digests(self) -> Sequence[int]:
        """Return, by document number, each content's number."""
        return self._digests

    def beside(self) -> Mapping[int, tuple[int, ...]]:
        """Return document → the session notes written next to it."""
        return neighbours(self)

    def superseded(self) -> AbstractSet[str]:
        """Return the names that any memory says it supersedes."""
        return superseded(self)

    def close(self) -> None:
        """Nothing is open."""


def superseded(view: View) -> frozenset[str]:
    """Return the names that any memory of a view says it supersedes, from its terms."""
    return frozenset(term.removeprefix(SUCCESSOR) for term in view.terms(SUCCESSOR)) - {""}


class JoinedView:
    """Views as one: an index and the files it has not taken in yet, the default store and the private one."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = tuple(views)
        self.bases = tuple(accumulate((v.span for v in views), initial=0))
        self._filled = [(base, v) for base, v in zip(self.bases, views, strict=False) if v.span]
        self.memo = Memo()

    def alone(self) -> View | None:
        """Return the one view that has documents, where there is but one and its numbers are these."""
        return self._filled[0][1] if len(self._filled) == 1 and not self._filled[0][0] else None

    @property
    def count(self) -> int:
        """How many documents there are."""
        return sum(view.count for view in self._views)

    @property
    def span(self) -> int:
        """One more than the highest document number."""
        return self.bases[-1]

    def postings(self, term: str) -> Postings:
        """Return the documents that have a term, and its weight in each."""
        found = [(base, some) for base, view in self._filled if (some := view.postings(term))[0]]
        if len(found) == 1 and found[0][0] == 0:
            return found[0][1]
        return [base + d for base, some in found for d in some[0]], [w for _, some in found for w in some[1]]

    def having(self, terms: frozenset[str]) -> AbstractSet[int]:
        """Return the documents that have any of these terms."""
        return set().union(*(self.postings(term)[0] for term in terms))

    def frequency(self, term: str) -> int:
        """Return about how many documents have a term."""
        return sum(view.frequency(term) for _, view in self._filled)

    def place(self, document: int) -> tuple[int, int]:
        """Return which view a document is of, by its place among them, and its number there."""
        which = bisect_right(self.bases, document) - 1
        return which, document - self.bases[which]

    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        which, number = self.place(document)
        return self._views[which].entry(number)

    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so, sorted."""
        return sorted({term for view in self._views for term in view.terms(prefix)})

    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated (UTC seconds)."""
        return [moment for view in self._views for moment in view.updated()]

    def digests(self) -> Sequence[int]:
        """Return, by document number, each content's number."""
        some = [view.digests() for _, view in self._filled]
        return some[0] if len(some) == 1 else [digest for each in some for digest in each]

    def beside(self) -> Mapping[int, tuple[int, ...]]:
        """Return document → the session notes written next to it, in its own view."""
        some = [(base, view.beside()) for base, view in self._filled]
        if len(some) == 1 and some[0][0] == 0:
            return some[0][1]
        return {
            base + d: tuple(base + o for o in others) for base, each in some for d, others in each.items()
        }

    def superseded(self) -> AbstractSet[str]:
        """Return the names that any memory says it supersedes."""
        return frozenset().union(*(view.superseded() for _, view in self._filled))

    def close(self) -> None:
        """Close all of them."""
        for view in self._views:
            view.close()

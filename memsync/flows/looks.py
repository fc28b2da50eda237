"""What recall looks at: each store's files and index at one moment, and all of them together as one board."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

from memsync.core import memory as memories
from memsync.core.memory import TWIN_NAME, Memory
from memsync.core.names import is_memory_path
from memsync.core.recall.entry import PATH, Entry, postings_of
from memsync.core.recall.filters import Wanted, allowed
from memsync.core.recall.fold import mask_of, words_of
from memsync.core.recall.snippet import Lines
from memsync.core.recall.text import fold, plain, runs, terms_of
from memsync.core.recall.view import JoinedView, MemoryView, View
from memsync.core.recall.words import QUESTION
from memsync.core.scope import folder_of_path
from memsync.errors import IndexLost
from memsync.flows.meanings import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from memsync.core.answer import Query
    from memsync.core.change import Stamp
    from memsync.core.ports import Index, Tree
    from memsync.core.recall.query import ParsedQuery
    from memsync.core.scope import Scope
    from memsync.flows.place import Place

LIMIT = 500
"""Files a question takes into the index at most; what is left is read as it is, and taken in by the next one or by sync."""

_USUAL = 32 * 1024  # bytes of a memory that is worth keeping as it was read
_MANY = 300  # files from which a scan first looks for the words themselves


class Reading:
    """A memory as it was read, with what is worked out of it when asked for."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    @cached_property
    def terms(self) -> Mapping[str, float]:
        """Its terms, as the index has them."""
        return postings_of(self.memory)

    @cached_property
    def lines(self) -> Lines:
        """Its lines, with the terms of each."""
        return Lines(self.memory)

    @cached_property
    def mask(self) -> int:
        """The mask of these words."""
        return mask_of(self.words)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words near-duplicates are told by."""
        return words_of(self.memory)


@lru_cache(maxsize=1024)  # a resident process is asked about the same few memories again and again
def _reading(path: str, raw: bytes, private: bool) -> Reading:
    return Reading(memories.read(path, raw.decode(errors="replace"), private=private))


def admitted(place: Place, path: str) -> Memory | None:
    """Return the memory a file is, or None where there is none or the gate does not admit it."""
    raw = place.tree.read(path)
    if raw is None or not place.admit(path, raw):
        return None
    return memories.read(path, raw.decode(errors="replace"), private=place.private)


class Look:
    """One store, looked at once: its listing, its index brought up to date, and the files the index does not have yet."""

    def __init__(
        self, place: Place, parsed: ParsedQuery, scopes: Sequence[Scope], query: Query, *, scan: bool
    ) -> None:
        self.place = place
        self.listing: Mapping[str, Stamp] = {}
        self.contested: Mapping[str, Sequence[str]] = {}
        self.folders = [s.folder for s in scopes if s.is_private == place.private]
        self.all_projects = query.all_projects and not place.private
        self.indexed: View = MemoryView()
        self.left: frozenset[str] = frozenset()
        self.problem = ""
        self._whole = not scan and self._is_known()
        if not self._whole:
            self.listing, self.contested = _memories_in(_Whole(place.tree.listing()))
            if scan or not self._open_index():
                self.left = frozenset(self.listing)
                self.problem = self.problem or "the index is damaged"
        self.scanned: View = MemoryView(self._scan(_needles(parsed)) if self.left else ())

    def _is_known(self) -> bool:
        """Open the index where it is known to stand for all files there are: then none has to be looked at."""
        try:
            known = self.place.ahead.known() if self.place.ahead is not None else None
        except IndexLost:
            return False
        if known is not None:
            self.indexed, self.contested = known
        return known is not None

    def _open_index(self) -> bool:
        """Bring the index up to date and open it; False where there is none to be had now. One that stays lost is made anew."""
        index, lost = self.place.index, ""
        for attempt in range(3):
            refreshed = index.refresh(self.listing, self._admitted, limit=LIMIT, rules=self.place.rules)
            self.problem = refreshed.problem
            try:
                self.indexed = index.view()
            except IndexLost as error:
                lost = str(error)
                if attempt:  # the first time it may have been replaced under our eyes
                    index.forget()
                continue
            self.left = frozenset(refreshed.left)
            if self.place.ahead is not None and not refreshed.left:
                self.place.ahead.keep(self.contested)
            return True
        self.problem = self.problem or lost
        return False

    def _admitted(self, path: str) -> Memory | None:
        return admitted(self.place, path)

    def _scan(self, needles: tuple[str, ...]) -> Iterator[tuple[Memory, float]]:
        many = len(self.left) > _MANY and needles
        for path in sorted(self.left & self.listing.keys()):
            if many and not _mentions(self.place.tree.read(path), path, needles):
                continue
            memory = self._admitted(path)
            if memory is not None:
                yield memory, self.listing[path].mtime_ns / 1e9

    def is_current(self, entry: Entry) -> bool:
        """Whether the index's entry still stands for the file."""
        return self._whole or (entry.path in self.listing and entry.path not in self.left)

    def read(self, path: str) -> Reading | None:
        """Return a memory as its file is now."""
        if self.place.remembered is None or path not in self.listing:
            return self._read(path)
        known = self.place.remembered.readings(self.listing)
        if path not in known:
            found = self._read(path)
            if found is None or len(found.memory.text) > _USUAL:
                return found
            known[path] = found
        return cast("Reading", known[path])

    def _read(self, path: str) -> Reading | None:
        raw = self.place.tree.read(path)
        if raw is None:
            return None
        return (_reading if len(raw) <= _USUAL else _reading.__wrapped__)(path, raw, self.place.private)


class _Whole:
    """A tree's listing as it was given. Equal only to itself: a kept tree gives the very same one as long as nothing changed."""

    def __init__(self, listing: Mapping[str, Stamp]) -> None:
        self.listing = listing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whole) and self.listing is other.listing

    def __hash__(self) -> int:
        return id(self.listing)


@lru_cache(maxsize=2)  # the default store's and the private one's
def _memories_in(whole: _Whole) -> tuple[dict[str, Stamp], dict[str, list[str]]]:
    """Return a listing's memories, and which of them have twins."""
    listing = {path: stamp for path, stamp in whole.listing.items() if is_memory(path)}
    return listing, _contested(listing)


def is_settled(tree: Tree, index: Index, *, rules: int) -> bool:
    """Whether the index is known to stand for all of a store's files: where the listing is kept, no file is looked at."""
    listing, _ = _memories_in(_Whole(tree.listing()))
    return index.knows(listing, rules=rules)


def is_memory(path: str) -> bool:
    """Whether a file is a memory, by its path."""
    return is_memory_path(path)


def _needles(parsed: ParsedQuery) -> tuple[str, ...]:
    """Return what a file must have one of to answer at all; of a stem, what every form of the word begins with."""
    asked = [r for r in runs(" ".join((*parsed.words, *parsed.phrases))) if r.lower() not in QUESTION]
    terms = {term for run in asked for term, _ in terms_of(run)[-8:]}
    return tuple(t[:-1] if len(t) > 4 and t.isalpha() else t for t in terms)


def _mentions(raw: bytes | None, path: str, needles: Sequence[str]) -> bool:
    text = fold(f"{path}\n{(raw or b'').decode(errors='replace')}").casefold()
    return any(needle in text for needle in needles)


def _contested(listing: Mapping[str, Stamp]) -> dict[str, list[str]]:
    """Return path → its twins' paths, for memories that two machines changed in ways that could not be merged."""
    found: dict[str, list[str]] = {}
    for path in [p for p in listing if ".conflict-" in p]:
        folder, slash, name = path.rpartition("/")
        match = TWIN_NAME.fullmatch(name)
        if match:
            found.setdefault(f"{folder}{slash}{match['stem']}{match['suffix'] or ''}", []).append(path)
    return found


class Board:
    """All looks as one view, and what a document of it is."""

    def __init__(self, looks: Sequence[Look], want: Wanted, scopes: Sequence[Scope], query: Query) -> None:
        self._looks = looks
        self._want = want
        self.query = query
        pairs = [(each, view) for each in looks for view in (each.indexed, each.scanned)]
        joined = JoinedView([view for _, view in pairs])
        alone = joined.alone()
        self.view: View = alone or joined
        self._joined = joined
        self._only = next(((look, view is look.scanned) for look, view in pairs if view is alone), None)
        self.allowed: AbstractSet[int] = frozenset()
        for base, (look, view) in zip(joined.bases, pairs, strict=False):
            if not view.span:
                continue
            some = allowed(view, want, folders=look.folders, all_projects=look.all_projects)
            if not base:
                self.allowed = some or self.allowed  # nearly always all there are
            else:
                self.allowed = self.allowed | {base + document for document in some} if some else self.allowed
        self._ranks = {(s.is_private, s.folder): 1 - i / len(scopes) for i, s in enumerate(scopes)}
        self._read: dict[int, Reading | None] = {}

    def look(self, document: int) -> Look:
        """Return the store a document is of."""
        return self._only[0] if self._only else self._looks[self._joined.place(document)[0] // 2]

    def entry(self, document: int) -> Entry:
        """Return a document's facts."""
        return self.view.entry(document)

    def admits(self, document: int, entry: Entry) -> bool:
        """Whether a document is still as the index has it, and passes the filters that are no terms."""
        if not self._want.admits(entry):
            return False
        if self._only:
            look, scanned = self._only
        else:
            which = self._joined.place(document)[0]
            look, scanned = self._looks[which // 2], which % 2 == 1
        return scanned or look.is_current(entry)

    def nearness(self, document: int, entry: Entry) -> float:
        """Return how near a document's scope is: 1 for the nearest asked for, 0 for another project's."""
        private = self.look(document).place.private
        return self._ranks.get((private, folder_of_path(entry.path, private=private)), 0.0)

    def near(self, question: str) -> dict[int, float]:
        """Return the documents nearest to a question in meaning, with their cosines; empty where no store has a sense."""
        found: dict[int, float] = {}
        bases = self._joined.bases[::2]
        for base, look in zip(bases, self._looks, strict=False):
            if look.place.sense is not None:
                end = base + look.indexed.span
                whole = base == 0 and end == self.view.span
                among = self.allowed if whole else [d - base for d in self.allowed if base <= d < end]
                near = nearest(look.place, look.indexed, question, among)
                found.update((base + document, cosine) for document, cosine in near.items())
                look.problem = look.problem or look.place.sense.problem
        return found

    def reading(self, document: int) -> Reading | None:
        """Return the memory, read once; None where its file has vanished."""
        if document not in self._read:
            self._read[document] = self.look(document).read(self.entry(document).path)
        return self._read[document]

    def memory(self, document: int) -> Memory | None:
        """Return the memory alone."""
        reading = self.reading(document)
        return reading.memory if reading else None

    def terms(self, document: int) -> Mapping[str, float]:
        """Return a document's own terms."""
        reading = self.reading(document)
        return reading.terms if reading else {}

    def says(self, document: int, parsed: ParsedQuery) -> bool:
        """Whether a memory has every phrase asked for, in these very words, and none of those that were ruled out."""
        if not parsed.phrases and not parsed.nots:
            return True
        nots = [phrase for phrase in parsed.nots if len(list(runs(phrase))) > 1]
        if not parsed.phrases and not nots:
            return True
        memory = self.memory(document)
        if memory is None:
            return False
        text = plain(f"{memory.title}\n{' '.join(memory.tags)}\n{' '.join(memory.keywords)}\n{memory.body}")
        return all(plain(phrase) in text for phrase in parsed.phrases) and not any(
            plain(phrase) in text for phrase in nots
        )

    def document(self, look: Look, path: str) -> int | None:
        """Return the document of a path, if the question may see it."""
        return next(
            (d for d in self.view.postings(PATH + path)[0] if d in self.allowed and self.look(d) is look),
            None,
        )

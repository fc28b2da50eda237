"""recall: listing → index.refresh → search → visible scopes → rank → Answer. Never the network, never a question back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.answer import Answer, Hit, Query
from memsync.core.memory import TWIN_NAME, Memory, Status
from memsync.core.names import is_memory_path
from memsync.core.recall.budget import OVERHEAD, fitting, tokens
from memsync.core.recall.entry import PATH, Entry, postings_of
from memsync.core.recall.explain import explain
from memsync.core.recall.filters import Wanted, allowed, visible_scopes, wanted
from memsync.core.recall.fold import same, words_of
from memsync.core.recall.query import ParsedQuery, parse_query
from memsync.core.recall.search import Found, find
from memsync.core.recall.snippet import snippet
from memsync.core.recall.text import fold, plain, runs, terms_of
from memsync.core.recall.view import JoinedView, MemoryView, View
from memsync.core.recall.words import QUESTION
from memsync.core.scope import scope_of_path
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from memsync.core.change import Stamp
    from memsync.core.ports import Index, Tree
    from memsync.core.recall.rank import Candidate, Ranked
    from memsync.core.scope import Scope

LIMIT = 500
"""Files a question takes into the index at most; what is left is read as it is, and taken in by the next one or by sync."""

_MANY = 300  # files from which a scan first looks for the words themselves
_PHRASE_POOL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A store to look in. `label` is what hits name it by, empty for the default one; `admit` is the gate's word on a file's bytes."""

    label: str
    private: bool
    tree: Tree
    index: Index
    admit: Callable[[str, bytes], bool]


def recall(query: Query, *, places: Sequence[Place], now: datetime) -> Answer:
    """Find memories for a question; without words, the newest. Raises BadInput for a query that can't be read."""
    parsed = parse_query(query.text, now=now)
    for attempt in range(3):
        try:
            return _recall(query, parsed, places, now, scan=False)
        except IndexLost:  # the first time it may have been replaced under our eyes
            for place in places if attempt else ():
                place.index.forget()
    return _recall(query, parsed, places, now, scan=True)


def _recall(
    query: Query, parsed: ParsedQuery, places: Sequence[Place], now: datetime, *, scan: bool
) -> Answer:
    scopes = visible_scopes(query, parsed)
    looks = [
        _Look(place, parsed, scopes, query, scan=scan) for place in places if _counts(place, scopes, query)
    ]
    try:
        return _asked(query, parsed, looks, scopes, now)
    finally:
        for look in looks:
            look.indexed.close()


def _asked(
    query: Query, parsed: ParsedQuery, looks: Sequence[_Look], scopes: Sequence[Scope], now: datetime
) -> Answer:
    board = _Board(looks, wanted(query, parsed), scopes, query)
    problems = tuple(dict.fromkeys(look.problem for look in looks if look.problem))
    if not (parsed.words or parsed.phrases):
        return replace(_newest(query, board), problems=problems)
    need = query.offset + query.limit
    found = find(
        parsed,
        board.view,
        entry=board.entry,
        allowed=board.allowed,
        admits=lambda d, e: board.admits(d, e) and board.says(d, parsed),
        nearness=board.nearness,
        terms=board.terms,
        now=now,
        want=need,
        sort=query.sort,
    )
    if found.nothing:
        return Answer(query=query.text, problems=problems)
    return replace(
        _answer(query, board, found), weak=found.weak, problems=(*problems, *_too_large(query, board, found))
    )


def _counts(place: Place, scopes: Sequence[Scope], query: Query) -> bool:
    if place.private:
        return any(s.is_private for s in scopes)
    return query.all_projects or any(not s.is_private for s in scopes)


class _Reading:
    """A memory as it was read, with what is worked out of it when asked for."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    @cached_property
    def terms(self) -> Mapping[str, float]:
        """Its terms, as the index has them."""
        return postings_of(self.memory)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words near-duplicates are told by."""
        return words_of(self.memory)


@lru_cache(maxsize=1024)  # a resident process is asked about the same few memories again and again
def _reading(path: str, raw: bytes, private: bool) -> _Reading:
    return _Reading(memories.read(path, raw.decode(errors="replace"), private=private))


class _Look:
    """One store, looked at once: its listing, its index brought up to date, and the files the index does not have yet."""

    def __init__(
        self, place: Place, parsed: ParsedQuery, scopes: Sequence[Scope], query: Query, *, scan: bool
    ) -> None:
        self.place = place
        self.listing = {p: s for p, s in place.tree.listing().items() if _is_memory(p)}
        self.folders = [s.folder for s in scopes if s.is_private == place.private]
        self.all_projects = query.all_projects and not place.private
        self.indexed: View = MemoryView()
        self.left = frozenset(self.listing)
        self.problem = "the index is damaged"
        if not scan:
            self._open_index()
        self.scanned = MemoryView(self._scan(_needles(parsed)))
        self.contested = _contested(self.listing)

    def _open_index(self) -> None:
        refreshed = self.place.index.refresh(self.listing, self._admitted, limit=LIMIT)
        try:
            self.indexed = self.place.index.view()
        except IndexLost as error:
            self.problem = refreshed.problem or str(error)
        else:
            self.left = frozenset(refreshed.left)
            self.problem = refreshed.problem

    def _admitted(self, path: str) -> Memory | None:
        raw = self.place.tree.read(path)
        if raw is None or not self.place.admit(path, raw):
            return None
        return memories.read(path, raw.decode(errors="replace"), private=self.place.private)

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
        return entry.path in self.listing and entry.path not in self.left

    def read(self, path: str) -> _Reading | None:
        """Return a memory as its file is now."""
        raw = self.place.tree.read(path)
        return None if raw is None else _reading(path, raw, self.place.private)


@lru_cache(maxsize=1 << 17)
def _is_memory(path: str) -> bool:
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
    for path in listing:
        folder, slash, name = path.rpartition("/")
        match = TWIN_NAME.fullmatch(name) if ".conflict-" in name else None
        if match:
            found.setdefault(f"{folder}{slash}{match['stem']}{match['suffix'] or ''}", []).append(path)
    return found


class _Board:
    """All looks as one view, and what a document of it is."""

    def __init__(self, looks: Sequence[_Look], want: Wanted, scopes: Sequence[Scope], query: Query) -> None:
        self._looks = looks
        self._want = want
        self.query = query
        self.view = JoinedView([view for look in looks for view in (look.indexed, look.scanned)])
        self.allowed: set[int] = set()
        pairs = [(each, view) for each in looks for view in (each.indexed, each.scanned)]
        for base, (look, view) in zip(self.view.bases, pairs, strict=False):
            some = allowed(view, want, folders=look.folders, all_projects=look.all_projects)
            self.allowed.update(base + document for document in some)
        self._ranks = {(s.is_private, s.folder): 1 - i / len(scopes) for i, s in enumerate(scopes)}
        self._read: dict[int, _Reading | None] = {}
        self._entries: dict[int, Entry] = {}

    def look(self, document: int) -> _Look:
        """Return the store a document is of."""
        return self._looks[self.view.place(document)[0] // 2]

    def entry(self, document: int) -> Entry:
        """Return a document's facts, read once."""
        if document not in self._entries:
            self._entries[document] = self.view.entry(document)
        return self._entries[document]

    def admits(self, document: int, entry: Entry) -> bool:
        """Whether a document is still as the index has it, and passes the filters that are no terms."""
        indexed = self.view.place(document)[0] % 2 == 0
        return self._want.admits(entry) and (not indexed or self.look(document).is_current(entry))

    def nearness(self, document: int) -> float:
        """Return how near a document's scope is: 1 for the nearest asked for, 0 for another project's."""
        path = self.entry(document).path
        private = self.look(document).place.private
        scope = scope_of_path(path, private=private)
        return self._ranks.get((private, scope.folder), 0.0)

    def reading(self, document: int) -> _Reading | None:
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

    def document(self, look: _Look, path: str) -> int | None:
        """Return the document of a path, if the question may see it."""
        return next(
            (d for d in self.view.postings(PATH + path)[0] if d in self.allowed and self.look(d) is look),
            None,
        )


def _newest(query: Query, board: _Board) -> Answer:
    """List the newest of what the filters leave."""
    moments = board.view.updated()
    ordered = sorted(board.allowed, key=lambda d: (-moments[d], d))
    hits: list[Hit] = []
    seen = passed = 0
    for document in ordered:
        entry = board.entry(document)
        if len(hits) >= query.limit:
            break
        seen += 1
        if board.admits(document, entry):
            passed += 1
            memory = board.memory(document) if passed > query.offset else None
            if memory:
                hits.append(_hit(board, document, entry, memory, score=1.0, worth={}))
    return _within(query, hits, more=len(ordered) - seen)


def _answer(query: Query, board: _Board, found: Found) -> Answer:
    """Turn candidates into hits: duplicates folded, twins together, within limit and budget."""
    worth = {term: weight for group in found.groups for term, weight in group.alternatives}
    shown: list[tuple[Ranked, Memory, frozenset[str]]] = []
    folded: dict[int, list[str]] = {}
    rest = 0
    for ranked in _with_twins(found.ranked, board):
        if len(shown) >= query.offset + query.limit:
            rest += 1
            continue
        reading = board.reading(ranked.candidate.document)
        if reading is None:
            continue
        memory, words = reading.memory, reading.words
        like = next(
            (i for i, (_, other, theirs) in enumerate(shown) if _folds(memory, words, other, theirs)), None
        )
        if like is None:
            shown.append((ranked, memory, words))
        else:
            folded.setdefault(like, []).append(memory.path)
    hits = []
    for place, (ranked, memory, _) in enumerate(shown[query.offset :], query.offset):
        candidate = ranked.candidate
        hit = _hit(board, candidate.document, candidate.entry, memory, score=ranked.score, worth=worth)
        notes = (
            *_standing(board, found, candidate, memory),
            *(f"says the same: {p}" for p in folded.get(place, ())),
        )
        why = explain(ranked, memory, found) if query.explain else ""
        hits.append(replace(hit, notes=notes, why=why))
    return _within(query, hits, more=rest)


def _folds(memory: Memory, words: frozenset[str], other: Memory, theirs: frozenset[str]) -> bool:
    twins = memory.is_twin or other.is_twin
    return not twins and memory.status == other.status and memory.scope == other.scope and same(words, theirs)


def _with_twins(ranked: Sequence[Ranked], board: _Board) -> Iterator[Ranked]:
    """Yield candidates in their order, each contested one followed by its twins."""
    done: set[int] = set()
    for r in ranked:
        document = r.candidate.document
        if document in done:
            continue
        done.add(document)
        yield r
        look = board.look(document)
        for path in look.contested.get(r.candidate.entry.path, ()):
            twin = board.document(look, path)
            if twin is not None and twin not in done:
                done.add(twin)
                yield replace(r, candidate=replace(r.candidate, document=twin, entry=board.entry(twin)))


def _standing(board: _Board, found: Found, candidate: Candidate, memory: Memory) -> tuple[str, ...]:
    """Return what must be told with a memory: contested, superseded, refuted, a candidate."""
    notes = []
    look = board.look(candidate.document)
    notes += [f"contested: {path} says otherwise" for path in look.contested.get(memory.path, ())]
    if memory.is_twin:
        notes.append("contested: the other version of a change that could not be merged")
    newer = (found.successors or {}).get(candidate.document)
    if newer is not None:
        notes.append(f"superseded by {board.entry(newer).path}")
    elif memory.status is Status.SUPERSEDED:
        notes.append("superseded")
    if memory.status in (Status.REFUTED, Status.CANDIDATE):
        notes.append(
            "refuted: do not rely on it"
            if memory.status is Status.REFUTED
            else "candidate: not confirmed yet"
        )
    return tuple(notes)


def _hit(
    board: _Board, document: int, entry: Entry, memory: Memory, *, score: float, worth: Mapping[str, float]
) -> Hit:
    place = snippet(memory, worth)
    return Hit(
        memory=memory,
        score=round(score, 4),
        line=place.line,
        snippet=place.text,
        updated=memory.updated or memory.created or datetime.fromtimestamp(entry.updated, UTC),
        store=board.look(document).place.label,
    )


def _cost(memory: Memory) -> int:
    return tokens(memory.title) + tokens(memory.body) + OVERHEAD


def _within(query: Query, hits: Sequence[Hit], *, more: int) -> Answer:
    if query.budget is None:
        return Answer(query=query.text, hits=tuple(hits), more=more)
    chosen = fitting([_cost(hit.memory) for hit in hits], query.budget)
    return Answer(query=query.text, hits=tuple(hits[i] for i in chosen), more=more + len(hits) - len(chosen))


def _too_large(query: Query, board: _Board, found: Found) -> tuple[str, ...]:
    """Say so where not even the best memory fits into the budget."""
    best = (
        board.memory(found.ranked[0].candidate.document)
        if query.budget is not None and not query.offset
        else None
    )
    if best is None or query.budget is None or _cost(best) <= query.budget:
        return ()
    return (f"the best match, {best.path}, needs about {_cost(best)} tokens",)

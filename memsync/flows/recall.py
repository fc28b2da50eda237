"""recall: listing → index.refresh → search → visible scopes → rank → Answer. Never the network, never a question back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.answer import Answer, Hit, Query
from memsync.core.memory import Memory, Status
from memsync.core.recall.budget import OVERHEAD, fitting, tokens
from memsync.core.recall.filters import visible_scopes, wanted
from memsync.core.recall.fold import may_be_same, same
from memsync.core.recall.query import ParsedQuery, parse_query
from memsync.core.recall.question import groups_like
from memsync.core.recall.search import Found, find
from memsync.core.recall.view import Refreshed
from memsync.core.value import replace
from memsync.errors import IndexLost
from memsync.flows.looks import Board, Look, Reading, admitted, is_memory
from memsync.flows.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from memsync.core.recall.rank import Candidate, Ranked
    from memsync.core.scope import Scope

__all__ = ["Place", "recall", "related", "take_in"]

BATCH = 2_000
"""Files `take_in` writes before it lets others write."""


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
        Look(place, parsed, scopes, query, scan=scan) for place in places if _counts(place, scopes, query)
    ]
    try:
        return _asked(query, parsed, looks, scopes, now)
    finally:
        for look in looks:
            look.indexed.close()


def _asked(
    query: Query, parsed: ParsedQuery, looks: Sequence[Look], scopes: Sequence[Scope], now: datetime
) -> Answer:
    board = Board(looks, wanted(query, parsed), scopes, query)
    if not (parsed.words or parsed.phrases):
        return replace(_newest(query, board), problems=_problems(looks))
    need = query.offset + query.limit
    found = find(
        parsed,
        board.view,
        entry=board.view.entry,
        allowed=board.allowed,
        admits=(lambda d, e: board.admits(d, e) and board.says(d, parsed))
        if parsed.phrases or parsed.nots
        else board.admits,
        nearness=board.nearness,
        terms=board.terms,
        now=now,
        want=need,
        sort=query.sort,
        near=board.near(" ".join((*parsed.words, *parsed.phrases))),
    )
    problems = _problems(looks)
    if found.nothing:
        return Answer(query=query.text, problems=problems)
    return replace(
        _answer(query, board, found), weak=found.weak, problems=(*problems, *_too_large(query, board, found))
    )


def _problems(looks: Sequence[Look]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(look.problem for look in looks if look.problem))


def take_in(place: Place, *, batch: int = BATCH) -> Refreshed:
    """Bring a store's index up to date with all its files, however many; for sync, join and watch, which may take their time.

    The writer's lock is let go every few thousand files, so that questions asked meanwhile don't wait for the end.
    """
    listing = {path: stamp for path, stamp in place.tree.listing().items() if is_memory(path)}
    total, left = Refreshed(), len(listing) + 1
    while True:
        done = place.index.refresh(
            listing, lambda path: admitted(place, path), limit=batch, rules=place.rules
        )
        total = Refreshed(
            added=total.added + done.added,
            modified=total.modified + done.modified,
            removed=total.removed + done.removed,
            rebuilt=total.rebuilt or done.rebuilt,
            seconds=total.seconds + done.seconds,
            left=done.left,
            problem=done.problem,
        )
        if not done.left or len(done.left) >= left:
            return total
        left = len(done.left)


def related(path: str, query: Query, *, places: Sequence[Place], private: bool, now: datetime) -> Answer:
    """Return the memories most like one, best first: what its own most telling words find. Its own file is no hit.

    `path` is relative to the store that `private` names; the query's filters, limit and scopes apply, its text does not.
    """
    parsed = parse_query("", now=now)
    scopes = visible_scopes(query, parsed)
    looks = [
        Look(place, parsed, scopes, query, scan=False) for place in places if _counts(place, scopes, query)
    ]
    board = Board(looks, wanted(query, parsed), scopes, query)
    own = next((r for look in looks if look.place.private is private and (r := look.read(path))), None)
    if own is None:
        return Answer(query=path)
    found = find(
        parsed,
        board.view,
        entry=board.entry,
        allowed=board.allowed,
        admits=lambda d, e: (
            board.admits(d, e) and (e.path != path or board.look(d).place.private is not private)
        ),
        nearness=board.nearness,
        terms=board.terms,
        now=now,
        want=query.offset + query.limit,
        groups=groups_like(own.terms, board.view),
    )
    return replace(_answer(query, board, found), query=path)


def _counts(place: Place, scopes: Sequence[Scope], query: Query) -> bool:
    if place.private:
        return any(s.is_private for s in scopes)
    return query.all_projects or any(not s.is_private for s in scopes)


def _newest(query: Query, board: Board) -> Answer:
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
            reading = board.reading(document) if passed > query.offset else None
            if reading:
                hits.append(_hit(board, document, reading, score=1.0, worth={}))
    return _within(query, hits, more=len(ordered) - seen)


def _answer(query: Query, board: Board, found: Found) -> Answer:
    """Turn candidates into hits: duplicates folded, twins together, within limit and budget."""
    worth = {term: weight for group in found.groups for term, weight in group.alternatives}
    shown: list[tuple[Ranked, Reading]] = []
    folded: dict[int, list[str]] = {}
    rest = 0
    for ranked in _with_twins(found.ranked, board):
        if len(shown) >= query.offset + query.limit:
            rest += 1
            continue
        reading = board.reading(ranked.candidate.document)
        if reading is None:
            continue
        like = _folding(reading, shown)
        if like is None:
            shown.append((ranked, reading))
        else:
            folded.setdefault(like, []).append(reading.memory.path)
    hits = []
    for place, (ranked, reading) in enumerate(shown[query.offset :], query.offset):
        notes = (
            *_standing(board, found, ranked.candidate, reading.memory),
            *(f"says the same: {p}" for p in folded.get(place, ())),
        )
        why = _why(ranked, reading.memory, found) if query.explain else ""
        document = ranked.candidate.document
        hits.append(_hit(board, document, reading, score=ranked.score, worth=worth, notes=notes, why=why))
    return _within(query, hits, more=rest)


def _why(ranked: Ranked, memory: Memory, found: Found) -> str:
    from memsync.core.recall.explain import explain  # noqa: PLC0415  # only where it is asked for: start-up is a feature

    return explain(ranked, memory, found)


def _folding(reading: Reading, shown: Sequence[tuple[Ranked, Reading]]) -> int | None:
    """Return the place of the hit that says the same already."""
    words, mask, memory = reading.words, reading.mask, reading.memory
    for place, (_, before) in enumerate(shown):
        if may_be_same(words, mask, before.words, before.mask) and same(words, before.words):
            other = before.memory
            twins = memory.is_twin or other.is_twin
            if not twins and memory.status == other.status and memory.scope == other.scope:
                return place
    return None


def _with_twins(ranked: Sequence[Ranked], board: Board) -> Iterator[Ranked]:
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


def _standing(board: Board, found: Found, candidate: Candidate, memory: Memory) -> tuple[str, ...]:
    """Return what must be told with a memory: contested, superseded, refuted, a candidate."""
    notes = []
    look = board.look(candidate.document)
    notes += [f"contested: {path} says otherwise" for path in look.contested.get(memory.path, ())]
    if memory.is_twin:
        notes.append("contested: the other version of a change that could not be merged")
    if memory.sensitive:
        notes.append("sealed: `memsync show` opens it at a terminal")
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
    board: Board,
    document: int,
    reading: Reading,
    *,
    score: float,
    worth: Mapping[str, float],
    notes: tuple[str, ...] = (),
    why: str = "",
) -> Hit:
    memory = reading.memory
    place = reading.lines.best(worth)
    written = memory.updated or memory.created
    return Hit(
        memory=memory,
        score=round(score, 4),
        line=place.line,
        snippet=place.text,
        updated=written or datetime.fromtimestamp(board.entry(document).updated, UTC),
        store=board.look(document).place.label,
        notes=notes,
        why=why,
    )


def _cost(memory: Memory) -> int:
    return tokens(memory.title) + tokens(memory.body) + OVERHEAD


def _within(query: Query, hits: Sequence[Hit], *, more: int) -> Answer:
    if query.budget is None:
        return Answer(query=query.text, hits=tuple(hits), more=more)
    chosen = fitting([_cost(hit.memory) for hit in hits], query.budget)
    return Answer(query=query.text, hits=tuple(hits[i] for i in chosen), more=more + len(hits) - len(chosen))


def _too_large(query: Query, board: Board, found: Found) -> tuple[str, ...]:
    """Say so where not even the best memory fits into the budget."""
    best = (
        board.memory(found.ranked[0].candidate.document)
        if query.budget is not None and not query.offset
        else None
    )
    if best is None or query.budget is None or _cost(best) <= query.budget:
        return ()
    return (f"the best match, {best.path}, needs about {_cost(best)} tokens",)

"""A question put to a view: groups, scores, feedback, filters, factors, and whether the best is an answer at all."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from memsync.core.answer import Sort
from memsync.core.memory import Status
from memsync.core.recall.entry import SUCCESSOR
from memsync.core.recall.fuse import NEAR, fuse
from memsync.core.recall.question import groups_of
from memsync.core.recall.rank import ANY, MATCH, STATUS, Candidate, Ranked, by_relevance, least_of, rank
from memsync.core.recall.score import add_feedback, score
from memsync.core.value import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from memsync.core.recall.entry import Entry
    from memsync.core.recall.group import Group
    from memsync.core.recall.query import ParsedQuery
    from memsync.core.recall.view import View

POOL = 40
"""Candidates whose facts are read, at least; the factors are too gentle to lift one from farther below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Candidates best first; `coverage` is the best one's; `lent` the words feedback added; `near` cosines by document."""

    ranked: tuple[Ranked, ...] = ()
    groups: tuple[Group, ...] = ()
    lent: tuple[str, ...] = ()
    coverage: float = 0.0
    successors: Mapping[int, int] | None = None
    near: Mapping[int, float] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether nothing relevant was found: neither in words nor in meaning."""
        return not self.ranked or (self.coverage < ANY and max(self.near.values(), default=0.0) < NEAR)

    @property
    def weak(self) -> bool:
        """Whether the best is doubtful."""
        return self.coverage < MATCH


def find(
    parsed: ParsedQuery,
    view: View,
    *,
    entry: Callable[[int], Entry],
    allowed: AbstractSet[int],
    admits: Callable[[int, Entry], bool],
    nearness: Callable[[int, Entry], float],
    terms: Callable[[int], Mapping[str, float]],
    now: datetime,
    want: int,
    sort: Sort = Sort.RELEVANCE,
    groups: tuple[Group, ...] | None = None,
    near: Mapping[int, float] | None = None,
) -> Found:
    """Return at least `want` candidates if there are so many. `terms` gives a document's own terms, for feedback.

    `groups`: what is asked for, where it is not the question's words. `near`: cosines of the memories nearest in meaning.
    """
    if groups is None:
        groups = groups_of(parsed, view, now=now)
    scores = score(groups, view, allowed=allowed)
    if not scores.score and not near:
        return Found(groups=groups)
    covered = max(scores.coverage.values(), default=0.0)
    lent = add_feedback(scores, groups, view, allowed=allowed, terms=terms)
    value = fuse(scores.score, near or {}, coverage=covered)
    temporal = any(group.alternatives[0][0].startswith("=") for group in groups)
    moment = now.timestamp()
    candidates: list[Candidate] = []
    pool, least = max(POOL, 2 * want), 0.0
    for document in _best_of(value, first=2 * pool, most=50 * pool):
        if value[document] < least or len(candidates) >= pool:
            break  # nor does any after it count
        facts = entry(document)
        if admits(document, facts):
            covers, near_by = scores.coverage.get(document, 0.0), nearness(document, facts)
            points = value[document]
            candidates.append(
                Candidate(document=document, entry=facts, score=points, coverage=covers, nearness=near_by)
            )
            least = least or least_of(rank(candidates, now=moment, temporal=temporal)[0].score)
    ranked = rank(candidates, now=moment, sort=sort, temporal=temporal)
    ranked, successors = _succeeded(ranked, view, entry_of=entry, allowed=allowed, admits=admits, sort=sort)
    best = max((r.candidate.coverage for r in ranked[:5]), default=0.0)
    return Found(
        ranked=tuple(ranked),
        groups=groups,
        lent=tuple(lent),
        coverage=best,
        successors=successors,
        near=near or {},
    )


def _best_of(value: Mapping[int, float], *, first: int, most: int) -> Iterator[int]:
    """Yield documents, best first, at most so many. Nearly always the first few are enough; then the others are not put in order."""

    def order(document: int) -> tuple[float, int]:
        return value[document], -document

    if len(value) > first:
        least = sorted(value.values())[-first]
        some = sorted([(-v, d) for d, v in value.items() if v >= least])[:first]
    else:
        some = sorted([(-v, d) for d, v in value.items()])
    yield from [d for _, d in some]
    if len(value) > first:
        yield from nlargest(min(len(value), most), value, key=order)[first:]


def _succeeded(
    ranked: list[Ranked],
    view: View,
    *,
    entry_of: Callable[[int], Entry],
    allowed: AbstractSet[int],
    admits: Callable[[int, Entry], bool],
    sort: Sort,
) -> tuple[list[Ranked], dict[int, int]]:
    """Put each superseded memory's successor before it. Returns the new order, and superseded → successor."""
    successors: dict[int, int] = {}
    superseded = view.superseded()
    if not superseded:
        return ranked, successors
    by_document = {r.candidate.document: r for r in ranked}
    for r in ranked:
        entry = r.candidate.entry
        names = [n for n in dict.fromkeys((entry.id, entry.key, entry.path)) if n.casefold() in superseded]
        newer = next(
            (d for name in names for d in view.postings(SUCCESSOR + name.casefold())[0] if d in allowed), None
        )
        if newer is None or newer == r.candidate.document or not admits(newer, facts := entry_of(newer)):
            continue
        successors[r.candidate.document] = newer
        marked = entry.status == Status.SUPERSEDED
        own = r.score / STATUS[Status.SUPERSEDED] if marked else r.score
        if not marked:
            by_document[r.candidate.document] = replace(r, score=r.score * STATUS[Status.SUPERSEDED])
        known = by_document.get(newer)
        if known is None or known.score < own:
            candidate = replace(r.candidate, document=newer, entry=facts)
            by_document[newer] = Ranked(candidate=candidate, score=own, factors=(("supersedes", 1.0),))
    if not successors or sort is not Sort.RELEVANCE:
        return ranked, successors
    return sorted(by_document.values(), key=by_relevance), successors

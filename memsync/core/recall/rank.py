"""The order of hits: how well a memory answers, times gentle factors for what kind of memory it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.answer import Sort
from memsync.core.memory import DEFAULT_IMPORTANCE, Status
from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.recall.entry import Entry

IMPORTANCE, RECENCY, NEARNESS, PINNED = 0.2, 0.06, 0.1, 1.05
"""How far each factor may move a score: importance 0 or 1 by ten percent, and so on. docs/recall.md has what each one brings."""

DAY = 86_400.0
_ROUNDING = 1.000_001
HALF_LIVES = {
    "task": 14,
    "session": 30,
    "project-context": 60,
    "note": 180,
    "configuration": 365,
    "decision": 365,
}
"""Days after which half of recency's bonus is gone, by category; others keep it twice as long as a decision."""

STATUS: dict[str, float] = {Status.SUPERSEDED: 0.5, Status.REFUTED: 0.8, Status.CANDIDATE: 0.95}

MATCH, ANY = 0.4, 0.15
"""Coverage of the question by its best memory: below MATCH an answer is called weak, below ANY nothing is relevant."""

TAIL = 0.15
"""Hits below this share of the best score are noise that an assistant would pay for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that may become a hit, with everything its place depends on. `nearness`: 1 for the nearest scope, down to 0."""

    document: int
    entry: Entry
    score: float
    coverage: float
    nearness: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate with its final score and the factors that made it."""

    candidate: Candidate
    score: float
    factors: tuple[tuple[str, float], ...] = ()


def factors_of(candidate: Candidate, *, now: float, temporal: bool = False) -> tuple[tuple[str, float], ...]:
    """Return the factors by name. `now` in UTC seconds; a question about a time leaves recency out."""
    entry = candidate.entry
    age = max(0.0, now - entry.updated) / DAY
    fresh = 0.5 ** (age / HALF_LIVES.get(entry.category, 730))
    return (
        ("importance", 1 + IMPORTANCE * (entry.importance - DEFAULT_IMPORTANCE)),
        ("recency", 1.0 if temporal else 1 + RECENCY * fresh),
        ("status", STATUS.get(entry.status, 1.0)),
        ("scope", 1 + NEARNESS * candidate.nearness),
        ("pinned", PINNED if entry.pinned else 1.0),
    )


def least_of(best: float) -> float:
    """Return the score below which no candidate counts, whatever its factors, where one's final score is `best`."""
    most = (1 + IMPORTANCE * (1 - DEFAULT_IMPORTANCE)) * (1 + RECENCY) * (1 + NEARNESS) * PINNED
    return TAIL * best / (most * _ROUNDING)


def rank(
    candidates: Sequence[Candidate], *, now: float, sort: Sort = Sort.RELEVANCE, temporal: bool = False
) -> list[Ranked]:
    """Return the candidates best first, without the tail that only looks like an answer."""
    scored = []
    for candidate in candidates:
        factors = factors_of(candidate, now=now, temporal=temporal)
        score = candidate.score
        for _, factor in factors:
            score *= factor
        scored.append((score, candidate, factors))
    floor = TAIL * max((score for score, _, _ in scored), default=0.0)
    kept = [Ranked(candidate=c, score=score, factors=f) for score, c, f in scored if score >= floor]
    match sort:
        case Sort.RECENCY:
            return sorted(kept, key=_by_recency)
        case Sort.IMPORTANCE:
            return sorted(kept, key=_by_importance)
        case Sort.RELEVANCE:
            return sorted(kept, key=by_relevance)


def by_relevance(ranked: Ranked) -> tuple[float, float, str]:
    """Return what to sort by so that the best comes first, of equals the newest."""
    entry = ranked.candidate.entry
    return -ranked.score, -entry.updated, entry.path


def _by_recency(ranked: Ranked) -> tuple[float, float, str]:
    entry = ranked.candidate.entry
    return -entry.updated, -ranked.score, entry.path


def _by_importance(ranked: Ranked) -> tuple[float, float, str]:
    entry = ranked.candidate.entry
    return -entry.importance, -ranked.score, entry.path

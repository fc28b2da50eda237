"""How good recall is on questions whose answers are known: R@k, MRR and nDCG, over a file of one JSON object a line.

    {"query": "why react query", "relevant": ["use-react-query", "global/decision/x.md", "01KDP3…"]}

`relevant` names memories by key, path or id; an empty list is a question that no memory answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

DEPTH = 10
"""Hits that are looked at for each question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question and the names of the memories that answer it."""

    query: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one question gave: by place, the relevant names the hit goes by (empty: not relevant); whether it was called weak."""

    case: Case
    found: tuple[frozenset[str], ...]
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Macro means over the questions that have an answer (0..1). `refused`: share of the others with no hit or called weak.

    `missed` are the questions of which nothing relevant was found.
    """

    questions: int
    recall_5: float
    recall_10: float
    mrr: float
    ndcg: float
    unanswerable: int = 0
    refused: float = 0.0
    missed: tuple[str, ...] = ()


def parse_cases(text: str) -> tuple[Case, ...]:
    """Read a file of questions. Raises BadInput naming the line."""
    cases = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                cases.append(_case(json.loads(line)))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise BadInput(
                    "questions",
                    f"line {number} is no question",
                    hint='Each line is {"query": "…", "relevant": ["key, path or id", …]}.',
                ) from None
    if not cases:
        raise BadInput(
            "questions",
            "there are none",
            hint='Each line is {"query": "…", "relevant": ["key, path or id", …]}.',
        )
    return tuple(cases)


def _case(loaded: Any) -> Case:
    query, relevant = loaded["query"], loaded["relevant"]
    names = [relevant] if isinstance(relevant, str) else relevant
    if not isinstance(query, str) or not all(isinstance(name, str) for name in names):
        raise TypeError
    return Case(query=query, relevant=frozenset(names))


def evaluate(outcomes: Sequence[Outcome]) -> Evaluation:
    """Return the measures. A memory counts once, at its first place."""
    asked = [o for o in outcomes if o.case.relevant]
    absent = [o for o in outcomes if not o.case.relevant]
    rows = [_row(o) for o in asked]
    return Evaluation(
        questions=len(asked),
        recall_5=_mean([row[0] for row in rows]),
        recall_10=_mean([row[1] for row in rows]),
        mrr=_mean([row[2] for row in rows]),
        ndcg=_mean([row[3] for row in rows]),
        unanswerable=len(absent),
        refused=_mean([float(o.weak or not o.found) for o in absent]),
        missed=tuple(o.case.query for o, row in zip(asked, rows, strict=True) if not row[2]),
    )


def _row(outcome: Outcome) -> tuple[float, float, float, float]:
    """Return R@5, R@10, reciprocal rank and nDCG@10 (binary gains, Järvelin and Kekäläinen 2002)."""
    wanted = outcome.case.relevant
    seen: set[str] = set()
    places: list[int] = []
    for place, names in enumerate(outcome.found[:DEPTH], 1):
        if names - seen:
            places.append(place)
            seen |= names
    total = len(wanted)
    ideal = sum(1 / log2(place + 1) for place in range(1, min(total, DEPTH) + 1))
    return (
        min(1.0, sum(p <= 5 for p in places) / total),
        min(1.0, len(places) / total),
        1 / places[0] if places else 0.0,
        min(1.0, sum(1 / log2(place + 1) for place in places) / ideal),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

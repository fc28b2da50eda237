"""eval: questions with known answers → recall → measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.recall.evaluate import DEPTH, Case, Evaluation, Outcome, evaluate
from memsync.flows.recall import recall

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from memsync.core.answer import Query
    from memsync.flows.place import Place


def evaluate_cases(
    cases: Sequence[Case], query: Query, *, places: Sequence[Place], now: datetime
) -> Evaluation:
    """Ask every question as recall would, with the query's scopes and filters, and measure the answers."""
    outcomes = []
    for case in cases:
        answer = recall(replace(query, text=case.query, limit=DEPTH, offset=0), places=places, now=now)
        names = [frozenset((h.memory.key, h.memory.path, h.memory.id)) & case.relevant for h in answer.hits]
        outcomes.append(Outcome(case=case, found=tuple(names), weak=answer.weak))
    return evaluate(outcomes)

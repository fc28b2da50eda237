"""Scores: BM25F over groups of terms, coverage of the question, and pseudo relevance feedback.

BM25F (Robertson, Zaragoza, Taylor 2004) with K1 = .7; field weights and length are in the postings already (see entry.py).
Feedback after RM3 (Abdul-Jaleel et al. 2004): the best few memories lend the question their most telling terms. Together
these weigh a fixed share of the question itself, so that a question of one word is not drowned by them.
"""

from __future__ import annotations

from array import array
from heapq import nsmallest
from math import log
from typing import TYPE_CHECKING, NamedTuple

from memsync.core.recall.beside import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from memsync.core.recall.group import Group
    from memsync.core.recall.view import Postings, View

K1 = 0.7
CLEAR = 0.9
"""Coverage from which the best memory needs no feedback: there it only shuffles what is right already."""

DOUBT = 1.5
"""A word that stands for another says less of the question than it is worth in the score: worth to this power."""

FEEDBACK_DOCUMENTS, FEEDBACK_TERMS, FEEDBACK_WEIGHT = 5, 15, 0.1
_FEEDBACK_CANDIDATES = 32


class Scores:
    """By document: the score, and how much of the question's weight it covers (0..1). `whole`: the weight of the question."""

    __slots__ = ("coverage", "score", "whole")

    def __init__(self, *, score: dict[int, float], coverage: dict[int, float], whole: float = 0.0) -> None:
        self.score = score
        self.coverage = coverage
        self.whole = whole


def idf(frequency: int, count: int) -> float:
    """Return how telling a term is: the BM25 inverse document frequency, above 0."""
    return log(1 + (max(count, frequency) - frequency + 0.5) / (frequency + 0.5))


class _Said(NamedTuple):
    """What a group brings: its own weight, and by document (in one order) what it gains and how much of the weight it covers."""

    value: float
    documents: array[int]
    gains: array[float]
    covers: array[float]


def score(groups: Sequence[Group], view: View, *, allowed: AbstractSet[int] | None = None) -> Scores:
    """Return the score and coverage of every document that has any term. `allowed` None: all documents."""
    scores: dict[int, float] = {}
    covered: dict[int, float] = {}
    whole = 0.0
    if allowed is not None and len(allowed) >= view.count:
        allowed = None
    for group in groups:
        value, documents, gains, covers = _said(group, view)
        whole += value if group.counts else 0
        for document, gain, covers_it in zip(documents, gains, covers, strict=True):
            if allowed is None or document in allowed:
                scores[document] = scores.get(document, 0.0) + gain
                if covers_it:
                    covered[document] = covered.get(document, 0.0) + covers_it
    return Scores(
        score=scores, coverage={d: c / whole for d, c in covered.items()} if whole else {}, whole=whole
    )


def _said(group: Group, view: View) -> _Said:
    """Return what a group brings in this view; the next question that has the word is told the same."""
    known = view.memo.get(("said", group))
    if isinstance(known, _Said):
        return known
    value, gains, shares = _worked_out(group, view, view.beside())
    found = _Said(
        value=value,
        documents=array("I", gains),
        gains=array("d", gains.values()),
        covers=array("d", [value * shares.get(d, 0.0) if group.counts else 0.0 for d in gains]),
    )
    view.memo.keep(("said", group), found, size=3 * len(gains) + 50)
    return found


def _worked_out(
    group: Group, view: View, beside: Mapping[int, tuple[int, ...]]
) -> tuple[float, dict[int, float], dict[int, float]]:
    """Return how telling a group is, and by document what it gains by it and which share of it the document itself says.

    The word itself is as telling as its own rarity: others that may stand for it, however many and frequent, take nothing
    from that, and none of them is worth more than it. What only a neighbour says covers nothing.
    """
    own = _most([view.postings(term) for term, worth in group.alternatives if worth == 1.0])
    others = [(*view.postings(term), worth) for term, worth in group.alternatives if worth != 1.0]
    telling = idf(max(len(own or {d for documents, _, _ in others for d in documents}), 1), view.count)
    shares = dict.fromkeys(own, 1.0)
    factor = telling * group.weight * (K1 + 1)
    gains = {d: factor * w / (w + K1) for d, w in (spread(own, beside) if beside else own).items()}
    for documents, weights, worth in others:
        rarity = min(telling, idf(len(documents), view.count))
        share, factor = worth**DOUBT * rarity / telling, worth * rarity * group.weight * (K1 + 1)
        for document in documents:
            if share > shares.get(document, 0.0):
                shares[document] = share
        said = zip(documents, weights, strict=True)
        for document, weight in spread(dict(said), beside).items() if beside else said:
            gain = factor * weight / (weight + K1)
            if gain > gains.get(document, 0.0):
                gains[document] = gain
    return telling * group.weight, gains, shares


def _most(postings: Sequence[Postings]) -> dict[int, float]:
    """Return by document the highest of its weights."""
    found: dict[int, float] = {}
    for documents, weights in postings:
        if not found:
            found = dict(zip(documents, weights, strict=True))
            continue
        for document, weight in zip(documents, weights, strict=True):
            if weight > found.get(document, 0.0):
                found[document] = weight
    return found


def add_feedback(
    scores: Scores,
    groups: Sequence[Group],
    view: View,
    *,
    allowed: AbstractSet[int] | None,
    terms: Callable[[int], Mapping[str, float]],
) -> dict[str, float]:
    """Add to the scores what the best memories' own words find; returns these words with their weights."""
    if max(scores.coverage.values(), default=0.0) >= CLEAR:
        return {}
    covered = scores.coverage
    worth = [(-value * covered.get(d, 0.0), d) for d, value in scores.score.items()]
    best = [d for _, d in nsmallest(FEEDBACK_DOCUMENTS, worth)]
    asked = {term for group in groups for term, _ in group.alternatives}
    lent = lent_terms([(scores.score[d], terms(d)) for d in best], view, asked=asked)
    found = [(view.postings(term), share) for term, share in lent.items()]
    values = [idf(len(documents), view.count) * share for (documents, _), share in found]
    scale = FEEDBACK_WEIGHT * scores.whole * (K1 + 1) / (sum(values) or 1.0)
    known = scores.score
    if allowed is not None and len(allowed) >= view.count:
        allowed = None
    for ((documents, weights), _), value in zip(found, values, strict=True):
        factor = scale * value
        for document, weight in zip(documents, weights, strict=True):
            if allowed is None or document in allowed:
                known[document] = known.get(document, 0.0) + factor * weight / (weight + K1)
    return lent


def lent_terms(
    best: Sequence[tuple[float, Mapping[str, float]]],
    view: View,
    *,
    asked: AbstractSet[str],
    most: int = FEEDBACK_TERMS,
) -> dict[str, float]:
    """Return the most telling terms of the best memories, with weights of at most 1."""
    if not best:
        return {}
    top = max(s for s, _ in best) or 1.0
    sums: dict[str, float] = {}
    for value, terms in best:
        for term, weight in terms.items():
            if term not in asked and not term.startswith("=") and len(term) > 1:
                sums[term] = sums.get(term, 0.0) + value / top * weight / (weight + K1)
    candidates = sorted(sums, key=lambda t: (-sums[t], t))[: max(2 * most, _FEEDBACK_CANDIDATES)]
    telling = {t: sums[t] * idf(view.frequency(t), view.count) for t in candidates}
    chosen = sorted(telling, key=lambda t: (-telling[t], t))[:most]
    highest = max((sums[t] for t in chosen), default=1.0)
    return {t: sums[t] / highest for t in chosen}

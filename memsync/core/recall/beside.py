"""What was written next to what: the notes of a session in their order, so that an answer is found by its question's words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from memsync.core.category import Category
from memsync.core.recall.entry import CATEGORY, SCOPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BESIDE = 0.5
"""Weight of a neighbour's words, as those of a field of their own."""

TOGETHER = 6 * 3600.0
"""Seconds between two notes that may still belong to one session."""


class Ordered(Protocol):
    """What of an index is needed to put notes in their order (core.recall.view.View)."""

    def postings(self, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """Return the documents that have a term, and its weight in each."""
        ...

    def terms(self, prefix: str) -> Iterable[str]:
        """Return the terms that begin so."""
        ...

    def updated(self) -> Sequence[float]:
        """Return, by document number, when each was updated."""
        ...


def neighbours(view: Ordered) -> dict[int, tuple[int, ...]]:
    """Return document → the session notes written just before and just after it, in its scope; none for other memories."""
    sessions = frozenset(view.postings(CATEGORY + str(Category.SESSION))[0])
    if len(sessions) < 2:
        return {}
    moments = view.updated()
    found: dict[int, tuple[int, ...]] = {}
    for scope in view.terms(SCOPE):
        own = sorted(sessions.intersection(view.postings(scope)[0]), key=lambda d: (moments[d], d))
        for one, other in pairwise(own):
            if moments[other] - moments[one] <= TOGETHER:
                found[one] = (*found.get(one, ()), other)
                found[other] = (*found.get(other, ()), one)
    return found


def spread(found: dict[int, float], beside: Mapping[int, tuple[int, ...]]) -> dict[int, float]:
    """Return weights by document with a share of each neighbour's added."""
    whole = dict(found)
    for document, weight in found.items():
        for other in beside.get(document, ()):
            whole[other] = whole.get(other, 0.0) + BESIDE * weight
    return whole

"""Meanings: what of a store's memories is near a question, where the extra for it is installed. Index → sense → nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.recall.entry import digest_of
from memsync.core.recall.fuse import NEAREST
from memsync.core.recall.sense import parts_of
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from memsync.core.recall.sense import Sense
    from memsync.core.recall.view import View
    from memsync.flows.place import Place

_IN_A_QUESTION, _IN_PEACE = 0.15, 600.0
"""Seconds for memories whose meaning is not known yet: while somebody waits, and while nobody does."""


def nearest(place: Place, view: View, question: str, among: Collection[int]) -> Mapping[int, float]:
    """Return those of the view's documents `among` that are nearest to a question, with their cosines.

    Some that are not known yet are learned first; the others are found by their words alone until they are.
    """
    if place.sense is None or not question.strip():
        return {}
    digests = view.digests()
    _learn(place, place.sense, view, among, seconds=_IN_A_QUESTION)
    return place.sense.near(question, digests, among=among, most=NEAREST)


def learn_all(place: Place) -> int:
    """Learn the meaning of every memory the index has, where there is a sense; returns how many were new. May take its time."""
    if place.sense is None:
        return 0
    try:
        view = place.index.view()
        return _learn(place, place.sense, view, range(view.span), seconds=_IN_PEACE)
    except IndexLost:
        return 0


def _learn(place: Place, sense: Sense, view: View, among: Collection[int], *, seconds: float) -> int:
    digests = view.digests()
    lacking = sense.lacking(digests, among=among)
    return sense.learn(_texts(place, view, digests, lacking), seconds=seconds) if lacking else 0


def _texts(
    place: Place, view: View, digests: Sequence[int], documents: Sequence[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield content number and text of documents whose file still says what was indexed: that is what the gate has admitted."""
    for document in documents:
        path = view.entry(document).path
        raw = place.tree.read(path)
        memory = memories.read(path, raw.decode(errors="replace"), private=place.private) if raw else None
        if memory is not None and digest_of(memory) == digests[document]:
            yield digests[document], parts_of(memory)

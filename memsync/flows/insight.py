"""Insight: every memory that filters let through, from the index where that will do, else from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.names import is_standing
from memsync.core.recall.filters import visible_scopes, wanted
from memsync.core.recall.query import parse_query
from memsync.flows.looks import Board, Look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from memsync.core.answer import Query
    from memsync.core.memory import Memory
    from memsync.core.recall.entry import Entry
    from memsync.flows.recall import Place


def entries(query: Query, *, places: Sequence[Place], now: datetime) -> list[tuple[Entry, bool]]:
    """Return the facts of every memory the query's filters let through, each with whether it is private. Its text does not count."""
    return [(entry, place.private) for entry, place, _ in _found(query, places, now)]


def memories(query: Query, *, places: Sequence[Place], now: datetime) -> list[tuple[Memory, str]]:
    """Return the same memories as their files are now, each with its store's label, in the order of their paths."""
    read = ((board.memory(d), place.label) for _, place, (board, d) in _found(query, places, now))
    return sorted(
        ((m, label) for m, label in read if m is not None), key=lambda pair: (pair[1], pair[0].path)
    )


def _found(
    query: Query, places: Sequence[Place], now: datetime
) -> Iterator[tuple[Entry, Place, tuple[Board, int]]]:
    parsed = parse_query("", now=now)
    scopes = visible_scopes(query, parsed)
    looks = [Look(place, parsed, scopes, query, scan=False) for place in places]
    board = Board(looks, wanted(query, parsed), scopes, query)
    for document in sorted(board.allowed):
        entry = board.entry(document)
        if board.admits(document, entry) and not is_standing(entry.path):
            yield entry, board.look(document).place, (board, document)

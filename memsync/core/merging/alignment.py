"""Alignment: which parts of one sequence are the same as which parts of another.

Patience diff: what is unique in both is matched first, so that frequent lines never pull unrelated parts together.
Source: Bram Cohen, "Patience Diff, a brief summary".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    _Part = tuple[int, int, int, int]  # from, to (not included) in the first sequence; from, to in the second

_SMALL = 250_000  # cells of a table of longest common subsequences; a larger part without anchors is compared place by place


def align(first: Sequence[str], second: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return pairs of indexes of equal parts, increasing in both. Deterministic, though not the same when swapped."""
    pairs: list[tuple[int, int]] = []
    open_parts = [(0, len(first), 0, len(second))]
    while open_parts:
        a0, a1, b0, b1 = open_parts.pop()
        while a0 < a1 and b0 < b1 and first[a0] == second[b0]:
            pairs.append((a0, b0))
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and first[a1 - 1] == second[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
            pairs.append((a1, b1))
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(first, second, (a0, a1, b0, b1))
        if not anchors:
            pairs += _common(first, second, (a0, a1, b0, b1))
            continue
        for i, j in [*anchors, (a1, b1)]:
            open_parts.append((a0, i, b0, j))
            a0, b0 = i + 1, j + 1
        pairs += anchors
    return tuple(sorted(pairs))


def _anchors(first: Sequence[str], second: Sequence[str], part: _Part) -> list[tuple[int, int]]:
    """Return the longest increasing run of parts that are unique on both sides."""
    a0, a1, b0, b1 = part
    counted, other = Counter(first[a0:a1]), Counter(second[b0:b1])
    place = {second[j]: j for j in range(b0, b1) if other[second[j]] == 1}
    unique = [(i, place[first[i]]) for i in range(a0, a1) if counted[first[i]] == 1 and first[i] in place]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(unique):
        at = bisect_left(tails, j)
        tails[at : at + 1] = [j]
        ends[at : at + 1] = [index]
        before.append(ends[at - 1] if at else -1)
    run: list[tuple[int, int]] = []
    step = ends[-1] if ends else -1
    while step >= 0:
        run.append(unique[step])
        step = before[step]
    return run[::-1]


def _common(first: Sequence[str], second: Sequence[str], part: _Part) -> list[tuple[int, int]]:
    """Return a longest common subsequence by the textbook table, for a part that is small enough; else what is equal at its place."""
    a0, a1, b0, b1 = part
    rows, columns = a1 - a0, b1 - b0
    if rows * columns > _SMALL:
        return [(a0 + n, b0 + n) for n in range(min(rows, columns)) if first[a0 + n] == second[b0 + n]]
    table = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            same = first[a0 + i] == second[b0 + j]
            table[i][j] = table[i + 1][j + 1] + 1 if same else max(table[i + 1][j], table[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if first[a0 + i] == second[b0 + j]:
            pairs.append((a0 + i, b0 + j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs

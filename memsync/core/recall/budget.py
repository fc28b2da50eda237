"""Tokens: an estimate of what a text costs its reader, and how many whole memories fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.recall.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Sequence

OVERHEAD = 30
"""Tokens of what is told with a memory: its place, title and date."""


def tokens(text: str) -> int:
    """Return about how many tokens a text is: four bytes of Latin text, or one character of an unspaced script, each."""
    wide = 0 if text.isascii() else sum(map(is_unspaced, text))
    return wide + -(-(len(text) - wide) // 4)


def fitting(costs: Sequence[int], budget: int) -> tuple[int, ...]:
    """Return which of these, best first, fit together; one that is too large is passed over, never cut."""
    chosen = []
    left = budget
    for place, cost in enumerate(costs):
        if cost <= left:
            chosen.append(place)
            left -= cost
    return tuple(chosen)

"""Near-duplicates: two memories that say the same in nearly the same words are shown as one hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.recall.text import runs, terms_of

if TYPE_CHECKING:
    from memsync.core.memory import Memory

ALIKE = 0.86
"""Share of words in common from which two texts say the same, if what differs is harmless."""

_BITS = 512
_TURNING = "no not never without dont doesnt isnt cant wont shouldnt except unless instead stop avoid"
_TURNS = frozenset(_TURNING.split())


def words_of(memory: Memory) -> frozenset[str]:
    """Return the words a memory's text is compared by."""
    return frozenset(
        terms[0][0] for run in runs(f"{memory.title}\n{memory.body[:20_000]}") if (terms := terms_of(run))
    )


def mask_of(words: frozenset[str]) -> int:
    """Return a bit for each word: what one mask has and another has not stands for as many words at least."""
    mask = 0
    for word in words:
        mask |= 1 << hash(word) % _BITS
    return mask


def may_be_same(one: frozenset[str], mask: int, other: frozenset[str], other_mask: int) -> bool:
    """Whether two texts can have enough words in common, by how many there are and by their masks. Quick; `same` is sure."""
    here, there = len(one), len(other)
    both = min(here - (mask & ~other_mask).bit_count(), there - (other_mask & ~mask).bit_count())
    return both >= 0.99 * ALIKE * (here + there - both)


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts say the same: nearly all words in common, and no number, name or negation among the others."""
    both = len(one & other)
    either = len(one) + len(other) - both
    if not either or both / either < ALIKE:
        return False
    return not any(word in _TURNS or not word.isalpha() for word in one ^ other)

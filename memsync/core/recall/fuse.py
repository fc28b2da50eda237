"""Meaning beside words: one score from what the words find and what is near in meaning.

Both are brought to 0..1 within the question and added with weights. Meaning weighs more the less of the question the best
memory covers in words: where the words are there they are right, where they are not meaning is all there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST, MOST = 0.2, 0.7
"""Share of meaning in a score where the question is covered wholly, and where not at all."""

NEAREST = 100
"""Memories that meaning says anything about; the farthest of them stands for all others."""

NEAR, RELATED = 0.22, 0.15
"""Cosines: from NEAR of the nearest there is an answer though no word is shared, and from RELATED a memory may be part of it."""


def fuse(words: Mapping[int, float], near: Mapping[int, float], *, coverage: float) -> dict[int, float]:
    """Return one score by document, as large as `words` has them. `coverage`: what the best memory covers in words (0..1)."""
    if not near:
        return dict(words)
    top = max(words.values(), default=0.0) or 1.0
    farthest, nearest = min(near.values()), max(near.values())
    width = (nearest - farthest) or 1.0
    share = LEAST + (MOST - LEAST) * (1 - min(coverage, 1.0))
    fused = {document: (1 - share) * value for document, value in words.items()}
    for document, cosine in near.items():
        if document in fused or cosine >= RELATED:
            fused[document] = fused.get(document, 0.0) + share * top * (cosine - farthest) / width
    return fused

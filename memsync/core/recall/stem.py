"""Stems of words: Porter 2, the English Snowball stemmer. Other languages pass through it nearly untouched."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415  # it imports thirty languages: not before the first word

    word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return word


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return the stem of a folded lower-case word."""
    return _stemmer()(word) if len(word) > 2 else word

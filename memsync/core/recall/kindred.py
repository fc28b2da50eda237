"""Words that often stand for one another in general English (picture, photo), and irregular forms (wrote, write), by stem.

`kindred.txt` was made by benchmarks/recall/make_kindred.py from general vectors and a dictionary, and from no question: each line a
stem and what may stand for it, with the worth of that in tenths. It is a part of this module as the code is: Python's own loader
reads it, once, and a word is found in it by halving.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


@lru_cache(maxsize=1 << 12)
def kindred(term: str) -> tuple[tuple[str, float], ...]:
    """Return the stems that may stand for this stem, each with its worth beside 1 for the word itself; none for most words."""
    if not (term.isascii() and term.isalpha()):
        return ()
    return tuple((word[:-1].decode(), int(word[-1:]) / 10) for word in _line(term.encode()).split()[1:])


def _line(word: bytes) -> bytes:
    """Return the line that begins with this word; empty where there is none."""
    text = _table()
    low, high = 0, len(text)  # both at the start of a line, or the end
    while low < high:
        start = text.rfind(b"\n", 0, (low + high) // 2) + 1
        end = text.index(b"\n", start)
        first = text[start : text.index(b" ", start)]
        if first == word:
            return text[start:end]
        low, high = (end + 1, high) if first < word else (low, start)
    return b""


@lru_cache(maxsize=1)
def _table() -> bytes:
    loader = cast("ResourceLoader", __spec__.loader)
    return loader.get_data(__file__.rpartition(".")[0] + ".txt")

"""Text to terms: what a memory and a question are compared by.

Words are folded (NFKC, case, accents) and stemmed (Porter 2). An identifier, path, version or error code is kept whole
and also in its parts, so `user_id`, `userId` and "user id" meet. Scripts without spaces become pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from memsync.core.pattern import pattern
from memsync.core.recall.stem import stem
from memsync.core.recall.words import UNINDEXED

if TYPE_CHECKING:
    from collections.abc import Iterator

PART = 0.6
"""Weight of a part of a compound, beside 1 for a word of its own and for the compound as a whole."""

_USUAL = 100  # characters of a run that is worth remembering; longer ones are keys and encoded files

MAX_TERM = 64
"""Characters of a term; a longer run (a hash, base64) is cut there."""

# Separators and word characters share nothing, so this never backtracks over more than it has read.
_RUN = pattern(r"\w+(?:[.\-/:@'\u2019\\+#~]+\w+)*(?:\+\+|#(?!\w))?")
_NUMBER = pattern(r"v?\d+(?:[.:,\-]\d+)+[a-z0-9]{0,6}", re.IGNORECASE)
_SPLIT = pattern(r"[.\-/:@'\u2019\\+#~_]+")
_PIECES = pattern(r"[/\\:@+#~]+")
_CAMEL = pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MIXED = pattern(r"[a-z]+|\d+|[^\Wa-z\d_]+")
_POSSESSIVE = pattern(r"['\u2019]s$", re.IGNORECASE)


# Written without spaces: Thai, Lao, Tibetan, Myanmar, Khmer, Han, kana. Hangul has spaces, but its endings stick to the word.
# By their first and last characters: as a regular expression these ranges would take 30 ms to compile in every command.
_UNSPACED = (
    (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


@lru_cache(maxsize=1 << 14)
def is_unspaced(char: str) -> bool:
    """Whether a character is of a script that is written without spaces."""
    return any(first <= ord(char) <= last for first, last in _UNSPACED)


class _Folding(dict[int, str | int]):
    """Characters without their accents and vowel signs, learned as they come."""

    def __missing__(self, code: int) -> str | int:
        char = chr(code)
        parts = unicodedata.normalize("NFD", char)
        accented = len(parts) > 1 and all("\u0300" <= c <= "\u036f" for c in parts[1:])
        self[code] = ord(parts[0]) if accented else code
        if unicodedata.category(char) in (
            "Mn",
            "Mc",
            "Me",
        ):  # no letters to a regular expression, so they would cut words
            self[code] = ""
        elif 0xD800 <= code <= 0xDFFF:  # half of a character, from a name that was no UTF-8
            self[code] = " "
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return the text in NFKC without accents and vowel signs. Case is kept: it divides identifiers."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_FOLDING)


def runs(text: str) -> Iterator[str]:
    """Yield the folded text's words and compounds, in order, as written."""
    for match in _RUN.finditer(fold(text)):
        yield match[0]


def terms_of(run: str) -> tuple[tuple[str, float], ...]:
    """Return the terms of one run with their weights; the first is the whole. Empty for words nobody searches by."""
    return _known_terms(run) if len(run) <= _USUAL else _terms(run)


@lru_cache(maxsize=1 << 15)
def _known_terms(run: str) -> tuple[tuple[str, float], ...]:
    return _terms(run)


def _terms(run: str) -> tuple[tuple[str, float], ...]:
    if run.isascii() or max(run) < "\u0e00":
        return tuple(_compound(run).items())
    found: dict[str, float] = {}
    for unspaced, chars in groupby(run, is_unspaced):
        part = "".join(chars)
        new = dict.fromkeys(_pairs(part), 1.0) if unspaced else _compound(part.strip("_.-/:@'\\+#~\u2019"))
        for term, weight in new.items():
            found[term] = max(weight, found.get(term, 0))
    return tuple(found.items())


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for i in range(len(run) - 1):
        yield run[i : i + 2]


def _compound(run: str) -> dict[str, float]:
    plain = _POSSESSIVE.sub("", run)
    if plain.isalpha() and not (plain[1:].lower() != plain[1:] and _CAMEL.search(plain)):
        return _word(plain.casefold())
    if _NUMBER.fullmatch(plain):
        return _number(plain.lower())
    found: dict[str, float] = {}
    whole = plain.casefold().replace("\\", "/")
    pieces = [p for p in _PIECES.split(plain) if p]
    if len(pieces) > 1 or "." in plain or plain.endswith(("++", "#")):
        found[whole[:MAX_TERM]] = 1.0
    for piece in pieces:
        _piece(piece, found, alone=len(pieces) == 1)
    return found


def _word(word: str) -> dict[str, float]:
    return {} if word in UNINDEXED else {stem(word[:MAX_TERM]): 1.0}


def _number(text: str) -> dict[str, float]:
    """Return a version, date or time whole, and its beginnings: 3.11.4 is found by 3.11 too."""
    found = {text[:MAX_TERM]: 1.0}
    bare = text.removeprefix("v")
    for separator in (".", "-"):
        parts = bare.split(separator)
        if len(parts) > 1:
            for length in range(2 if separator == "." else 1, len(parts) + 1):
                found.setdefault(
                    separator.join(parts[:length])[:MAX_TERM], 1.0 if length == len(parts) else PART
                )
    return found


def _piece(piece: str, found: dict[str, float], *, alone: bool) -> None:
    """Add one piece of a path or dotted name: joined whole, and part by part."""
    if "." in piece:
        found.setdefault(piece.casefold()[:MAX_TERM], 1.0)
    for name in piece.split("."):
        parts = [p for word in _SPLIT.split(name) for p in _CAMEL.split(word) if p]
        joined = "".join(parts).casefold()
        if len(parts) > 1:
            found.setdefault(joined[:MAX_TERM], 1.0 if alone else PART)
        for part in parts:
            _part(part.casefold(), found, 1.0 if alone and len(parts) == 1 else PART)


def _part(part: str, found: dict[str, float], weight: float) -> None:
    if part.isalpha():
        for term in _word(part):
            found.setdefault(term, weight)
        return
    if len(part) > 1:
        found.setdefault(part[:MAX_TERM], weight)
    for bit in _MIXED.findall(part):
        if len(bit) > 1 and bit != part and bit not in UNINDEXED:
            found.setdefault(stem(bit[:MAX_TERM]), PART)


def plain(text: str) -> str:
    """Return the text for comparing phrases: folded, without case, runs of white space as one blank."""
    return " ".join(fold(text).casefold().split())

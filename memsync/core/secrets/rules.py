"""What a rule and a span are. Rules are data: an id, the literals that must be in the text, and a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

BLOCK, WARN = "block", "warn"


@dataclass(frozen=True, slots=True)
class Span:
    """A secret's place: character offsets of the whole secret, and the secret itself (never shown, only hashed)."""

    rule: str
    level: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A token whose form gives it away. One of `literals` must be in the text (case counts) before `pattern` is tried.

    `check` names what the rest of the token must look like: `random` (mixed letters and digits), `loose` (no placeholder),
    `tail` (mixed after its last separator), `none` (the form alone is proof). A pattern's group 1, where it has one, is the secret; else the whole match is.
    """

    rule: str
    literals: tuple[str, ...]
    pattern: str
    check: str = "loose"
    level: str = BLOCK


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern, compiled at first use. It must not begin with a lookbehind: then re finds its first letter fast."""
    return re.compile(pattern)


_ESCAPE = re.compile(r"\\[nrt]|%[0-9A-Fa-f]{2}")


_BASE64 = re.compile(r"[A-Za-z0-9+/]{60}")


def begins(text: str, position: int) -> bool:
    """Return whether a token may begin here: not inside a word, but after an escaped line break or a percent escape.

    Nor after a `+` or `/` of a long run of base64: chance writes every short beginning somewhere in a picture.
    """
    if position == 0 or not (text[position - 1].isascii() and text[position - 1].isalnum()):
        return (
            position < 60
            or text[position - 1] not in "+/"
            or not _BASE64.fullmatch(text, position - 60, position)
        )
    return bool(
        _ESCAPE.fullmatch(text, position - 2, position)
        or _ESCAPE.fullmatch(text, max(0, position - 3), position)
    )


def lowered(text: str) -> str:
    """Return the text in lower case, each character at its own place (a few get longer otherwise)."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def shape(rule: str, literals: str, pattern: str, check: str = "loose", level: str = BLOCK) -> Shape:
    """Return a row of the table; `literals` are parted by spaces."""
    return Shape(rule, tuple(literals.split()), pattern, check, level)

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
    `none` (the form alone is proof). A pattern's group 1, where it has one, is the secret; else the whole match is.
    """

    rule: str
    literals: tuple[str, ...]
    pattern: str
    check: str = "loose"
    level: str = BLOCK


# A token may follow an escaped line break of JSON or a percent escape: their last letter is no part of it.
LEFT = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the pattern behind a left border, compiled at first use."""
    return re.compile(LEFT + "(?:" + pattern + ")")


def shape(rule: str, literals: str, pattern: str, check: str = "loose", level: str = BLOCK) -> Shape:
    """Return a row of the table; `literals` are parted by spaces."""
    return Shape(rule, tuple(literals.split()), pattern, check, level)

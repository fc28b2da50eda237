"""The scan for tokens by shape: literals first, then the patterns whose literals are in the text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.formats import FORMATS
from memsync.core.secrets.judgement import is_placeholder, looks_random
from memsync.core.secrets.providers import CLOUDS, CODE, INFRASTRUCTURE, MODELS
from memsync.core.secrets.rules import Shape, Span, begins, compiled
from memsync.core.secrets.vendors import CHAT, COMMON, LATER, MONEY, WORK

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES: tuple[Shape, ...] = (
    *CLOUDS,
    *CODE,
    *MODELS,
    *INFRASTRUCTURE,
    *CHAT,
    *MONEY,
    *WORK,
    *COMMON,
    *LATER,
    *FORMATS,
)

_EXAMPLE_JWT = (
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4g",
    ".eyJzb21lIjoicGF5bG9hZCJ9.",
)  # jwt.io's and PyJWT's: nobody's


_SHORTEST = 16  # no token whose pattern has no room in it is shorter


@cache
def _by_literal() -> tuple[
    tuple[tuple[str, tuple[Shape, ...]], ...], tuple[tuple[str, tuple[Shape, ...]], ...]
]:
    """Return literals with their rows: those that stand in a long word, and those whose pattern has room in it."""
    close: dict[str, list[Shape]] = {}
    roomy: dict[str, list[Shape]] = {}
    for row in SHAPES:
        for literal in row.literals or ("",):
            rows = roomy if "\\s" in row.pattern or " " in row.pattern else close
            rows.setdefault(literal, []).append(row)
    return tuple((k, tuple(v)) for k, v in close.items()), tuple((k, tuple(v)) for k, v in roomy.items())


def tokens(text: str) -> Iterator[Span]:
    """Yield every token whose shape is known; spans may overlap."""
    wanted: dict[Shape, None] = {}
    words = "\n".join(word for word in text.split() if len(word) >= _SHORTEST)
    close, roomy = _by_literal()
    for literals, where in ((close, words), (roomy, text)):
        for literal, rows in literals:
            if literal in where:
                wanted.update(dict.fromkeys(rows))
    for row in wanted:
        yield from _matches(row, text)


def _matches(row: Shape, text: str) -> Iterator[Span]:
    search, position = compiled(row.pattern).search, 0
    while match := search(text, position):
        if not begins(text, match.start()):
            position = match.start() + 1
            continue
        position = match.end()
        group = 1 if match.lastindex else 0
        value = match[group]
        start, end = match.span(group)
        trimmed = value.rstrip("-_.~") if row.check != "none" else value
        if _passes(row, trimmed):
            yield Span(row.rule, row.level, start, end - len(value) + len(trimmed), trimmed)


def _passes(row: Shape, value: str) -> bool:
    literal = next((known for known in row.literals if value.startswith(known)), "")
    body = value[8:].partition("/")[2] if value.startswith("https://") else value[len(literal) :]
    if any(known in value for known in _EXAMPLE_JWT):
        return False
    if row.check == "none":
        return True
    if row.check == "tail":
        body = re.split("[_-]", value)[-1]
    if row.check in ("random", "tail"):
        return looks_random(body) and not is_placeholder(body)
    return not is_placeholder(body)

"""The line of a memory that answers, and as much around it as is read at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from memsync.core.recall.text import runs, terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.memory import Memory

WIDTH = 240
"""Characters of a snippet at most."""

_MOST_LINES = 5_000


class Snippet(NamedTuple):
    """`line` is 1-based in the file; `text` is one line without control characters."""

    line: int
    text: str


def snippet(memory: Memory, worth: Mapping[str, float]) -> Snippet:
    """Return the best place of the body for these terms; its first line where none is in it."""
    lines = memory.body.splitlines()[:_MOST_LINES]
    best, most = next((i for i, line in enumerate(lines) if line.strip()), 0), 0.0
    for i, line in enumerate(lines):
        found = {term for run in runs(line) for term, _ in terms_of(run) if term in worth}
        value = sum(worth[t] for t in found)
        if value > most + 1e-9:
            best, most = i, value
    return Snippet(memory.body_line + best, _window(lines, best, worth))


def _window(lines: list[str], best: int, worth: Mapping[str, float]) -> str:
    text = _clean(lines[best]) if lines else ""
    if len(text) > WIDTH:
        return _around(text, worth)
    for line in lines[best + 1 :]:
        more = _clean(line)
        if not more or len(text) + len(more) + 1 > WIDTH:
            break
        text = f"{text} {more}"
    return text


def _around(text: str, worth: Mapping[str, float]) -> str:
    """Cut a long line around the first word asked for, at blanks where there are any."""
    place = 0
    for word in text.split():
        if any(t in worth for run in runs(word) for t, _ in terms_of(run)):
            place = text.find(word)
            break
    start = max(0, min(place - WIDTH // 3, len(text) - WIDTH))
    if start:
        blank = text.find(" ", start, start + 30)
        start = blank + 1 if blank >= 0 else start
    part = text[start : start + WIDTH - 2]
    if start + len(part) < len(text):
        part = part.rsplit(" ", 1)[0] if " " in part[-30:] else part
        part += "…"
    return f"…{part}" if start else part


def _clean(line: str) -> str:
    if line.isprintable():
        return " ".join(line.split())
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())

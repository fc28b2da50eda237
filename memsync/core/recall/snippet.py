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


class Lines:
    """A memory's body in lines, with the terms of each: worked out once for any number of questions."""

    __slots__ = ("_first", "_terms", "_windows", "lines")

    def __init__(self, memory: Memory) -> None:
        self.lines = memory.body.splitlines()[:_MOST_LINES]
        self._first = memory.body_line
        self._terms = [frozenset(t for run in runs(line) for t, _ in terms_of(run)) for line in self.lines]
        self._windows: dict[int, str] = {}

    def best(self, worth: Mapping[str, float]) -> Snippet:
        """Return the best place for these terms; the first line that has any text where none is in it."""
        best, most = -1, 0.0
        for i, terms in enumerate(self._terms):
            value = sum([worth[t] for t in terms & worth.keys()])
            if value > most + 1e-9:
                best, most = i, value
        if best < 0:
            best = next((i for i, line in enumerate(self.lines) if line.strip()), 0)
        return Snippet(self._first + best, self._window(best, worth))

    def _window(self, best: int, worth: Mapping[str, float]) -> str:
        known = self._windows.get(best)
        if known is not None:
            return known
        text = _window(self.lines, best, worth)
        if not self.lines or len(_clean(self.lines[best])) <= WIDTH:  # then it is the same for every question
            self._windows[best] = text
        return text


def snippet(memory: Memory, worth: Mapping[str, float]) -> Snippet:
    """Return the best place of the body for these terms; its first line where none is in it."""
    return Lines(memory).best(worth)


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

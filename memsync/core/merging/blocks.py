"""Blocks of a text: the smallest parts that a merge moves as a whole.

In markdown a block is a bullet with its continuation lines, a paragraph, a heading, a fenced code block or a table row;
in any other text it is a line. The blank lines behind a block are its gap: they don't take part in comparisons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is."""

    BULLET = "bullet"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    FENCE = "fence"
    ROW = "row"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block's text, which ends in a newline, and the blank lines behind it."""

    kind: BlockKind
    text: str
    gap: str = ""

    @property
    def indent(self) -> int:
        """How many columns of white space come first."""
        return len(self.text) - len(self.text.lstrip(" \t"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A text in parts. `lead` are the blank lines before the first one. Joined they are the text again."""

    lead: str
    parts: tuple[Part, ...]


_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(?P<mark>`{3,}(?=[^`]*$)|~{3,})")
_ROW = re.compile(r"[ \t]*\|")


def cut_markdown(text: str) -> Cut:
    """Cut a markdown text, whose last line ends in a newline, into blocks."""
    lines = text.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    lead, at = _blank(lines, 0)
    parts: list[Part] = []
    while at < len(lines):
        kind = _kind(lines[at])
        end = _end(lines, at, kind)
        gap, after = _blank(lines, end)
        parts.append(Part(kind=kind, text="".join(lines[at:end]), gap=gap))
        at = after
    return Cut(lead=lead, parts=tuple(parts))


def cut_lines(text: str) -> Cut:
    """Cut any text into lines; blank ones count as lines."""
    lines = text.split("\n")
    parts = [Part(kind=BlockKind.LINE, text=line + "\n") for line in lines[:-1]]
    return Cut(lead="", parts=(*parts, *([Part(kind=BlockKind.LINE, text=lines[-1])] if lines[-1] else [])))


def join(cut: Cut) -> str:
    """Return the text; the inverse of cutting."""
    return cut.lead + "".join(part.text + part.gap for part in cut.parts)


def _blank(lines: list[str], start: int) -> tuple[str, int]:
    end = start
    while end < len(lines) and not lines[end].strip():
        end += 1
    return "".join(lines[start:end]), end


def _kind(line: str) -> BlockKind:
    plain = line.rstrip("\r\n")
    if _FENCE.match(plain):
        return BlockKind.FENCE
    if _HEADING.match(plain):
        return BlockKind.HEADING
    if _ROW.match(plain):
        return BlockKind.ROW
    return BlockKind.BULLET if _BULLET.match(line) else BlockKind.PARAGRAPH


def _end(lines: list[str], start: int, kind: BlockKind) -> int:
    """Return the index behind the block's last line."""
    end = start + 1
    match kind:
        case BlockKind.HEADING | BlockKind.ROW:
            return end
        case BlockKind.FENCE:
            opening = _FENCE.match(lines[start].rstrip("\r\n"))
            mark = opening["mark"] if opening else ""
            while end < len(lines) and not _closes(lines[end], mark):
                end += 1
            return min(end + 1, len(lines))
        case _:
            while end < len(lines) and lines[end].strip() and _kind(lines[end]) is BlockKind.PARAGRAPH:
                end += 1
            return end


def _closes(line: str, mark: str) -> bool:
    plain = line.strip()
    return len(plain) >= len(mark) and not plain.strip(mark[:1])


_TIGHT = frozenset({BlockKind.BULLET, BlockKind.ROW, BlockKind.LINE})


def gap_between(before: Part, after: Part, *, usual: str | None) -> str:
    """Return the blank lines for two blocks that no version had side by side; `usual`: what came before `after` there."""
    if before.kind is after.kind and before.kind in _TIGHT:
        return usual or ""
    return usual or "\n"

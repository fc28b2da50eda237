"""The index page of a scope, `MEMORY.md`: what its memories are, best first, small enough to be read at every start.

A pure function of the memories: no clock, no counts of use, so two machines write the same bytes. A page on which somebody
wrote anything else than an index is theirs: memsync leaves it alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.memory import Form, Memory, Status, format_time

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = "MEMORY.md"
MAX_LINES = 200
MAX_BYTES = 25_000
_TITLE = 100
_HOOK = 120
_HEAD = "# Memories\n\n"
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_MARKED = re.compile(r"([\\\[\]`<>])")
_PLACE = re.compile(r"(?:global|(?:projects|workspaces|channels)/[^/]+)/MEMORY\.md")
_HEADING = re.compile(r"#{1,6}(?:\s.*)?")
_ENTRY = re.compile(r"[-*+]\s+\[.+?\]\((?!\w+:|//)(?:<[^<>]*>|[^\s()]*)\).*")
_REST = re.compile(r"\d+ more: ask for them with recall\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One memory's line, and what it is sorted by."""

    worth: tuple[bool, bool, float, str, str]
    text: str


def is_page(path: str) -> bool:
    """Whether a path is the index page of a scope's folder."""
    return _PLACE.fullmatch(path) is not None


def folder_of_page(path: str) -> str:
    """Return the scope's folder a page is for."""
    return path.removesuffix(f"/{PAGE}")


def is_index(content: bytes) -> bool:
    """Whether a page is an index and nothing else: headings, and bullets that begin with a link to a file beside it."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        return False
    words = [line.strip() for line in lines if line.strip()]
    return all(_HEADING.fullmatch(w) or _ENTRY.fullmatch(w) or _REST.fullmatch(w) for w in words)


def index_page(memories: Iterable[Memory], *, folder: str) -> str:
    """Return the page for the memories of one scope. `folder` is the scope's; links are relative to it.

    Twins, standing documents, and what is superseded or refuted are left out. At most 200 lines and 25,000 bytes; what
    does not fit is counted in the last line.
    """
    return page_of(line for line in (line_of(m, folder=folder) for m in memories) if line is not None)


def line_of(memory: Memory, *, folder: str) -> Line | None:
    """Return a memory's line, None for one that is not listed."""
    return Line(worth=_worth(memory), text=_line(memory, folder)) if _is_listed(memory) else None


def page_of(listed: Iterable[Line]) -> str:
    """Return the page of these lines."""
    lines = [line.text for line in sorted(listed, key=lambda line: line.worth)]
    room = MAX_BYTES - len(_HEAD.encode()) - len(_more(len(lines)).encode())
    kept: list[str] = []
    for line in lines[: MAX_LINES - _HEAD.count("\n") - 2]:
        room -= len(line.encode())
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return _HEAD + "".join(kept) + (_more(left) if left else "")


def _more(count: int) -> str:
    return f"\n{count} more: ask for them with recall.\n"


def _is_listed(memory: Memory) -> bool:
    return (
        not memory.is_twin
        and memory.form is not Form.STANDING
        and memory.status not in (Status.SUPERSEDED, Status.REFUTED)
    )


def _worth(memory: Memory) -> tuple[bool, bool, float, str, str]:
    """Sort by: pinned, believed, importance, then the newest; the path settles what is left."""
    updated = memory.updated or memory.created
    return (
        not memory.pinned,
        memory.status is Status.CANDIDATE,
        -memory.importance,
        _descending(format_time(updated) if updated else ""),
        memory.path,
    )


def _descending(text: str) -> str:
    return "".join(chr(0x10FFFF - ord(c)) for c in text) + chr(0x10FFFF)


def _line(memory: Memory, folder: str) -> str:
    path = memory.path.removeprefix(f"{folder}/") if folder else memory.path
    link = f"<{path}>" if re.search(r"[\s()]", path) else path
    title = _plain(memory.title, _TITLE) or _plain(memory.key, _TITLE)
    hook = "" if memory.sensitive else _plain(_first_words(memory), _HOOK)
    return f"- [{title}]({link})" + (f": {hook}" if hook and hook != title else "") + "\n"


def _first_words(memory: Memory) -> str:
    """Return the body's first line that is no heading and says more than the title."""
    for line in memory.body.splitlines():
        words = line.strip()
        if words and not words.startswith(("#", "```", "~~~", "---", "|", "<!--")):
            return re.sub(r"^(?:[-*+>]|\d+[.)])\s+(?:\[[ xX]\]\s+)?", "", words)
    return ""


def _plain(text: str, limit: int) -> str:
    """Return a text on one line, without what could hide, or pass for a link or a tag."""
    words = " ".join(_UNSEEN.sub(" ", text).split())
    if len(words) > limit:
        words = words[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
    return _MARKED.sub(r"\\\1", words)

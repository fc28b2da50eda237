"""The index page of a scope, `MEMORY.md`: what its memories are, best first, small enough to be read at every start.

A pure function of the memories: no clock, no counts of use, so two machines write the same bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from memsync.core.memory import Form, Memory, Status, format_time

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LINES = 200
MAX_BYTES = 25_000
_TITLE = 100
_HOOK = 120
_HEAD = "# Memories\n\n"
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]"
)
_MARKED = re.compile(r"([\\\[\]`<>])")


def index_page(memories: Iterable[Memory], *, folder: str) -> str:
    """Return the page for the memories of one scope. `folder` is the scope's; links are relative to it.

    Twins, standing documents, and what is superseded or refuted are left out. At most 200 lines and 25,000 bytes; what
    does not fit is counted in the last line.
    """
    listed = sorted((m for m in memories if _is_listed(m)), key=_worth)
    lines = [_line(memory, folder) for memory in listed]
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
    hook = _plain(_first_words(memory), _HOOK)
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

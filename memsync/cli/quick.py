"""The short way of `memsync recall`: plain words to a resident process, and its answer out again, without click.

Whatever is not plain, and whatever the resident does not answer, goes the long way, which tells what is wrong. What is said
here and there is the same; a test compares both on many command lines.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from memsync.cli.answer_text import show_answer
from memsync.cli.boundary import guarded
from memsync.cli.face import Face
from memsync.core.wire import read_answer, write_plain
from memsync.edges.door.client import WAIT, NoAnswer, ask, find_door
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_FLAGS = {"--all-projects": "all_projects", "--explain": "explain"}
_NUMBERS = {"--limit": ("limit", 1000), "--budget": ("budget", 10**9)}


def recall(argv: Sequence[str]) -> int | None:
    """Answer `memsync recall ARGV…` if that can be done quickly, and return the exit code; None to go the long way."""
    face = Face()
    given = _plain(argv, face)
    if given is None or "_MEMSYNC_COMPLETE" in os.environ:
        return None
    try:
        facts = {"cwd": os.getcwd(), "now": datetime.now(UTC).isoformat()}  # noqa: PTH109, TID251  # pathlib and the store's clock would take longer
        shape = read_answer(ask(find_door(os.environ), "recall", facts, write_plain(**given), wait=WAIT))
    except (NoAnswer, BadInput, OSError):
        return None
    return guarded(lambda: show_answer(shape, face), face)


def _plain(argv: Sequence[str], face: Face) -> dict[str, Any] | None:
    """Return what was asked for, or None where it takes click to tell."""
    given: dict[str, Any] = {"words": []}
    text: list[str] = []
    rest = iter(argv)
    for word in rest:
        if not word.startswith("-"):
            text.append(word)
        elif word == "--json":
            face.json = True
        elif word in _FLAGS:
            given[_FLAGS[word]] = True
        elif word in _NUMBERS:
            name, most = _NUMBERS[word]
            number = next(rest, "")
            if not (
                number.isascii() and number.isdecimal() and len(number) < 10 and 1 <= int(number) <= most
            ):
                return None
            given[name] = int(number)
        elif word == "--scope":
            given["words"].append(next(rest, ""))
        else:
            return None
    given["text"] = " ".join(text)
    return given if given["text"].strip() and all(given["words"]) else None

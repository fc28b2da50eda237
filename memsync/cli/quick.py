"""The short way of `memsync recall`: plain words to a resident process, or to the store itself, without click.

Whatever is not plain goes the long way. What is said here and there is the same; a test compares both on many command lines.
"""

from __future__ import annotations

import gc
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
    """Answer `memsync recall ARGV…` if that can be done without click, and return the exit code; None to go the long way."""
    face = Face()
    given = _plain(argv, face)
    if given is None or "_MEMSYNC_COMPLETE" in os.environ:
        return None
    try:
        cwd = os.getcwd()  # noqa: PTH109  # pathlib would take longer than the answer
    except OSError:
        return None
    return guarded(lambda: show_answer(_answer(write_plain(**given), cwd), face), face)


def _answer(question: bytes, cwd: str) -> dict[str, Any]:
    """Return the answer of whoever is resident, else look here. Raises MemsyncError."""
    now, door = datetime.now(UTC), ""  # noqa: TID251  # the store's clock would take longer
    try:
        door = find_door(os.environ)
        facts = {"cwd": cwd, "now": now.isoformat()}
        return read_answer(ask(door, "recall", facts, question, wait=WAIT))
    except (NoAnswer, BadInput):
        gc.disable()  # one answer and the end: looking through ten thousand files' stamps for garbage finds none
        try:
            from memsync.store.recalling import recall_plainly

            return recall_plainly(question, cwd=cwd, now=now, tried=door)
        finally:
            gc.enable()


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

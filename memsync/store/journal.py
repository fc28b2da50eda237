"""The journal: which paths the last changes made through memsync touched, so that `undo` can take one back.

Lines of JSON in the state folder with paths and blob ids, never a memory's text. A lost journal costs only `undo`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.change import Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from memsync.store.parts import Parts

_KEPT = 200
_NAME = "changes.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change: the verb, when (as written in files), and the paths it touched."""

    verb: str
    when: str
    steps: tuple[Step, ...]


def note(room: Parts, verb: str, when: datetime, steps: Sequence[Step]) -> None:
    """Add a change. Never fails the change it tells of: without an entry it is only not undone."""
    from memsync.core.memory import format_time

    line = {"verb": verb, "when": format_time(when), "steps": [[s.path, s.before, s.after] for s in steps]}
    try:
        with os.fdopen(
            os.open(room.state_dir / _NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600),
            "a",
            encoding="utf-8",
        ) as file:
            file.write(json.dumps(line) + "\n")
    except OSError:
        return


def last(room: Parts) -> Entry | None:
    """Return the last change that was not taken back, or None."""
    entries = _entries(room)
    return entries[-1] if entries else None


def drop_last(room: Parts) -> None:
    """Forget the last change: it was taken back."""
    kept = _entries(room)[-_KEPT:-1]
    fresh = room.state_dir / f"{_NAME}.{os.getpid()}"
    lines = [
        json.dumps({"verb": e.verb, "when": e.when, "steps": [[s.path, s.before, s.after] for s in e.steps]})
        for e in kept
    ]
    fresh.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(room.state_dir / _NAME)


def _entries(room: Parts) -> list[Entry]:
    try:
        lines = (room.state_dir / _NAME).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [entry for entry in map(_entry, lines) if entry is not None]


def _entry(line: str) -> Entry | None:
    try:
        read = json.loads(line)
        steps = tuple(Step(path=path, before=before, after=after) for path, before, after in read["steps"])
        return Entry(verb=read["verb"], when=read["when"], steps=steps)
    except (ValueError, KeyError, TypeError):
        return None  # a line that a crash cut off

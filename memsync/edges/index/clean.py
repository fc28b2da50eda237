"""What the last look found: an index that stands for all the files there are. A question that sees the same files need not compare them.

The note names the journal it is about and the listing by its fingerprint. It is worth nothing once either is another one.
"""

from __future__ import annotations

import marshal
import os
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Contested = Mapping[str, Sequence[str]]

_MAGIC = b"msclean1"


def note_path(folder: Path) -> str:
    """Return where the note is."""
    return f"{folder}/clean"


def read_note(folder: Path, about: object) -> Contested | None:
    """Return which memories are contested, where the index stands for what `about` names; None where that is not known."""
    try:
        with open(note_path(folder), "rb") as file:  # noqa: PTH123  # a question has no time for pathlib
            raw = file.read()
    except OSError:
        return None
    if raw[:8] != _MAGIC or raw[8:12] != zlib.crc32(raw[12:]).to_bytes(4):
        return None
    known, contested = marshal.loads(raw[12:])  # noqa: S302  # written by this user on this machine, checked just above
    return contested if known == about else None


def write_note(folder: Path, about: object, contested: Contested) -> None:
    """Write the note, in one step. Raises OSError."""
    told: Any = (about, {path: list(others) for path, others in contested.items()})
    raw = marshal.dumps(told)
    fresh = f"{note_path(folder)}.{os.getpid()}"
    with open(fresh, "wb") as file:  # noqa: PTH123  # as read_note
        file.write(_MAGIC + zlib.crc32(raw).to_bytes(4) + raw)
    os.replace(fresh, note_path(folder))  # noqa: PTH105  # as read_note

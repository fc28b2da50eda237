"""What a person said of memories they looked at again: two small files of this machine, `{name: mark}` and `{name: seconds}`.

Losing them costs a second look.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from memsync.errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MOST = 20_000


class Reviews:
    """The record in `folder`, which is there."""

    def __init__(self, folder: Path) -> None:
        self._kept = folder / "reviewed.json"
        self._confirmed = folder / "confirmed.json"

    def kept(self) -> dict[str, str]:
        """Return name → the mark of what was looked at and kept."""
        return {str(name): str(mark) for name, mark in _read(self._kept).items()}

    def confirmed(self) -> dict[str, float]:
        """Return name → when a memory was said to be still true, in UTC seconds."""
        return {n: float(at) for n, at in _read(self._confirmed).items() if isinstance(at, int | float)}

    def keep(self, name: str, mark: str) -> None:
        """Write down that what has this mark was looked at. Raises CannotWrite."""
        _write(self._kept, {**self.kept(), name: mark})

    def confirm(self, name: str, at: float) -> None:
        """Write down that a memory is still true. Raises CannotWrite."""
        _write(self._confirmed, {**self.confirmed(), name: at})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, rows: Mapping[str, object]) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fresh.write_text(json.dumps(dict(list(rows.items())[-_MOST:])), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise CannotWrite(str(path), (error.strerror or "can't be written").lower()) from error

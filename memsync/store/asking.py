"""Asking: a terminal's question to whoever is resident, answered as this process itself would."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.core.answer import Answer, Query
    from memsync.edges.settings import Settings

_WAIT = 2.0  # seconds; then the asker does the work itself


def recall_at_door(query: Query, words: Sequence[str], *, cwd: Path, settings: Settings) -> Answer | None:
    """Return a resident process's answer for the settings' store, or None where nobody answers: then recall here.

    `words` are the scopes as a person wrote them; they, and none, are resolved for `cwd`, never for the resident's folder.
    """
    from memsync.core.wire import read_answer, write_query
    from memsync.edges.door.client import NoAnswer, ask
    from memsync.edges.door.server import door_path
    from memsync.store.parts import Parts

    parts = Parts(settings.store, settings=settings, instance="")
    try:
        door = door_path(parts.state_dir, environ=os.environ)
        return read_answer(ask(str(door), "recall", {"cwd": str(cwd)}, write_query(query, words), wait=_WAIT))
    except (NoAnswer, MemsyncError):
        return None

"""Recalling for a terminal that has no resident process to ask: the store's own recall, without the façade around it.

The files are walked over by a child while this process still imports what the question needs; so that begins first.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memsync.core.store_file import MARKER
from memsync.edges.door.place import door_path
from memsync.errors import MemsyncError
from memsync.store.kept import for_one_call
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from memsync.edges.settings import Settings


def recall_plainly(question: bytes, *, cwd: str, now: datetime, tried: str = "") -> dict[str, Any]:
    """Return the JSON shape of the answer to a question as `core.wire` writes it. Raises MemsyncError.

    The store's files are listed once. A resident that another environment's signpost hid is asked first; not one at the
    door that was `tried` already.
    """
    from memsync.edges.settings import load

    settings = load()
    told = _told_at_the_store(settings, question, cwd=cwd, now=now, tried=tried)
    if told is not None:
        return told
    instance = settings.instance or "cli"
    room = Parts(Path(os.path.abspath(settings.store)), settings=settings, instance=instance)
    _ = room.marker
    private = Parts(settings.private, settings=settings, instance=instance, private=True)
    rooms = (room, private) if (private.root / MARKER).is_file() else (room,)
    for each in rooms:
        for_one_call(each)
    return _recalled(question, rooms, cwd=Path(cwd), now=now)


def _told_at_the_store(
    settings: Settings, question: bytes, *, cwd: str, now: datetime, tried: str
) -> dict[str, Any] | None:
    parts = Parts(settings.store, settings=settings, instance="")
    try:
        if not door_path(parts.state_dir, environ=os.environ).exists():
            return None
    except (MemsyncError, OSError):
        return None
    from memsync.core.wire import read_query
    from memsync.store.asking import Asker

    query, words = read_query(question)
    return Asker(query, words, cwd=Path(cwd), now=now, tried=tried).at_store(settings)


def _recalled(question: bytes, rooms: Sequence[Parts], *, cwd: Path, now: datetime) -> dict[str, Any]:
    from memsync.core.answer_shape import answer_shape
    from memsync.core.value import replace
    from memsync.core.wire import read_query
    from memsync.store import ringing, scopes
    from memsync.store.reading import recall

    query, words = read_query(question)
    ringing.stir(rooms[0])
    visible = scopes.visible(rooms[0], words, cwd)
    return answer_shape(recall(rooms, replace(query, scopes=visible), now=now, cwd=cwd))

"""Recalling for a terminal that has no resident process to ask: the store's own recall, without the façade around it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memsync.core.answer_shape import answer_shape
from memsync.core.store_file import MARKER
from memsync.core.value import replace
from memsync.core.wire import read_query
from memsync.store import ringing, scopes
from memsync.store.asking import Asker
from memsync.store.kept import for_one_call
from memsync.store.parts import Parts
from memsync.store.reading import recall

if TYPE_CHECKING:
    from datetime import datetime


def recall_plainly(question: bytes, *, cwd: str, now: datetime, tried: str = "") -> dict[str, Any]:
    """Return the JSON shape of the answer to a question as `core.wire` writes it. Raises MemsyncError.

    The store's files are listed once. A resident that another environment's signpost hid is asked first; not one at the
    door that was `tried` already.
    """
    from memsync.edges.settings import load

    settings = load()
    query, words = read_query(question)
    told = Asker(query, words, cwd=Path(cwd), now=now, tried=tried).at_store(settings)
    if told is not None:
        return told
    instance = settings.instance or "cli"
    room = Parts(Path(os.path.abspath(settings.store)), settings=settings, instance=instance)
    _ = room.marker
    private = Parts(settings.private, settings=settings, instance=instance, private=True)
    rooms = (room, private) if (private.root / MARKER).is_file() else (room,)
    for each in rooms:
        for_one_call(each)
    ringing.stir(room)
    visible = scopes.visible(room, words, Path(cwd))
    return answer_shape(recall(rooms, replace(query, scopes=visible), now=now, cwd=Path(cwd)))

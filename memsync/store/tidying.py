"""Tidying: a store's git objects are packed in a quiet moment, never inside a cycle, and nothing is ever pruned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from memsync.errors import Busy
from memsync.store.clock import now
from memsync.store.turns import turn

if TYPE_CHECKING:
    from memsync.store.parts import Parts

LOOSE = 500  # objects from which packing is worth it
MANY = 4000  # and from which it is even where nobody is resident
_HOUR = timedelta(hours=1)


def tidy(room: Parts, *, least: int = LOOSE) -> bool:
    """Pack git's loose objects where there are many, at most once an hour; False where nothing was done.

    For a quiet moment: it takes seconds, and no cycle waits for it. A failure is no cycle's business; `doctor` tells of damage.
    """
    from memsync.core.history import GitFailed

    tried = room.book.fact("tidied")
    if room.repo.loose() < least or (tried and now() - datetime.fromisoformat(tried) < _HOUR):
        return False
    try:
        with turn(room, wait=0.0, name="memsync, packing"):
            room.book.note(tidied=now().isoformat())
            room.repo.repack()
    except (Busy, GitFailed):
        return False
    return True

"""At once: a question answered from what a resident process holds in memory, for a thread that must not be kept waiting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from memsync.flows.looks import is_settled
from memsync.store.clock import now
from memsync.store.kept import KeptTree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.core.answer import Answer, Query
    from memsync.store.parts import Parts


class AtOnce:
    """The same answers as recall's, where nothing changed since the last one: no walk, no indexing, no git."""

    def __init__(self, rooms: Sequence[Parts]) -> None:
        self._rooms = rooms

    def may(self, cwd: Path) -> bool:
        """Whether a question from this folder can be answered so. Takes no longer than some looks at single files."""
        from memsync.store.reading import rules_of

        for room in self._rooms:
            if not isinstance(room.tree, KeptTree) or not room.tree.is_known():
                return False
            if room.by_meaning and room.meaning is not None:  # what is new may have to be learned first
                return False
            if not is_settled(room.tree, room.index, rules=rules_of(room)):
                return False
        return self._rooms[0].looks.knows(cwd)

    def recall(self, query: Query) -> Answer | None:
        """Return the answer to a question; None where git has to be asked about files that a memory cites."""
        from memsync.store import ringing
        from memsync.store.reading import answered, note

        begin = time.perf_counter()
        ringing.stir(self._rooms[0])
        moment = now()
        answer = answered(self._rooms, query, now=moment)
        if any(hit.memory.sources for hit in answer.hits):
            return None
        note(self._rooms[0], answer, begin, now=moment)
        return answer

"""Insights: a store in figures, what was learnt when, and what a person should look at again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.insight import Doubt, DoubtKind, Known, doubts, tally
from memsync.core.names import is_standing
from memsync.core.usage import name_of
from memsync.store.citing import staleness
from memsync.store.clock import now
from memsync.store.reading import places, recall
from memsync.store.rooms import Rooms

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from memsync.core.answer import Answer, Query
    from memsync.core.insight import Stats
    from memsync.core.usage import Usage


_STANDING = 60  # standing documents that may be among the newest; a timeline has none of them


class Insights(Rooms):
    """What can be learnt of a store as a whole. Everything counted is of this machine."""

    def stats(self, query: Query) -> Stats:
        """Return the memories that pass the query's filters in figures, and how recall served."""
        from memsync.flows.insight import entries

        found = entries(query, places=places(self._rooms()), now=now())
        return tally(found, self.usage(), now=now().timestamp())

    def usage(self) -> Usage:
        """Return what was recalled on this machine."""
        return self._parts.usage.read()

    def timeline(self, query: Query) -> Answer:
        """Return the memories that pass the query's filters, the last changed first; its text is not used."""
        more = query.limit + _STANDING
        answer = recall(self._rooms(), replace(query, text="", limit=more), now=now())
        hits = tuple(hit for hit in answer.hits if not is_standing(hit.memory.path))
        left = len(hits[query.limit :])
        return replace(answer, hits=hits[: query.limit], more=answer.more + left)

    def review(self, query: Query, *, cwd: Path, idle: timedelta) -> tuple[Doubt, ...]:
        """Return the memories that should be looked at again; unused is what was not recalled and did not change for `idle`."""
        from memsync.flows.insight import memories

        usage, until = self.usage(), (now() - idle).timestamp()
        found: list[Doubt] = []
        for room in self._rooms():
            mine = memories(query, places=places([room]), now=now())
            label = mine[0][1] if mine else ""
            texts = [memory for memory, _ in mine]
            stale = {} if room.private else staleness(texts, room, cwd)
            known = Known(usage=usage, stale={path: s.says for path, s in stale.items()}, until=until)
            found += doubts(texts, known, store=label)
        kept = self._parts.reviews.kept()
        order = list(DoubtKind)
        return tuple(
            sorted((d for d in found if kept.get(_name(d)) != d.mark), key=lambda d: order.index(d.kind))
        )

    def keep(self, doubt: Doubt) -> None:
        """Write down, on this machine, that a person has looked: the doubt does not come back while its memories stay the same."""
        reviews = self._parts.reviews
        if doubt.kind is DoubtKind.STALE:
            reviews.confirm(name_of(doubt.memory), now().timestamp())
        else:
            reviews.keep(_name(doubt), doubt.mark)


def _name(doubt: Doubt) -> str:
    return f"{doubt.kind} {name_of(doubt.memory)}"

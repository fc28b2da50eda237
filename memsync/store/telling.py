"""Telling: how a store is, for `status`. Files that did not change since the last time are not read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.report import StatusReport
from memsync.core.tally import tally
from memsync.edges.tally_file import TallyFile
from memsync.store import listening, syncing
from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.change import Stamp
    from memsync.core.memory import Memory
    from memsync.core.tally import Tally
    from memsync.store.parts import Parts

_FEW = 20  # files that are read anew each time rather than written down


def status(room: Parts) -> StatusReport:
    """Return how one store is. Never touches the network."""
    state = syncing.status(room)
    counted = _counted(room, state.listing)
    return StatusReport(
        store=str(room.root),
        remote=state.remote,
        memories=sum(counted.by_category.values()),
        by_category=dict(counted.by_category),
        unsynced=state.unsynced,
        since=state.since,
        held=state.held,
        alarms=state.alarms,
        notes=state.notes,
        problems=counted.problems,
        contested=counted.twins,
        not_taken=state.not_taken,
        lanes=state.lanes,
        index=room.index.state(),
        syncer=state.syncer,
        doorbell=listening.told(room),
    )


def _counted(room: Parts, listing: Mapping[str, Stamp]) -> Tally:
    def read(path: str) -> Memory | None:
        raw = room.tree.read(path)
        return (
            None if raw is None else memories.read(path, raw.decode(errors="replace"), private=room.private)
        )

    kept = TallyFile(room.cache_dir / "tally.json")
    known = kept.load()
    done = tally(listing, known, read, now_ns=int(now().timestamp() * 1e9))
    new = sum(known.get(path) != row for path, row in done.rows.items()) + len(
        known.keys() - done.rows.keys()
    )
    if new > _FEW:
        kept.keep(done.rows)
    return done

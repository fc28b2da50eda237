"""Once: the one short cycle that a write leaves behind where no resident syncer runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from memsync.core.pacing import Debouncer
from memsync.errors import Busy
from memsync.store import listening, syncing, tidying
from memsync.store.ringing import BESIDE, DIRTY, RESIDENT, SHORT, waits_for_the_remote

if TYPE_CHECKING:
    from memsync.core.report import SyncReport
    from memsync.edges.lock import Lock
    from memsync.store.parts import Parts

_LOOK = 0.25  # seconds between two looks at the mark of the last write


def detached(room: Parts) -> SyncReport | None:
    """Run the one short cycle that a `remember` leaves behind; None where a resident syncer or another one does it.

    It waits for the burst of writes to be over, and ends by itself. Where the one under way waits for the remote, the
    folder's part is done beside it.
    """
    lock = room.lock(SHORT)
    try:
        lock.acquire(wait=0.0, name="memsync, once")
    except Busy:
        return _captured_beside(room, room.lock(BESIDE)) if waits_for_the_remote(room) else None
    try:
        seen = _burst_over(room)
        if room.lock(RESIDENT).is_held():
            return None
        report = _one_waiting(room)
        report = report if _mark(room) == seen else _one_waiting(room)
        tidying.tidy(room, least=tidying.MANY)
        return report
    finally:
        lock.release()


def _captured_beside(room: Parts, lock: Lock) -> SyncReport | None:
    """Capture what was written while the one short cycle waits for the remote; None where somebody does so already."""
    try:
        lock.acquire(wait=0.0, name="memsync, once")
    except Busy:
        return None
    try:
        _burst_over(room)
        return _one_waiting(room, network=False)
    finally:
        lock.release()


def _burst_over(room: Parts) -> int:
    """Wait until nobody has written for a while; return the mark of the last write."""
    debouncer = Debouncer(room.settings.quiet, room.settings.ceiling)
    seen = -1
    while True:
        mark = _mark(room)
        if mark != seen:
            seen = mark
            debouncer.note(time.monotonic())
        wait = debouncer.due(time.monotonic())
        if not wait:
            return seen
        time.sleep(min(wait, _LOOK))


def _mark(room: Parts) -> int:
    try:
        return (room.state_dir / DIRTY).stat().st_mtime_ns
    except OSError:
        return 0


def _one_waiting(room: Parts, *, network: bool = True) -> SyncReport | None:
    try:
        report = syncing.sync(room, wait=30.0, asked=False, network=network, name="memsync, once")
    except Busy:
        return None
    if report.sent:
        listening.press(room)
    return report

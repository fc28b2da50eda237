"""Watching: the resident syncer. Hints, a mark file and the clock start cycles; a scan each minute needs none of them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.pacing import Debouncer, poll_interval
from memsync.core.report import SyncState
from memsync.errors import Busy, MemsyncError
from memsync.store import indexing, syncing
from memsync.store.ringing import DIRTY, RESIDENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.core.report import SyncReport
    from memsync.edges.watcher import Watcher
    from memsync.store.parts import Parts

_LOOK = 0.25  # seconds between two looks at the mark file and at `stop`
_READ_ALL = 600.0  # seconds between two cycles that read every file, whatever its stamp says
_SLEPT = 30.0  # a gap of the clock longer than this: the machine slept, and the remote may have moved on


@dataclass(slots=True)
class _Round:
    """What the syncer knows between two cycles. Times are of the monotonic clock, in seconds."""

    debouncer: Debouncer
    rescan: float
    scan_at: float = 0.0
    read_at: float = 0.0
    poll_at: float = 0.0
    idle_polls: int = 0
    active: float = field(default_factory=time.monotonic)
    dirty: float = 0.0
    looked: float = field(default_factory=time.monotonic)
    walltime: float = field(default_factory=time.time)


def watch(room: Parts, stop: Callable[[], bool], tell: Callable[[SyncReport], None]) -> None:
    """Run the resident syncer of a store until `stop()`. Raises Busy where another one runs.

    When told to stop, what is in the folder is captured once more, without the network.
    """
    from memsync.edges.watcher import Watcher
    from memsync.store.answering import open_door

    resident = room.lock(RESIDENT)
    resident.acquire(wait=1.0, name=f"memsync {room.instance}")
    watcher = Watcher(room.root)
    try:
        watcher.start()
        with open_door(room):
            _loop(room, watcher, stop, tell)
    finally:
        watcher.stop()
        resident.release()


def _loop(
    room: Parts, watcher: Watcher, stop: Callable[[], bool], tell: Callable[[SyncReport], None]
) -> None:
    settings = room.settings
    now = _Round(
        debouncer=Debouncer(settings.quiet, settings.ceiling), rescan=settings.rescan, dirty=_mark(room)
    )
    while not stop():
        if _due(room, watcher, now):
            _cycle(room, watcher, now, tell)
        watcher.woken.wait(_LOOK)
    _last(room, tell)


def _due(room: Parts, watcher: Watcher, now: _Round) -> bool:
    """Whether a cycle is to begin: a burst of changes is over, or it is time to scan, or to ask the remote."""
    moment = time.monotonic()
    if watcher.take():
        now.debouncer.note(moment)
        now.active = moment
    mark = _mark(room)
    if mark != now.dirty:
        now.dirty = mark
        now.debouncer.note(moment)
        now.active = moment
    if _woke(now, moment):
        return True
    wait = now.debouncer.due(moment)
    return (wait is not None and wait <= 0) or moment >= now.scan_at or moment >= now.poll_at


def _woke(now: _Round, moment: float) -> bool:
    """Whether the machine slept: the wall clock went on and the monotonic one did not, or this loop stood still."""
    wall = time.time()
    slept = (wall - now.walltime) - (moment - now.looked) > _SLEPT or moment - now.looked > _SLEPT
    now.looked, now.walltime = moment, wall
    return slept


def _mark(room: Parts) -> float:
    try:
        return (room.state_dir / DIRTY).stat().st_mtime
    except OSError:
        return 0.0


def _cycle(room: Parts, watcher: Watcher, now: _Round, tell: Callable[[SyncReport], None]) -> None:
    now.debouncer.clear()
    watcher.refresh()
    moment = time.monotonic()
    thorough = moment >= now.read_at
    report = _one(room, asked=False, thorough=thorough)
    moment = time.monotonic()
    now.scan_at = moment + now.rescan
    if report is None:
        now.poll_at = moment + 1.0  # another program syncs just now; what it missed is seen then
        return
    if thorough:
        now.read_at = moment + _READ_ALL
    moved = report.received or report.sent or report.captured
    now.idle_polls = 0 if moved else now.idle_polls + 1
    if report.received:
        now.active = moment
    now.poll_at = moment + poll_interval(
        since_activity=moment - now.active, idle_polls=now.idle_polls, base=room.settings.poll, doorbell=False,
        uniform=random.uniform,
    )  # fmt: skip
    tell(report)
    indexing.follow(room, report)
    now.looked, now.walltime = time.monotonic(), time.time()  # a long cycle is no sleep


def _one(room: Parts, *, asked: bool, network: bool = True, thorough: bool = False) -> SyncReport | None:
    """Run one cycle; None where another program holds the lock. What no lane can bear is a report as well."""
    from memsync.core.report import SyncReport

    try:
        return syncing.sync(
            room, wait=0.0, asked=asked, network=network, thorough=thorough, name=f"memsync {room.instance}"
        )
    except Busy:
        return None
    except MemsyncError as error:
        return SyncReport(state=SyncState.BLOCKED, detail=str(error))


def _last(room: Parts, tell: Callable[[SyncReport], None]) -> None:
    report = _one(room, asked=False, network=False)
    if report is not None and report.captured:
        tell(report)


def detached(room: Parts) -> SyncReport | None:
    """Run the one short cycle that a `remember` leaves behind; None where a resident syncer or another one does it.

    It waits for the burst of writes to be over, and ends by itself.
    """
    from memsync.store.ringing import SHORT

    lock = room.lock(SHORT)
    try:
        lock.acquire(wait=0.0, name="memsync, once")
    except Busy:
        return None
    try:
        debouncer = Debouncer(room.settings.quiet, room.settings.ceiling)
        seen = 0.0
        while True:
            mark = _mark(room)
            if mark != seen:
                seen = mark
                debouncer.note(time.monotonic())
            wait = debouncer.due(time.monotonic())
            if not wait:
                break
            time.sleep(min(wait, _LOOK))
        if room.lock(RESIDENT).is_held():
            return None
        report = _one_waiting(room)
        return report if _mark(room) == seen else _one_waiting(room)
    finally:
        lock.release()


def _one_waiting(room: Parts) -> SyncReport | None:
    try:
        return syncing.sync(room, wait=30.0, asked=False, name="memsync, once")
    except Busy:
        return None

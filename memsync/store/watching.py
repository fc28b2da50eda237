"""Watching: the resident syncer. Hints, marks, a doorbell and the clock start cycles; a scan each minute needs none of them.

A whole cycle runs in a thread of its own: while it waits for the remote, what is written here is captured all the same.
"""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.report import SyncReport, SyncState
from memsync.core.schedule import Due, Schedule, Sleep
from memsync.core.store_file import MARKER
from memsync.edges.network_mark import network_mark
from memsync.errors import Busy, MemsyncError
from memsync.store import indexing, listening, syncing, tidying
from memsync.store.clock import now as clock
from memsync.store.ringing import ACTIVE, CALLED, DIRTY, RESIDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from memsync.edges.watcher import Watcher
    from memsync.store.parts import Parts

    Stop = Callable[[], bool]
    Tell = Callable[[SyncReport], None]

_LOOK = 0.25  # seconds between two looks at the marks and at `stop`
_READ_ALL = 600.0  # seconds between two cycles that read every file, whatever its stamp says
_NETWORK = 2.0  # seconds between two looks at the machine's way into the network
_AGAIN = 5.0  # seconds until it is looked again whether there is a private store, and nobody syncs it
_GOODBYE = 10.0
_LAST = 3.0  # seconds that a cycle under way is given when the syncer ends; one that waits for the remote is let go
_IDLE = 600.0  # seconds without news after which git's objects may be packed


def watch(room: Parts, stop: Stop, tell: Tell, *, beside: Parts | None = None) -> None:
    """Run the resident syncer of a store until `stop()`. Raises Busy where another one runs.

    `beside` is the private store: it has a syncer of its own here as soon as it exists, so that neither waits for the
    other's network. When told to stop, what is in the folders is captured once more, without the network.
    """
    from memsync.edges.watcher import Watcher
    from memsync.store.answering import open_door

    resident = room.lock(RESIDENT)
    resident.acquire(wait=1.0, name=f"memsync {room.instance}")
    loop = _Loop(room, Watcher(room.root))
    try:
        loop.begin()
        with open_door(room), _syncing_beside(beside, tell):
            loop.run(stop, tell)
    finally:
        loop.end()
        resident.release()


@contextmanager
def _syncing_beside(room: Parts | None, tell: Tell) -> Iterator[None]:
    """Sync the private store too while the block runs, in a thread of its own: from when it exists, unless somebody does."""
    if room is None:
        yield
        return
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            if (room.root / MARKER).is_file():
                with suppress(
                    MemsyncError
                ):  # Busy: somebody else syncs it. All else is tried again, and in `status`
                    watch(room, ended.is_set, lambda report: tell(replace(report, store=str(room.root))))
            ended.wait(_AGAIN)

    thread = threading.Thread(target=run, name="memsync-private", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_GOODBYE)


class _Marks:
    """The files of the state folder by which other programs tell the resident something. They are touched, never read."""

    def __init__(self, room: Parts) -> None:
        self._folder = room.state_dir
        self._seen = {name: self._time(name) for name in (DIRTY, CALLED, ACTIVE)}

    def fresh(self, name: str) -> bool:
        """Whether a mark was left since the last look at it."""
        before, self._seen[name] = self._seen[name], self._time(name)
        return before != self._seen[name]

    def _time(self, name: str) -> int:
        try:
            return (self._folder / name).stat().st_mtime_ns
        except OSError:
            return 0


class _Loop:
    """One store's syncer: gathers what happened, asks the schedule, runs the cycle that is due."""

    def __init__(self, room: Parts, watcher: Watcher) -> None:
        settings, now = room.settings, time.monotonic()
        self._room, self._watcher = room, watcher
        self._schedule = Schedule(
            quiet=settings.quiet, ceiling=settings.ceiling, rescan=settings.rescan, poll=settings.poll,
            now=now, uniform=random.uniform,
        )  # fmt: skip
        self._marks = _Marks(room)
        self._sleep = Sleep(now, time.time())
        self._network, self._network_at = network_mark(), now
        self._read_at, self._moved_at = 0.0, now
        self._rung, self._bell_began = threading.Event(), threading.Event()
        self._bell = listening.Doorbell(room, self._heard)
        self._out: _Out | None = None

    def begin(self) -> None:
        """Open eyes and ears."""
        self._watcher.start()
        self._bell.start()

    def end(self) -> None:
        """Close them."""
        self._bell.stop()
        self._watcher.stop()

    def run(self, stop: Stop, tell: Tell) -> None:
        """Sync until told to stop."""
        while not stop():
            due = self._due()
            if self._land(tell):
                continue
            if due is Due.LOOK:
                self._look(tell)
            elif due is not Due.NOTHING:
                self._leave(due)
            self._watcher.woken.wait(_LOOK)
        if self._out is not None:
            self._out.wait(_LAST)
            self._land(tell)
        report = _one(self._room, network=False)
        if report is not None and report.captured:
            tell(report)

    def _heard(self, first: bool) -> None:
        """Take note of the doorbell, in its thread. When its line begins, what rang before was not heard."""
        (self._bell_began if first else self._rung).set()
        self._watcher.woken.set()

    def _due(self) -> Due:
        now = time.monotonic()
        hints, rung = self._watcher.take(), self._marks.fresh(DIRTY)
        if hints or rung:
            self._schedule.change(now)
        if self._marks.fresh(ACTIVE):
            self._schedule.activity(now)
        if self._taken(self._rung):
            self._schedule.ring()
        called, woke, moved = self._marks.fresh(CALLED), self._woke(now), self._network_changed(now)
        if called or woke or moved:
            self._bell.again()
        if called or woke or moved or self._taken(self._bell_began):
            self._schedule.call(now)
        return self._schedule.due(now)

    @staticmethod
    def _taken(event: threading.Event) -> bool:
        was = event.is_set()
        event.clear()
        return was

    def _woke(self, now: float) -> bool:
        return self._sleep.is_over(now, time.time())

    def _network_changed(self, now: float) -> bool:
        if now - self._network_at < _NETWORK:
            return False
        before, self._network, self._network_at = self._network, network_mark(), now
        return before != self._network and bool(self._network)

    def _begin(self, due: Due) -> bool:
        """Take note that a cycle begins; return whether it is one that reads every file."""
        now = time.monotonic()
        self._schedule.began(due, now)
        self._watcher.refresh()
        return now >= self._read_at

    def _look(self, tell: Tell) -> None:
        """Capture what is in the folder, and wait for it."""
        thorough = self._begin(Due.LOOK)
        self._ended(Due.LOOK, _one(self._room, network=False, thorough=thorough), tell, thorough=thorough)

    def _leave(self, due: Due) -> None:
        """Send a whole cycle off; `_land` hears of its end."""
        thorough = self._begin(due)
        self._out = _Out(self._room, due, thorough=thorough, ended=self._watcher.woken.set)

    def _land(self, tell: Tell) -> bool:
        """Take note of a whole cycle that has ended; whether one had. Raises what ended it, if it was no report."""
        out = self._out
        if out is None or not out.is_over():
            return False
        self._out = None
        self._ended(out.due, out.report(), tell, thorough=out.thorough)
        return True

    def _ended(self, due: Due, report: SyncReport | None, tell: Tell, *, thorough: bool) -> None:
        now = time.monotonic()
        if report is None:
            self._schedule.missed(due, now)
            return
        if thorough:
            self._read_at = now + _READ_ALL
        self._schedule.ended(
            due, now, found=bool(report.captured or report.sent or report.received), received=bool(report.received),
            bell=self._bell.listening, retry=_retry(report),
        )  # fmt: skip
        if report.sent:
            listening.press_beside(self._room)
        tell(report)
        indexing.follow(self._room, report)
        if report.captured or report.sent or report.received:
            self._moved_at = now
        elif now - self._moved_at >= _IDLE:
            tidying.tidy(self._room)
        self._sleep.skip(time.monotonic(), time.time())


class _Out:
    """A whole cycle in a thread of its own, which nobody waits for when the program ends: a cycle may be killed anywhere."""

    def __init__(self, room: Parts, due: Due, *, thorough: bool, ended: Callable[[], object]) -> None:
        self.due, self.thorough = due, thorough
        self._room = room
        self._future: Future[SyncReport | None] = Future()
        self._future.add_done_callback(lambda _: ended())
        threading.Thread(target=self._run, name="memsync-cycle", daemon=True).start()

    def is_over(self) -> bool:
        """Whether the cycle has ended."""
        return self._future.done()

    def wait(self, seconds: float) -> None:
        """Wait for the end, no longer than this."""
        wait([self._future], timeout=seconds)

    def report(self) -> SyncReport | None:
        """Return what it told, None where another program was at it; raises what it raised."""
        return self._future.result()

    def _run(self) -> None:
        try:
            self._future.set_result(_one(self._room, asked=self.due is Due.AT_ONCE, thorough=self.thorough))
        except BaseException as error:  # noqa: BLE001  # it is raised again where the loop takes note of the end
            self._future.set_exception(error)


def _retry(report: SyncReport) -> float | None:
    """Return in how many seconds the first lane that waits may be tried again; None where none does."""
    now = clock()
    waiting = [lane.next_try or now for lane in report.lanes if lane.state == "backoff"]
    return max(0.0, (min(waiting) - now).total_seconds()) if waiting else None


def _one(
    room: Parts, *, asked: bool = False, network: bool = True, thorough: bool = False
) -> SyncReport | None:
    """Run one cycle; None where another program holds the lock. What no lane can bear is a report as well."""
    try:
        return syncing.sync(
            room, wait=0.0, asked=asked, network=network, thorough=thorough, name=f"memsync {room.instance}"
        )
    except Busy:
        return None
    except MemsyncError as error:
        return SyncReport(state=SyncState.BLOCKED, detail=str(error))

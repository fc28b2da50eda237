"""The façade's part about sync: cycles, watching, guards, and how the store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.store.rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.core.report import StatusReport, SyncReport
    from memsync.store.noticing import Noticing


class SyncedRooms(Rooms):
    """Rooms that are kept in sync."""

    def sync(self, *, wait: float = 60.0) -> SyncReport:
        """Run, or wait for, a whole cycle that begins after this call. Raises Busy when `wait` seconds pass."""
        from memsync.store import indexing, listening, syncing

        for room in (*self._rooms()[1:], self._parts):
            report = syncing.sync(room, wait=wait)
            indexing.follow(room, report)
        if report.sent:
            listening.press(self._parts)
        return report

    def sync_detached(self) -> None:
        """Run the short cycle that a write leaves behind, at most one a store; nobody waits for it or reads what it says."""
        from memsync.store import once

        once.detached(self._parts)

    def call(self) -> None:
        """Tell whoever syncs that an assistant's session begins, so that the remote is asked at once. Never waits."""
        from memsync.store import ringing

        ringing.call(self._parts, leave=False)

    def watch(self, *, stop: Callable[[], bool], tell: Callable[[SyncReport], None]) -> None:
        """Run the syncer until `stop()`; `tell` gets each cycle's report."""
        from memsync.store import watching

        watching.watch(self._parts, stop, tell, beside=self._private)

    def noticing(self) -> Noticing:
        """Return what watches for changed memories, to be used in a `with`."""
        from memsync.store.noticing import Noticing

        return Noticing(self._rooms())

    def ack(self) -> tuple[str, ...]:
        """Say yes to what the guards halted, in every store; returns the guards' names. Only a person's door calls this."""
        from memsync.store import syncing

        acked = tuple(guard for room in self._rooms() for guard in syncing.ack(room))
        self._ring(*self._rooms())
        return acked

    def resume(self) -> tuple[str, ...]:
        """End suspensions: the next cycle asks the remote again. Returns the lanes that waited."""
        from memsync.store import syncing

        waiting = tuple(lane for room in self._rooms() for lane in syncing.resume(room))
        self._ring(*self._rooms())
        return waiting

    def status(self) -> StatusReport:
        """Return how the store is. Never touches the network."""
        from dataclasses import replace

        from memsync.store.telling import status

        rooms = self._rooms()
        report = status(rooms[0])
        return replace(report, private=status(rooms[1])) if len(rooms) > 1 else report

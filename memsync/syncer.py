"""Syncer: the resident syncer as a thread of a longer-lived program, the MCP server's say."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from memsync.errors import Busy, MemsyncError

if TYPE_CHECKING:
    from memsync.core.report import SyncReport
    from memsync.store import Store

_AGAIN = 30.0  # seconds until it is looked again whether the one who syncs has gone


class Syncer:
    """Syncs a store while its program runs, when nobody else does. Takes over when the one who did is gone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.last: SyncReport | None = None
        self.failure = ""

    def start(self) -> None:
        """Begin, in the background. Never fails: what goes wrong is in `failure`, and it is tried again."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="memsync-syncer", daemon=True)
            self._thread.start()

    def stop(self, *, wait: float = 5.0) -> None:
        """End; what is in the folder is captured once more, without the network. Waits at most `wait` seconds."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=wait)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._store.watch(stop=self._stopped.is_set, tell=self._told)
            except Busy:
                self.failure = ""  # somebody else syncs: that is as good
            except MemsyncError as error:
                self.failure = str(error)
            self._stopped.wait(_AGAIN)

    def _told(self, report: SyncReport) -> None:
        if report.store:  # the private store's: `status` tells of it
            return
        self.last = report
        self.failure = ""

"""Background: the syncer inside the server, for users who start nothing else. The store's own lock decides who syncs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from memsync.mcp_server.keeper import Keeper
    from memsync.syncer import Syncer

FIRST = 2.0  # seconds of peace for the handshake and the first call: importing git would compete with them
AGAIN = 30.0  # seconds until a store that is missing is looked for again
_GOODBYE = 2.0  # seconds a cycle under way may take when the client hangs up; killed later, it is run again


class Background:
    """Starts a Syncer, with a Store of its own, once the server has answered and there is a store."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._stopped = threading.Event()
        self._syncer: Syncer | None = None
        self._thread = threading.Thread(target=self._begin, name="memsync-background", daemon=True)

    def start(self) -> None:
        """Begin, after a moment. Nothing is synced where the settings turn background work off."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; what was not synced is by the next syncer."""
        self._stopped.set()
        self._thread.join(_GOODBYE)
        if self._syncer is not None:
            self._syncer.stop(wait=_GOODBYE)

    def _begin(self) -> None:
        wait = FIRST
        while not self._stopped.wait(wait):
            wait = AGAIN
            try:
                self._syncer = self._started()
            except MemsyncError:
                continue  # there is no store yet, or the settings are broken: the tools tell the model so
            return

    def _started(self) -> Syncer | None:
        from memsync.store import Store
        from memsync.syncer import Syncer

        settings = self._keeper.settings()
        store = Store.open(settings=settings, instance="mcp")
        store.call()
        if not settings.background:
            return None
        syncer = Syncer(store)
        syncer.start()
        return syncer

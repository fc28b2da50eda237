"""Background: the syncer inside the server, for users who start nothing else. The store's own lock decides who syncs."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from memsync.mcp_server.keeper import Keeper

FIRST = 2.0  # seconds of peace for the handshake and the first call: importing git would compete with them
AGAIN = 60.0  # seconds until a store that is missing, or synced by somebody else, is looked at again
_GOODBYE = 2.0  # seconds a cycle under way may take when the client hangs up; killed later, it is run again


class Background:
    """Runs `Store.watch` in a thread of its own, with a Store of its own, until told to stop."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memsync-syncer", daemon=True)

    def start(self) -> None:
        """Begin, after a moment. Does nothing where the settings turn background work off."""
        self._thread.start()

    def stop(self) -> None:
        """End soon; what was not synced is by the next syncer."""
        self._stop.set()
        self._thread.join(_GOODBYE)

    def _run(self) -> None:
        wait = FIRST
        while not self._stop.wait(wait):
            wait = AGAIN
            try:
                if not self._keeper.settings().background:
                    return
                self._watch()
            except MemsyncError:
                continue  # no store yet, or another syncer has it: the tools tell the model what is wrong
            except Exception as error:  # noqa: BLE001  # the syncer's loop is a boundary: it must not take the server down
                print(f"memsync-mcp: the syncer stopped: {type(error).__name__}", file=sys.stderr)  # noqa: T201  # not the wire

    def _watch(self) -> None:
        from memsync.store import Store

        settings = self._keeper.settings()
        Store.open(settings=settings, instance=settings.instance).watch(
            stop=self._stop.is_set, tell=lambda _report: None
        )

"""Asking: a terminal's question to whoever is resident, answered as this process itself would.

Imports next to nothing: where a resident process answers, the terminal has only to ask and to print.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from memsync.core.wire import read_answer, write_query
from memsync.edges.door.client import WAIT, NoAnswer, ask, find_door
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from memsync.core.answer import Query
    from memsync.edges.settings import Settings


class Asker:
    """A terminal that asks. `words` are scopes as a person wrote them; they, and none, are resolved for `cwd`.

    What comes back is the answer's JSON shape. A door that did not answer is not asked again by this asker: a resident that hangs costs its wait once.
    """

    def __init__(
        self, query: Query, words: Sequence[str], *, cwd: Path, now: datetime, tried: str = ""
    ) -> None:
        self._body = write_query(query, words)
        self._facts = {"cwd": str(cwd), "now": now.isoformat()}
        self._tried = tried

    def at_signpost(self) -> dict[str, Any] | None:
        """Ask at the door of the store that the environment names, without reading the settings; None for no answer."""
        try:
            door = find_door(os.environ)
        except NoAnswer:
            return None
        return self._ask(door, {})

    def at_store(self, settings: Settings) -> dict[str, Any] | None:
        """Ask at the door of the settings' store; None for no answer. The settings travel: the resident may have others."""
        from memsync.edges.door.place import door_path
        from memsync.store.parts import Parts

        parts = Parts(settings.store, settings=settings, instance="")
        try:
            door = str(door_path(parts.state_dir, environ=os.environ))
        except MemsyncError:
            return None
        return self._ask(door, {"store": str(settings.store), "private": str(settings.private)})

    def _ask(self, door: str, more: Mapping[str, str]) -> dict[str, Any] | None:
        if door == self._tried:
            return None
        self._tried = door
        try:
            return read_answer(ask(door, "recall", {**self._facts, **more}, self._body, wait=WAIT))
        except (NoAnswer, MemsyncError):
            return None

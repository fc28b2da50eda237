"""Leaks: what history holds already, looked for here and taken out of this machine by `purge`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.errors import BadInput
from memsync.store import gatehouse
from memsync.store.parts import private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from memsync.core.leaks import HistoryReport
    from memsync.edges.settings import Settings
    from memsync.flows.leaks import Gate
    from memsync.store.parts import Parts

_REMEMBERED = 2_000_000  # objects; a mark is 20 bytes


def scan_history(
    place: Path, *, settings: Settings, from_git: Mapping[str, str] | None = None
) -> HistoryReport:
    """Look through all that the git repository at `place` holds. A store's allowances count for its own history."""
    from memsync.edges.anyrepo.past import Past
    from memsync.flows import leaks as flow

    if not place.is_dir():
        raise BadInput("PATH", f"there is no folder {place}")
    room = gatehouse.room_above([place], settings)
    return flow.scan_history(Past(place, from_git=from_git), history_gate(room, settings))


def history_gate(room: Parts | None, settings: Settings) -> Gate:
    """Return what texts of history are judged with; in a store, by its allowances."""
    from memsync.core.secrets import RULESET_VERSION
    from memsync.edges.scanner import FullScanner
    from memsync.edges.verdicts import VerdictCache
    from memsync.flows.leaks import Gate

    state = private_folder(settings.state_dir)
    return Gate(
        scanner=room.scanner if room else FullScanner(os.urandom(16)),
        allowances=room.allowances() if room else (),
        known=VerdictCache(state / "history.db", most=_REMEMBERED),
        rules=RULESET_VERSION,
        key=gatehouse.machine_key(state),
        memory_id=lambda text: memories.read("note.md", text).id if room else "",
    )

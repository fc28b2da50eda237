"""Importing, wired: a folder outside, the store's files, and both opinions of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.store import indexing
from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from memsync.core.report import ImportReport
    from memsync.core.scope import Scope
    from memsync.store.parts import Parts


def import_folder(
    room: Parts, source: Path, *, scope: Scope, progress: Callable[[int, int], None]
) -> ImportReport:
    """Take in a folder of markdown. Raises BadInput where it is none, NoSpace and CannotWrite."""
    from memsync.edges.source import Source
    from memsync.flows.importing import take_in

    report = take_in(
        Source(source),
        scope=scope,
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        now=now(),
        progress=progress,
    )
    if report.imported:
        indexing.keep_up(room)
    return report

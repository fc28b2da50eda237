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
    room: Parts, source: Path, *, scope: Scope, progress: Callable[[int, int], None], graph: bool = False
) -> ImportReport:
    """Take in a folder of markdown, or a file of the reference memory server. Raises BadInput where it is none, NoSpace, CannotWrite."""
    from memsync.edges.graph import GraphSource
    from memsync.edges.source import Source
    from memsync.flows.importing import take_in

    report = take_in(
        GraphSource(source) if graph else Source(source),
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

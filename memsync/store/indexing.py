"""Indexing: bringing a store's index up to date when many memories came at once, so that no question has to."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from memsync.core.report import SyncReport
    from memsync.store.parts import Parts


def keep_up(room: Parts) -> None:
    """Take in what the index lacks. Never fails what it follows: a question takes in the rest, or looks at the files."""
    from memsync.flows.recall import take_in
    from memsync.store.reading import places

    with contextlib.suppress(MemsyncError, OSError):
        take_in(*places([room]))


def follow(room: Parts, report: SyncReport) -> None:
    """Bring the index, and who wrote what, up to date after a cycle that changed files here; others cost nothing."""
    if report.captured or report.received or report.merged:
        from memsync.store import authors

        keep_up(room)
        authors.follow(room)

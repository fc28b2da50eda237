"""`memsync sync`: one whole cycle, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.progress import working
from memsync.cli.render import sync_text
from memsync.cli.shapes import sync_shape
from memsync.core.report import SyncState

if TYPE_CHECKING:
    from memsync.cli.face import Face

_CODES = {SyncState.HALTED: 4, SyncState.SUSPENDED: 5, SyncState.PAUSED: 75, SyncState.BLOCKED: 75}
"""States that are no success. Offline, without a remote and with files held back is 0: the state says so."""


@a_command("sync", examples=["memsync sync", "memsync sync --wait 5 --json"])
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=60.0,
    metavar="SECONDS",
    help="How long to wait for it (default: 60).",
)
@click.option(
    "--detached", is_flag=True, hidden=True
)  # what a `remember` leaves behind: nobody reads what it says
@click.pass_obj
def command(face: Face, wait: float, detached: bool) -> int:
    """Capture what changed, fetch, merge and push, and wait until it is done.

    Exit code 0 also when offline, without a remote, or with files held back; 4 where a guard waits for a person,
    5 where the remote refused, 75 where a merge of yours is under way, the disk is full, or the time was up.
    """
    store = face.open()
    if detached:
        store.sync_detached()
        return 0
    with working(face, "Syncing"):
        report = store.sync(wait=wait)
    face.show(sync_shape(report), sync_text(report))
    return _CODES.get(report.state, 0)

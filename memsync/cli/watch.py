"""`memsync watch`: the syncer, in this terminal, until it is stopped."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.render import moment, sync_text
from memsync.cli.shapes import sync_shape
from memsync.core.report import SyncReport

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("watch", examples=["memsync watch", "memsync watch --json"])
@click.pass_obj
def command(face: Face) -> None:
    """Sync whenever a file changes or the remote has news, until Ctrl-C or SIGTERM; the cycle under way is finished.

    Prints what each cycle did, where it did something; with --json one document a line.
    """
    from memsync.store import now

    store = face.open()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    last: list[SyncReport] = []

    def tell(report: SyncReport) -> None:
        if face.json:
            face.say_json(sync_shape(report))
        elif _is_news(report, last):
            face.say(f"{moment(now())}  {sync_text(report)}")
        last[:] = [report]
        sys.stdout.flush()

    face.talk(f"Watching {store.root}; Ctrl-C stops.")
    store.watch(stop=stopped.is_set, tell=tell)
    face.talk("Stopped.")


def _is_news(report: SyncReport, last: list[SyncReport]) -> bool:
    did = report.captured or report.sent or report.received or report.merged
    before = last[0] if last else SyncReport()
    return bool(did) or (report.state, report.held, report.twins) != (before.state, before.held, before.twins)

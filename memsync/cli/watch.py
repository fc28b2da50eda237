"""`memsync watch`: the syncer, in this terminal, until it is stopped."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.render import moment, sync_text
from memsync.cli.shapes import sync_shape
from memsync.core.report import SyncReport
from memsync.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memsync.cli.face import Face


_AGAIN = 10.0  # seconds until it is looked again whether the one who syncs has gone


@a_command("watch", examples=["memsync watch", "memsync watch --wait", "memsync watch --json"])
@click.option(
    "--wait", is_flag=True, help="Where another program syncs this store, wait and take over when it ends."
)
@click.pass_obj
def command(face: Face, wait: bool) -> None:
    """Sync whenever a file changes or the remote has news, until Ctrl-C or SIGTERM; the cycle under way is finished.

    The private store is synced too. Prints what each cycle did, where it did something; with --json one document a line.
    """
    from memsync.store import now

    store = face.open()
    last: dict[str, SyncReport] = {}

    def tell(report: SyncReport) -> None:
        if face.json:
            face.say_json(sync_shape(report) | ({"store": report.store} if report.store else {}))
        elif _is_news(report, last.get(report.store, SyncReport())):
            whose = "private: " if report.store else ""
            face.say(f"{moment(now())}  {whose}{sync_text(report)}")
        last[report.store] = report
        sys.stdout.flush()

    with _told_to_stop() as stopped:
        face.talk(f"Watching {store.root}; Ctrl-C stops.")
        while not stopped.is_set():
            try:
                store.watch(stop=stopped.is_set, tell=tell)
            except Busy:
                if not wait:
                    raise
                stopped.wait(_AGAIN)
    face.talk("Stopped.")


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give what Ctrl-C and SIGTERM set; afterwards they do what they did before."""
    stopped = threading.Event()
    before = [
        (name, signal.signal(name, lambda *_: stopped.set())) for name in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        yield stopped
    finally:
        for name, did in before:
            signal.signal(name, did)


def _is_news(report: SyncReport, before: SyncReport) -> bool:
    did = report.captured or report.sent or report.received or report.merged
    return bool(did) or (report.state, report.held, report.twins) != (before.state, before.held, before.twins)

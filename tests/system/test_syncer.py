"""The syncer inside a longer-lived program: it syncs where nobody else does, and takes over when that one is gone."""

from __future__ import annotations

import threading
import time

import pytest

from memsync.store import Store, syncing
from memsync.syncer import Syncer
from synckit import machine_at, machines

pytestmark = pytest.mark.system


def eventually(what, patience: float = 30.0) -> bool:
    deadline = time.monotonic() + patience
    while not what() and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    return bool(what())


def opened(machine) -> Store:
    quick = machine_at(machine.base, quiet=0.1, ceiling=0.5, poll=0.5)
    return Store.open(quick.root, settings=quick.settings, instance="ide")


def test_it_syncs_in_the_background(tmp_path):
    """What is written while the program runs arrives at another machine."""
    (a, b), _ = machines(tmp_path, 2)
    syncer = Syncer(opened(a))
    syncer.start()
    a.write("global/fact/x.md", "hello\n")

    arrived = eventually(lambda: b.sync().received or (b.root / "global/fact/x.md").exists())
    syncer.stop()

    assert arrived
    assert not syncing.status(a.parts).syncer


def test_it_waits_while_somebody_else_syncs(tmp_path):
    """Where a syncer runs already there is no second one, and that is no failure."""
    (a, _), _ = machines(tmp_path, 2)
    lock = a.parts.lock("resident")
    lock.acquire(wait=0, name="memsync watch")
    syncer = Syncer(opened(a))
    syncer.start()
    threading.Event().wait(1.5)

    assert (None, "") == (syncer.last, syncer.failure)
    lock.release()
    syncer.stop()

"""Ringing: telling the syncer, after a local write, that there is something to capture. Light: imports no git."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError
from memsync.store.turns import EXCHANGE_LOCK, SYNC_LOCK

if TYPE_CHECKING:
    from memsync.store.parts import Parts

DIRTY = "dirty"
CALLED = "called"
ACTIVE = "active"
RESIDENT = "resident"
SHORT = "short"
BESIDE = "beside"


def ring(room: Parts) -> None:
    """Leave the mark that wakes a resident syncer; where none runs, leave one short detached cycle behind.

    Never waits and never fails the write it follows: what is not rung for now is found by the next cycle.
    """
    try:
        (room.state_dir / DIRTY).touch()
        _leave_if_alone(room)
    except OSError:
        return


def call(room: Parts, *, leave: bool = True) -> None:
    """Tell the resident syncer that a session begins: it asks the remote at once, and waits for no back-off.

    Where none runs, one short detached cycle is left behind, unless not to (`leave`). Never waits and never fails.
    """
    try:
        (room.state_dir / CALLED).touch()
        if leave:
            _leave_if_alone(room)
    except (OSError, MemsyncError):
        return


def stir(room: Parts) -> None:
    """Tell the resident syncer that somebody is at work here: the remote is asked more often for a while."""
    with suppress(OSError, MemsyncError):
        mark = f"{room.state_dir}/{ACTIVE}"
        try:
            os.utime(mark)
        except FileNotFoundError:
            (room.state_dir / ACTIVE).touch()


def _leave_if_alone(room: Parts) -> None:
    if not room.settings.background or room.lock(RESIDENT).is_held():
        return
    if not room.lock(SHORT).is_held() or waits_for_the_remote(room):
        _leave_cycle(room)


def waits_for_the_remote(room: Parts) -> bool:
    """Whether the short cycle under way may be long in coming back to this write, and nobody captures beside it."""
    folder, beside = room.lock(SYNC_LOCK), room.lock(BESIDE)
    return room.lock(EXCHANGE_LOCK).is_held() and not folder.is_held() and not beside.is_held()


def _leave_cycle(room: Parts) -> None:
    import subprocess

    subprocess.Popen(
        [sys.executable, "-P", "-m", "memsync", "--store", str(room.root), "sync", "--detached"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=room.state_dir,
        close_fds=True,
    )

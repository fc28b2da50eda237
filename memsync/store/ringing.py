"""Ringing: telling the syncer, after a local write, that there is something to capture. Light: imports no git."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memsync.store.parts import Parts

DIRTY = "dirty"
RESIDENT = "resident"
SHORT = "short"


def ring(room: Parts) -> None:
    """Leave the mark that wakes a resident syncer; where none runs, leave one short detached cycle behind.

    Never waits and never fails the write it follows: what is not rung for now is found by the next cycle.
    """
    try:
        (room.state_dir / DIRTY).touch()
        if room.settings.background and not room.lock(RESIDENT).is_held() and not room.lock(SHORT).is_held():
            _leave_cycle(room)
    except OSError:
        return


def _leave_cycle(room: Parts) -> None:
    subprocess.Popen(
        [sys.executable, "-P", "-m", "memsync", "--store", str(room.root), "sync", "--detached"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=room.state_dir,
        close_fds=True,
    )

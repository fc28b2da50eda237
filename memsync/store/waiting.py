"""Waiting: the server's side of the doorbell. Says that a repository's branches moved, and nothing else."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from memsync.core.doorbell import ALIVE, READY, RING
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from memsync.edges.refmark import RefMark

_LOOK = 0.25  # seconds between two looks at the refs
_ALIVE = 25.0  # seconds between two signs of life: a client that is gone is noticed, and no router forgets the line


def wait_at(repository: Path, *, seconds: float, once: bool, tell: Callable[[str], None]) -> bool:
    """Tell `ready`, then `ring` whenever a branch of the repository moved, for so many seconds; whether it ever rang.

    `once` ends with the first ring. Ends too when the program that started it is gone. Raises BadInput where there is
    no repository, and lets through what `tell` raises when nobody listens any more.
    """
    from memsync.edges.refmark import RefMark

    mark, parent = RefMark(repository), os.getppid()
    seen, rang = _read(mark, repository), False
    began = told = time.monotonic()
    tell(READY)
    while (now := time.monotonic()) < began + seconds and os.getppid() == parent:
        there = _read(mark, repository)
        if there != seen:
            seen, rang, told = there, True, now
            tell(RING)
            if once:
                break
        elif now - told >= _ALIVE:
            told = now
            tell(ALIVE)
        time.sleep(min(_LOOK, max(0.0, began + seconds - now)))
    return rang


def _read(mark: RefMark, repository: Path) -> str:
    try:
        return mark.read()
    except OSError as error:
        why = (error.strerror or "no reason is given").lower()
        raise BadInput("repository", f"{repository} can't be read: {why}") from error

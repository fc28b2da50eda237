"""Turns: who may work in a store now. One program at its folder, and one at its remote: neither waits for the other."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from memsync.edges.lock import Lock
    from memsync.store.parts import Parts

    Away = Callable[[], AbstractContextManager[None]]

SYNC_LOCK = "sync"
EXCHANGE_LOCK = "exchange"
_BACK = 300.0  # seconds to wait for the folder again: another program's first capture of a large folder takes a while


@contextmanager
def turn(room: Parts, *, wait: float, name: str, network: bool = True) -> Iterator[Away]:
    """Hold a store while the block runs; raises Busy where that can't be had within `wait` seconds.

    What is given is a context for the time in which the remote is waited for: the folder is let go meanwhile, so that a
    remote which hangs keeps nobody from capturing. With `network` no other program is at the remote, nor packs or
    rewrites this repository, until the block ends. The locks are always taken in this order.
    """
    deadline = time.monotonic() + wait
    exchange, folder = room.lock(EXCHANGE_LOCK), room.lock(SYNC_LOCK)
    try:
        if network:
            exchange.acquire(wait=wait, name=name)
        folder.acquire(wait=max(0.0, deadline - time.monotonic()), name=name)
        yield lambda: _away(folder, name)
    finally:
        folder.release()
        exchange.release()


@contextmanager
def _away(folder: Lock, name: str) -> Iterator[None]:
    folder.release()
    try:
        yield
    finally:
        folder.acquire(wait=_BACK, name=name)

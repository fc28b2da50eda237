"""Progress: one line of stderr, on a terminal only, that is gone when the work is done."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memsync.cli.face import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from memsync.cli.face import Face

_EVERY = 25  # files


def progress(face: Face) -> Callable[[int, int], None]:
    """Return what shows `done/total`; nothing where stderr is no terminal."""
    if not _wanted(face):
        return lambda _done, _total: None

    def tell(done: int, total: int) -> None:
        if done == total or done % _EVERY == 0:
            _put(f"{done:,}/{total:,}" if done < total else "")

    return tell


@contextmanager
def working(face: Face, what: str, *, every: float = 1.0) -> Iterator[None]:
    """Show that work goes on, and for how long already, each `every` seconds from the first on."""
    if not _wanted(face):
        yield
        return
    from threading import Event, Thread

    over = Event()

    def tick() -> None:
        beats = 0
        while not over.wait(every):
            beats += 1
            _put(f"{what} … {beats * every:.0f} s")

    ticker = Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()
        _put("")


def _wanted(face: Face) -> bool:
    return not face.json and is_terminal(sys.stderr)


def _put(text: str) -> None:
    """Put a text in the line's place; nothing clears it."""
    try:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # the terminal is gone; the work is not

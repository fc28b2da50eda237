"""Progress is for people at a terminal, and leaves nothing behind."""

from __future__ import annotations

import io
import threading
from contextlib import redirect_stderr

import pytest

from memsync.cli.face import Face
from memsync.cli.progress import progress, working


class Screen(io.StringIO):
    """A terminal that tells when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


@pytest.fixture
def face():
    return Face()


@pytest.fixture
def screen():
    """Return a terminal to put in stderr's place."""
    return Screen()


def test_work_that_takes_long_is_shown_and_cleared(face, screen):
    """After the first beat the work and its seconds are on one line; when it is done the line is cleared."""
    with redirect_stderr(screen), working(face, "Syncing", every=0.01):
        assert screen.written.wait(10)

    assert screen.getvalue().startswith("\r\x1b[KSyncing … ")
    assert screen.getvalue().endswith("\r\x1b[K")


def test_work_that_fails_clears_its_line_too(face, screen):
    """An error goes through, after the line is cleared."""
    with redirect_stderr(screen), pytest.raises(KeyError), working(face, "Syncing", every=60):
        raise KeyError

    assert "\r\x1b[K" == screen.getvalue()


def test_files_are_counted(face, screen):
    """Every 25th file shows how many of how many are done; the last one clears the line."""
    with redirect_stderr(screen):
        tell = progress(face)
        for number in range(1, 31):
            tell(number, 30)

    assert "\r\x1b[K25/30\r\x1b[K" == screen.getvalue()


@pytest.mark.parametrize("json", [True, False])
def test_nothing_is_shown_where_nobody_looks(face, screen, monkeypatch, json):
    """With --json, or where stderr is no terminal, there is no progress."""
    face.json = json
    if not json:
        monkeypatch.setattr(Screen, "isatty", lambda _: False)
    with redirect_stderr(screen), working(face, "Syncing", every=0.001):
        progress(face)(1, 1)

    assert "" == screen.getvalue()

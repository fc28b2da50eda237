"""The spool: turns that wait, on a real disk."""

from __future__ import annotations

import os
import stat
import time

import pytest

from memsync.edges.spool import MOST, Spool


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def test_nobody_else_may_read_what_was_said(spool, tmp_path):
    """The folder is 0700 and each file 0600, whatever the umask."""
    before = os.umask(0)
    try:
        spool.put(b"a turn")
        spool.note_prompt("s", b"said")
        spool.put_lessons(b"lessons")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "spool").iterdir()}

    assert (0o700, {0o600}) == (stat.S_IMODE((tmp_path / "spool").stat().st_mode), modes)


def test_turns_come_in_their_order(spool):
    """Oldest first, with the number of tries."""
    for raw in (b"1", b"2", b"3"):
        spool.put(raw)

    assert [(b"1", 0), (b"2", 0), (b"3", 0)] == [(w.raw, w.tries) for w in spool.waiting()]


def test_a_turn_that_was_begun_says_so(spool):
    """A worker that is killed leaves the mark behind."""
    spool.put(b"1")
    spool.begin(spool.waiting()[0])

    assert [(b"1", 1)] == [(w.raw, w.tries) for w in spool.waiting()]


def test_the_spool_is_bounded(spool):
    """The oldest go first."""
    for number in range(MOST + 3):
        spool.put(str(number).encode())

    assert (MOST, b"3") == (spool.count(), spool.waiting()[0].raw)


def test_a_prompt_is_taken_once(spool):
    """The second answer to it is no second turn."""
    spool.note_prompt("s", b"said")

    assert (b"said", b"") == (spool.take_prompt("s"), spool.take_prompt("s"))


def test_a_prompt_with_nothing_in_it_takes_the_last_one_away(spool):
    """A command's answer is not the answer to what was said before it."""
    spool.note_prompt("s", b"said")
    spool.note_prompt("s", b"")

    assert b"" == spool.take_prompt("s")


def test_what_is_old_goes(spool, tmp_path):
    """A turn of last week is nobody's memory."""
    spool.put(b"1")
    path = next((tmp_path / "spool").iterdir())
    os.utime(path, (1, 1))

    assert ([], False) == (spool.waiting(), path.exists())


def test_a_write_that_was_cut_off_is_no_turn(spool, tmp_path):
    """And a name of somebody else's making goes."""
    spool.put(b"1")
    (tmp_path / "spool" / ".turn-1.json.9.tmp").write_bytes(b"half")
    (tmp_path / "spool" / "turn-strange").write_bytes(b"x")

    assert [b"1"] == [w.raw for w in spool.waiting()]


def test_a_write_that_was_cut_off_goes_soon(spool, tmp_path):
    """It holds what somebody said; one that may still go on is left alone, and so is a turn."""
    spool.put(b"1")
    cut, going_on = (tmp_path / "spool" / f".turn-{n}.json.9.tmp" for n in "12")
    for path in (cut, going_on):
        path.write_bytes(b"half")
    long_ago = time.time() - 120
    for path in (cut, tmp_path / "spool" / spool.waiting()[0].name):
        os.utime(path, (long_ago, long_ago))
    spool.tidy()

    assert (False, True, 1) == (cut.exists(), going_on.exists(), spool.count())


def test_an_empty_spool_is_no_trouble(spool):
    """Nothing is made before it is needed."""
    spool.clear()
    spool.tidy()

    assert ([], 0, [], b"") == (spool.waiting(), spool.count(), spool.lessons(), spool.take_prompt("s"))

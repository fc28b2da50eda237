"""What a change is dated, where clocks disagree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.order import AHEAD, time_of_change

NOW = datetime(2026, 1, 21, 10, tzinfo=UTC)
times = st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1))  # noqa: DTZ001  # hypothesis adds the zone


def test_an_ordinary_change_is_dated_now():
    """What was changed in the past, or never said when, is dated by the clock."""
    assert [NOW, NOW, NOW] == [time_of_change(NOW, before) for before in (None, NOW, NOW - timedelta(days=1))]


def test_a_clock_a_little_ahead_is_followed():
    """A version from a machine whose clock is a minute ahead is followed by a later one."""
    before = NOW + timedelta(minutes=1)

    assert before + timedelta(seconds=1) == time_of_change(NOW, before)


def test_a_clock_far_ahead_pulls_nobody_along():
    """A version from two years ahead moves this machine's times by ten minutes at most."""
    assert NOW + AHEAD == time_of_change(NOW, NOW + timedelta(days=730))


@given(times, st.none() | times)
def test_never_before_now_nor_far_behind_it(now, before):
    """The time is never in the past, at most ten minutes ahead, and after what it follows wherever that can be."""
    got = time_of_change(now, before)

    assert now <= got <= now + AHEAD
    assert before is None or got >= before or got == now + AHEAD

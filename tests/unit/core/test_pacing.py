"""Pacing: quiet and ceiling, full jitter, and polling that gets lazy."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.pacing import Debouncer, backoff, poll_interval, probe_interval, throttled


def least(low: float, _: float) -> float:
    """The shortest wait there may be."""
    return low


def most(_: float, high: float) -> float:
    """The longest wait there may be."""
    return high


def test_nothing_noted_is_nothing_due():
    """Without a change no cycle is planned, before and after clearing."""
    debouncer = Debouncer(2, 10)
    assert debouncer.due(0) is None

    debouncer.note(1)
    debouncer.clear()

    assert debouncer.due(100) is None


def test_a_burst_ends_after_quiet():
    """A cycle begins two seconds after the last change."""
    debouncer = Debouncer(2, 10)
    for moment in (100.0, 101.0, 101.5):
        debouncer.note(moment)

    assert [2.0, 1.5, 0.0, 0.0] == [debouncer.due(t) for t in (101.5, 102.0, 103.5, 110.0)]


def test_a_writer_that_never_stops_is_synced():
    """Ten seconds after the first change a cycle begins all the same."""
    debouncer = Debouncer(2, 10)
    for tenth in range(200):
        debouncer.note(100 + tenth / 10)

    assert debouncer.due(109.0) == 1.0
    assert debouncer.due(110.0) == 0.0


@given(st.lists(st.floats(0, 20), min_size=1), st.floats(0, 5), st.floats(0, 30))
def test_no_change_waits_longer_than_the_ceiling(moments, quiet, ceiling):
    """Whatever comes in, the cycle is due at the latest `ceiling` after the first change, and not before `quiet`."""
    debouncer = Debouncer(quiet, ceiling)
    moments.sort()
    for moment in moments:
        debouncer.note(moment)
    due = moments[-1] + (debouncer.due(moments[-1]) or 0)

    assert due <= max(moments[0] + max(quiet, ceiling), moments[-1]) + 1e-9
    assert due >= min(moments[-1] + quiet, moments[0] + ceiling) - 1e-9


def test_backoff_doubles_up_to_its_cap():
    """The longest possible waits double from the base and stay at the cap, for any number of attempts."""
    assert [2, 4, 8, 256, 300, 300] == [backoff(n, 2, 300, most) for n in (0, 1, 2, 7, 8, 10_000)]


@given(st.integers(-5, 100_000), st.randoms(use_true_random=False))
def test_backoff_is_jittered_from_zero(attempt, dice: random.Random):
    """Each wait is anywhere between nothing and the cap, so that machines come apart."""
    assert 0 <= backoff(attempt, 2, 300, dice.uniform) <= 300


def test_five_machines_do_not_march_in_step():
    """Five machines that fail together have come apart by seconds after a few attempts."""
    moments = sorted(
        sum(backoff(n, 2, 300, dice.uniform) for n in range(6)) for dice in map(random.Random, range(5))
    )

    assert min(b - a for a, b in pairwise(moments)) > 1


def test_a_throttling_server_is_left_alone_for_a_minute():
    """What a server calls too many requests means sixty seconds at least."""
    assert throttled(0, least) == 60
    assert throttled(20, most) == 3660


@pytest.mark.parametrize(
    ("since", "polls", "doorbell", "expected"),
    [(0, 0, False, 15), (600, 9, False, 15), (601, 0, False, 60), (601, 1, False, 120), (601, 2, False, 240),
     (601, 3, False, 300), (9e9, 10**9, False, 300), (0, 0, True, 75), (601, 3, True, 1500)],
)  # fmt: skip
def test_polling_gets_lazy(since, polls, doorbell, expected):
    """15 s while somebody works here, then 60 to 300 s; a doorbell makes it five times as slow; ± 20 %."""
    given_ = {"since_activity": since, "idle_polls": polls, "base": 15.0, "doorbell": doorbell}
    shortest, longest = (poll_interval(**given_, uniform=u) for u in (least, most))

    assert (round(0.8 * expected, 6), round(1.2 * expected, 6)) == (round(shortest, 6), round(longest, 6))


def test_a_suspended_lane_is_probed_four_times_a_day():
    """Six hours, give or take a fifth."""
    assert probe_interval(most) == 6 * 3600 * 1.2

"""ULID: identities that sort by time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.ulid import is_ulid, make_ulid

TIMES, NOISE = st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10)


@given(TIMES, NOISE)
def test_what_is_made_is_one(milliseconds, noise):
    """26 characters of the alphabet; never in another case."""
    made = make_ulid(milliseconds, noise)
    assert (True, False, 26) == (is_ulid(made), is_ulid(made.lower()) and made != made.lower(), len(made))


@given(TIMES, TIMES, NOISE, NOISE)
def test_they_sort_by_time(early, late, one, two):
    """A later millisecond is a greater text."""
    first, second = sorted((early, late))
    if first < second:
        assert make_ulid(first, one) < make_ulid(second, two)


def test_a_known_value():
    """The example of the specification's reference: time 1469918176385."""
    assert "01ARYZ6S41" == make_ulid(1469918176385, bytes(10))[:10]


def test_what_is_none():
    """Too short, too great, letters that look like digits."""
    assert [False] * 4 == [is_ulid(text) for text in ("", "0" * 25, "8" + "0" * 25, "I" * 26)]

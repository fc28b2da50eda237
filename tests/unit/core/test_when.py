"""A point in time is read as people and models write it, or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.recall.when import parse_end, parse_when
from memsync.errors import BadInput

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "before"), [
    ("12h", timedelta(hours=12)), ("7d", timedelta(days=7)), ("2w", timedelta(weeks=2)), ("3mo", timedelta(days=90)),
    ("1y", timedelta(days=365)), ("3 days ago", timedelta(days=3)), (" 1 Week ", timedelta(weeks=1)),
])  # fmt: skip
def test_spans_count_back_from_now(text, before):
    """A number and a unit mean so long before now."""
    assert NOW - before == parse_when(text, now=NOW)


@pytest.mark.parametrize(("text", "moment"), [
    ("today", datetime(2026, 11, 21, tzinfo=UTC)), ("yesterday", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-01-21", datetime(2026, 1, 21, tzinfo=UTC)), ("2026-01-21T10:00:00+02:00", datetime(2026, 1, 21, 8, tzinfo=UTC)),
])  # fmt: skip
def test_days_and_dates_mean_their_beginning(text, moment):
    """A day's name and a date mean its first moment; a time with a zone is turned to UTC."""
    assert moment == parse_when(text, now=NOW)


@pytest.mark.parametrize("text", ["", "soon", "7 parsecs", "-3d", "2026-13-01", "7dd", "last winter but one"])
def test_what_is_no_time_is_refused(text):
    """Anything else is refused with what there is to write, under the name of the field."""
    with pytest.raises(BadInput, match="--since"):
        parse_when(text, now=NOW, field="--since")


@given(st.text(max_size=20))
def test_every_text_is_a_time_in_utc_or_refused(text):
    """No text fails in another way, and every time is in UTC."""
    try:
        moment = parse_when(text, now=NOW)
    except BadInput:
        return
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize(("text", "after"), [
    ("yesterday", datetime(2026, 11, 21, tzinfo=UTC)), ("2026-01-21", datetime(2026, 1, 22, tzinfo=UTC)),
    ("last month", datetime(2026, 11, 1, tzinfo=UTC)), ("2025", datetime(2026, 1, 1, tzinfo=UTC)),
])  # fmt: skip
def test_the_end_of_a_span_is_its_last_moment(text, after):
    """A day, a month or a year ends just before the next one begins."""
    assert after - timedelta(microseconds=1) == parse_end(text, now=NOW)


def test_a_moment_has_no_end_of_its_own():
    """A span before now is the same moment, whichever end is asked for."""
    assert parse_when("2d", now=NOW) == parse_end("2d", now=NOW)

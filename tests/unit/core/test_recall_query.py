"""The question as a person types it, and dates in words."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.category import Category
from memsync.core.recall.query import parse_query
from memsync.core.recall.when import dates_in, days_and_months, parse_when
from memsync.errors import BadInput

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)  # a Saturday


def day(year: int, month: int = 1, of: int = 1) -> datetime:
    return datetime(year, month, of, tzinfo=UTC)


def test_operators_are_read():
    """Every operator fills its field and leaves no word behind."""
    found = parse_query(
        'why tag:#a tag:b category:decisions by:ide since:7d before:2026-05-01 scope:global path:src/api "exact words" -not -"two words"',
        now=NOW,
    )
    assert found.words == ("why",)
    assert found.phrases == ("exact words",)
    assert found.nots == ("not", "two words")
    assert found.tags == ("a", "b")
    assert found.categories == (Category.DECISION,)
    assert (found.by, found.scopes, found.paths) == ("ide", ("global",), ("src/api",))
    assert (found.since, found.until) == (NOW - timedelta(days=7), day(2026, 5))


@pytest.mark.parametrize(
    "text",
    [
        "std::vector",
        "https://x.example/a",
        "10:30",
        "C:\\temp",
        "error:",
        "localhost:8080",
        "a:b",
        "Foo:bar",
        "--wait",
        "-1",
        "key:value",
        '"half',
        "fix:login",
    ],
)
def test_code_is_words(text):
    """What is code, an address, a time or a flag is searched for as it is."""
    assert parse_query(text, now=NOW).words == (text,)


@pytest.mark.parametrize("text", ["tags:x", "author:me", "categry:decision", "after:yesterday"])
def test_an_unknown_operator_is_named(text):
    """An operator that does not exist is an error with its name."""
    with pytest.raises(BadInput, match=text.split(":", maxsplit=1)[0]):
        parse_query(text, now=NOW)


def test_an_unknown_operator_can_be_quoted():
    """In quotes it is text."""
    assert parse_query('"author:me"', now=NOW).phrases == ("author:me",)


@pytest.mark.parametrize("text", ["category:nonsense", "since:soon", "scope:galaxy", "before:2026-13-01"])
def test_bad_values_are_refused(text):
    """A known operator with a value it can't take is an error."""
    with pytest.raises(BadInput):
        parse_query(text, now=NOW)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text):
    """Nothing but BadInput ever comes out of a question."""
    with contextlib.suppress(BadInput):
        parse_query(text, now=NOW)


def test_a_huge_question_is_cut():
    """Of 100 KB only the beginning is read."""
    assert len(parse_query("word " * 20_000, now=NOW).words) < 2_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("3 months ago", NOW - timedelta(days=90)),
        ("2026-05-01", day(2026, 5)),
        ("2026-05", day(2026, 5)),
        ("2025", day(2025)),
        ("yesterday", day(2026, 11, 20)),
        ("today", day(2026, 11, 21)),
        ("last week", day(2026, 11, 9)),
        ("this week", day(2026, 11, 16)),
        ("last month", day(2026, 10)),
        ("last year", day(2025)),
        ("March", day(2026, 3)),
        ("december", day(2025, 12)),
        ("march 2024", day(2024, 3)),
        ("last november", day(2025, 11)),
        ("last spring", day(2026, 3)),
        ("2026-05-01T10:00:00+02:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
    ],
)
def test_dates_in_words(text, moment):
    """A date as people write it is the moment it begins."""
    assert parse_when(text, now=NOW) == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "7", "2026-13", "2026-02-30", "0000", "99999999y", "last", "march madness"]
)
def test_what_is_no_date_is_refused(text):
    """A date that is none is an error."""
    with pytest.raises(BadInput):
        parse_when(text, now=NOW)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text):
    """Nothing but BadInput comes out of a date."""
    with contextlib.suppress(BadInput):
        assert parse_when(text, now=NOW).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("what did we decide in March", ("2026-03",)),
        ("notes of last week", tuple(f"2026-11-{n:02}" for n in range(9, 16))),
        ("anything from May 2025?", ("2025-05",)),
        ("in 2024", ("2024",)),
        ("last spring", ("2026-03", "2026-04", "2026-05")),
        ("may I march on", ()),
        ("yesterday", ("2026-11-20",)),
    ],
)
def test_dates_are_found_in_questions(text, days):
    """Dates in a question become days and months; words that only look like one do not."""
    assert tuple(d for _, span in dates_in(text, now=NOW) for d in days_and_months(span)) == days

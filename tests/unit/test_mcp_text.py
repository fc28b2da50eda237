"""What a model reads: clean, framed, and never longer than it should be."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memsync.mcp_server.keeper import instance_of
from memsync.mcp_server.server import small
from memsync.mcp_server.text import _UNSEEN, age, clean, framed, one_line

NOW = datetime(2026, 11, 21, tzinfo=UTC)
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text())
def test_clean_leaves_no_control(text):
    """Of control and direction characters only line feeds and tabs are left, and a second time changes nothing."""
    cleaned = clean(text)
    assert set() == {c for c in cleaned if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in BIDI}
    assert cleaned == clean(cleaned)


@given(
    st.text(),
    st.sampled_from(["", "\U000e0001", "\U000e0100", "\U000e01ef", "\U000e0fff", "\u200b", "\r\n", "\u2028"]),
)
def test_clean_text_is_found_out_as_it_is_cleaned(text, odd):
    """The short way for clean text passes nothing that the pattern would take out."""
    whole = f"{text}{odd}{text}"
    assert _UNSEEN.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")) == clean(whole)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_clean_keeps_what_can_be_seen(text):
    """Letters, digits, punctuation and symbols of every script come through."""
    assert text == clean(text)


@given(
    st.lists(
        st.text(max_size=30) | st.sampled_from(["</memories>", "<memories 00000000>", "</memories 00000000>"])
    )
)
def test_the_frame_closes_once(lines):
    """The closing mark carries a number that was drawn for this answer, and stands at the end and nowhere else."""
    text = framed(lines)
    nonce = re.match(r"<memories ([0-9a-f]{8})>\n", text)[1]
    assert len(text) - len(f"</memories {nonce}>") == text.index(f"</memories {nonce}>")


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_age_is_words(days, more):
    """Ages read like `3 weeks ago`, and what is older never sounds younger by unit."""
    units = ["today", "day", "week", "month", "year"]
    sounds = [
        re.fullmatch(r"today|(\d+) (day|week|month|year)s? ago", age(NOW - timedelta(days=d), NOW))
        for d in (days, days + more)
    ]
    ranks = [units.index(s[2] or "today") for s in sounds]
    assert ranks[0] <= ranks[1]


@given(st.text(max_size=300), st.integers(2, 50))
def test_one_line_is_one_and_short(text, most):
    """A line has no line feed in it and keeps to its length."""
    line = one_line(text, most=most)
    assert ("\n" in line, len(line) <= most) == (False, True)


@given(st.text(max_size=100))
def test_an_instance_is_a_plain_word(name):
    """Whatever a client calls itself, its memories carry a short word of letters, digits, dots and dashes."""
    assert re.fullmatch(r"[a-z0-9._-]{1,40}", instance_of(name))


def test_a_schema_loses_what_a_model_does_not_need():
    """Titles, empty defaults and null as a choice go; a property that is called title stays."""
    schema = {"title": "xArguments", "type": "object", "properties": {
        "title": {"title": "Title", "type": "string", "default": ""},
        "weight": {"anyOf": [{"type": "number", "maximum": 1}, {"type": "null"}], "default": None, "title": "Weight"},
        "limit": {"type": "integer", "default": 10}}}  # fmt: skip
    expected = {"type": "object", "properties": {"title": {"type": "string"}, "weight": {"type": "number", "maximum": 1},
                "limit": {"type": "integer", "default": 10}}}  # fmt: skip
    assert expected == small(schema)

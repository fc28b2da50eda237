"""A pattern that is compiled later matches as one that is compiled at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.pattern import pattern


@given(st.text("aA1 ", max_size=8), st.sampled_from([0, re.IGNORECASE]))
def test_every_method_answers_as_re_does(text, flags):
    """Searching, matching, splitting and replacing are the library's own."""
    ours, theirs = pattern("a+", flags), re.compile("a+", flags)
    for name in ("match", "fullmatch", "search"):
        one, other = getattr(ours, name)(text), getattr(theirs, name)(text)
        assert (one and one.span()) == (other and other.span())
    assert (ours.sub("x", text), ours.split(text), ours.findall(text)) == (
        theirs.sub("x", text),
        theirs.split(text),
        theirs.findall(text),
    )
    assert [m.span() for m in ours.finditer(text)] == [m.span() for m in theirs.finditer(text)]


def test_what_a_pattern_tells_of_itself():
    """Its source and flags are there too."""
    assert (pattern("a", re.DOTALL).pattern, pattern("(?P<x>a)").groupindex["x"]) == ("a", 1)


def test_what_is_no_pattern_is_said_when_it_is_used():
    """The error is re's."""
    with pytest.raises(re.error):
        pattern("(").match("a")

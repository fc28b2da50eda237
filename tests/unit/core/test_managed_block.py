"""The block in somebody else's file: what is outside of it stays, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.managed_block import BEGIN, END, TEXT, with_block, without_block
from memsync.errors import BadInput

LINES = st.sampled_from(["# Rules", "", "- use tabs", "  indented", "<!-- a comment -->", "```", "é\u2028x"])


@st.composite
def documents(draw):
    """Draw a person's file: with either line end, with or without the last one."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(draw(st.lists(LINES, max_size=8)))
    return text + (newline if text and draw(st.booleans()) else "")


@given(documents())
def test_outside_stays(text):
    """Putting the block in leaves the text before it as it was."""
    assert with_block(text, TEXT).startswith(text)


@given(documents())
def test_twice_is_once(text):
    """Putting the block in again changes nothing."""
    once = with_block(text, TEXT)
    assert with_block(once, TEXT) == once


@given(documents())
def test_and_out_again(text):
    """Taking it out gives the text back; at most the line end that its last line lacked is new."""
    back = without_block(with_block(text, TEXT))
    assert back.removesuffix("\n").removesuffix("\r") == text.removesuffix("\n").removesuffix("\r")
    assert not text.endswith("\n") or back == text


@given(documents(), documents())
def test_written_anew_in_place(before, after):
    """A new text takes the old block's place; what stands before and after it does not move."""
    before += "" if not before or before.endswith("\n") else "\n"
    told = with_block(f"{before}{BEGIN}\nold\n{END}\n{after}", "new")
    assert told.replace("\r\n", "\n") == f"{before}{BEGIN}\nnew\n{END}\n{after}".replace("\r\n", "\n")
    assert told.startswith(before)
    assert told.endswith(after)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{BEGIN}\nx\n", 1),
        (f"x\n{END}\n", 2),
        (f"{END}\n{BEGIN}\n", 2),
        (f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n", 3),
    ],
)
def test_odd_marks(text, line):
    """Marks that do not pair are named by line, and nothing is guessed."""
    for change in (without_block, lambda t: with_block(t, TEXT)):
        with pytest.raises(BadInput, match="do not pair") as caught:
            change(text)
        assert caught.value.field in {f"line {line}", "line 1"}

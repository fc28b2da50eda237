"""Text from memories is safe to show."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from memsync.cli.plain import clean, escaped, escaped_json, one_line

_UNSAFE = [
    chr(c) for c in (*range(9), *range(11, 32), *range(127, 160), 0x200B, 0x202E, 0x2066, 0xFEFF, 0xE0041)
]
texts = st.text() | st.text(
    alphabet=st.sampled_from([*_UNSAFE, "a", "[", "m", "3", "1", "\n", "\t", "\\", '"'])
)


@given(texts)
def test_cleaned_text_holds_nothing_unsafe(text):
    """Cleaned text has no control, bidirectional or zero-width character left, whatever the order they came in."""
    assert not set(clean(text)) & set(_UNSAFE)


@given(texts)
def test_cleaning_twice_changes_nothing(text):
    """Cleaning is settled after once, so that an escape can't be put together by it."""
    assert clean(text) == clean(clean(text))


@given(texts)
def test_escaped_text_holds_nothing_unsafe(text):
    """Escaped text shows what was there, and holds none of it."""
    assert not set(escaped(text)) & set(_UNSAFE)


@given(texts)
def test_an_escaped_document_is_the_same_document(text):
    """Escaping a JSON document changes how it is written and not what it says."""
    document = json.dumps({"text": text}, ensure_ascii=False)

    assert {"text": text} == json.loads(escaped_json(document))
    assert not set(escaped_json(document)) & (set(_UNSAFE) - set("\t\n\r"))


def test_a_colour_is_taken_away_whole():
    """A terminal's colour sequence leaves no rest behind."""
    assert "red and blue" == clean("\x1b[1;31mred\x1b[0m and \x9b34mblue")


def test_one_line_is_one_line_of_the_width():
    """Line ends and runs of blanks become one blank, and the end is cut with a mark."""
    assert "a b…" == one_line(" a\n\n b\tcd", 4)
    assert "a b cd" == one_line(" a\r\n b\tcd")

"""Readings of a text: each knows where in the text its characters came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.secrets import views

NOISY = st.text(alphabet="ab12_-.*\\%&#;<>\"' +\n\u200b\u00adｇ：x5F41", max_size=60)


@given(NOISY)
def test_every_place_of_a_view_is_a_place_of_the_text(text: str) -> None:
    """Every character of a view maps to a non-empty place of the text, in order."""
    for view in (views.plain(text), views.joined(text)):
        places = (
            [view.origin(n, n + 1) for n in range(len(view.text)) if view.text[n] != "\n"] if view else []
        )
        assert all(0 <= a < b <= len(text) for a, b in places)
        assert places == sorted(places)


@given(NOISY)
def test_what_is_copied_is_the_same(text: str) -> None:
    """A letter of the view that was not translated is the letter at its place."""
    view = views.joined(text)
    for n, letter in enumerate(view.text if view else ""):
        if letter != "\n":
            assert letter == text[slice(*view.origin(n, n + 1))]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\u200bb", "ab"),
        ("a\\_b", "a_b"),
        ("a**b**c", "abc"),
        ("a%5Fb", "a_b"),
        ("a&#95;b&lowbar;c", "a_b_c"),
        ("\uff41\uff42", "ab"),
        ("\\x61\\u0062", "ab"),
        ("a<wbr>b", "ab"),
    ],
)
def test_noise_is_taken_out(text: str, plain: str) -> None:
    """Invisible characters, escapes, markup and wide letters are read as what they show."""
    view = views.plain(text)
    assert view is not None
    assert (plain, (0, len(text))) == (view.text, view.origin(0, len(view.text)))


def test_plain_text_has_no_other_reading() -> None:
    """An ordinary sentence costs no second scan."""
    assert views.plain("An ordinary sentence, with nothing in it.") is None


@pytest.mark.parametrize(
    "text",
    ["abcd\nefgh", "abcd\n    efgh", 'abcd" + "efgh', "abcd\\\nefgh", 'abcd"\n  "efgh', "abcd\n> efgh"],
)
def test_broken_runs_are_joined(text: str) -> None:
    """A run that goes on after a break is read as one."""
    view = views.joined(text)
    assert view is not None
    assert "abcdefgh\n" == view.text

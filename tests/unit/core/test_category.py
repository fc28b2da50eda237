"""Categories: the closed set, and the words taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.category import Category, find_category, folder_of, parse_category
from memsync.errors import BadInput


@pytest.mark.parametrize("category", Category)
def test_a_category_is_found_by_its_name_and_its_folder(category):
    """Singular, folder name, upper case and with underscores."""
    words = (category, folder_of(category), category.upper(), category.replace("-", "_"), f" {category} ")
    assert {category} == {find_category(word) for word in words}


@pytest.mark.parametrize(("word", "category"), [
    ("decisions", "decision"), ("people", "person"), ("memories", None), ("notes", "note"), ("preferences", "preference"),
    ("snippets", "code-snippet"), ("config", "configuration"), ("", None), ("s", None),
])  # fmt: skip
def test_words_taken_for_a_category(word, category):
    """Plurals and a few other names; nothing is guessed."""
    assert category == find_category(word)


def test_a_folder_is_its_category_but_for_three():
    """The folders of the design."""
    odd = {c: folder_of(c) for c in Category if folder_of(c) != c}
    assert {"code-snippet": "code-snippets", "prompt": "prompts", "session": "session-notes"} == odd


def test_an_unknown_category_is_refused_with_the_list():
    """So that the next try succeeds."""
    with pytest.raises(BadInput, match="'idea' is not a category") as error:
        parse_category("idea")
    assert all(category in error.value.hint for category in Category)


@given(st.text(max_size=20))
def test_any_word_is_a_category_or_none(word):
    """Never an exception."""
    assert find_category(word) is None or find_category(word) in Category

"""Names and values of the vault, before any vault is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.vault import LARGEST, check_name, check_value, reference, suggested_name
from memsync.errors import BadInput


@pytest.mark.parametrize("name", ["a", "stripe-live", "DB_PASSWORD", "aws.prod.key", "9", "x" * 100])
def test_plain_names_are_names(name):
    """Letters, digits, dash, underscore and dot; with or without `secret://`."""
    assert (name, name) == (check_name(name), check_name(reference(name)))


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/../b",
        "a/b",
        "/etc/passwd",
        "-x",
        "a..b",
        "a.",
        "a b",
        "a\nb",
        "a\x00b",
        "ä",
        "C:x",
        "x" * 101,
        "%2e%2e",
        "a\\b",
    ],
)
def test_a_name_is_no_path(name):
    """Path tricks, controls and lengths are refused before any vault sees them."""
    with pytest.raises(BadInput):
        check_name(name)


@given(st.text())
def test_a_refused_name_is_not_repeated(text):
    """Somebody may have typed the value in its place: the error never shows it."""
    try:
        check_name(text)
    except BadInput as error:
        assert len(text) < 12 or text not in str(error.to_json())


@pytest.mark.parametrize("value", ["", "x" * (LARGEST + 1), "a\x00b", "\ud800"])
def test_values_that_can_not_be_kept(value):
    """Empty, huge, with a NUL, or no Unicode: refused, and none of it is shown."""
    with pytest.raises(BadInput) as caught:
        check_value(value)

    assert not value or value not in str(caught.value)


@given(st.text())
def test_a_suggested_name_is_a_name_made_of_the_rule_alone(rule):
    """Whatever a rule is called, its suggestion can be used as it stands."""
    assert suggested_name(rule) == check_name(suggested_name(rule))

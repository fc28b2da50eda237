"""The store's marker."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.store_file import Marker, new_marker, parse_marker, render_marker
from memsync.errors import BadInput


@given(st.binary(min_size=32, max_size=32))
def test_a_marker_is_read_as_it_was_written(randomness):
    """And its key is 16 bytes."""
    marker = new_marker(randomness)
    assert marker == parse_marker(render_marker(marker))
    assert randomness[16:] == marker.key


@pytest.mark.parametrize(("raw", "problem"), [
    (b"", "is not JSON"), (b"\xff", "is not JSON"), (b"[]", "is no JSON object"), (b"{}", "names no format"),
    (b'{"format": true}', "names no format"), (b'{"format": 2}', "has format 2, this memsync knows 1"),
    (b'{"format": 1}', "id is no string"), (json.dumps({"format": 1, "id": "a" * 32, "salt": "xyz"}).encode(), "salt is no string"),
    (b"[" * 100_000, "is not JSON"),
])  # fmt: skip
def test_a_broken_marker_is_told(raw, problem):
    """What is wrong, and never an exception of another kind."""
    with pytest.raises(BadInput) as error:
        parse_marker(raw)
    assert error.value.problem.startswith(problem)


def test_keys_of_others_are_passed_over():
    """A later memsync of the same format may write more."""
    assert Marker(id="a" * 32, salt="b" * 32) == parse_marker(
        json.dumps({"format": 1, "id": "a" * 32, "salt": "b" * 32, "made": "x"}).encode()
    )

"""The boundary: every way to end is an exit code and words that hold no secret."""

from __future__ import annotations

import pytest

from memsync.cli.buglog import describe
from memsync.cli.filters import parse_until
from memsync.cli.options import words
from memsync.core.memory import parse_time


def test_a_bugs_description_holds_no_value(tmp_path):
    """Where a bug happened is described without messages, arguments and locals; an OSError keeps the system's words."""
    hidden = str(tmp_path / "absent")

    def fail():
        local = hidden
        try:
            int(local)
        except ValueError as error:
            raise FileNotFoundError(2, f"no {local}") from error

    with pytest.raises(OSError, match="absent") as caught:
        fail()
    text = describe(caught.value)

    assert hidden not in text
    assert "builtins.FileNotFoundError: errno 2, No such file or directory" in text
    assert "caused by:\nbuiltins.ValueError" in text
    assert text.startswith("memsync ")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("a", "b"), ("a", "b")),
        (("a,b, #c ", "a"), ("a", "b", "c")),
        (("",), ()),
    ],
)
def test_tags_may_be_repeated_or_divided_by_commas(given, expected):
    """`--tag a --tag b` and `--tag a,b` are the same; a `#` before a tag is dropped."""
    assert expected == words(given)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01", "2026-05-01T23:59:59.999999+00:00"),
        ("yesterday", "2026-11-20T23:59:59.999999+00:00"),
        ("2026-05-01T10:00", "2026-05-01T10:00:00+00:00"),
        ("2d", "2026-11-19T10:00:00+00:00"),
    ],
)
def test_until_a_day_takes_the_whole_day(text, expected):
    """`--until` a date means its end; a time or a span is the moment itself."""
    now = parse_time("2026-11-21T10:00:00Z")

    assert expected == parse_until(text, now=now).isoformat()

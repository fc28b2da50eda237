"""The file of reviewed exceptions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.allowance import parse_allowances, render_allowances
from memsync.core.gate import Allowance
from memsync.errors import BadInput

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ALLOWANCES = st.builds(
    Allowance,
    rule=st.from_regex(r"[a-z][a-z0-9-]{1,20}", fullmatch=True),
    fingerprint=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    reason=TEXTS.filter(lambda text: text.strip()),
    who=TEXTS,
    when=st.integers(1_600_000_000, 2_200_000_000).map(lambda t: datetime.fromtimestamp(t, UTC)),
    memory=TEXTS,
)


@given(st.lists(ALLOWANCES, max_size=6, unique_by=lambda a: (a.rule, a.fingerprint, a.memory)))
def test_what_is_written_is_read_back(allowances: list[Allowance]) -> None:
    """Every allowance survives the file, whatever its texts."""
    assert set(allowances) == set(parse_allowances(render_allowances(allowances)))


@given(st.lists(ALLOWANCES, max_size=6), st.randoms())
def test_order_does_not_matter(allowances: list[Allowance], rng) -> None:
    """The same allowances make the same bytes in any order, so that two machines write one file."""
    mixed = list(allowances)
    rng.shuffle(mixed)
    if len({(a.rule, a.fingerprint, a.memory) for a in allowances}) == len(allowances):
        assert render_allowances(allowances) == render_allowances(mixed)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_bad_input(raw: bytes) -> None:
    """No file makes anything but allowances or BadInput."""
    try:
        parse_allowances(raw)
    except BadInput as error:
        assert error.field.startswith(".memsync/allow.yaml, line ")


GOOD = '- rule: stripe-key\n  fp: "%s"\n  reason: sample\n  who: kim\n  when: "2026-01-21T10:00:00Z"\n' % (
    "ab" * 16
)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("allowances:\n- rule: x\n", 2, "'fp' is missing"),
        ("allowances:\n" + GOOD + GOOD.replace("ab", "zz"), 7, "32 hexadecimal"),
        ("allowances:\n" + GOOD + "  extra: 1\n", 7, "'extra' is not known"),
        ("allowances:\n" + GOOD + "  who: 1\n", 7, "'who' is there twice"),
        ("allowances:\n" + GOOD.replace("reason: sample", "reason: ''"), 2, "`reason` is empty"),
        ("allowances:\n" + GOOD.replace("2026-01-21T10:00:00Z", "soon"), 2, "`when` is no time"),
        ("allowances: {}\n", 1, "must be a list"),
        ("- a\n", 1, "must be a mapping"),
        ("allowances: [\n", 2, "is not YAML"),
        ("other: 1\n", 1, "'other' is not known"),
    ],
)
def test_a_mistake_names_file_and_line(text: str, line: int, problem: str) -> None:
    """A bad file is refused with its name, the line and what is wrong."""
    with pytest.raises(BadInput) as caught:
        parse_allowances(text.encode())
    assert caught.value.field == f".memsync/allow.yaml, line {line}"
    assert problem in caught.value.problem


def test_an_empty_file_allows_nothing() -> None:
    """Nothing, or a file without entries, is an empty list."""
    assert ((), ()) == (parse_allowances(b""), parse_allowances(b"# nothing\nallowances: []\n"))


def test_a_good_entry_is_read() -> None:
    """All fields come back, the time in UTC."""
    (allowance,) = parse_allowances(f"allowances:\n{GOOD}  memory: 01KD\n".encode())
    assert (
        Allowance(
            rule="stripe-key",
            fingerprint="ab" * 16,
            reason="sample",
            who="kim",
            when=datetime(2026, 1, 21, 10, tzinfo=UTC),
            memory="01KD",
        )
        == allowance
    )

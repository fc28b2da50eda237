"""The list of who may open sealed memories."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.merging import merge_file
from memsync.core.recipients import (
    Recipient,
    chosen,
    parse_key,
    parse_recipients,
    with_recipient,
    without_recipient,
)
from memsync.core.seal import RECIPIENTS
from memsync.errors import BadInput

KEYS = st.text("023456789acdefghjklmnpqrstuvwxyz", min_size=20, max_size=20).map(
    lambda s: f"age1{s}{'q' * 38}"
)
LABELS = st.sampled_from(["", "laptop", "Bob's desk (work)", "Æther 2"])
PEOPLE = st.lists(st.builds(Recipient, key=KEYS, label=LABELS), max_size=6, unique_by=lambda r: r.key)
A, B = "age1" + "q" * 58, "age1" + "z" * 58
SSH = "ssh-ed25519 " + "A" * 68


def file_of(people: list[Recipient]) -> bytes | None:
    raw = None
    for one in people:
        raw = with_recipient(raw, one)
    return raw


@given(PEOPLE)
def test_what_is_written_is_read_back(people):
    """Every recipient survives the file, with its label and in its place."""
    assert tuple(people) == parse_recipients(file_of(people) or b"")


@given(PEOPLE, st.data())
def test_who_is_taken_off_is_gone_and_nobody_else(people, data):
    """Removing one leaves the others with their labels."""
    if people:
        gone = data.draw(st.sampled_from(people))
        left = without_recipient(file_of(people), gone.key)

        assert tuple(p for p in people if p != gone) == parse_recipients(left)


@given(PEOPLE, PEOPLE, PEOPLE)
def test_two_machines_that_add_make_one_list(base, ours, theirs):
    """A merge of the list keeps everyone whom either side added, each with its own label."""
    known = {p.key for p in base}
    first = [*base, *(p for p in ours if p.key not in known)]
    second = [*base, *(p for p in theirs if p.key not in known | {q.key for q in first})]
    merged = merge_file(RECIPIENTS, file_of(base), file_of(first) or b"", file_of(second) or b"")

    assert set(first) | set(second) == set(parse_recipients(merged.content or b""))


@pytest.mark.parametrize(
    "line",
    [
        "age1short",
        "hello",
        "age1" + "b" * 58,
        "ssh-dss AAAA",
        "AGE-SECRET-KEY-" + "1" * 59,
        "age1yubikey1" + "q" * 50,
        "\x00",
    ],
)
def test_a_line_that_is_no_key_spoils_the_list(line):
    """Half a list is no list: sealing for fewer than were meant would go unnoticed."""
    with pytest.raises(BadInput, match="line 2"):
        parse_recipients(f"{A}\n{line}\n".encode())


def test_a_secret_key_is_told_and_not_repeated():
    """Who pastes the secret half is told so; the error has none of it."""
    with pytest.raises(BadInput, match="is a secret key") as caught:
        parse_key("age-secret-key-" + "1qpzry9x8gf2tvdw0s3jn54khce6mua7l".upper())

    assert "QPZRY" not in str(caught.value.to_json())


def test_an_ssh_key_brings_its_comment_as_label():
    """`ssh-ed25519 AAAA… bob@desk` is Bob's."""
    assert Recipient(key=SSH, label="bob@desk") == parse_key(f"{SSH} bob@desk")


def test_a_label_can_not_smuggle_a_line():
    """A label with line ends becomes one comment."""
    raw = with_recipient(None, Recipient(key=A, label=f"x\n{B}\n# y"))

    assert [A] == [r.key for r in parse_recipients(raw)]


@pytest.mark.parametrize("name", [A, A[:12], "laptop"])
def test_one_is_named_by_key_beginning_or_label(name):
    """All three mean the same one."""
    listed = (Recipient(key=A, label="laptop"), Recipient(key=B))

    assert A == chosen(listed, name).key


@pytest.mark.parametrize("name", ["age1", "", "nobody"])
def test_a_name_that_fits_none_or_many_is_refused(name):
    """Nothing is removed by guess."""
    with pytest.raises(BadInput):
        chosen((Recipient(key=A), Recipient(key=B)), name)

"""Whose word a memory is: what commits say, and what people say of themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.people import (
    Authors,
    other_person,
    parse_authors,
    person_in,
    render_authors,
    render_instance,
    signature,
    updated,
)

MINE = frozenset({"cli-aaaaaa"})
ME = ("Ada", "ada@example.com")
REGISTER = {"cli-aaaaaa": "Ada", "claude-code-bbbbbb": "Ada", "cli-cccccc": "Grace"}


def after(*commits, before=None):
    return updated(before or Authors(), commits, known="head", me=ME, mine=MINE)


@pytest.mark.parametrize(
    ("by", "person"),
    [
        ("cli-aaaaaa", ""),
        ("claude-code-bbbbbb", ""),
        ("cli-cccccc", "Grace"),
        ("cli-dddddd", ""),
        (signature("Grace H.", "grace@example.com"), "Grace H."),
        (signature("ada l.", "ADA@example.com"), ""),
        (signature("Ada", "other@example.com"), ""),
    ],
)
def test_only_another_persons_memory_is_theirs(by, person):
    """One's own machines are oneself; an instance that nobody has named is nobody; a commit by hand names its author."""
    authors = after((by, ["global/fact/x.md"]))

    assert person == other_person(authors, "global/fact/x.md", REGISTER, person="Ada")


def test_the_last_one_to_write_counts():
    """What one changes becomes one's own word, and the other way round."""
    before = after(("cli-cccccc", ["a.md", "b.md"]))
    now = after(("cli-aaaaaa", ["a.md"]), ("cli-cccccc", ["a.md", "c.md"]), before=before)

    assert ["", "Grace", "Grace"] == [
        other_person(now, p, REGISTER, person="Ada") for p in ("a.md", "b.md", "c.md")
    ]


def test_without_a_name_of_ones_own_gits_user_is_meant():
    """Who never said who they are is still not told that they are somebody else."""
    authors = after(("claude-code-bbbbbb", ["a.md"]))

    assert "" == other_person(authors, "a.md", REGISTER, person="")


def test_a_name_is_one_line():
    """It comes from a file of somebody else's."""
    assert "Eve ignore everything" == person_in(
        render_instance("Eve\n\x1b[31m\u202e ignore everything").replace(b"[31m", b"")
    )


@given(st.binary(max_size=120))
def test_broken_files_say_nothing(raw):
    """Neither the register nor what this machine keeps can raise."""
    assert (True, True) == (isinstance(person_in(raw), str), isinstance(parse_authors(raw), Authors))


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9)), st.text(max_size=9))
def test_what_is_kept_is_read_again(by, known):
    """As it was."""
    authors = Authors(known=known, me=ME, by=by)

    assert authors == parse_authors(render_authors(authors))

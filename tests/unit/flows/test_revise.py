"""Revise, forget, move: only what changed is rewritten, and nobody is overwritten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.core.gate import OnSecret
from memsync.core.report import Revision
from memsync.errors import Busy, InvalidMemory, NoSuchMemory, SecretFound
from memsync.flows.revise import Desk, forget, move, revise, revision_id
from memsync.testing import FakeTree, PatternScanner

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PATH = "global/note/a.md"
TEXT = b"""---
# mine
title: "Old"   # why
x-odd:  {a: 1}
tags: [a, b]
updated: 2026-01-01T00:00:00Z
---

First paragraph.

Second paragraph.
"""


def desk(files=None, **options) -> Desk:
    """Return a desk over files in memory."""
    return Desk(
        tree=FakeTree(files={PATH: TEXT} if files is None else files),
        scanner=PatternScanner(),
        allowances=(),
        now=NOW,
        **options,
    )


def nothing(rev):
    """Know no older version."""


def test_only_the_changed_fields_change():
    """Comments, order, odd keys and the body stay byte for byte."""
    at = desk()

    revise(PATH, Revision(title="New"), desk=at, version=nothing)

    expected = TEXT.replace(b'"Old"', b"New").replace(b"2026-01-01", b"2026-02-01")
    assert at.tree.files[PATH] == expected


def test_a_version_from_a_clock_ahead_is_followed_by_a_later_one():
    """A change is dated after the version it changes, though another machine dated that one in this machine's future."""
    at = desk({PATH: TEXT.replace(b"2026-01-01T00:00:00Z", b"2026-02-01T00:01:00Z")})

    revise(PATH, Revision(title="New"), desk=at, version=nothing)

    assert b"updated: 2026-02-01T00:01:01Z\n" in at.tree.files[PATH]


def test_a_new_body_leaves_the_header():
    """The header keeps every byte but the time of the change."""
    at = desk()

    revise(PATH, Revision(body="Other."), desk=at, version=nothing)

    header = TEXT.split(b"---\n")[1].replace(b"2026-01-01", b"2026-02-01")
    assert at.tree.files[PATH] == b"---\n" + header + b"---\nOther.\n"


def test_an_old_revision_is_merged():
    """Who read an old version adds to the new one, and takes nothing of it away."""
    at = desk()
    rev = revision_id(TEXT)
    newer = TEXT.replace(b"Second paragraph.", b"Second paragraph, better.")
    at.tree.files[PATH] = newer

    done = revise(PATH, Revision(tags=("a", "b", "c")), desk=at, rev=rev, version={rev: TEXT}.get)

    assert b"better" in at.tree.files[PATH]
    assert done.memory.tags == ("a", "b", "c")
    assert done.merged


def test_a_contradiction_keeps_both():
    """Two rewrites of one paragraph leave a winner and a twin, and no marker."""
    at = desk()
    at.tree.files[PATH] = TEXT.replace(b"First paragraph.", b"Theirs.")

    done = revise(
        PATH,
        Revision(body="\nMine.\n\nSecond paragraph.\n"),
        desk=at,
        rev=revision_id(TEXT),
        version=lambda _: TEXT,
    )

    everything = b"".join(at.tree.files.values())
    assert done.twin in at.tree.files
    assert b"Mine." in everything
    assert b"Theirs." in everything
    assert b"<<<<" not in everything


def test_an_unknown_revision_changes_nothing():
    """A revision nobody knows can't be merged with; the caller is told to read again."""
    at = desk()

    with pytest.raises(Busy, match=r"changed since"):
        revise(PATH, Revision(title="New"), desk=at, rev="0" * 40, version=nothing)

    assert at.tree.files[PATH] == TEXT


def test_a_secret_changes_nothing():
    """The gate is asked before the file is touched."""
    at = desk()

    with pytest.raises(SecretFound):
        revise(PATH, Revision(body="SECRET-1"), desk=at, version=nothing)

    assert at.tree.files[PATH] == TEXT


def test_redacting_a_revision():
    """With redact the change is made with a mark in place of the secret."""
    at = desk(on_secret=OnSecret.REDACT)

    done = revise(PATH, Revision(title="the SECRET-1", body="SECRET-2"), desk=at, version=nothing)

    assert b"SECRET" not in at.tree.files[PATH]
    assert len(done.redacted) == 2


def test_broken_frontmatter_is_not_guessed_at():
    """A header that can't be changed line by line is left alone, and its problem named."""
    broken = b"---\na: b: c\n---\nbody\n"
    at = desk({PATH: broken})

    with pytest.raises(InvalidMemory, match="line 2"):
        revise(PATH, Revision(title="New"), desk=at, version=nothing)

    assert at.tree.files[PATH] == broken


def test_the_body_of_a_file_with_broken_frontmatter_may_change():
    """Changing the body does not need the header."""
    at = desk({PATH: b"---\na: b: c\n---\nbody\n"})

    revise(PATH, Revision(body="new"), desk=at, version=nothing)

    assert at.tree.files[PATH] == b"---\na: b: c\n---\nnew\n"


def test_not_utf8_is_not_rewritten():
    """A file that is not UTF-8 is shown, but not changed here."""
    at = desk({PATH: b"caf\xe9\n"})

    with pytest.raises(InvalidMemory, match="UTF-8"):
        revise(PATH, Revision(body="new"), desk=at, version=nothing)


def test_crlf_stays_crlf():
    """A file from Windows keeps its line ends."""
    at = desk({PATH: TEXT.replace(b"\n", b"\r\n")})

    revise(PATH, Revision(title="New", body="one\ntwo"), desk=at, version=nothing)

    assert b"\n" not in at.tree.files[PATH].replace(b"\r\n", b"")


def test_claudes_own_form_is_kept():
    """In a file of Claude's own memory the title is its description."""
    claude = b"---\nname: a\ndescription: Old\nmetadata:\n  type: feedback\n---\nbody\n"
    at = desk({PATH: claude})

    revise(PATH, Revision(title="New"), desk=at, version=nothing)

    assert at.tree.files[PATH] == claude.replace(b"Old", b"New")


def test_forgetting_returns_what_it_was():
    """The memory is gone from the tree and handed back."""
    at = desk()

    gone = forget(PATH, desk=at)

    assert (gone.title, at.tree.files) == ("Old", {})


def test_forgetting_what_is_not_there():
    """A path nobody has is an error that names it."""
    with pytest.raises(NoSuchMemory):
        forget("global/note/none.md", desk=desk())


def test_moving_to_another_scope_keeps_the_bytes():
    """A move changes the place and nothing in the file."""
    at = desk()

    done = move(PATH, "projects/p-1", source=at, target=at)

    assert at.tree.files == {"projects/p-1/note/a.md": TEXT}
    assert done.moved_from == PATH


def test_moving_onto_a_taken_name_takes_another():
    """Nothing is overwritten at the place it goes to."""
    at = desk({PATH: TEXT, "projects/p-1/note/a.md": b"other\n"})

    done = move(PATH, "projects/p-1", source=at, target=at)

    assert done.memory.path == "projects/p-1/note/a-2.md"
    assert at.tree.files["projects/p-1/note/a.md"] == b"other\n"

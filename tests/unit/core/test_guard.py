"""Guards: what must not spread without a person's word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.guard import (
    Guard,
    Relation,
    RemoteKind,
    emptied,
    judge_capture,
    judge_merge,
    judge_remote,
    judge_rewrite,
    mass_deletion,
)


@pytest.mark.parametrize(
    ("deleted", "tracked", "expected"),
    [(4, 4, False), (4, 100, False), (5, 5, True), (5, 20, True), (5, 21, False), (24, 100, False), (25, 100, True), (0, 0, False), (2499, 10_000, False), (2500, 10_000, True)],
)  # fmt: skip
def test_mass_deletion(deleted, tracked, expected):
    """Five or more, and a quarter or more."""
    assert expected == mass_deletion(deleted, tracked)


@pytest.mark.parametrize(
    ("deleted", "tracked", "expected"),
    [(1, 1, False), (2, 2, True), (1, 2, False), (0, 0, False), (4, 4, True)],
)
def test_emptied(deleted, tracked, expected):
    """All of several files; the only file of a store may go."""
    assert expected == emptied(deleted, tracked)


def paths(count: int) -> set[str]:
    return {f"{n:04}.md" for n in range(count)}


def test_a_cleared_folder_halts():
    """`rm -rf` of everything is told with figures and examples, and no command that destroys."""
    halt = judge_capture(paths(100), paths(100))

    assert (Guard.LOCAL_MASS_DELETE, 100, 100) == (halt.guard, halt.deleted, halt.tracked)
    assert paths(100) == set(halt.stakes)
    assert halt.reason.endswith("0000.md, 0001.md, 0002.md and 97 more")
    assert "rm" not in halt.hint.split()


def test_what_was_forgotten_through_memsync_does_not_count():
    """A hundred `forget`s are a hundred decisions."""
    assert judge_capture(paths(100), paths(100), acknowledged=paths(97)) is None
    assert judge_merge(paths(100), paths(100), acknowledged=paths(97)) is None


def test_a_remote_that_was_emptied_halts():
    """A merge that would take everything away waits for a person."""
    assert judge_merge(paths(3), paths(3)).guard is Guard.REMOTE_MASS_DELETE
    assert judge_merge(paths(79), {f"{n:04}.md" for n in range(8, 79)}).deleted == 71


@given(st.integers(0, 60), st.integers(0, 60))
def test_both_directions_are_judged_alike(tracked, deleted):
    """The same numbers halt in either direction; files that were never tracked don't count."""
    there, gone = paths(tracked), paths(deleted)

    assert (judge_capture(there, gone) is None) == (judge_merge(there, gone) is None)
    assert (judge_merge(there, gone) is None) == (judge_merge(there, gone & there) is None)


@pytest.mark.parametrize(
    ("theirs", "files", "pushed", "expected"),
    [
        (None, 0, False, RemoteKind.EMPTY),
        (None, 0, True, RemoteKind.RECREATED),
        ("me", 9, True, RemoteKind.SAME),
        ("me", 9, False, RemoteKind.SAME),
        ("other", 9, False, RemoteKind.NEW),
        ("other", 9, True, RemoteKind.FOREIGN),
        (None, 9, False, RemoteKind.FOREIGN),
        ("", 9, True, RemoteKind.FOREIGN),
    ],
)
def test_what_a_remote_is(theirs, files, pushed, expected):
    """Empty, ours, another store to join, or something that must not be touched."""
    assert expected is judge_remote(ours="me", theirs=theirs, files=files, pushed_before=pushed)


@pytest.mark.parametrize(
    ("before", "after", "ancestor", "expected"),
    [("", "b", False, Relation.FORWARD), ("a", "a", True, Relation.SAME), ("a", "b", True, Relation.FORWARD), ("a", "b", False, Relation.REWRITTEN)],
)  # fmt: skip
def test_how_a_remote_moved(before, after, ancestor, expected):
    """A branch that does not contain what it held before was rewritten."""
    assert expected is judge_rewrite(before=before, after=after, is_ancestor=ancestor)

"""What sync may rely on of its notes: they are kept in one step, and lost only as a whole."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading

import pytest

from memsync.core.bookkeeping import DisplacedEdit, HeldFile, LaneNote, Seen, WriteAhead
from memsync.core.change import Stamp
from memsync.core.gate import Finding, Level
from memsync.edges.state import SyncBook
from memsync.errors import CannotWrite

NOW = dt.datetime(2026, 1, 21, 10, tzinfo=dt.UTC)
A, B, C = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def book(path):
    made = SyncBook(path)
    made.bind("this clone")
    yield made
    made.close()


def test_notes_outlive_the_program(book, path):
    """What was noted is there for the next program."""
    book.set_shadow({"x.md": A})
    book.note(store_id="one")
    book.close()

    again = SyncBook(path)

    assert ({"x.md": A}, "one") == (again.shadow(), again.fact("store_id"))
    again.close()


def test_another_clone_has_no_notes(book):
    """Notes of one clone are never taken for another's: what was known is forgotten as a whole."""
    book.set_shadow({"x.md": A})

    assert (False, {}) == (book.bind("another clone"), book.shadow())
    assert book.bind("another clone") is True


def test_a_published_commit_and_its_shadow_are_one_step(book):
    """The write-ahead row is there until its shadow is, and gone with it."""
    row = WriteAhead(commit=C, base=None, shadow={"x.md": A, "gone.md": None})
    book.set_shadow({"gone.md": B})
    book.write_ahead(row)
    before = (book.ahead(), book.shadow())

    book.published(row)

    assert ((row,), {"gone.md": B}) == before
    assert ((), {"x.md": A}) == (book.ahead(), book.shadow())
    assert ("none", C) == (book.fact("index_from"), book.fact("index_to"))


def test_the_owners_index_is_behind_from_the_first_commit_it_missed(book):
    """Several commits before a refresh make one way from the oldest base to the newest commit."""
    book.published(WriteAhead(commit=B, base=A))
    book.published(WriteAhead(commit=C, base=B))

    assert (A, C) == (book.fact("index_from"), book.fact("index_to"))


def test_a_commit_that_never_was_leaves_nothing(book):
    """A row that is dropped changes no shadow."""
    row = WriteAhead(commit=C, base=None, shadow={"x.md": A})
    book.write_ahead(row)
    book.unpublished(row)

    assert ((), {}) == (book.ahead(), book.shadow())


def test_the_last_five_versions_are_remembered(book):
    """What the shadow of a path was before is kept, newest first, five at most."""
    oids = [f"{n}" * 40 for n in range(8)]
    for oid in oids:
        book.set_shadow({"x.md": oid})

    assert tuple(reversed(oids[2:7])) == book.past("x.md")


def test_seen_files_come_back_as_they_were(book):
    """Stamps are kept exactly, nanoseconds and large inodes included."""
    seen = Seen(stamp=Stamp(size=1, mtime_ns=1_800_000_000_123_456_789, ctime_ns=2, inode=2**62), oid=A)
    book.set_seen({"x.md": seen, "y.md": seen})
    book.set_seen({}, gone=["y.md"])

    assert {"x.md": seen} == book.seen()


def test_held_files_come_back_with_their_findings(book):
    """A held file keeps its reason, its time and its findings, none of which has the secret."""
    finding = Finding(path="x.md", rule="r", level=Level.BLOCK, line=1, start=2, end=3, fingerprint="f" * 32)
    row = HeldFile(path="x.md", oid=A, reason="secret", since=NOW, findings=(finding,))
    book.set_held([row])

    assert {"x.md": row} == book.held()
    book.set_held([], free=["x.md"])
    assert {} == book.held()


def test_lanes_are_kept(book):
    """A lane's state is kept whole; one that was never set is fine."""
    note = LaneNote(
        lane="push",
        state="suspended",
        reason="no",
        hint="ask",
        since=NOW,
        next_try=NOW,
        attempts=3,
        fingerprint="f",
    )
    book.set_lane(note)

    assert (note, LaneNote(lane="pull")) == (book.lane("push"), book.lane("pull"))


def test_a_displaced_edit_is_kept_until_it_is_merged(book):
    """An edit and the shadow of the write that displaced it are one step."""
    edit = DisplacedEdit(path="x.md", oid=A, base=B)
    book.add_displaced(edit, {"x.md": C})
    kept = (book.displaced(), book.shadow())
    book.drop_displaced([edit])

    assert (((edit,), {"x.md": C}), ()) == (kept, book.displaced())


def test_only_certain_departures_count(book):
    """What is about to be forgotten counts once it was."""
    book.leave("x.md", A, certain=False)
    before = book.leaving()
    book.leave("x.md", A, certain=True)

    assert ({}, {"x.md": A}) == (before, book.leaving())


def test_acknowledgements_are_kept_and_taken_back(book):
    """An acknowledgement is there until it is used."""
    book.set_ack("g", "yes")
    kept = book.ack("g")
    book.set_ack("g", "")

    assert ("yes", "") == (kept, book.ack("g"))


def test_a_yes_holds_for_what_was_at_stake(book):
    """A yes stays where no more is at stake than it was said to, and goes where something comes on top."""
    book.set_stakes("g", {"a", "b"})
    book.set_ack("g", "yes")
    book.set_stakes("g", {"a"})
    less = book.ack("g")
    book.set_stakes("g", {"a", "c"})

    assert ("yes", "", {"a", "c"}) == (less, book.ack("g"), book.stakes("g"))


def test_a_yes_that_is_over_leaves_nothing_at_stake(book):
    """When an acknowledgement is taken back, what it was said to is forgotten."""
    book.set_stakes("g", {"a"})
    book.set_ack("g", "yes")
    book.set_ack("g", "")

    assert ("", frozenset()) == (book.ack("g"), book.stakes("g"))


@pytest.mark.parametrize("junk", [b"garbage" * 1000, b"", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_put_aside(book, path, junk):
    """A file that is no book any more is kept beside and begun anew."""
    book.close()
    path.write_bytes(junk)

    again = SyncBook(path)

    assert {} == again.shadow()
    again.close()


def test_a_newer_books_file_is_left_alone(book, path):
    """A file of a newer memsync is refused, and not rewritten."""
    book.close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version=99")
    raw.close()

    with pytest.raises(CannotWrite, match="newer"):
        SyncBook(path).shadow()
    raw = sqlite3.connect(path)
    assert 99 == raw.execute("PRAGMA user_version").fetchone()[0]
    raw.close()


def test_threads_share_a_book(book):
    """Writers in several threads wait for each other and lose nothing."""

    def work(name: str) -> None:
        for n in range(20):
            book.set_shadow({f"{name}-{n}.md": A})

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 80 == len(book.shadow())


def test_two_programs_share_a_file(book, path):
    """Another connection sees what was written, and may write."""
    other = SyncBook(path)
    book.set_shadow({"x.md": A})
    other.set_shadow({"y.md": B})

    assert {"x.md": A, "y.md": B} == book.shadow() == other.shadow()
    other.close()


def test_what_another_program_wrote_is_seen_at_once(book, path):
    """What is kept in memory of the file is forgotten when somebody else changes it."""
    other = SyncBook(path)
    book.set_shadow({"x.md": A})
    first = other.shadow()
    book.set_shadow({"x.md": B})
    second = other.shadow()
    other.set_shadow({"x.md": C})

    assert ({"x.md": A}, {"x.md": B}, {"x.md": C}) == (first, second, book.shadow())
    other.close()

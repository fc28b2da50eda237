"""A walk that a child takes meanwhile sees what a walk here sees, whatever becomes of the child."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.change import Stamp, packed, unpacked
from memsync.edges.tree import Meanwhile
from memsync.edges.tree.meanwhile import fingerprint
from memsync.edges.tree.walk import survey
from memsync.errors import NotAStore

if TYPE_CHECKING:
    from pathlib import Path

numbers = st.integers(-(2**63), 2**63 - 1)
stamps = st.builds(Stamp, size=numbers, mtime_ns=numbers, ctime_ns=numbers, inode=numbers)
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1) | st.just(
    os.fsdecode(b"a\xff.md")
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a small store's folder."""
    for name in ("global/note/a.md", "global/note/b.md", "projects/x/note/ç.md", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Note\n")
    return tmp_path


@given(st.dictionaries(names, stamps))
def test_a_listing_is_packed_and_unpacked(listing):
    """What is packed comes out the same, and in the same order."""
    assert list(unpacked(packed(listing)).items()) == list(listing.items())


def test_both_see_the_same(root):
    """Listing and fingerprint are those of a walk here."""
    here = survey(root).listing
    walk = Meanwhile(root)
    assert (walk.fingerprint(), walk.listing(), walk.fingerprint()) == (
        fingerprint(here),
        here,
        fingerprint(here),
    )


def test_a_change_changes_the_fingerprint(root):
    """A file that is written anew, made or taken away is seen."""
    seen = {Meanwhile(root).fingerprint()}
    (root / "README.md").write_text("# Other\n")
    seen.add(Meanwhile(root).fingerprint())
    (root / "README.md").unlink()
    seen.add(Meanwhile(root).fingerprint())
    (root / "global/note/c.md").write_text("")
    assert len(seen | {Meanwhile(root).fingerprint()}) == 4


def test_a_child_that_was_killed_is_done_without(root):
    """Without the child's answer the walk is taken here."""
    walk = Meanwhile(root)
    os.kill(walk._child, 9)
    assert (walk.listing(), len(walk.fingerprint())) == (survey(root).listing, 16)


def test_no_child_is_left_behind(root):
    """Who never asks leaves neither a process nor a pipe."""
    walk = Meanwhile(root)
    child = walk._child
    walk.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(child, 0)


def test_a_process_with_threads_walks_itself(root):
    """A fork would take the threads' locks with it."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    walk = Meanwhile(root)
    ended.set()
    thread.join()
    assert (walk._child, walk.listing()) == (-1, survey(root).listing)


def test_a_store_that_is_missing_is_said(tmp_path):
    """The error is the one of a walk here."""
    with pytest.raises(NotAStore):
        Meanwhile(tmp_path / "nowhere").fingerprint()


def test_a_stamp_that_fits_nowhere_has_no_fingerprint():
    """An inode above 63 bits means: look at every file."""
    assert fingerprint({"a.md": Stamp(size=1, mtime_ns=1, ctime_ns=1, inode=2**64 - 1)}) == b""

"""A resident's listing is kept, and is never older than the last write before the question."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memsync.edges import inotify
from memsync.edges.inotify import Changes
from memsync.edges.settings import load
from memsync.store import Store
from memsync.store.kept import for_a_resident, for_one_call
from memsync.store.parts import Parts

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's; elsewhere every look is a walk"),
]


@pytest.fixture
def rooms(home):
    """Return a room whose listing is kept, and one that always walks."""
    Store.init()
    kept, plain = (Parts(load().store, settings=load(), instance="test") for _ in range(2))
    for_a_resident(kept)
    return kept, plain


def test_an_unchanged_store_is_not_walked_again(rooms):
    """The very same listing comes back."""
    kept, _ = rooms

    assert kept.tree.listing() is kept.tree.listing()


WAYS = {
    "written": lambda f: f.write_text("new"),
    "appended": lambda f: f.open("a").write("x"),
    "replaced": lambda f: (f.with_name("t").write_text("other"), f.with_name("t").replace(f)),
    "removed": lambda f: f.unlink(),
    "moved": lambda f: f.rename(f.with_name("b.md")),
    "folder moved": lambda f: f.parent.rename(f.parent.with_name("fact")),
    "folder removed": lambda f: shutil.rmtree(f.parent),
    "touched": lambda f: os.utime(f, (1, 1)),
    "linked": lambda f: os.link(f, f.with_name("c.md")),
    "deep": lambda f: ((f.parent / "2026-11").mkdir(), (f.parent / "2026-11" / "d.md").write_text("x")),
    "another process": lambda f: subprocess.run(
        ["sh", "-c", f"echo x > '{f.with_name('e.md')}'"], check=True
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_change_is_seen_at_once(rooms, way):
    """Without waiting for anything."""
    kept, plain = rooms
    file = kept.root / "global/note/a.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a")
    kept.tree.listing()
    WAYS[way](file)

    assert plain.tree.listing() == kept.tree.listing()


def test_a_thousand_writes_are_seen_at_once(rooms):
    """Write, ask, a thousand times, in old and new folders."""
    kept, plain = rooms
    rng = random.Random(7)
    kept.tree.listing()
    stale = 0
    for number in range(1000):
        file = kept.root / "global" / f"d{rng.randrange(40)}" / f"m{number % 90}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and rng.random() < 0.3:
            file.unlink()
        else:
            file.write_text(str(number))
        there = str(file.relative_to(kept.root)) in kept.tree.listing()
        stale += there != file.exists()

    assert (0, True) == (stale, plain.tree.listing() == kept.tree.listing())


def test_git_is_not_watched(rooms):
    """A commit is no change of a memory."""
    kept, _ = rooms
    first = kept.tree.listing()
    (kept.root / ".git/x").write_text("x")

    assert first is kept.tree.listing()


def test_what_can_not_be_watched_counts_as_changed(tmp_path, monkeypatch):
    """Too many folders, a root that is gone: then every look is a walk."""
    monkeypatch.setattr(inotify, "_MOST", 1)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    changes = Changes(tmp_path)
    changes.watch()

    assert (True, True) == (changes.any(), Changes(Path("/no/such")).any())


def test_nothing_is_believed_for_ever(tmp_path, monkeypatch):
    """A write through a memory map raises no event."""
    changes = Changes(tmp_path)
    changes.watch()
    before = changes.any()
    monkeypatch.setattr(inotify, "OLDEST", -1.0)

    assert (False, True) == (before, changes.any())
    changes.close()


def test_a_hook_looks_once(rooms):
    """A room of one call has one listing."""
    _, plain = rooms
    for_one_call(plain)
    first = plain.tree.listing()
    (plain.root / "note.md").write_text("x")

    assert first is plain.tree.listing()

"""The watcher's hints: every way an editor saves is seen, and git's own work is not."""

from __future__ import annotations

import threading

import pytest

from memsync.edges.watcher import Watcher

pytestmark = pytest.mark.system


@pytest.fixture
def watched(tmp_path):
    root = tmp_path / "store"
    (root / "global/fact").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "global/fact/x.md").write_text("one\n")
    watcher = Watcher(root)
    watcher.start()
    yield root, watcher
    watcher.stop()


def hints(watcher, wanted: str = "") -> set[str]:
    """Return what the watcher told within a moment; where something is wanted, as soon as it is there, and patiently."""
    seen: set[str] = set()
    for _ in range(600 if wanted else 60):
        watcher.woken.wait(0.05)
        seen |= watcher.take()
        if wanted and wanted in seen:
            break
    return seen


def test_a_plain_save_is_seen(watched):
    """Writing a file in place is a hint."""
    root, watcher = watched
    (root / "global/fact/x.md").write_text("two\n")

    assert "global/fact/x.md" in hints(watcher, "global/fact/x.md")


def test_an_atomic_save_is_seen(watched):
    """A file moved over another one from a name nobody syncs is a hint."""
    root, watcher = watched
    (root / "global/fact/.x.tmp").write_text("two\n")
    (root / "global/fact/.x.tmp").replace(root / "global/fact/x.md")

    assert "global/fact/x.md" in hints(watcher, "global/fact/x.md")


def test_a_deletion_is_seen(watched):
    """Removing a file is a hint."""
    root, watcher = watched
    (root / "global/fact/x.md").unlink()

    assert "global/fact/x.md" in hints(watcher, "global/fact/x.md")


def test_a_new_folder_at_the_top_is_watched(watched):
    """A scope's folder made later is watched from the next look on."""
    root, watcher = watched
    (root / "projects/app").mkdir(parents=True)
    hints(watcher, "projects")
    watcher.refresh()
    (root / "projects/app/y.md").write_text("y\n")

    assert "projects/app/y.md" in hints(watcher, "projects/app/y.md")


def test_reading_is_no_change(watched):
    """Reading a memory is no hint; else every recall would start a cycle."""
    root, watcher = watched
    (root / "global/fact/x.md").read_text()

    assert set() == hints(watcher)


def test_git_is_not_watched(watched):
    """What happens in `.git` is no hint."""
    root, watcher = watched
    (root / ".git/index").write_text("x")
    (root / ".git/objects").mkdir()
    (root / ".git/objects/y.md").write_text("x")

    assert set() == hints(watcher)


def test_stopping_leaves_no_thread(watched):
    """After `stop` no thread of the watcher runs."""
    _, watcher = watched
    watcher.stop()

    assert [] == [
        t.name for t in threading.enumerate() if "inotify" in t.name.lower() or "observer" in t.name.lower()
    ]
    watcher.start()

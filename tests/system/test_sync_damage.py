"""Damage: to git's objects and refs, to the notes of sync, to the disk. It mends itself, or says what is in the way."""

from __future__ import annotations

import os
import pathlib

import pytest

from memsync.core.report import SyncState
from memsync.store import syncing
from synckit import machines, quiet

pytestmark = pytest.mark.system


@pytest.fixture
def pair(tmp_path):
    made, _ = machines(tmp_path, 2)
    for n in range(6):
        made[0].write(f"global/fact/{n}.md", f"memory {n}\n")
    quiet(made)
    return made


def loose(machine, what: str):
    """Return the file of a loose object, named as git names revisions."""
    oid = machine.git("rev-parse", what).strip()
    return machine.root / f".git/objects/{oid[:2]}/{oid[2:]}"


def truncate(file) -> None:
    file.chmod(0o644)
    file.write_bytes(b"")


def whole(pair) -> bool:
    """Whether both machines have the same files and git finds nothing wrong."""
    a, b = pair
    return a.files() == b.files() and "" == a.parts.repo.check() == b.parts.repo.check()


@pytest.mark.parametrize("what", ["main^{tree}", "main", "main:global"])
def test_an_emptied_object_is_fetched_anew(pair, what):
    """A tree or a commit that a power loss left empty comes back from the remote."""
    a, _ = pair
    truncate(loose(a, what))
    a.write("global/fact/3.md", "memory 3, edited\n")

    quiet(pair)

    assert whole(pair)
    assert "memory 3, edited\n" == pair[1].read("global/fact/3.md")


def test_an_old_version_that_git_lost_is_fetched_by_doctor(pair):
    """A blob that no cycle needs is missed by git's check only; mending brings it back."""
    a, _ = pair
    truncate(loose(a, "main:global/fact/3.md"))
    a.write("global/fact/3.md", "memory 3, edited\n")
    a.sync()

    assert "" == syncing.mend(a.parts)


def test_a_blob_that_was_never_sent_comes_back_from_the_folder(pair):
    """What only this machine has, and git lost, is written again from the file."""
    a, b = pair
    a.git("remote", "set-url", "origin", "ssh://127.0.0.1:1/nowhere.git")
    a.write("global/fact/new.md", "only here\n")
    a.sync()
    truncate(loose(a, "main:global/fact/new.md"))
    a.git("remote", "set-url", "origin", b.git("remote", "get-url", "origin").strip())
    a.write("global/fact/2.md", "memory 2, edited\n")

    quiet(pair, 4)

    assert "only here\n" == b.read("global/fact/new.md")
    assert whole(pair)


@pytest.mark.parametrize("name", ["refs/heads/main", "refs/memsync/remote"])
def test_an_emptied_ref_comes_back_from_its_log(pair, name):
    """A ref that holds nothing is set to where git's log says it stood."""
    a, _ = pair
    a.write("global/fact/new.md", "new\n")
    a.sync()
    before = a.git("rev-parse", name)
    (a.root / ".git" / name).write_text("")

    quiet(pair)

    assert before == a.git("rev-parse", name)
    assert whole(pair)


def test_a_lost_head_is_written_anew(pair):
    """Without HEAD git does not know the folder; memsync writes the one it works on."""
    a, _ = pair
    (a.root / ".git/HEAD").unlink()

    assert SyncState.SYNCED == a.sync().state


def test_a_lock_that_a_killed_memsync_left_goes(pair):
    """The index's lock is removed where it is memsync's own."""
    a, _ = pair
    mark = a.root / ".git/memsync/index.ours"
    mark.touch()
    os.link(mark, a.root / ".git/index.lock")
    a.write("global/fact/new.md", "new\n")

    a.sync()

    assert not (a.root / ".git/index.lock").exists()
    assert "" == a.git("status", "--porcelain")


def test_a_lock_of_another_program_stays(pair):
    """Somebody else's lock of the index is waited for: memories are committed, the index follows when it is free."""
    a, _ = pair
    (a.root / ".git/index.lock").write_text("")
    a.write("global/fact/new.md", "new\n")

    report = a.sync()
    locked = (a.root / ".git/index.lock").exists()
    (a.root / ".git/index.lock").unlink()
    a.sync()

    assert (SyncState.SYNCED, 1, True) == (report.state, report.captured, locked)
    assert "" == a.git("status", "--porcelain")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_blocks_and_recovers(pair):
    """Where a file can't be put in place, the lane says which, and the next cycle after it is mended goes on."""
    a, b = pair
    b.write("global/fact/3.md", "memory 3, edited\n")
    b.sync()
    (a.root / "global/fact").chmod(0o500)

    blocked = a.sync()
    (a.root / "global/fact").chmod(0o700)
    a.sync()

    assert SyncState.BLOCKED == blocked.state
    assert whole(pair)


def test_a_folder_in_the_way_of_a_file_is_told(pair):
    """A folder where a memory should go does not stop the others, and is named."""
    a, b = pair
    b.write("global/fact/9.md", "nine\n")
    b.write("global/fact/8.md", "eight\n")
    b.sync()
    (a.root / "global/fact/9.md").mkdir()
    (a.root / "global/fact/9.md/mine.txt").write_text("mine")

    report = a.sync()

    assert "global/fact/9.md" in report.detail
    assert "eight\n" == a.read("global/fact/8.md")


def test_an_edit_during_materialise_is_merged(pair):
    """Bytes that a write of sync's took out of the folder unseen are merged in by the same cycle."""
    a, b = pair
    b.write("global/fact/3.md", "memory 3\n\nfrom b\n")
    b.sync()
    parts = a.parts
    tree = parts.tree
    real = tree.swap

    def quick_editor(path, new):
        a.write(path, "from the editor\n\nmemory 3\n")
        tree.swap = real
        return real(path, new)

    tree.swap = quick_editor
    syncing.sync(parts, wait=5)
    quiet(pair)

    assert "from the editor\n\nmemory 3\n\nfrom b\n" == a.read("global/fact/3.md")
    assert whole(pair)


def test_no_handles_stay_open(pair):
    """A hundred cycles of one program leave no file or process open."""
    a, _ = pair
    parts = a.parts
    syncing.sync(parts, wait=5)
    before = len(list(pathlib.Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        syncing.sync(parts, wait=5)
    after = len(list(pathlib.Path("/proc/self/fd").iterdir()))

    assert after <= before  # what ran before this test may close its own meanwhile

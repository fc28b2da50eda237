"""Disks that are full, read-only or broken, below the folder, below git and below sync's own notes: rows 15 to 22 of docs/faults.md."""

from __future__ import annotations

import re
import resource
import shutil
import signal

import pytest

from faultkit import apart, fill, mount, needs_strace, small_disk, with_mounts
from memsync.core.answer import Query
from memsync.core.memory import Draft
from memsync.core.report import SyncState
from memsync.errors import CannotWrite, MemsyncError, NoSpace
from memsync.store import Store, syncing
from synckit import git, machines, quiet

pytestmark = pytest.mark.system
EDITED = "memory 3, edited\n"


@pytest.fixture
def pair(tmp_path):
    """Two machines with six memories each, in step; the first has an edit of its own, the other has sent one."""
    made, _ = machines(tmp_path, 2)
    for n in range(6):
        made[0].write(f"global/fact/{n}.md", f"memory {n}\n")
    quiet(made)
    made[1].write("global/fact/5.md", "memory 5, edited there\n")
    made[1].sync()
    made[0].write("global/fact/3.md", EDITED)
    return made


def tried(machine):
    """Sync once; return the state it came to, or the error's name."""
    try:
        return machine.sync().state
    except MemsyncError as error:
        return type(error).__name__


def settled(pair) -> bool:
    """Whether both machines come to the same files, with both edits, and git finds nothing wrong."""
    a, b = pair
    quiet(pair)
    both = a.read("global/fact/3.md") == EDITED and "edited there" in a.read("global/fact/5.md")
    return both and a.files() == b.files() and "" == a.parts.repo.check() == b.parts.repo.check()


def litter(machine) -> list[str]:
    """Return what half-written files git or memsync left."""
    return [p.name for p in (machine.root / ".git").rglob("*tmp_*")]


def test_a_full_disk_below_the_notes_of_sync(pair):
    """Where the state directory is full, a sync says so and touches no file; with space again it goes on by itself."""
    a, _ = pair

    def work():
        small_disk(a.base / "state", "size=2m")
        before = a.files()
        filler = fill(a.base / "state")
        full = tried(a)
        untouched = before == a.files()
        filler.unlink()
        return full, untouched, tried(a), settled(pair)

    full, *rest = with_mounts(work)
    assert full in (SyncState.BLOCKED, "NoSpace")
    assert [True, SyncState.SYNCED, True] == rest


def test_a_full_disk_below_the_store(pair):
    """Where the store's disk is full, memories stay whole, the state is blocked, no half-written file stays; then it goes on."""
    a, _ = pair

    def work():
        small_disk(a.root, "size=40m")
        before = a.files()
        filler = fill(a.root)
        full = a.sync()
        untouched = before == {p: t for p, t in a.files().items() if p != ".filler"}
        left = litter(a)
        filler.unlink()
        return full.state, untouched, left, tried(a), settled(pair)

    assert (SyncState.BLOCKED, True, [], SyncState.SYNCED, True) == with_mounts(work)


def test_little_space_holds_back_what_arrives(pair):
    """With less than 32 MiB free what others wrote waits, and what is here is sent all the same."""
    a, b = pair

    def work():
        small_disk(a.root, "size=30m")
        report = a.sync()
        return report.state, a.read("global/fact/5.md")

    assert (SyncState.BLOCKED, "memory 5\n") == with_mounts(work)
    b.sync()
    assert EDITED == b.read("global/fact/3.md")


def test_a_disk_without_inodes(pair):
    """Out of inodes is out of space: nothing is half-written, and it goes on when there are some."""
    a, _ = pair

    def work():
        small_disk(a.root, "size=80m,nr_inodes=2000")
        extra, n = a.root / ".extra", 0
        extra.mkdir()
        try:
            while True:
                (extra / str(n)).touch()
                n += 1
        except OSError:
            pass
        state = tried(a)
        shutil.rmtree(extra)
        return state, tried(a), settled(pair)

    assert (SyncState.BLOCKED, SyncState.SYNCED, True) == with_mounts(work)


@pytest.mark.parametrize(
    "error", ["EIO", *(pytest.param(e, marks=pytest.mark.slow) for e in ("ENOSPC", "EDQUOT"))]
)
@pytest.mark.parametrize("call", ["renameat2", "fsync", "write", "linkat,link"])
def test_a_call_that_fails(pair, call, error):
    """Where a disk's call fails, here and in git, the cycle ends with a state or a named error; the next one is whole."""
    needs_strace()
    a, _ = pair

    def cycle():
        try:
            return str(a.sync().state)
        except MemsyncError as met:
            return type(met).__name__

    calls = call if error == "EIO" or call != "fsync" else "fdatasync,fsync"
    for when in (1, 3, 6):
        rule = (f"trace={calls}", f"inject={calls}:error={error}:when={when}+2")
        ended = apart(
            cycle, strace=("-e", rule[0], "-e", rule[1], "-P", str(a.root), "-P", str(a.base / "state"))
        )
        assert ended is not None

    assert settled(pair)


def test_notes_that_cannot_be_written(pair):
    """With a read-only state directory sync and remember say so, recall goes on, and nothing is lost."""
    a, _ = pair

    def work():
        mount("--bind", str(a.base / "state"), str(a.base / "state"))
        mount("-o", "remount,bind,ro", str(a.base / "state"))
        store = Store.open(a.root, settings=a.settings)
        ended = tried(a)
        found = store.recall(Query(text="memory", all_projects=True)).hits
        try:
            store.remember(Draft(body="new\n", title="new"))
        except MemsyncError as met:
            return ended, bool(found), type(met).__name__
        return ended, bool(found), "stored"

    ended, found, remembered = with_mounts(work)
    assert ended in (SyncState.BLOCKED, "CannotWrite")
    assert (True, "CannotWrite") == (found, remembered)
    assert settled(pair)


def test_a_store_that_cannot_be_written(pair):
    """With the whole store read-only, nothing is lost and sync says what is in the way; writable again it goes on."""
    a, _ = pair

    def work():
        mount("--bind", str(a.root), str(a.root))
        mount("-o", "remount,bind,ro", str(a.root))
        return tried(a)

    assert with_mounts(work) in (SyncState.BLOCKED, "CannotWrite")
    assert settled(pair)


def test_memories_that_cannot_be_written(pair):
    """With the memories read-only and git writable, what is here is sent; what arrives waits, and the lane says so."""
    a, b = pair

    def work():
        mount("--bind", str(a.root / "global"), str(a.root / "global"))
        mount("-o", "remount,bind,ro", str(a.root / "global"))
        return a.sync().state, a.read("global/fact/5.md")

    assert (SyncState.BLOCKED, "memory 5\n") == with_mounts(work)
    b.sync()
    assert EDITED == b.read("global/fact/3.md")
    assert settled(pair)


def test_too_many_open_files(pair):
    """Without a free file descriptor a cycle fails by name, and loses nothing."""
    a, _ = pair

    def work():
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        ended = set()
        parts = a.parts
        for limit in range(12, 40, 3):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
            try:
                ended.add(str(syncing.sync(parts, wait=1).state))
            except (MemsyncError, OSError) as met:
                ended.add(type(met).__name__)
        return sorted(ended)

    assert apart(work)
    assert settled(pair)


def test_a_limit_on_the_size_of_files(pair):
    """Where no file may grow (RLIMIT_FSIZE), a memory is not stored, and the one that was there stays whole."""
    a, _ = pair
    body = "x" * 100_000

    def work():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        parts = a.parts
        _ = parts.tree.listing()
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            parts.tree.replace("global/fact/2.md", body.encode(), expected=b"memory 2\n")
        except (NoSpace, CannotWrite) as met:
            return type(met).__name__
        return "stored"

    assert apart(work) in ("NoSpace", "CannotWrite")
    assert "memory 2\n" == a.read("global/fact/2.md")
    assert settled(pair)


def test_acknowledged_means_on_the_disk(tmp_path):
    """Before `remember` returns, the new file was flushed before it got its name, and the folder's entry after."""
    needs_strace()
    made, _ = machines(tmp_path, 1)
    a = made[0]
    log = tmp_path / "strace.txt"

    def work():
        return (
            Store.open(a.root, settings=a.settings).remember(Draft(body="kept\n", title="kept")).memory.path
        )

    path = apart(
        work, strace=("-y", "-e", "trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2"), log=log
    )

    lines = log.read_text(errors="replace").splitlines()
    named = next(
        n
        for n, line in enumerate(lines)
        if re.search(r"link|rename", line) and path.rpartition("/")[2] in line
    )
    folder = str((a.root / path).parent)
    assert any("sync(" in line for line in lines[:named])
    assert any("sync(" in line and f"<{folder}>" in line for line in lines[named:])


def test_a_commit_is_flushed_before_it_is_main(pair):
    """Every object and the ref of a capture are flushed by git before the ref names it: a power loss leaves no empty object."""
    needs_strace()
    a, _ = pair
    log = a.base / "strace.txt"

    apart(
        lambda: bool(a.sync(network=False)),
        strace=("-y", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat"),
        log=log,
    )

    lines = log.read_text(errors="replace").splitlines()
    moved = next(n for n, line in enumerate(lines) if "refs/heads/main.lock" in line and "rename" in line)
    flushed = [line for line in lines[:moved] if "sync(" in line]
    assert any("refs/heads/main.lock" in line for line in flushed)
    assert any("/.git/objects/" in line for line in flushed)
    assert "" == git(a.root, "fsck", "--strict", "--no-dangling", "--no-progress")

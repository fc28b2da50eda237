"""What looks like an accident stops until a person says yes; what a remote refuses is told, and not asked again."""

from __future__ import annotations

import os
import signal

import pytest

from memsync.core.report import SyncState
from memsync.core.store_file import new_marker
from memsync.store import syncing
from synckit import bare, git, machine, machines, quiet

pytestmark = pytest.mark.system


@pytest.fixture
def pair(tmp_path):
    """Two machines with ten memories each."""
    made, _ = machines(tmp_path, 2)
    for n in range(10):
        made[0].write(f"global/fact/{n}.md", f"memory {n}\n")
    quiet(made)
    return made


def lane(report, name):
    return next(lane for lane in report.lanes if lane.name == name)


def test_emptying_the_folder_halts(pair):
    """`rm -rf` of all memories deletes nothing: not here in git, not there."""
    a, b = pair
    for n in range(10):
        (a.root / f"global/fact/{n}.md").unlink()

    report = a.sync()
    b.sync()

    assert (SyncState.HALTED, 10) == (report.state, len([p for p in b.files() if "fact" in p]))
    assert 10 == len(a.git("ls-tree", "-r", "--name-only", "main", "global/fact").splitlines())


def test_the_halt_stays_over_restarts_and_further_edits(pair):
    """A halt is not worn out by time, by another program, or by more files coming in."""
    a, _ = pair
    for n in range(5):
        (a.root / f"global/fact/{n}.md").unlink()
    a.sync()
    for n in range(100, 140):
        a.write(f"global/fact/{n}.md", f"memory {n}\n")

    report = a.sync()

    assert (SyncState.HALTED, 40) == (report.state, report.captured)
    assert 50 == len(a.git("ls-tree", "-r", "--name-only", "main", "global/fact").splitlines())


def test_ack_lets_the_deletion_through(pair):
    """After `memsync ack` the deletion is captured and travels."""
    a, b = pair
    for n in range(8):
        (a.root / f"global/fact/{n}.md").unlink()
    a.sync()

    guards = syncing.ack(a.parts)
    a.sync()
    halted = b.sync()
    syncing.ack(b.parts)
    b.sync()

    assert ("local-mass-delete",) == guards
    assert SyncState.HALTED == halted.state
    assert 2 == len([p for p in b.files() if "fact" in p])


def test_putting_the_files_back_ends_the_halt(pair):
    """Where the folder is put back, there is nothing left to halt for."""
    a, _ = pair
    kept = {n: a.read(f"global/fact/{n}.md") for n in range(10)}
    for n in kept:
        (a.root / f"global/fact/{n}.md").unlink()
    a.sync()
    for n, text in kept.items():
        a.write(f"global/fact/{n}.md", text)

    assert SyncState.SYNCED == a.sync().state


def test_four_of_many_are_deleted_without_asking(pair):
    """A few deletions are no accident."""
    a, b = pair
    for n in range(4):
        (a.root / f"global/fact/{n}.md").unlink()

    quiet(pair)

    assert 6 == len([p for p in b.files() if "fact" in p])
    assert a.files() == b.files()


def test_moving_a_folder_is_no_deletion(pair):
    """Files that stand elsewhere now were moved: no guard, and no twin on the other machine."""
    a, b = pair
    (a.root / "global/fact").rename(a.root / "global/note")

    report = a.sync()
    b.sync()

    assert SyncState.SYNCED == report.state
    assert 10 == len([p for p in b.files() if "note" in p])


def test_a_missing_marker_blocks(pair):
    """A folder that has lost its `.memsync/store.json` (a disk that is not mounted) is not captured as deleted."""
    a, _ = pair
    parts = a.parts
    _ = parts.marker
    (a.root / ".memsync/store.json").unlink()
    before = a.git("rev-parse", "main")

    report = syncing.sync(parts, wait=5)

    assert (SyncState.BLOCKED, before) == (report.state, a.git("rev-parse", "main"))


def test_a_foreign_remote_gets_nothing(tmp_path):
    """A remote with a code repository in it is left alone."""
    remote = bare(tmp_path / "code.git")
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(remote), str(work))
    (work / "main.py").write_text("print()\n")
    git(work, "checkout", "-q", "-b", "main")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "code")
    git(work, "push", "-q", "origin", "main")
    before = git(remote, "rev-parse", "main")
    a = machine(tmp_path / "a", remote)
    a.write("global/fact/x.md", "one\n")

    report = a.sync()

    assert (SyncState.HALTED, before) == (report.state, git(remote, "rev-parse", "main"))
    assert not (a.root / "main.py").exists()


def test_another_store_behind_a_new_address_halts(pair, tmp_path):
    """When the address is changed to another store's remote, nothing is deleted, nothing sent."""
    a, _ = pair
    other = bare(tmp_path / "other.git")
    stranger = machine(tmp_path / "stranger", other, marker=new_marker(os.urandom(32)))
    stranger.write("global/fact/theirs.md", "theirs\n")
    stranger.sync()
    a.git("remote", "set-url", "origin", str(other))
    before = git(other, "rev-parse", "main")

    report = a.sync()

    assert (SyncState.HALTED, before) == (report.state, git(other, "rev-parse", "main"))
    assert 10 == len([p for p in a.files() if "fact" in p])


def test_a_new_empty_address_gets_everything(pair, tmp_path):
    """When the store moves to a new, empty remote, everything is sent there."""
    a, _ = pair
    new = bare(tmp_path / "new.git")
    a.git("remote", "set-url", "origin", str(new))

    report = a.sync()

    assert SyncState.SYNCED == report.state
    assert a.git("rev-parse", "main") == git(new, "rev-parse", "main")


def test_a_remote_made_anew_and_empty_waits_for_a_person(pair, tmp_path):
    """A remote that is suddenly empty is filled again only after `memsync ack`."""
    a, _ = pair
    remote = tmp_path / "remote.git"
    git(remote, "update-ref", "-d", "refs/heads/main")

    halted = a.sync()
    syncing.ack(a.parts)
    sent = a.sync()

    assert (SyncState.HALTED, SyncState.SYNCED) == (halted.state, sent.state)
    assert a.git("rev-parse", "main") == git(remote, "rev-parse", "main")


def test_a_mass_deletion_on_the_remote_halts(pair, tmp_path):
    """When somebody pushes an emptied tree, the files here stay, and what was fetched is kept under a rescue ref."""
    a, _b = pair
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(tmp_path / "remote.git"), str(work))
    git(work, "rm", "-q", "-r", "global")
    git(work, "commit", "-q", "-m", "gone")
    git(work, "push", "-q", "origin", "main")

    report = a.sync()

    assert (SyncState.HALTED, 10) == (report.state, len([p for p in a.files() if "fact" in p]))
    assert "refs/memsync/rescue/" in a.git("for-each-ref", "--format=%(refname)", "refs/memsync/rescue")


def test_a_rewritten_remote_is_followed_and_unsent_edits_survive(pair, tmp_path):
    """After a forced push that took a memory out of history, no machine sends it again, and offline edits stay."""
    a, b = pair
    a.write("global/fact/oops.md", "to be taken out of history\n")
    quiet(pair)
    b.write("global/fact/3.md", "memory 3\n\nedited offline\n")
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(tmp_path / "remote.git"), str(work))
    git(work, "rm", "-q", "--cached", "global/fact/oops.md")
    tree = git(work, "write-tree").strip()
    lone = git(work, "commit-tree", tree, "-m", "rewritten").strip()
    git(work, "push", "-q", "--force", "origin", f"{lone}:refs/heads/main")

    quiet(pair)

    history = git(tmp_path / "remote.git", "log", "--format=%H", "main", "--", "global/fact/oops.md")
    assert "" == history
    assert "memory 3\n\nedited offline\n" == a.read("global/fact/3.md")
    assert a.files() == b.files()
    assert "global/fact/oops.md" not in a.files()


def test_a_remote_that_went_back_halts_where_it_would_delete(pair, tmp_path):
    """A remote that was rolled back to an earlier state does not take memories away here."""
    a, _ = pair
    remote = tmp_path / "remote.git"
    first = git(remote, "rev-list", "--max-parents=0", "main").strip()
    git(remote, "update-ref", "refs/heads/main", first)

    report = a.sync()

    assert SyncState.HALTED == report.state
    assert 10 == len([p for p in a.files() if "fact" in p])


def test_a_yes_is_good_for_one_time(pair, tmp_path):
    """After a rolled-back remote was put right again, the yes that ended the halt lets no later deletion through."""
    a, _ = pair
    remote = tmp_path / "remote.git"
    right = git(remote, "rev-parse", "main").strip()
    git(remote, "update-ref", "refs/heads/main", git(remote, "rev-list", "--max-parents=0", "main").strip())
    a.sync()
    git(remote, "update-ref", "refs/heads/main", right)
    syncing.ack(a.parts)
    well = a.sync()
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(remote), str(work))
    git(work, "rm", "-q", "-r", "global")
    git(work, "commit", "-q", "-m", "gone")
    git(work, "push", "-q", "origin", "main")

    report = a.sync()

    assert (SyncState.SYNCED, SyncState.HALTED) == (well.state, report.state)
    assert 10 == len([p for p in a.files() if "fact" in p])


def emptied_by_hand(tmp_path, name, *paths):
    """Delete paths in a clone of the remote, and push that."""
    work = tmp_path / name
    git(tmp_path, "clone", "-q", str(tmp_path / "remote.git"), str(work))
    git(work, "rm", "-q", "-r", *paths)
    git(work, "commit", "-q", "-m", "gone")
    git(work, "push", "-q", "origin", "main")


def test_a_yes_to_one_deletion_is_no_yes_to_a_larger_one(pair, tmp_path):
    """What the remote deletes between the yes and the next pull is asked about anew, with all that would go."""
    a, _ = pair
    emptied_by_hand(tmp_path, "one", *(f"global/fact/{n}.md" for n in range(5)))
    a.sync()
    syncing.ack(a.parts)
    emptied_by_hand(tmp_path, "two", "global")

    report = a.sync()
    left = len([p for p in a.files() if "fact" in p])
    syncing.ack(a.parts)
    after = a.sync()

    assert (SyncState.HALTED, 10) == (report.state, left)
    assert (SyncState.SYNCED, 0) == (after.state, len([p for p in a.files() if "fact" in p]))


def test_a_yes_to_some_lost_files_is_no_yes_to_more(pair):
    """Files that vanish from the folder after the yes are asked about anew; nothing is deleted before."""
    a, _ = pair
    for n in range(5):
        (a.root / f"global/fact/{n}.md").unlink()
    a.sync()
    syncing.ack(a.parts)
    for n in range(5, 10):
        (a.root / f"global/fact/{n}.md").unlink()

    report = a.sync()

    assert SyncState.HALTED == report.state
    assert 10 == len(a.git("ls-tree", "-r", "--name-only", "main", "global/fact").splitlines())


@pytest.mark.parametrize("point", ["after_commit_obj", "after_wal", "after_ref_local"])
def test_a_yes_is_heard_though_the_cycle_was_killed(pair, point):
    """A cycle that dies before or after its commit leaves the yes to the next: nobody is asked again."""
    a, _ = pair
    for n in range(8):
        (a.root / f"global/fact/{n}.md").unlink()
    a.sync()
    syncing.ack(a.parts)

    died = a.child(MEMSYNC_CRASH=point)
    report = a.sync()

    assert (-signal.SIGKILL, SyncState.SYNCED) == (died.returncode, report.state)
    assert 2 == len(a.git("ls-tree", "-r", "--name-only", "main", "global/fact").splitlines())


def test_a_declined_push_suspends_the_push_lane_only(pair, tmp_path):
    """Where a server's hook says no, pulling goes on and pushing is not tried again until `memsync resume`."""
    a, b = pair
    hook = tmp_path / "remote.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    count = tmp_path / "count"
    hook.write_text(f"#!/bin/sh\necho x >> {count}\necho 'not you' >&2\nexit 1\n")
    hook.chmod(0o755)
    a.write("global/fact/x.md", "from a\n")

    first, second = a.sync(), a.sync()
    hook.unlink()
    b.write("global/fact/y.md", "from b\n")
    b.sync()
    third = a.sync()
    syncing.resume(a.parts)
    fourth = a.sync()

    assert [SyncState.SUSPENDED] * 3 == [r.state for r in (first, second, third)]
    assert "not you" in lane(first, "push").reason
    assert 1 == len(count.read_text().splitlines())
    assert "from b\n" == a.read("global/fact/y.md")
    assert (SyncState.SYNCED, "ok") == (fourth.state, lane(fourth, "push").state)


def test_a_remote_that_is_gone_suspends(pair, tmp_path):
    """A remote that is not found is not asked again and again; a changed address ends it."""
    a, _ = pair
    (tmp_path / "remote.git").rename(tmp_path / "moved.git")

    gone = a.sync()
    a.git("remote", "set-url", "origin", str(tmp_path / "moved.git"))

    assert (SyncState.SUSPENDED, SyncState.SYNCED) == (gone.state, a.sync().state)


def test_a_refused_address_is_told(pair):
    """A remote over a protocol that memsync does not use is a suspended lane with the reason, and capture goes on."""
    a, _ = pair
    a.git("remote", "set-url", "origin", "ext::sh -c touch% /tmp/pwned")
    a.write("global/fact/x.md", "one\n")

    report = a.sync()

    assert (SyncState.SUSPENDED, 1) == (report.state, report.captured)


def test_a_secret_committed_by_hand_does_not_leave(pair, tmp_path):
    """A person's commit with a secret in it, and one that takes it out again: neither version ever reaches the remote."""
    a, b = pair
    secret = "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"
    a.write("global/fact/bad.md", f"the key is {secret}\n")
    a.git("add", ".")
    a.git("commit", "-q", "--no-verify", "-m", "oops")
    a.write("global/fact/bad.md", "the key is gone\n")
    a.git("commit", "-q", "--no-verify", "-am", "taken out")

    report = a.sync()
    b.sync()

    assert "" == git(tmp_path / "remote.git", "log", "--all", "-S", secret, "--format=%H")
    assert ("the key is gone\n", SyncState.SYNCED) == (b.read("global/fact/bad.md"), report.state)


def test_a_secret_in_a_commit_message_does_not_leave(pair, tmp_path):
    """The words of a commit made by hand are scanned as well; the files travel without them."""
    a, b = pair
    secret = "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"
    a.write("global/fact/x.md", "fine\n")
    a.git("add", ".")
    a.git("commit", "-q", "--no-verify", "-m", f"use {secret}")

    a.sync()
    b.sync()

    assert "fine\n" == b.read("global/fact/x.md")
    assert secret not in git(tmp_path / "remote.git", "log", "--all", "--format=%B")


def test_a_broken_list_of_allowances_stops_nothing(pair):
    """A `.memsync/allow.yaml` that can't be read (somebody pushed it) allows nothing, is told, and the rest travels."""
    a, b = pair
    a.write(".memsync/allow.yaml", "{{{ no yaml\n")
    a.sync()
    b.sync()
    b.write("global/fact/x.md", "from b\n")

    report = b.sync()

    assert (SyncState.SYNCED, 1) == (report.state, report.sent)
    assert "allow.yaml" in report.detail


def test_a_damaged_book_is_made_anew_and_nothing_is_lost(pair):
    """With the notes of sync overwritten, a cycle keeps what is in the folder and what is on main."""
    a, b = pair
    a.write("global/fact/3.md", "memory 3, edited\n")
    for file in (a.base / "state/stores").rglob("state.db*"):
        file.write_bytes(b"garbage" * 1000)

    a.sync()
    quiet(pair)

    texts = " ".join(a.files().values())
    assert "memory 3, edited" in texts
    assert a.files() == b.files()


def test_a_lost_book_brings_missing_files_back(pair):
    """Without a shadow a missing file is one that was not written yet."""
    a, _ = pair
    (a.root / "global/fact/3.md").unlink()
    for file in (a.base / "state/stores").rglob("state.db*"):
        file.unlink()

    a.sync()

    assert "memory 3\n" == a.read("global/fact/3.md")

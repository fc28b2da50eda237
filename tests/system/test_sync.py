"""Two machines, one remote: what is written here is there after a sync, and nothing gets lost on the way."""

from __future__ import annotations

import pytest

from memsync.core.report import SyncState
from memsync.errors import Busy
from memsync.store import syncing
from synckit import bare, git, machine, machines, quiet

pytestmark = pytest.mark.system


def a_secret() -> str:
    """Return a made-up key of a real shape, put together here so that no scanner finds it in this file."""
    return "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"


@pytest.fixture
def pair(tmp_path):
    made, _ = machines(tmp_path, 2)
    return made


def test_written_here_is_there(pair):
    """A file written on one machine stands on the other after both have synced."""
    a, b = pair
    a.write("global/fact/x.md", "hello\n")

    sent, got = a.sync(), b.sync()

    assert "hello\n" == b.read("global/fact/x.md")
    assert (1, 1, 1) == (sent.captured, sent.sent, got.received)


def test_a_second_cycle_does_nothing(pair):
    """When nothing changed, a cycle makes no commit and moves nothing."""
    a, _ = pair
    a.write("global/fact/x.md", "hello\n")
    a.sync()
    before = a.git("rev-parse", "main")

    report = a.sync()

    assert before == a.git("rev-parse", "main")
    assert (0, 0, 0, SyncState.SYNCED) == (report.captured, report.sent, report.received, report.state)


def test_edits_of_different_parts_are_merged(pair):
    """Two machines that change different paragraphs of one memory end with both changes."""
    a, b = pair
    a.write("global/fact/x.md", "one\n\ntwo\n\nthree\n")
    quiet(pair)
    a.write("global/fact/x.md", "ONE\n\ntwo\n\nthree\n")
    b.write("global/fact/x.md", "one\n\ntwo\n\nTHREE\n")

    quiet(pair)

    assert "ONE\n\ntwo\n\nTHREE\n" == a.read("global/fact/x.md")
    assert a.files() == b.files()


def test_contradicting_edits_are_both_kept(pair):
    """Two machines that change the same paragraph end with the same two files, and no conflict marker."""
    a, b = pair
    a.write("global/fact/x.md", "one\n")
    quiet(pair)
    a.write("global/fact/x.md", "from a\n")
    b.write("global/fact/x.md", "from b\n")

    quiet(pair)

    texts = {p: t for p, t in a.files().items() if p.startswith("global/")}
    assert {"from a\n", "from b\n"} == set(texts.values())
    assert a.files() == b.files()


def test_an_edit_beats_a_deletion(pair):
    """What one machine edited while another deleted it stays."""
    a, b = pair
    a.write("global/fact/x.md", "one\n")
    a.write("global/fact/y.md", "two\n")
    quiet(pair)
    (a.root / "global/fact/x.md").unlink()
    b.write("global/fact/x.md", "one, edited\n")

    quiet(pair)

    assert "one, edited\n" == a.read("global/fact/x.md")
    assert a.files() == b.files()


def test_a_deletion_travels(pair):
    """A file deleted on one machine goes on the other, and history still has it."""
    a, b = pair
    a.write("global/fact/x.md", "one\n")
    a.write("global/fact/y.md", "two\n")
    quiet(pair)
    (a.root / "global/fact/x.md").unlink()

    quiet(pair)

    assert not (b.root / "global/fact/x.md").exists()
    assert ["global/fact/x.md"] == list(syncing.deleted_paths(b.parts))


def test_git_status_is_clean_after_a_cycle(pair):
    """The owner's index follows, so git shows no change after a cycle on either machine."""
    a, b = pair
    a.write("global/fact/x.md", "one\n")
    a.write("global/fact/ÿ und z.md", "two\n")
    quiet(pair)

    assert ("", "") == (a.git("status", "--porcelain"), b.git("status", "--porcelain"))


def test_what_a_person_staged_stays_staged(pair):
    """A cycle does not touch an index entry that a person staged."""
    a, _ = pair
    a.write("global/fact/x.md", "one\n")
    a.sync()
    a.write("global/fact/x.md", "staged\n")
    a.git("add", "global/fact/x.md")
    staged = a.git("ls-files", "-s", "global/fact/x.md")
    a.write("global/fact/x.md", "in the folder\n")

    a.sync()

    assert staged == a.git("ls-files", "-s", "global/fact/x.md")


def test_a_commit_made_by_hand_is_taken_in(pair):
    """What a person commits with git travels like any other change, and no second commit is made of it."""
    a, b = pair
    a.write("global/fact/x.md", "by hand\n")
    a.git("add", ".")
    a.git("commit", "-q", "-m", "by hand")

    quiet(pair)

    assert "by hand\n" == b.read("global/fact/x.md")
    assert "by hand" == a.commits()[0]


def test_a_pull_made_by_hand_is_taken_in(pair):
    """After a person's own `git pull`, a cycle finds everything in its place and adds nothing."""
    a, b = pair
    b.write("global/fact/x.md", "from b\n")
    b.sync()
    a.git("pull", "-q", "origin", "main")
    before = a.git("rev-parse", "main")

    report = a.sync()

    assert (before, 0) == (a.git("rev-parse", "main"), report.captured)


def test_a_merge_under_way_pauses(pair):
    """While a person's merge is not finished, nothing is captured, and the state says why."""
    a, _ = pair
    (a.root / ".git/MERGE_HEAD").write_text(a.git("rev-parse", "main"))
    a.write("global/fact/x.md", "one\n")

    paused = a.sync()
    (a.root / ".git/MERGE_HEAD").unlink()
    resumed = a.sync()

    assert (SyncState.PAUSED, 0) == (paused.state, paused.captured)
    assert (SyncState.SYNCED, 1) == (resumed.state, resumed.captured)


def test_another_branch_pauses(pair):
    """With HEAD on another branch, main stays where it is."""
    a, _ = pair
    a.git("checkout", "-q", "-b", "mine")
    a.write("global/fact/x.md", "one\n")
    before = a.git("rev-parse", "main")

    report = a.sync()

    assert (SyncState.PAUSED, before) == (report.state, a.git("rev-parse", "main"))


def test_without_a_remote_everything_is_committed(tmp_path):
    """A store without a remote is captured; the state says that it has none."""
    alone = machine(tmp_path / "alone")
    alone.write("global/fact/x.md", "one\n")

    report = alone.sync()

    assert (SyncState.NO_REMOTE, 2) == (report.state, report.captured)


def test_works_without_a_user_identity(tmp_path, monkeypatch):
    """No user.name, no user.email: commits are made in the instance's name, which is no host's and no person's."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    alone = machine(tmp_path / "alone")
    alone.sync()

    author = alone.git("log", "-1", "--format=%an <%ae>").strip()

    assert author.startswith("cli-")
    assert author.endswith("@memsync.invalid>")


def test_two_machines_that_begin_at_once_become_one_store(tmp_path):
    """Two stores made apart over one empty remote: the one that comes second takes the first one's identity."""
    import os

    from memsync.core.store_file import new_marker

    remote = bare(tmp_path / "remote.git")
    a = machine(tmp_path / "a", remote, marker=new_marker(os.urandom(32)))
    b = machine(tmp_path / "b", remote, marker=new_marker(os.urandom(32)))
    a.write("global/fact/a.md", "a\n")
    b.write("global/fact/b.md", "b\n")
    b.git("commit", "-q", "--allow-empty", "-m", "so that b has a history of its own")

    quiet([a, b])

    assert a.files() == b.files()
    assert {"global/fact/a.md", "global/fact/b.md", ".memsync/store.json"} == set(a.files())


def test_offline_is_a_state(pair, tmp_path):
    """With the remote out of reach a cycle captures, says so, and sends when it is back."""
    a, _ = pair
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    a.git("remote", "set-url", "origin", "ssh://127.0.0.1:1/nowhere.git")
    a.write("global/fact/x.md", "one\n")

    report = a.sync()

    assert (SyncState.OFFLINE, 1) == (report.state, report.captured)


def test_a_secret_is_held_and_the_rest_goes(pair, tmp_path):
    """A file with a secret stays on its machine, in no git object; the files beside it travel."""
    a, b = pair
    secret = a_secret()
    a.write("global/fact/bad.md", f"the key is {secret}\n")
    a.write("global/fact/good.md", "good\n")

    report = a.sync()
    b.sync()

    assert ["global/fact/bad.md"] == [held.path for held in report.held]
    assert "good\n" == b.read("global/fact/good.md")
    assert not (b.root / "global/fact/bad.md").exists()
    assert "" == git(tmp_path / "remote.git", "log", "--all", "-S", secret, "--format=%H")


def test_a_held_file_keeps_its_last_clean_version(pair):
    """Where an edit brings a secret, the version before it stays in the tree, and a pull does not overwrite the edit."""
    a, b = pair
    a.write("global/fact/x.md", "one\n\ntwo\n")
    quiet(pair)
    a.write("global/fact/x.md", f"one\n\n{a_secret()}\n")
    b.write("global/fact/x.md", "ONE\n\ntwo\n")

    quiet(pair)

    assert a_secret() in a.read("global/fact/x.md")
    assert "ONE\n\ntwo\n" == a.git("show", "main:global/fact/x.md")


def test_sync_waits_no_longer_than_told(pair):
    """Where another cycle runs on, a sync gives up after its time and says that it is busy."""
    a, _ = pair
    lock = a.parts.lock("sync")
    lock.acquire(wait=0, name="somebody")

    with pytest.raises(Busy):
        syncing.sync(a.parts, wait=0.1)

    lock.release()


def test_forgetting_counts_for_no_guard(pair):
    """Memories taken away through memsync are deleted everywhere, however many they are."""
    a, b = pair
    for n in range(10):
        a.write(f"global/fact/{n}.md", f"{n}\n")
    quiet(pair)
    parts = a.parts
    for n in range(9):
        syncing.capture_before(parts, f"global/fact/{n}.md")
        (a.root / f"global/fact/{n}.md").unlink()
        syncing.acknowledge_deletion(parts, f"global/fact/{n}.md")

    quiet(pair)

    assert {".memsync/store.json", "global/fact/9.md"} == set(b.files())


def test_a_memory_never_captured_is_in_history_before_it_is_forgotten(pair):
    """What was written a moment ago and forgotten at once can still be brought back."""
    a, _ = pair
    a.write("global/fact/x.md", "short-lived\n")
    parts = a.parts
    syncing.capture_before(parts, "global/fact/x.md")
    (a.root / "global/fact/x.md").unlink()
    syncing.acknowledge_deletion(parts, "global/fact/x.md")
    a.sync()

    gone = syncing.deleted_paths(parts)

    assert b"short-lived\n" == syncing.content_at(parts, gone["global/fact/x.md"], "global/fact/x.md")
    assert not (a.root / "global/fact/x.md").exists()


def test_a_change_right_after_an_edit_by_hand_says_nothing_twice(pair):
    """What was written by hand and not captured yet is the base of a revision, and that of the next one: no block is doubled or lost."""
    a, _ = pair
    a.write("global/fact/x.md", "- first\n- about x\n")
    quiet(pair)
    steps = [
        "- first\n\n## by hand\n\n- about x\n",
        "## by hand\n\n- about x\n",
        "- above\n\n## by hand\n\n- about x\n",
    ]
    for text in steps:
        parts = a.parts
        syncing.capture_before(parts, "global/fact/x.md")
        a.write("global/fact/x.md", text)
        parts.book.close()

    quiet(pair)

    assert [steps[-1]] * 2 == [m.read("global/fact/x.md") for m in pair]


def test_status_counts_what_only_this_machine_has(pair):
    """Unsynced files are counted before a capture, after it, and are none once they are sent."""
    a, _ = pair
    a.git("remote", "set-url", "origin", "ssh://127.0.0.1:1/nowhere.git")
    a.write("global/fact/x.md", "one\n")
    before = syncing.status(a.parts).unsynced
    a.sync()

    status = syncing.status(a.parts)

    assert (1, 1) == (before, status.unsynced)
    assert status.since is not None

"""Sync, status and the gate through the terminal: states, exit codes, JSON."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

from clikit import Terminal
from memsync.edges.lock import Lock
from memsync.edges.settings import load
from memsync.store.parts import Parts

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
NOBODY = "http://127.0.0.1:9/memory.git"  # the discard port: nothing listens


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a new user's home."""
    monkeypatch.chdir(home)
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def remote(tmp_path):
    """Make an empty bare repository and return its path."""
    git("init", "-q", "--bare", "-b", "main", str(tmp_path / "memory.git"))
    return str(tmp_path / "memory.git")


@pytest.fixture
def store(memsync, home):
    """Make a store without a remote and return its folder."""
    memsync.done("init")
    return home / "shared-memory"


def git(*argv: str, cwd: pathlib.Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run git as a person does."""
    return subprocess.run(["git", *argv], cwd=cwd, capture_output=True, text=True, check=False)


def test_a_sync_without_a_remote_captures(memsync, store):
    """Without a remote `sync` commits, ends with 0 and says so; again it does nothing."""
    memsync.done("remember", "One")
    shape = memsync.done("sync", "--json").json

    assert ["captured", "sent", "received", "merged", "twins", "held", "state"] == [
        k for k in shape if k != "detail"
    ]
    assert ("no-remote", True) == (shape["state"], shape["captured"] >= 1)
    assert "no-remote: nothing to do\n" == memsync.done("sync").out
    assert "" == git("status", "--porcelain", cwd=store).stdout


def test_two_machines_share(memsync, remote, tmp_path):
    """What one machine remembers another recalls after a sync on each."""
    memsync.done("init", "--remote", remote)
    memsync.done("remember", "Deploys happen on Tuesdays", "--key", "deploys")
    assert "synced" == memsync.done("sync", "--json").json["state"]
    joined = memsync.done("join", remote, str(tmp_path / "b"), "--json").json
    found = memsync.done("recall", "when do deploys happen", "--store", str(tmp_path / "b"), "--json").json

    assert ["store", "remote", "planted", "joined", "memories", "notes"] == list(joined)
    assert (str(tmp_path / "b"), True) == (joined["store"], joined["joined"])
    assert "deploys" == found["hits"][0]["key"]


def test_an_edit_on_each_side_is_merged(memsync, remote, tmp_path):
    """A tag from here and a title from there are both in the memory, on both sides."""
    other = ["--store", str(tmp_path / "b")]
    memsync.done("init", "--remote", remote)
    memsync.done("remember", "Text", "--key", "k")
    memsync.done("sync")
    memsync.done("join", remote, str(tmp_path / "b"))
    memsync.done("revise", "k", "--tag", "here")
    memsync.done("revise", "k", "--title", "There", *other)
    memsync.done("sync")
    memsync.done("sync", *other)
    memsync.done("sync")
    shown = [memsync.done("show", "k", "--json", *where).json for where in ([], other)]

    assert [("There", ["here"])] * 2 == [(m["title"], m["tags"]) for m in shown]


def test_offline_is_no_error(memsync, store):
    """With a remote that can't be reached `sync` ends with 0 and its state is offline."""
    git("remote", "add", "origin", NOBODY, cwd=store)
    memsync.done("remember", "One")
    ran = memsync.done("sync", "--json")

    assert "offline" == ran.json["state"]
    assert ran.json["captured"]


def test_a_remote_that_refuses_is_exit_5(memsync, store, tmp_path):
    """A remote that is no repository suspends the sync: exit 5, and status keeps the reason."""
    (tmp_path / "no-repository").mkdir()
    git("remote", "add", "origin", str(tmp_path / "no-repository"), cwd=store)
    memsync.done("remember", "One")
    ran = memsync("sync", "--json")
    lanes = {lane["name"]: lane for lane in memsync.done("status", "--json").json["lanes"]}

    assert (5, "suspended") == (ran.code, ran.json["state"])
    assert "suspended" in {lane["state"] for lane in lanes.values()}


def test_joining_what_is_no_repository_is_exit_5(memsync, tmp_path):
    """`join` of a remote that says no for good ends with 5 and leaves no store behind."""
    (tmp_path / "no-repository").mkdir()
    ran = memsync("join", str(tmp_path / "no-repository"), "--json")

    assert (5, "remote-refused") == (ran.code, ran.json["error"]["kind"])
    assert 2 == memsync("status").code


def test_joining_out_of_reach_is_exit_75(memsync):
    """`join` can't do without the remote: out of reach is 75."""
    ran = memsync("join", NOBODY, "--json")

    assert (75, "out-of-reach") == (ran.code, ran.json["error"]["kind"])


def test_joining_what_is_no_memory_store_stops(memsync, remote, tmp_path):
    """A remote that holds something else than memories is not joined without `--adopt`, and is not written to."""
    git("init", "-q", "-b", "main", str(tmp_path / "code"))
    (tmp_path / "code" / "main.c").write_text("int main;\n")
    git("add", ".", cwd=tmp_path / "code")
    git("commit", "-q", "-m", "code", cwd=tmp_path / "code")
    git("push", "-q", remote, "main", cwd=tmp_path / "code")
    before = git("rev-parse", "main", cwd=pathlib.Path(remote)).stdout
    ran = memsync("join", remote)

    assert ran.code in (2, 4)
    assert before == git("rev-parse", "main", cwd=pathlib.Path(remote)).stdout


def test_a_mass_deletion_is_exit_4(memsync, remote, home):
    """Half the files gone at once halts the sync: exit 4; nothing is deleted on the remote."""
    memsync.done("init", "--remote", remote)
    for number in range(40):
        memsync.done("remember", f"Memory number {number}", "--key", f"m{number}")
    memsync.done("sync")
    for file in (home / "shared-memory" / "global" / "note").glob("*.md"):
        file.unlink()
    ran = memsync("sync", "--json")

    assert (4, "halted") == (ran.code, ran.json["state"])
    assert 40 == git("ls-tree", "-r", "--name-only", "main", cwd=pathlib.Path(remote)).stdout.count(
        "global/note/m"
    )


def test_a_merge_of_the_users_own_is_waited_for(memsync, store):
    """While a person's merge is under way `sync` touches nothing: 75, and its state is paused."""
    memsync.done("remember", "One")
    memsync.done("sync")
    head = git("rev-parse", "HEAD", cwd=store).stdout
    (store / ".git" / "MERGE_HEAD").write_text(head)
    memsync.done("remember", "Two")
    ran = memsync("sync", "--json")

    assert (75, "paused") == (ran.code, ran.json["state"])
    assert head == git("rev-parse", "HEAD", cwd=store).stdout


def test_a_cycle_of_another_program_is_waited_for(memsync, store):
    """Where another program syncs for longer than `--wait`, the end is 75 and who it is is said."""
    lock = Parts(store, settings=load(), instance="").lock("sync")
    assert isinstance(lock, Lock)
    lock.acquire(wait=5, name="somebody")
    try:
        ran = memsync("sync", "--wait", "0.1", "--json")
    finally:
        lock.release()

    assert (75, "busy") == (ran.code, ran.json["error"]["kind"])
    assert "somebody" in ran.err


def test_a_held_file_does_not_stop_the_others(memsync, store):
    """A secret written by hand is held and named; the other file is committed; the exit code is 0."""
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "bad.md").write_text(f"# Bad\n\ntoken {SECRET}\n")
    (store / "global" / "good.md").write_text("# Good\n")
    ran = memsync.done("sync", "--json")
    held = memsync.done("status", "--json").json["held"]
    shown = memsync.done("sync")

    assert ["global/bad.md"] == [h["path"] for h in ran.json["held"]]
    assert ["global/bad.md"] == [h["path"] for h in held]
    assert "held: global/bad.md: github-token at line 3" in shown.out
    assert "global/good.md" in git("ls-files", cwd=store).stdout
    assert "global/bad.md" not in git("ls-files", cwd=store).stdout
    assert SECRET not in shown.out + ran.out


def test_status_has_its_keys(memsync, store):
    """`status --json` names the store, its remote, what is unsynced, held and contested, the lanes, index and syncer."""
    keys = ["store", "remote", "memories", "by_category", "unsynced", "since", "held", "alarms", "notes", "problems",
            "contested", "not_taken", "lanes", "index", "syncer", "doorbell", "private"]  # fmt: skip
    memsync.done("remember", "Mine", "--scope", "private")
    shape = memsync.done("status", "--json").json

    assert keys == list(shape)
    assert keys == list(shape["private"])
    assert 1 == shape["private"]["memories"]


def test_scan_finds_and_clears(memsync, tmp_path):
    """`scan` needs no store; a secret is exit 3 with the contract's keys, nothing is exit 0."""
    (tmp_path / "bad.md").write_text(f"ä token {SECRET}\n")
    (tmp_path / "good.md").write_text("nothing here\n")
    bad = memsync("scan", str(tmp_path / "bad.md"), "--json")
    finding = bad.json["findings"][0]

    assert 3 == bad.code
    assert ["path", "rule", "level", "line", "start", "end", "fingerprint"] == list(finding)
    assert SECRET == (tmp_path / "bad.md").read_text()[finding["start"] : finding["end"]]
    assert {"findings": []} == memsync.done("scan", str(tmp_path / "good.md"), "--json").json
    assert 2 == memsync("scan", str(tmp_path / "missing")).code


def test_scan_staged_looks_at_what_is_staged(memsync, tmp_path, monkeypatch):
    """`scan --staged` judges the blobs in the index of any repository, not the files as they are now."""
    git("init", "-q", str(tmp_path / "code"))
    (tmp_path / "code" / "config.py").write_text(f"token = '{SECRET}'\n")
    git("add", ".", cwd=tmp_path / "code")
    (tmp_path / "code" / "config.py").write_text("token = None\n")
    monkeypatch.chdir(tmp_path / "code")
    ran = memsync("scan", "--staged", "--json")

    assert 3 == ran.code
    assert ["config.py"] == [f["path"] for f in ran.json["findings"]]


def test_the_stores_hook_refuses_a_commit_by_hand(memsync, store):
    """In a store made by `init`, `git commit` of a secret is refused by the hook, also with `-a`, and its value not shown."""
    memsync.done("remember", "One")
    memsync.done("sync")
    (store / "global" / "note" / "one.md").write_text(f"token {SECRET}\n")
    ran = git("commit", "-a", "-m", "by hand", cwd=store)

    assert ran.returncode != 0
    assert "github-token" in ran.stderr
    assert SECRET not in ran.stderr + ran.stdout


def test_allow_lists_by_number_and_wants_a_person(memsync, store):
    """`allow NAME` lists a memory's findings by number; without a terminal nothing can be allowed."""
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "keys.md").write_text(f"# Keys\n\ntoken {SECRET}\n")
    listed = memsync.done("allow", "keys", "--json").json["findings"]
    tried = memsync("allow", "keys", "1", "--reason", "sandbox", "--json")

    assert [(1, "github-token")] == [(f["number"], f["rule"]) for f in listed]
    assert (4, "guard-halted") == (tried.code, tried.json["error"]["kind"])
    assert 2 == memsync("allow", "keys", "1").code
    assert not (store / ".memsync" / "allow.yaml").exists()


def test_doctor_checks(memsync, store):
    """`doctor` lists its checks; a store just made has none that fails."""
    checks = memsync.done("doctor", "--json").json["checks"]

    assert checks
    assert all(["name", "state", "detail", "hint", "fixed"] == list(check) for check in checks)
    assert [] == [check for check in checks if check["state"] == "fail"]


def test_a_store_that_is_broken_is_named(memsync, store):
    """A marker that can't be read ends with 2 and is named; nothing is written over it."""
    marker = store / ".memsync" / "store.json"
    marker.write_text("{broken")
    ran = memsync("status", "--json")

    assert (2, "not-a-store") == (ran.code, ran.json["error"]["kind"])
    assert ".memsync/store.json" in ran.err
    assert "{broken" == marker.read_text()


def test_init_in_a_folder_with_files_overwrites_nothing(memsync, tmp_path):
    """`init` adopts a folder: its files stay byte for byte, and doing it twice changes nothing."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "idea.md").write_bytes(b"an idea\r\nno end")
    (tmp_path / "notes" / "current-tasks.md").write_bytes(b"mine")
    memsync.done("init", str(tmp_path / "notes"))
    again = memsync.done("init", str(tmp_path / "notes"), "--json").json

    assert (b"an idea\r\nno end", b"mine") == tuple(
        (tmp_path / "notes" / n).read_bytes() for n in ("idea.md", "current-tasks.md")
    )
    assert [] == again["planted"]


def test_a_folder_where_nothing_can_be_written_is_named(memsync, store):
    """Where a file stands in a folder's place, `remember` ends with 2 and names it."""
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "fact").write_text("in the way")
    ran = memsync("remember", "A fact", "--category", "fact", "--json")

    assert 2 == ran.code
    assert "fact" in ran.err


@pytest.fixture
def path_with(tmp_path, monkeypatch):
    """Return a function that makes PATH hold one program of this name and content alone."""

    def make(name, content):
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / name).write_text(content)
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return make


@pytest.mark.parametrize(("name", "said"), [("nothing", "git"), ("git", "2.30")])
def test_git_missing_or_too_old_is_said(memsync, store, path_with, name, said):
    """Without git, or with one older than 2.30, `sync` ends with 2 and says so; remember and recall still work."""
    real = shutil.which("git")
    path_with(
        name, f'#!/bin/sh\ncase "$*" in *version*) echo git version 2.20.1;; *) exec {real} "$@";; esac\n'
    )
    ran = subprocess.run(
        [sys.executable, "-m", "memsync", "sync", "--json"], capture_output=True, text=True, check=False
    )
    memsync.done("remember", "Without git")
    memsync.done("recall", "without git")

    assert (2, "git-unusable") == (ran.returncode, json.loads(ran.stdout)["error"]["kind"])
    assert said in ran.stderr


def test_a_sync_needs_no_user_name(memsync, store, monkeypatch):
    """Without user.name and user.email commits are made all the same."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    memsync.done("remember", "One")

    assert memsync.done("sync", "--json").json["captured"]


def test_setup_of_a_projects_file_needs_a_person(memsync, store, home, monkeypatch):
    """A project's shared file is changed by `--yes` or at a terminal only; `--dry-run` shows what would be."""
    (home / "app").mkdir()
    monkeypatch.chdir(home / "app")
    refused = memsync("setup", "claude", "--scope", "project", "--json")
    shown = memsync.done("setup", "claude", "--scope", "project", "--dry-run", "--json").json
    assert not (home / "app" / ".mcp.json").exists()
    done = memsync.done("setup", "claude", "--scope", "project", "--yes", "--json").json
    again = memsync.done("setup", "claude", "--scope", "project", "--yes", "--json").json

    assert (4, "guard-halted") == (refused.code, refused.json["error"]["kind"])
    assert (True, True, False) == (shown["changed"], done["changed"], again["changed"])
    assert (home / "app" / ".mcp.json").exists()


def test_a_halt_is_acknowledged_by_a_person(memsync, store):
    """`ack` without a terminal wants `--yes`; then the next sync goes on. With nothing halted it is exit 1."""
    for number in range(8):
        memsync.done("remember", f"Memory number {number}", "--key", f"m{number}")
    memsync.done("sync")
    for file in (store / "global" / "note").glob("m*.md"):
        file.unlink()
    assert 4 == memsync("sync").code
    refused = memsync("ack", "--json")
    done = memsync.done("ack", "--yes", "--json").json
    after = memsync.done("sync", "--json").json

    assert (4, "guard-halted") == (refused.code, refused.json["error"]["kind"])
    assert ["local-mass-delete"] == done["acknowledged"]
    assert 8 <= after["captured"]
    assert 1 == memsync("ack", "--yes").code


def test_a_suspension_is_resumed(memsync, store, tmp_path):
    """`resume` names the lanes that waited; with none it is exit 1."""
    assert 1 == memsync("resume").code
    (tmp_path / "no-repository").mkdir()
    git("remote", "add", "origin", str(tmp_path / "no-repository"), cwd=store)
    assert 5 == memsync("sync").code

    assert memsync.done("resume", "--json").json["resumed"]


def test_the_last_change_is_taken_back(memsync, store):
    """`undo` takes back a revision, then the memory itself; with nothing left it says so."""
    memsync.done("remember", "First", "--key", "k")
    memsync.done("sync")
    memsync.done("revise", "k", "Second")
    undone = memsync.done("undo", "--json").json
    shown = memsync.done("show", "k", "--json").json
    memsync.done("undo")

    assert ["verb", "when", "paths"] == list(undone)
    assert ("First\n", ["global/note/k.md"]) == (shown["body"], undone["paths"])
    assert not (store / "global/note/k.md").exists()
    assert 2 == memsync("undo").code


def test_a_contradiction_is_kept_until_it_is_resolved(memsync, remote, tmp_path):
    """Two texts for one sentence: both are kept, status and show name the twin, `resolve` ends it on every clone."""
    other = ["--store", str(tmp_path / "b")]
    memsync.done("init", "--remote", remote)
    memsync.done("remember", "The release is on Friday.", "--key", "release")
    memsync.done("sync")
    memsync.done("join", remote, str(tmp_path / "b"))
    memsync.done("revise", "release", "The release is on Monday.")
    memsync.done("revise", "release", "The release is on Thursday.", *other)
    memsync.done("sync")
    twins = memsync.done("sync", *other, "--json").json["twins"]
    contested = memsync.done("status", *other, "--json").json["contested"]
    shown = memsync.done("show", "release", *other, "--json").json
    found = memsync.done("recall", "release", *other, "--json").json["hits"]
    memsync.done("resolve", "release", *other)
    memsync.done("sync", *other)
    memsync.done("sync")

    assert 1 == len(twins)
    assert twins == contested == shown["contested_by"]
    assert any(hit.get("notes") for hit in found)
    assert [] == memsync.done("status", "--json").json["contested"]
    assert shown["body"] == memsync.done("show", "release", "--json").json["body"]
    assert 2 == memsync("resolve", "release").code


def test_watch_syncs_what_is_written_and_stops_when_told(memsync, store, home):
    """`watch` commits a file that an editor writes, prints a JSON line for it, and ends with 0 at SIGTERM; a second one is busy."""
    settings = os.environ | {"MEMSYNC_QUIET": "0.1", "MEMSYNC_CEILING": "0.5", "MEMSYNC_RESCAN": "1"}
    words = [sys.executable, "-m", "memsync", "watch", "--json"]
    with subprocess.Popen(
        words, cwd=home, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as watch:
        assert watch.stderr is not None
        assert watch.stdout is not None
        assert "Watching" in watch.stderr.readline()
        (store / "global").mkdir(exist_ok=True)
        (store / "global" / "seen.md").write_text("# Seen\n")
        for _ in range(40):
            report = json.loads(watch.stdout.readline())
            if "global/seen.md" in git("ls-files", cwd=store).stdout:
                break
        busy = memsync("watch", "--json")
        status = memsync.done("status", "--json").json
        watch.send_signal(signal.SIGTERM)
        watch.stdout.read()

        assert 0 == watch.wait(30)
    assert "global/seen.md" in git("ls-files", cwd=store).stdout
    assert "no-remote" == report["state"]
    assert 75 == busy.code
    assert signal.SIG_DFL is signal.getsignal(signal.SIGTERM)
    assert status["syncer"]


def test_a_remember_leaves_a_short_cycle_behind(memsync, store, monkeypatch):
    """Where no syncer runs, what was remembered is committed a moment later by a cycle of its own, if settings let it."""
    monkeypatch.setenv("MEMSYNC_BACKGROUND", "1")
    monkeypatch.setenv("MEMSYNC_QUIET", "0.1")
    memsync.done("remember", "By itself", "--key", "alone")
    end = time.monotonic() + 60
    while "global/note/alone.md" not in git("ls-files", cwd=store).stdout:
        assert time.monotonic() < end, "no cycle came"
        time.sleep(0.1)

    assert "alone" in [m["key"] for m in memsync.done("list", "--json").json["memories"]]

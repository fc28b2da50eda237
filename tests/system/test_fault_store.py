"""What happens to the store itself while it is synced: clocks, swapped folders, torn files, stolen locks, broken packs, evil settings."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from faultkit import apart, needs_strace
from gitkit import Entry, push_tree
from gitkit import git as raw_git
from memsync.core.gate import Finding, Level, Verdict
from memsync.core.report import SyncState
from memsync.core.store_file import new_marker, render_marker
from memsync.errors import Busy, MemsyncError
from memsync.flows.sync import sync as cycle
from memsync.store import clock, syncing
from synckit import bare, git, machine, machine_at, machines, quiet

pytestmark = pytest.mark.system
SECRET = "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"


@pytest.fixture
def pair(tmp_path):
    """Two machines with ten memories each, in step."""
    made, _ = machines(tmp_path, 2)
    for n in range(10):
        made[0].write(f"global/fact/{n}.md", f"memory {n}\n")
    quiet(made)
    return made


def with_bench(one, **changes):
    """Run a cycle whose bench is changed in this or that."""
    parts = one.parts
    try:
        return cycle(replace(syncing.bench(parts), **changes))
    finally:
        parts.book.close()


def later(**span):
    return lambda: clock.now() + timedelta(**span)


# ---- the folder ----


def test_a_folder_that_is_gone(pair):
    """A folder that was moved away (a disk that is not mounted) is an error by name, and nothing is deleted anywhere."""
    a, b = pair
    away = a.root.rename(a.root.with_name("away"))

    with pytest.raises(MemsyncError):
        a.sync()
    b.sync()
    away.rename(a.root)

    assert SyncState.SYNCED == a.sync().state
    assert 10 == len([p for p in b.files() if "fact" in p])


def test_memories_of_another_store_in_the_folder(pair):
    """Where another store's files stand in the folder (its marker and all), nothing is captured, nothing deleted."""
    a, b = pair
    _ = a.sync()
    shutil.rmtree(a.root / "global")
    a.write("global/fact/strange.md", "somebody else's\n")
    a.write(".memsync/store.json", render_marker(new_marker(os.urandom(32))).decode())
    before = a.git("rev-parse", "main")

    report = a.sync()
    b.sync()

    assert (SyncState.BLOCKED, before) == (report.state, a.git("rev-parse", "main"))
    assert "global/fact/strange.md" not in b.files()
    assert 10 == len([p for p in b.files() if "fact" in p])


def test_an_emptied_folder_halts_for_days(pair):
    """A week later, by the clock, the halt is still there, and nothing was deleted."""
    a, b = pair
    shutil.rmtree(a.root / "global")
    a.sync()

    reports = [with_bench(a, now=later(days=days)) for days in (1, 7, 400)]
    b.sync()

    assert [SyncState.HALTED] * 3 == [report.state for report in reports]
    assert 10 == len([p for p in b.files() if "fact" in p])


def test_a_store_behind_a_link(pair, tmp_path):
    """A store that is reached through a symbolic link is the same store, with the same notes."""
    a, b = pair
    real = a.root.rename(tmp_path / "elsewhere")
    a.root.symlink_to(real)
    a.write("global/fact/x.md", "through the link\n")

    report = a.sync()
    b.sync()

    assert (SyncState.SYNCED, "through the link\n") == (report.state, b.read("global/fact/x.md"))
    assert a.files() == b.files()


def test_another_synchroniser_in_the_folder(pair):
    """What Dropbox or Syncthing leave beside a file are memories like any, and their own folders are none."""
    a, b = pair
    a.write("global/fact/3 (somebody's conflicted copy 2026-11-21).md", "memory 3, theirs\n")
    a.write("global/fact/3.sync-conflict-20261121-101112-ABCDEFG.md", "memory 3, also theirs\n")
    a.write(".stfolder/x.md", "not ours\n")
    a.write("global/fact/.~lock.3.md#", "not ours\n")

    quiet(pair)

    theirs = {p: t for p, t in b.files().items() if "theirs" in t}
    assert 2 == len(theirs)
    assert not any(".stfolder" in p or ".~lock" in p for p in b.files())


def test_names_that_other_systems_take_for_one(pair):
    """Letter case, and the two ways of writing an accent: the first of each is synced, the other told; both stay here."""
    a, b = pair
    for name in ("Note", "note", "\u00e9t\u00e9", "e\u0301te\u0301"):
        a.write(f"global/note/{name}.md", f"{name!a}\n")

    quiet(pair)

    told = [path for path, _ in syncing.status(a.parts).not_taken]
    assert 4 == len([p for p in a.files() if p.startswith("global/note/")])
    assert 2 == len([p for p in b.files() if p.startswith("global/note/")])
    assert 2 == len(told)


# ---- the clock ----


@pytest.mark.parametrize("days", [730, -365])
def test_a_clock_that_is_wrong(pair, days):
    """Two years ahead or one behind: both edits of one memory stay, and both machines come to the same."""
    a, b = pair
    a.write("global/fact/3.md", "memory 3\n\nby a wrong clock\n")
    b.write("global/fact/3.md", "by a right clock\n\nmemory 3\n")
    with_bench(a, now=later(days=days))
    b.sync()
    with_bench(a, now=later(days=days))

    quiet(pair)

    assert "by a right clock\n\nmemory 3\n\nby a wrong clock\n" == a.read("global/fact/3.md")
    assert a.files() == b.files()


def test_a_clock_that_jumps_back(pair):
    """A clock that jumps back by an hour in the middle of everything: the next edits are seen, and a back-off ends."""
    a, b = pair
    with_bench(a, now=later(hours=1))
    url = a.git("remote", "get-url", "origin").strip()
    a.git("remote", "set-url", "origin", "ssh://127.0.0.1:1/nowhere.git")
    a.write("global/fact/3.md", "edited\n")
    offline = with_bench(a, now=later(hours=1))
    a.git("remote", "set-url", "origin", url)

    well = a.sync()
    b.sync()

    assert (SyncState.OFFLINE, SyncState.SYNCED) == (offline.state, well.state)
    assert "edited\n" == b.read("global/fact/3.md")


def test_a_clock_of_another_century(pair):
    """A clock at 1970, or past what 32 bits count, makes no cycle fail."""
    a, b = pair
    for number, days in enumerate((-20_000, 20_000)):
        a.write(f"global/fact/new-{number}.md", "new\n")
        assert SyncState.SYNCED == with_bench(a, now=later(days=days)).state
    b.sync()

    assert a.files() == b.files()
    assert "" == a.parts.repo.check()


# ---- writers ----


def _work(base, number):
    one = machine_at(base)
    for n in range(4):
        one.write(f"global/fact/{number}-{n}.md", f"of {number}\n")
        with contextlib.suppress(Busy):
            one.sync()


def test_five_programs_in_one_store(tmp_path):
    """Five processes write and sync one store at once: one cycle at a time, and every file is in."""
    (a, b), _ = machines(tmp_path, 2)
    with multiprocessing.get_context("fork").Pool(5) as pool:
        pool.starmap(_work, [(a.base, number) for number in range(5)])
        pool.close()
        pool.join()

    quiet([a, b])

    assert 20 == len([p for p in b.files() if "fact" in p])
    assert a.files() == b.files()


def test_a_file_written_slowly_in_place(pair):
    """Truncated and written piece by piece while cycles run: in the end the whole text is on both sides, in one file."""
    a, b = pair
    whole = "".join(f"- line {n}\n" for n in range(50))
    with (a.root / "global/fact/3.md").open("w") as file:
        for n in range(0, len(whole), 97):
            file.write(whole[n : n + 97])
            file.flush()
            a.sync()
    b.sync()

    assert whole == b.read("global/fact/3.md") == a.read("global/fact/3.md")
    assert a.files() == b.files()
    assert 10 == len([p for p in b.files() if "fact" in p])


def test_an_old_version_saved_over_a_new_one(pair):
    """A program that read a memory, and saves it with its own change after another machine's came in, undoes nothing unseen."""
    a, b = pair
    b.write("global/fact/3.md", "memory 3\n\nfrom b\n")
    b.sync()
    a.sync()
    a.write("global/fact/3.md", "from a program that had read the old one\n\nmemory 3\n")

    quiet(pair)

    said = a.git("log", "-p", "--format=", "main", "--", "global/fact/3.md")
    assert "from b" in said  # in history; see docs/faults.md, row 54


@pytest.mark.parametrize("times", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_many_contradictions_of_one_memory(pair, times):
    """The same sentence changed on both sides fifty times: every version lives, in files whose names don't grow."""
    a, b = pair
    for n in range(times):
        a.write("global/fact/3.md", f"memory 3 says {n} here\n")
        b.write("global/fact/3.md", f"memory 3 says {n} there\n")
        a.sync()
        b.sync()
    quiet(pair)

    texts = "".join(a.files().values())
    twins = [p for p in a.files() if ".conflict-" in p]
    assert a.files() == b.files()
    assert all(f"says {n} here" in texts or f"says {n} there" in texts for n in range(times))
    assert max(map(len, twins)) < 60


def test_a_lock_file_that_is_taken_away(pair):
    """Where the sync lock's file is removed during a cycle and another cycle begins, nothing is lost or committed twice."""
    a, b = pair
    a.write("global/fact/x.md", "one\n")
    other = []

    def crash(point: str) -> None:
        if point == "after_hash" and not other:
            (a.parts.state_dir / "sync.lock").unlink(missing_ok=True)
            other.append(a.sync())

    with_bench(a, crash=crash)
    quiet(pair)

    assert [SyncState.SYNCED] == [report.state for report in other]
    assert 1 == len(b.git("log", "--format=%H", "main", "--", "global/fact/x.md").splitlines())
    assert a.files() == b.files()


# ---- the gate ----


def test_a_secret_written_between_the_look_and_the_commit(pair):
    """The bytes that were looked at are the bytes that are committed: what stands there a moment later is in no object."""
    a, b = pair
    a.write("global/fact/x.md", "harmless\n")

    def crash(point: str) -> None:
        if point == "after_hash":
            a.write("global/fact/x.md", f"the key is {SECRET}\n")

    with_bench(a, crash=crash)
    a.sync()
    b.sync()

    assert "harmless\n" == b.read("global/fact/x.md")
    assert "" == a.git("log", "--all", "-S", SECRET, "--format=%H")
    everything = raw_git(a.root, "cat-file", "--batch-all-objects", "--batch", "--unordered")
    assert b"harmless" in everything
    assert SECRET.encode() not in everything


def test_rules_that_became_stricter_before_the_push(pair):
    """What an older rule let into a commit is stopped by today's at the push: it never leaves, everything else does."""
    a, b = pair
    a.write("global/fact/x.md", "codeword swordfish\n")
    a.write("global/fact/y.md", "harmless\n")
    a.sync(network=False)

    def stricter(path: str, content: bytes) -> Verdict:
        found = Finding(
            path=path, rule="codeword", level=Level.BLOCK, line=1, start=9, end=18, fingerprint="0" * 32
        )
        return Verdict(findings=(found,) if b"swordfish" in content else ())

    with_bench(a, gate=stricter)
    b.sync()

    assert "global/fact/x.md" not in b.files()
    assert "harmless\n" == b.read("global/fact/y.md")
    assert "codeword swordfish\n" == a.read("global/fact/x.md")
    assert "" == b.git("log", "--all", "-S", "swordfish", "--format=%H")


# ---- git ----


def test_a_broken_pack(pair):
    """A pack with bytes overwritten is put aside and fetched anew; what only the folder has is written again."""
    a, _ = pair
    a.git("repack", "-qad")
    pack = next((a.root / ".git/objects/pack").glob("*.pack"))
    pack.chmod(0o600)
    raw = bytearray(pack.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 40] = b"\0" * 40
    pack.write_bytes(raw)
    a.write("global/fact/3.md", "edited\n")

    quiet(pair)
    syncing.mend(a.parts)
    quiet(pair)

    assert "edited\n" == pair[1].read("global/fact/3.md")
    assert a.files() == pair[1].files()
    assert "" == a.parts.repo.check()


def test_a_shallow_clone(pair, tmp_path):
    """A store cloned with --depth=1 syncs both ways, and nothing is deleted for want of history."""
    a, _ = pair
    for n in range(5):
        a.write("global/fact/3.md", f"version {n}\n")
        a.sync()
    c = machine_at(tmp_path / "c")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path}/remote.git", str(c.root))
    c.sync()
    c.write("global/fact/4.md", "from the shallow one\n")
    a.write("global/fact/5.md", "from a\n")
    a.sync()

    quiet([a, c])

    assert a.files() == c.files()
    assert ("from the shallow one\n", "from a\n") == (a.read("global/fact/4.md"), c.read("global/fact/5.md"))


@pytest.mark.parametrize("name", ["idx.1234", "index.next.lock"])
def test_litter_of_a_killed_memsync(pair, name):
    """What a killed memsync left in its own folder below `.git` stops no cycle."""
    a, b = pair
    (a.root / ".git/memsync").mkdir(exist_ok=True)
    (a.root / ".git/memsync" / name).write_text("")
    a.write("global/fact/x.md", "new\n")

    report = a.sync()
    b.sync()

    assert (SyncState.SYNCED, "new\n") == (report.state, b.read("global/fact/x.md"))
    assert "" == a.git("status", "--porcelain")


def test_settings_that_turn_an_address_into_a_command(pair, tmp_path, monkeypatch):
    """The user's `insteadOf` may not make a program of an ordinary address."""
    a, _ = pair
    trap = tmp_path / "trapped"
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "ext::sh -c touch% {trap}"]\n\tinsteadOf = https://evil.invalid/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    a.git("remote", "set-url", "origin", "https://evil.invalid/x.git")
    a.write("global/fact/x.md", "one\n")

    report = a.sync()

    assert (SyncState.SUSPENDED, 1) == (report.state, report.captured)
    assert not trap.exists()


ODD = (
    Entry("100644", b".gitattributes", b"*.md merge=union filter=evil diff=evil ident text eol=crlf\n"),
    Entry("100644", b".gitmodules", b'[submodule "x"]\n\tpath = x\n\turl = ../x\n'),
    Entry("100644", b".lfsconfig", b"[lfs]\n\turl = http://127.0.0.1:1/\n"),
    Entry("160000", b"x", "1" * 40),
    Entry("100755", b"run.md", b"#!/bin/sh\ntouch pwned\n"),
    Entry("40000", b"hooks", (Entry("100755", b"post-merge", b"#!/bin/sh\ntouch pwned\n"),)),
    Entry("100644", b"plain.md", b"$Id$ one\ntwo\r\n"),
)


def test_what_somebody_pushes_starts_nothing(pair, tmp_path):
    """Attributes, submodules, LFS and hooks in a tree: bytes arrive as they are, and no program runs but git's own."""
    needs_strace()
    _, b = pair
    config = b.root / ".git/config"
    config.write_text(
        config.read_text()
        + '[filter "evil"]\n\tsmudge = touch pwned\n\tclean = touch pwned\n[diff "evil"]\n\ttextconv = touch pwned\n'
    )
    push_tree(tmp_path / "remote.git", ODD)
    log = tmp_path / "execve.txt"
    b.write("global/fact/x.md", "something to merge\n")

    apart(lambda: b.sync() and None, strace=("-e", "trace=execve", "-s", "300"), log=log)

    run = {
        line.split('execve("', 1)[1].split('"', 1)[0]
        for line in log.read_text(errors="replace").splitlines()
        if 'execve("' in line and "= 0" in line
    }
    assert "$Id$ one\ntwo\r\n" == (b.root / "plain.md").read_bytes().decode()
    assert run
    assert {"git"} >= {program.rpartition("/")[2] for program in run} - {
        "env",
        "git-remote-https",
        "git-upload-pack",
        "git-receive-pack",
        "sh",
    }
    assert not any(p.name == "pwned" for p in tmp_path.rglob("*"))


def test_a_format_of_a_later_memsync(pair):
    """A marker of a newer format is left alone by this one: an error by name, and no byte of it changes."""
    a, _ = pair
    text = a.read(".memsync/store.json").replace('"format": 1', '"format": 99')
    a.write(".memsync/store.json", text)

    with pytest.raises(MemsyncError) as met:
        a.sync()

    assert "99" in str(met.value) + str(getattr(met.value, "why", ""))
    assert text == a.read(".memsync/store.json")


def test_two_stores_that_begin_at_once(tmp_path):
    """Two machines make a store each and sync to one empty remote at the same moment: both sets are on both."""
    remote = bare(tmp_path / "remote.git")
    made = [machine(tmp_path / name, remote, marker=new_marker(name.encode() * 32)) for name in ("a", "b")]
    for one in made:
        one.write(f"global/fact/{one.base.name}.md", "mine\n")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(_once, [one.base for one in made])
        pool.close()
        pool.join()

    quiet(made)

    assert made[0].files() == made[1].files()
    assert 2 == len([p for p in made[0].files() if "fact" in p])


def _once(base):
    with contextlib.suppress(MemsyncError):
        machine_at(base).sync()


def test_ps_shows_no_secret_of_an_address(tmp_path):
    """A password in the remote's address is in no note of sync's."""
    a = machine(tmp_path / "a")
    a.git("remote", "add", "origin", "http://me:hunter2pass@127.0.0.1:1/x.git")
    a.sync()

    found = subprocess.run(
        ["grep", "-rl", "hunter2pass", str(a.base / "state"), str(a.base / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == found.stdout

"""`memsync purge`: after it, no object, ref, log, note or file of this machine holds the secret, and nothing else is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import zlib
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal, forked
from gitkit import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
POINTS = (
    "purge_objects", "purge_refs", "purge_logs", "purge_index", "purge_book", "purge_plan", "purge_packed", "purge_removed",
    "purge_files",
)  # fmt: skip


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a home with a store that is synced to a remote and has one memory."""
    monkeypatch.chdir(home)
    terminal = Terminal(capfd, monkeypatch)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(home / "remote.git")], check=True)
    terminal.done("init", "--remote", str(home / "remote.git"))
    terminal.done("remember", "A harmless text", "--key", "harmless", "--scope", "global")
    terminal.done("sync")
    return terminal


def store_of(home: Path) -> Path:
    return home / "shared-memory"


def places(home: Path, *, but: tuple[Path, ...] = (), secret: str = SECRET) -> list[str]:
    """Return where the secret is: raw bytes of every file of the home, loose objects inflated, and every object git has."""
    found = []
    for place in home.rglob("*"):
        if not place.is_file() or place in but:
            continue
        raw = place.read_bytes()
        if len(place.parent.name) == 2 and place.parent.parent.name == "objects":
            raw += zlib.decompress(raw)
        found += [str(place)] if secret.encode() in raw else []
    for gitdir in {p.parent for p in home.rglob("HEAD") if (p.parent / "objects").is_dir()}:
        everything = git(gitdir, "cat-file", "--batch-all-objects", "--batch", "--unordered")
        found += [f"an object of {gitdir}"] if secret.encode() in everything else []
    return found


def by_hand(
    home: Path, path: str = "global/by-hand.md", text: str = f"# By hand\n\ntoken {SECRET} here\n"
) -> Path:
    """Write a file of the store by hand and stage it."""
    place = store_of(home) / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    git(store_of(home), "add", "--", path)
    return place


def committed(home: Path, message: str = "by hand") -> None:
    """Commit what is staged, past the hooks."""
    git(store_of(home), "commit", "-q", "--no-verify", "-m", message)


def cleaned(home: Path, place: Path) -> None:
    """Take the secret out of a file and commit that."""
    place.write_text("# By hand\n\nwithout\n")
    git(store_of(home), "add", "-A")
    committed(home, "taken out")


# ---- one way each -------------------------------------------------------------------------------


def staged_only(home: Path) -> None:
    by_hand(home).unlink()


def refused_by_the_hook(home: Path) -> None:
    place = by_hand(home)
    done = subprocess.run(
        ["git", "-C", str(store_of(home)), "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-m", f"x {SECRET}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "memsync purge" in done.stderr
    assert SECRET not in done.stderr
    place.unlink()


def in_an_earlier_version(home: Path) -> None:
    place = by_hand(home)
    committed(home)
    cleaned(home, place)


def in_a_message(home: Path) -> None:
    by_hand(home, text="harmless\n")
    committed(home, f"use {SECRET} there")


def in_a_name(home: Path) -> None:
    place = by_hand(home, f"global/{SECRET}.md", "harmless\n")
    committed(home)
    git(store_of(home), "rm", "-q", "--cached", str(place))
    committed(home)
    place.unlink()


def on_a_branch(home: Path) -> None:
    git(store_of(home), "checkout", "-q", "-b", "aside")
    by_hand(home)
    committed(home)
    git(store_of(home), "checkout", "-q", "main")


def in_a_tag(home: Path) -> None:
    git(store_of(home), "tag", "-a", "-m", f"use {SECRET}", "v1")


def in_a_stash(home: Path) -> None:
    by_hand(home)
    git(store_of(home), "stash", "-q")


def in_a_rescue_ref(home: Path) -> None:
    place = by_hand(home)
    committed(home)
    git(store_of(home), "update-ref", "refs/memsync/rescue/x", "HEAD")
    git(store_of(home), "reset", "-q", "--hard", "HEAD~1")
    assert not place.exists()


def in_the_log_alone(home: Path) -> None:
    by_hand(home)
    committed(home, f"use {SECRET}")
    git(store_of(home), "reset", "-q", "--hard", "HEAD~1")


def in_packs(home: Path) -> None:
    in_an_earlier_version(home)
    on_a_branch(home)
    git(store_of(home), "repack", "-q", "-a", "-d")
    git(store_of(home), "commit-graph", "write", "--reachable")
    git(store_of(home), "multi-pack-index", "write")


def in_a_merge(home: Path) -> None:
    on_a_branch(home)
    by_hand(home, "global/other.md", "other\n")
    committed(home)
    git(store_of(home), "merge", "-q", "--no-edit", "aside")
    git(store_of(home), "rm", "-q", "global/by-hand.md")
    committed(home)


def in_quarantine(home: Path) -> None:
    [state] = (home / ".local/state/memsync/stores").iterdir()
    (state / "quarantine").mkdir()
    (state / "quarantine" / ("1" * 40)).write_text(f"global/x.md\n{SECRET}")


def in_the_trash(home: Path) -> None:
    trash = store_of(home) / ".git" / "memsync" / "trash"
    trash.mkdir(exist_ok=True)
    (trash / f"s.{'1' * 16}.{'2' * 40}.global%2Fx.md").write_text(f"use {SECRET}")


WAYS: tuple[Callable[[Path], None], ...] = (
    staged_only, refused_by_the_hook, in_an_earlier_version, in_a_message, in_a_name, on_a_branch, in_a_tag, in_a_stash,
    in_a_rescue_ref, in_the_log_alone, in_packs, in_a_merge, in_quarantine, in_the_trash,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_it_is_nowhere_afterwards(memsync, home, way):
    """However a secret came into this machine's git or memsync's files, `purge` leaves it nowhere, and git whole."""
    way(home)
    assert places(home)

    done = memsync("purge", "--yes")

    assert 0 == done.code, done.out + done.err
    assert SECRET not in done.out + done.err
    assert [] == places(home)
    assert b"" == git(store_of(home), "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    assert memsync.done("sync", "--json").json["held"] == []
    assert [] == places(home)


def test_nothing_else_is_lost(memsync, home):
    """Other commits, files, stashes, staged changes and git's log stay; only the secret is a mark."""
    place = by_hand(home)
    committed(home)
    by_hand(home, "global/second.md", "second\n")
    committed(home, "second")
    cleaned(home, place)
    by_hand(home, "global/staged.md", "staged\n")
    before = git(store_of(home), "log", "--format=%an %ae %at %cn %ce %ct %s", "main")
    logs = git(store_of(home), "reflog").count(b"\n")
    memsync.done("purge", "--yes")

    assert before == git(store_of(home), "log", "--format=%an %ae %at %cn %ce %ct %s", "main")
    assert b"# By hand\n\ntoken [REDACTED:github-token] here\n" == git(
        store_of(home), "show", "HEAD~2:global/by-hand.md"
    )
    assert b"A  global/staged.md\n" == git(store_of(home), "status", "--short")
    assert logs <= git(store_of(home), "reflog").count(b"\n")
    assert "memsync: purge" in git(store_of(home), "reflog").decode()


def test_what_was_sent_stays_as_it_is(memsync, home):
    """Commits that the remote has keep their ids, so that a sync after a purge sends what is new and nothing else."""
    before = git(store_of(home), "rev-parse", "refs/memsync/remote")
    in_an_earlier_version(home)
    memsync.done("purge", "--yes")
    memsync.done("sync")
    remote = git(home / "remote.git", "rev-list", "main").decode().split()

    assert before.decode().strip() in remote
    assert [] == places(home)


def test_the_file_in_the_folder_is_its_owners(memsync, home):
    """A file that still holds the secret stays, is told of, and is held by the next cycle; `--redact` redacts it."""
    place = by_hand(home)
    committed(home)
    first = memsync.done("purge", "--yes", "--json").json["stores"][0]
    kept = place.read_text()
    held = memsync.done("sync", "--json").json["held"]
    second = memsync.done("purge", "--yes", "--redact", "--json").json["stores"][0]

    assert ["global/by-hand.md"] == first["in_folder"]
    assert SECRET in kept
    assert ["global/by-hand.md"] == [h["path"] for h in held]
    assert (["global/by-hand.md"], []) == (second["redacted"], second["in_folder"])
    assert "# By hand\n\ntoken [REDACTED:github-token] here\n" == place.read_text()
    assert [] == places(home)
    assert [] == memsync.done("sync", "--json").json["held"]


def test_a_value_that_no_rule_knows_is_taken_out(memsync, home):
    """`--also` takes values by lines of a file or standard input, never as an argument."""
    place = by_hand(home, text="the launch word is heliotrope-meadow\n")
    committed(home)
    cleaned(home, place)
    done = memsync("purge", "--yes", "--also", "-", stdin=b"heliotrope-meadow\n")

    assert 0 == done.code, done.err
    assert [] == places(home, secret="heliotrope-meadow")
    assert 2 == memsync("purge", "--yes", "--also", "-", stdin=b"abc\n").code


def test_it_asks_first(memsync, home):
    """Without a terminal and without `--yes` nothing is changed: exit code 4."""
    in_an_earlier_version(home)
    before = places(home)

    assert 4 == memsync("purge").code
    assert before == places(home)


def test_an_unfinished_merge_is_not_touched(memsync, home):
    """While a merge is under way purge refuses, and changes nothing."""
    in_an_earlier_version(home)
    (store_of(home) / ".git" / "MERGE_HEAD").write_bytes(git(store_of(home), "rev-parse", "HEAD"))

    assert 4 == memsync("purge", "--yes").code
    assert places(home)


def test_what_a_person_allowed_stays(memsync, home):
    """A finding that an allowance covers is no secret, and purge leaves it."""
    place = by_hand(home)
    [finding] = memsync("scan", str(place), "--json").json["findings"]
    (store_of(home) / ".memsync" / "allow.yaml").write_text(
        f'allowances:\n- rule: github-token\n  fp: "{finding["fingerprint"]}"\n  reason: "public"\n'
        '  who: "me"\n  when: "2026-01-21T10:00:00Z"\n  memory: "global/by-hand.md"\n'
    )
    memsync.done("sync")
    memsync.done("purge", "--yes")

    assert SECRET in place.read_text()
    assert b"by-hand.md" in git(home / "remote.git", "ls-tree", "-r", "--name-only", "main")


def run(*words: str, crash: str = "") -> int:
    """Run memsync as a process of its own; `crash` names the point at which it kills itself."""
    env = os.environ | ({"MEMSYNC_CRASH": crash} if crash else {})
    return forked(words, env=env).returncode


@pytest.mark.parametrize(
    "point", [pytest.param(p, marks=[] if n % 3 == 0 else pytest.mark.slow) for n, p in enumerate(POINTS)]
)
def test_killed_anywhere_it_is_run_again(memsync, home, point):
    """A purge that is killed at any step leaves git whole, and the next one ends with the secret nowhere."""
    in_packs(home)
    in_a_stash(home)
    in_quarantine(home)
    refused_by_the_hook(home)
    subjects = git(store_of(home), "log", "--all", "--format=%s")

    assert -signal.SIGKILL == run("purge", "--yes", crash=point)
    git(store_of(home), "rev-list", "--objects", "--all", "--reflog")
    assert 0 == run("purge", "--yes")
    assert [] == places(home)
    assert b"" == git(store_of(home), "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    assert subjects == git(store_of(home), "log", "--all", "--format=%s")
    assert 0 == run("sync")
    assert [] == places(home)

"""A `git pull` made by hand in a store merges as a cycle does: no marker, nothing lost, and safe where memsync is gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clikit import forked

pytestmark = pytest.mark.system
OTHERS = {"GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "p@example.invalid"}
MEMORY = """---
id: 01KDP3AAAAAAAAAAAAAAAAAAAA
title: How we deploy
tags: [ops, old]
importance: 0.5
created: 2026-01-21T10:00:00Z
updated: 2026-01-21T10:00:00Z
---
First we build.

Then we test.

Then we ship.
"""
PATH = "global/fact/deploy.md"
NOTES = "global/session-notes/2026-01-21-cli.md"


def git(folder, *words, check=True):
    """Run git in a folder, as its owner would."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert not check or not done.returncode, done.stdout + done.stderr
    return done


def memsync(store, *words, check=True):
    """Run memsync on a store as a person would."""
    done = forked(["--store", str(store), *words])
    assert not check or not done.returncode, done.stdout + done.stderr
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def two(tmp_path, home):
    """Make two clones of one store, with a memory and a session note that both have."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    remote, first, second = tmp_path / "remote.git", tmp_path / "first", tmp_path / "second"
    forked(["init", str(first), "--remote", str(remote)]).check_returncode()
    write(first, PATH, MEMORY)
    write(first, NOTES, "# Notes\n\n- began\n")
    memsync(first, "sync")
    forked(["join", str(remote), str(second)]).check_returncode()
    return first, second


def write(store, path, text):
    """Write a file by hand."""
    file = store / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def committed(store, *words):
    """Commit everything by hand; what git is told of it comes after."""
    git(store, "add", "-A")
    git(store, "commit", "-q", "-m", "by hand", *words)


def pulled(second, *words, check=True):
    """Pull by hand, and let a merge be made."""
    return git(second, "pull", "--no-rebase", "--no-edit", *words, check=check)


def test_frontmatter_is_merged_key_by_key(two):
    """Two machines that changed different keys, and the same set, end with all of it after `git pull`."""
    first, second = two
    write(first, PATH, MEMORY.replace("[ops, old]", "[ops, old, new]").replace("0.5", "0.9"))
    memsync(first, "sync")
    write(second, PATH, MEMORY.replace("[ops, old]", "[ops]").replace("How we", "How all of us"))
    committed(second)

    pulled(second)

    merged = (second / PATH).read_text()
    assert (
        MEMORY.replace("[ops, old]", "[ops, new]").replace("0.5", "0.9").replace("How we", "How all of us")
        == merged
    )


def test_both_changed_times_are_no_conflict(two):
    """`updated`, which both sides always change, is the later one; git alone would stop here."""
    first, second = two
    write(
        first, PATH, MEMORY.replace("updated: 2026-01-21", "updated: 2026-01-23").replace("build", "compile")
    )
    memsync(first, "sync")
    write(
        second, PATH, MEMORY.replace("updated: 2026-01-21", "updated: 2026-01-22").replace("ship", "release")
    )
    committed(second)

    pulled(second)

    merged = (second / PATH).read_text()
    assert ("updated: 2026-01-23T10" in merged, "compile" in merged, "release" in merged) == (
        True,
        True,
        True,
    )


def test_session_notes_keep_both_entries(two):
    """What two machines appended at the same place is there from both."""
    first, second = two
    write(first, NOTES, "# Notes\n\n- began\n- from the first\n")
    memsync(first, "sync")
    write(second, NOTES, "# Notes\n\n- began\n- from the second\n")
    committed(second)

    pulled(second)

    merged = (second / NOTES).read_text()
    assert ("- from the first\n" in merged, "- from the second\n" in merged) == (True, True)


def test_a_contradiction_leaves_a_twin(two):
    """Where the merge can't decide, git's merge ends well, one version stands in the file, the next cycle brings the other."""
    first, second = two
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship on Monday."))
    memsync(first, "sync")
    write(second, PATH, MEMORY.replace("Then we ship.", "Then we ship on Friday."))
    committed(second)

    done = pulled(second)
    memsync(second, "sync")
    memsync(first, "sync")

    texts = {p.name: p.read_text() for p in (second / "global/fact").iterdir()}
    assert 2 == len(texts)
    assert any(name.startswith("deploy.conflict-") and name in done.stdout + done.stderr for name in texts)
    assert {"Monday", "Friday"} == {day for day in ("Monday", "Friday") for t in texts.values() if day in t}
    assert not any("<<<<" in text for text in texts.values())
    assert texts == {p.name: p.read_text() for p in (first / "global/fact").iterdir()}


def test_a_merge_by_hand_makes_what_a_cycle_makes(two):
    """The tree after a hand-made pull and a cycle is, byte for byte, the one that a cycle alone makes."""
    first, second = two
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship on Monday."))
    memsync(first, "sync")
    write(second, PATH, MEMORY.replace("Then we ship.", "Then we ship on Friday."))
    committed(second)
    third = second.parent / "third"
    git(second.parent, "clone", "-q", str(second), str(third))
    git(third, "remote", "set-url", "origin", git(second, "remote", "get-url", "origin").stdout.strip())
    memsync(third, "sync")

    pulled(second)
    memsync(second, "sync")

    trees = [git(s, "rev-parse", "HEAD^{tree}").stdout for s in (second, third)]
    assert trees[0] == trees[1]


def test_a_new_memory_on_both_sides_under_one_name(two):
    """Two memories that were made under one path stay two, each with its own id."""
    first, second = two
    one, other = (MEMORY.replace("3AAAA", f"3{c}{c}{c}{c}") for c in "BC")
    write(first, "global/fact/same.md", one)
    memsync(first, "sync")
    write(second, "global/fact/same.md", other.replace("build", "bake"))
    committed(second)

    pulled(second)
    memsync(second, "sync")

    found = {p.read_text() for p in (second / "global/fact").iterdir() if p.name.startswith("same")}
    assert {one, other.replace("build", "bake")} == found


@pytest.mark.parametrize("deleted_here", [True, False])
def test_deleted_on_one_side_and_edited_on_the_other(two, deleted_here):
    """Git never asks a driver then: it stops with the edited file in place, memsync waits, and goes on when a person is done."""
    first, second = two
    edited = MEMORY.replace("ship", "release")
    write(second if not deleted_here else first, PATH, edited)
    ((second if deleted_here else first) / PATH).unlink()
    memsync(first, "sync")
    committed(second)

    done = pulled(second, check=False)

    assert (1, edited) == (done.returncode, (second / PATH).read_text())
    assert '"state": "paused"' in memsync(second, "sync", "--json", check=False).stdout
    git(second, "add", "-A")
    git(second, "commit", "-q", "--no-edit")
    memsync(second, "sync")
    memsync(first, "sync")
    assert edited == (first / PATH).read_text()


def test_a_rebase_by_hand_merges_too(two):
    """`git pull --rebase` goes by the same driver, and its twin is found as well."""
    first, second = two
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship on Monday."))
    memsync(first, "sync")
    write(second, PATH, MEMORY.replace("Then we ship.", "Then we ship on Friday."))
    committed(second)

    git(second, "pull", "--rebase")
    memsync(second, "sync")

    texts = [p.read_text() for p in (second / "global/fact").iterdir()]
    assert {"Monday", "Friday"} == {day for day in ("Monday", "Friday") for t in texts if day in t}


def test_two_clean_halves_that_make_a_secret_stay_apart(two):
    """A merge whose result the gate refuses is not written: both halves are kept, and no object ever holds the whole."""
    first, second = two
    table = "| system | note |\n|---|---|\n| staging | tea |\n"
    made_up = "Qw7#" + "rT9zLp2x"
    write(first, PATH, table)
    memsync(first, "sync")
    memsync(second, "sync")
    write(first, PATH, table.replace("note", "password"))
    memsync(first, "sync")
    write(second, PATH, table.replace("tea", made_up))
    committed(second)

    pulled(second)
    memsync(second, "sync")

    texts = {p.read_text() for p in (second / "global/fact").iterdir()}
    assert {table.replace("note", "password"), table.replace("tea", made_up)} == texts


def test_where_memsync_is_gone_git_stops_without_a_marker(two):
    """No program, no merge: git tells of a conflict, this side's bytes stay in the file, and both versions are in the index."""
    first, second = two
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship on Monday."))
    memsync(first, "sync")
    mine = MEMORY.replace("Then we ship.", "Then we ship on Friday.")
    write(second, PATH, mine)
    committed(second)
    driver = git(second, "config", "merge.memsync.driver").stdout.strip()
    git(second, "config", "merge.memsync.driver", driver.replace(sys.executable, "/nowhere/python"))

    done = pulled(second, check=False)

    assert (1, mine) == (done.returncode, (second / PATH).read_text())
    assert "memsync is gone from here" in done.stdout + done.stderr
    assert "Monday" in git(second, "show", f":3:{PATH}").stdout
    git(second, "merge", "--abort")
    assert 0 == memsync(second, "sync").returncode
    texts = [p.read_text() for p in (second / "global/fact").iterdir()]
    assert {"Monday", "Friday"} == {day for day in ("Monday", "Friday") for t in texts if day in t}


def test_a_pushed_gitattributes_changes_nothing(two):
    """`*.md merge=union`, `ident` and `eol` in a pushed file hold no sway: bytes stay, and memories are merged key by key."""
    first, second = two
    git(first, "pull", "-q")
    write(first, ".gitattributes", "*.md merge=union ident eol=crlf\n")
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship $Id$ on Monday."))
    committed(first)
    git(first, "push", "-q", "origin", "main")
    write(second, PATH, MEMORY.replace("Then we ship.", "Then we ship on Friday."))
    committed(second)

    pulled(second)

    text = (second / PATH).read_text()
    assert (1, False) == (text.count("title:"), "Monday" in text and "Friday" in text)
    assert "\r" not in text


def test_doctor_mends_what_was_taken_away(two):
    """Without its lines in .git the doctor warns; with --fix they are back; the owner's own lines stay."""
    first, _ = two
    attributes = first / ".git/info/attributes"
    attributes.write_text("*.pdf binary\n")
    git(first, "config", "--remove-section", "merge.memsync")

    warned = memsync(first, "doctor", check=False).stdout
    memsync(first, "doctor", "--fix", check=False)

    assert "warn  git merge" in warned
    assert attributes.read_text().endswith("merge=memsync\n*.pdf binary\n")
    assert "ok    git merge" in memsync(first, "doctor", check=False).stdout


def test_a_merge_that_is_called_off_loses_nothing(two):
    """`git merge --abort` after a contradiction: the next cycle merges itself, and both versions are there."""
    first, second = two
    write(first, PATH, MEMORY.replace("Then we ship.", "Then we ship on Monday."))
    memsync(first, "sync")
    write(second, PATH, MEMORY.replace("Then we ship.", "Then we ship on Friday."))
    committed(second)
    git(second, "fetch", "-q")

    git(second, "merge", "--no-commit", "--no-ff", "origin/main")
    git(second, "merge", "--abort")
    memsync(second, "sync")
    memsync(second, "sync")

    texts = [p.read_text() for p in (second / "global/fact").iterdir()]
    assert 2 == len(texts)
    assert {"Monday", "Friday"} == {day for day in ("Monday", "Friday") for t in texts if day in t}


def test_the_drivers_words_come_from_git_only(two):
    """Called by hand without them, the driver says so and touches nothing."""
    first, _ = two

    done = memsync(first, "hook", "merge-driver", check=False)

    assert (2, "is called by git" in done.stderr) == (done.returncode, True)

"""Bad input that concerns files: each gives a clear error that names it, the right exit code, and loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system

BODY = "We deploy on Tuesdays"


@pytest.fixture
def memsync(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: pathlib.Path
) -> Terminal:
    monkeypatch.chdir(home)
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def store(memsync: Terminal, home: pathlib.Path) -> pathlib.Path:
    memsync.done("init")
    memsync.done("remember", BODY, "--key", "deploy")
    return home / "shared-memory"


def test_not_a_store(memsync, tmp_path):
    """A folder that is none is named, with what to do; nothing is made in it."""
    ran = memsync("--store", str(tmp_path), "remember", "x")
    assert 2 == ran.code
    assert str(tmp_path) in ran.err
    assert "memsync init" in ran.err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"format": 99}'])
def test_a_corrupt_store(memsync, store, raw):
    """A marker that can't be read is named, nothing is written over it, and the memories stay."""
    (store / ".memsync/store.json").write_bytes(raw)
    for command in (("recall", "deploy"), ("remember", "x"), ("sync",), ("init",)):
        ran = memsync(*command)
        assert (2, True) == (ran.code, "store.json" in ran.err), command
    assert raw == (store / ".memsync/store.json").read_bytes()
    assert BODY in (store / "global/note/deploy.md").read_text()


def test_a_file_that_is_not_utf8(memsync, store):
    """It stays as it is and `status` lists it; the others are synced and found."""
    bad = store / "global/note/latin.md"
    bad.write_bytes(b"caf\xe9 au lait\n")
    ran = memsync.done("sync", "--json")
    assert "no-remote" == ran.json["state"]
    listed = memsync.done("status", "--json").json
    assert "latin.md" in str(listed["held"]) + str(listed["not_taken"])
    assert 0 == memsync("recall", "tuesdays").code
    assert b"caf\xe9 au lait\n" == bad.read_bytes()


def test_broken_frontmatter(memsync, store):
    """The file stays, is found by its text, is listed by `status`, and a change is refused."""
    broken = "---\ntitle: a: b: [\n---\nThe kraken sleeps below.\n"
    (store / "global/note/kraken.md").write_text(broken)
    assert "global/note/kraken.md" == memsync.done("recall", "kraken", "--json").json["hits"][0]["path"]
    assert "kraken.md" in str(memsync.done("status", "--json").json["problems"])
    ran = memsync("revise", "kraken", "--title", "new")
    assert (2, True) == (ran.code, "kraken.md" in ran.err)
    assert broken == (store / "global/note/kraken.md").read_text()


def test_a_memory_of_five_megabytes(memsync, store, tmp_path):
    """Refused with the limit where memsync writes; where a hand put it, it stays, is told, and is not synced."""
    big = tmp_path / "big.md"
    big.write_text("words and words\n" * 330_000)
    ran = memsync("remember", "--file", str(big))
    assert (2, True) == (ran.code, "1,048,576 bytes" in ran.err)
    shutil.copy(big, store / "global/note/big.md")
    memsync.done("sync")
    shown = memsync.done("status", "--json").json
    assert "big.md" in str(shown["held"]) + str(shown["not_taken"])
    tracked = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "main"], cwd=store, capture_output=True, text=True, check=True
    )
    assert "big.md" not in tracked.stdout
    assert big.read_bytes() == (store / "global/note/big.md").read_bytes()


@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_empty_text(memsync, store, text):
    """Nothing to remember is bad input."""
    ran = memsync("remember", "-", stdin=text.encode())
    assert (2, True) == (ran.code, "empty" in ran.err)
    assert ["deploy.md"] == [p.name for p in (store / "global/note").iterdir()]


@pytest.mark.parametrize(
    "key", ["a/b", "..", "../../x", "🎉", "x" * 300, ".hidden", "con", "a\nb", "a\u202eb", " "]
)
def test_a_key_that_can_not_be(memsync, store, key):
    """Named as key, exit 2, and no file anywhere."""
    before = sorted(p for p in store.parent.rglob("*.md"))
    ran = memsync("remember", "x", "--key", key)
    assert (2, True) == (ran.code, "key" in ran.err)
    assert before == sorted(p for p in store.parent.rglob("*.md"))


@pytest.mark.parametrize(("arguments", "field"), [
    (("remember", "x", "--category", "idea"), "category"), (("recall", "x", "--since", "sometime"), "since"),
    (("remember", "x", "--scope", "globe"), "scope"), (("remember", "x", "--importance", "7"), "importance"),
    (("remember", "x", "--scope", "channel:../x"), "scope"), (("import", "/nowhere/at/all"), "PATH"),
])  # fmt: skip
def test_a_bad_value_is_named(memsync, store, arguments, field):
    """The field is in the error, and nothing is written."""
    ran = memsync(*arguments)
    assert (2, True) == (ran.code, field in ran.err)
    assert ["deploy.md"] == [p.name for p in (store / "global/note").iterdir()]


def test_an_ambiguous_name(memsync, store):
    """Both paths are told; nothing is changed."""
    memsync.done("remember", "another deploy", "--key", "deploy", "--category", "fact")
    ran = memsync("forget", "deploy")
    assert (2, True, True) == (
        ran.code,
        "global/note/deploy.md" in ran.err,
        "global/fact/deploy.md" in ran.err,
    )
    assert (store / "global/note/deploy.md").exists()


def test_init_where_files_are(memsync, home):
    """A folder with files becomes a store; none of them changes, all are memories."""
    folder = home / "notes"
    folder.mkdir()
    (folder / "README.md").write_text("# My notes\n")
    (folder / "idea.md").write_text("# Idea\n\nTurnips.\n")
    memsync.done("init", str(folder))
    assert ["# My notes\n", "# Idea\n\nTurnips.\n"] == [
        (folder / n).read_text() for n in ("README.md", "idea.md")
    ]
    assert (
        "idea.md"
        == memsync.done("--store", str(folder), "recall", "turnips", "--json").json["hits"][0]["path"]
    )
    assert 0o700 == folder.stat().st_mode & 0o777


def test_init_inside_a_repository(memsync, home):
    """Refused (exit 4) with nothing made; with --nested it is kept out of that repository."""
    app = home / "app"
    app.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=app, check=True)
    ran = memsync("init", str(app / "memory"))
    assert (4, True, False) == (ran.code, str(app) in ran.err, (app / "memory").exists())
    memsync.done("init", str(app / "memory"), "--nested")
    seen = subprocess.run(
        ["git", "status", "--porcelain"], cwd=app, capture_output=True, text=True, check=True
    )
    assert "" == seen.stdout


def test_init_on_a_file(memsync, home):
    """A file is no folder."""
    (home / "x").write_text("mine")
    ran = memsync("init", str(home / "x"))
    assert (2, True) == (ran.code, str(home / "x") in ran.err)
    assert "mine" == (home / "x").read_text()


def test_joining_what_is_no_memory_store(memsync, home):
    """Somebody's repository needs --adopt (exit 4); nothing is left behind."""
    theirs = home / "theirs"
    theirs.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=theirs, check=True)
    (theirs / "a.md").write_text("# Theirs\n")
    subprocess.run(["git", "add", "a.md"], cwd=theirs, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "x"], cwd=theirs, check=True)
    ran = memsync("join", str(theirs))
    assert (4, True) == (ran.code, "--adopt" in ran.err)
    assert not (home / "shared-memory").exists()


def test_joining_nothing(memsync, home):
    """A remote that is not there refuses (exit 5); nothing is left behind."""
    ran = memsync("join", str(home / "gone.git"))
    assert (5, False) == (ran.code, (home / "shared-memory").exists())


def test_without_git(memsync, store, monkeypatch, tmp_path):
    """Remember and recall need no git; init and sync say that it is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    memsync.done("remember", "no git here")
    assert 0 == memsync("recall", "tuesdays").code
    for command in (("init", str(tmp_path / "new")), ("sync",)):
        ran = memsync(*command)
        assert (2, True) == (ran.code, "git" in ran.err), command


def test_without_a_name_for_git(memsync, store, monkeypatch):
    """A machine where git knows no user commits all the same, under the instance's name."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    memsync.done("remember", "nobody in particular")
    assert memsync.done("sync", "--json").json["captured"] >= 1


def mounted(store: pathlib.Path, how: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the store on another disk: `how` is what mount is told."""
    if shutil.which("unshare") is None or os.getuid() != 0:
        pytest.skip("needs to mount")
    words = " ".join(f"'{word}'" for word in (sys.executable, "-m", "memsync", *command))
    script = f"set -e; cp -a '{store}' '{store}.copy'; {how}; set +e; {words}; exit $?"
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False
    )


def test_a_read_only_store(store):
    """Remember says that nothing was stored (exit 2); recall goes on."""
    read_only = f"mount --bind '{store}' '{store}'; mount -o remount,bind,ro '{store}'"
    ran = mounted(store, read_only, "remember", "x")
    assert (2, True) == (ran.returncode, "read-only" in ran.stderr), ran.stderr
    shutil.rmtree(f"{store}.copy")
    assert BODY in mounted(store, read_only, "recall", "tuesdays").stdout


def test_a_full_disk(store):
    """Exit 75, the disk named, and every memory as it was."""
    full = (f"mount -t tmpfs -o size=2m tmpfs '{store}'; cp -a '{store}.copy/.' '{store}'; "
            f"dd if=/dev/zero of='{store}/filler' bs=1k count=4096 2>/dev/null || true")  # fmt: skip
    ran = mounted(store, full, "remember", "x" * 50_000)
    assert (75, True) == (ran.returncode, "no space" in ran.stderr), ran.stderr
    shutil.rmtree(f"{store}.copy")
    assert BODY in mounted(store, full, "show", "deploy").stdout

"""What no gate likes: giants, bytes that are no text, names that are secrets; each is refused or scanned, none slips by."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from clikit import Terminal
from gitkit import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.system
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Return an ordinary repository, and stand in it."""
    place = tmp_path / "code"
    subprocess.run(["git", "init", "-q", "-b", "main", str(place)], check=True)
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def memsync(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


def staged(place: Path, path: str, raw: bytes) -> None:
    (place / path).write_bytes(raw)
    git(place, "add", "--", path)


@pytest.mark.parametrize("size", [50, 70])
def test_a_giant_is_refused_by_the_gate(repository, memsync, size):
    """A staged file of 50 MB or more, with a secret at its end, can't be scanned and so does not pass; nor is it pushed."""
    staged(repository, "giant.bin", b"\0" * (size * 1024 * 1024) + SECRET.encode())
    hook = memsync("hook", "pre-commit")
    git(repository, "commit", "-q", "--no-verify", "-m", "giant")
    tip = git(repository, "rev-parse", "HEAD").decode().strip()
    push = memsync(
        "hook",
        "pre-push",
        "origin",
        "x",
        stdin=f"refs/heads/main {tip} refs/heads/main {'0' * 40}\n".encode(),
    )

    assert (3, 3) == (hook.code, push.code)
    assert "too-large-to-scan" in hook.err
    assert "too-large-to-scan" in push.err


def test_a_giant_file_is_told_by_scan(repository, memsync):
    """`memsync scan` says which files it did not look at."""
    (repository / "giant.bin").write_bytes(b"\0" * (50 * 1024 * 1024))

    ran = memsync("scan", str(repository))

    assert "not scanned: " in ran.err
    assert "larger than 16 MiB" in ran.err


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe" + SECRET.encode("utf-16-le"),
        b"\x80\x81" + SECRET.encode() + b"\xff",
        b"\0\0" + SECRET.encode() + b"\0",
        b"PK\x03\x04" + SECRET.encode() + bytes(range(256)),
        b"x" * 3_000_000 + b" " + SECRET.encode(),
    ],
    ids=["utf-16", "invalid-utf-8", "nul", "binary", "long-line"],
)
def test_what_is_no_text_hides_nothing(repository, memsync, raw):
    """Bytes of any kind around a secret are scanned, staged or in a file."""
    staged(repository, "odd.bin", raw)

    assert (3, 3) == (memsync("hook", "pre-commit").code, memsync("scan", str(repository)).code)


def test_a_name_is_refused_and_not_shown(repository, memsync):
    """A file called by a secret is refused at the commit and in a push, and what is told does not name it."""
    staged(repository, f"{SECRET}.md", b"harmless\n")
    hook = memsync("hook", "pre-commit")
    git(repository, "commit", "-q", "--no-verify", "-m", "named")
    tip = git(repository, "rev-parse", "HEAD").decode().strip()
    push = memsync(
        "hook",
        "pre-push",
        "origin",
        "x",
        stdin=f"refs/heads/main {tip} refs/heads/main {'0' * 40}\n".encode(),
    )

    assert (3, 3) == (hook.code, push.code)
    assert SECRET not in hook.err + push.err + hook.out + push.out


def test_a_rename_of_what_was_sent_is_looked_at(repository, memsync, tmp_path):
    """A push that only gives an old file a secret's name is refused: the file is not new, its name is."""
    staged(repository, "a.md", b"harmless\n")
    git(repository, "commit", "-q", "-m", "first")
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote.git")], check=True)
    git(repository, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(repository, "push", "-q", "-u", "origin", "main")
    git(repository, "mv", "a.md", f"{SECRET}.md")
    git(repository, "commit", "-q", "--no-verify", "-m", "renamed")
    tip, old = (git(repository, "rev-parse", name).decode().strip() for name in ("HEAD", "HEAD~1"))

    push = memsync(
        "hook", "pre-push", "origin", "x", stdin=f"refs/heads/main {tip} refs/heads/main {old}\n".encode()
    )

    assert 3 == push.code


def test_a_tag_that_is_pushed_is_read(repository, memsync):
    """The message of an annotated tag is looked at before it is pushed."""
    staged(repository, "a.md", b"harmless\n")
    git(repository, "commit", "-q", "-m", "first")
    git(repository, "tag", "-a", "-m", f"use {SECRET}", "v1")
    tip = git(repository, "rev-parse", "v1").decode().strip()

    push = memsync(
        "hook", "pre-push", "origin", "x", stdin=f"refs/tags/v1 {tip} refs/tags/v1 {'0' * 40}\n".encode()
    )

    assert 3 == push.code


def test_a_file_that_names_a_blob_is_not_taken_for_it(repository, memsync):
    """The memory of what passed keeps ids and texts apart: a clean file with a blob's id in it lets no blob through."""
    oid = git(repository, "hash-object", "-w", "--stdin", feed=f"use {SECRET}\n".encode()).decode().strip()
    staged(repository, "a.md", oid.encode())
    assert 0 == memsync("hook", "pre-commit").code
    git(repository, "update-index", "--cacheinfo", f"100644,{oid},a.md")

    assert 3 == memsync("hook", "pre-commit").code

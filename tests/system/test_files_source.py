"""A folder of markdown on a real disk, with and without git."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from memsync.edges.source import Source
from memsync.testing import FakeSource

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system


def write(folder: pathlib.Path, path: str, text: str = "x\n", when: int = 1_600_000_000) -> None:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    os.utime(place, (when, when))


def commit(folder: pathlib.Path, when: int) -> None:
    environment = os.environ | {
        "GIT_AUTHOR_DATE": f"@{when} +0200",
        "GIT_COMMITTER_DATE": "@1700000000 +0000",
    }
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "commit", "-q", "-m", "x"], cwd=folder, check=True, env=environment)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_markdown_is_found_and_nothing_else(tmp_path):
    """No dot folders, no node_modules, no links, no other types."""
    for path in (
        "a.md",
        "sub/B.MD",
        "sub/c.markdown",
        ".git/x.md",
        ".obsidian/x.md",
        "node_modules/m/x.md",
        "d.txt",
    ):
        write(tmp_path, path)
    (tmp_path / "away").symlink_to(tmp_path / "sub")
    (tmp_path / "linked.md").symlink_to(tmp_path / "a.md")
    source = Source(tmp_path)
    assert ["a.md", "linked.md", "sub/B.MD", "sub/c.markdown"] == [f.path for f in source.files()]
    assert source.read("linked.md") is None
    assert b"x\n" == source.read("a.md")


def test_without_git_dates_are_the_files(tmp_path):
    """Both dates are the modification time."""
    write(tmp_path, "a.md", when=1_500_000_000)
    (file,) = Source(tmp_path).files()
    assert (at(1_500_000_000), at(1_500_000_000)) == (file.created, file.updated)


def test_with_git_dates_are_those_of_the_first_and_last_commit(tmp_path):
    """Author dates, also for a folder below the top and odd names; a file git does not know has its own."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, "notes/a b ü\n.md")
    write(tmp_path, "notes/c.md")
    commit(tmp_path, 1_400_000_000)
    write(tmp_path, "notes/a b ü\n.md", "more\n")
    commit(tmp_path, 1_450_000_000)
    write(tmp_path, "notes/new.md", when=1_550_000_000)
    found = {f.path: (f.created, f.updated) for f in Source(tmp_path / "notes").files()}
    expected = {
        "a b ü\n.md": (at(1_400_000_000), at(1_450_000_000)),
        "c.md": (at(1_400_000_000), at(1_400_000_000)),
        "new.md": (at(1_550_000_000), at(1_550_000_000)),
    }
    assert expected == found


def test_one_file_is_a_source_too(tmp_path):
    """Only that file."""
    write(tmp_path, "a.md")
    write(tmp_path, "b.md")
    assert ["a.md"] == [f.path for f in Source(tmp_path / "a.md").files()]


def test_a_repository_without_commits_gives_no_dates_and_says_so(tmp_path):
    """The files' own dates are used, and the report tells."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, "a.md")
    source = Source(tmp_path)
    assert at(1_600_000_000) == source.files()[0].created
    assert ["git gave no dates: those of the files are used"] == source.problems


def test_a_store_inside_is_left_out(tmp_path):
    """Importing a whole home does not bring one scope's memories into another."""
    for path in ("a.md", "shared-memory/.memsync/store.json", "shared-memory/projects/p/note/b.md"):
        write(tmp_path, path)
    source = Source(tmp_path)
    assert ["a.md"] == [f.path for f in source.files()]
    assert ["shared-memory/ is a memory store of its own and was left out"] == source.problems


def test_the_fake_gives_what_the_folder_gives(tmp_path):
    """Same files, same order, same bytes; None for what is not there."""
    for path in ("b.md", "a/c.md", "a.md"):
        write(tmp_path, path, f"{path}\n")
    real = Source(tmp_path)
    fake = FakeSource(
        contents={p: f"{p}\n".encode() for p in ("b.md", "a/c.md", "a.md")}, when=at(1_600_000_000)
    )
    assert real.files() == fake.files()
    assert [real.read(f.path) for f in real.files()] == [fake.read(f.path) for f in fake.files()]
    assert (None, None) == (real.read("no.md"), fake.read("no.md"))

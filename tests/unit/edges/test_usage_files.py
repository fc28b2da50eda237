"""The record of recalls on a disk: appended by many, added up by one, never in anybody's way."""

from __future__ import annotations

import subprocess
import sys

import pytest

from memsync.core.usage import Usage
from memsync.edges import usage
from memsync.edges.usage import UsageFiles

LINE = b'[5.0, 1.5, "cli", ["a"]]\n'


def test_what_is_noted_is_read(tmp_path):
    """Every line counts."""
    files = UsageFiles(tmp_path / "usage")
    for _ in range(3):
        files.note(LINE)

    assert (3, 3) == (files.read().uses["a"].count, files.read().speeds["cli"].total)


def test_many_lines_are_added_up(tmp_path, monkeypatch):
    """Then they are gone, and their sum is kept."""
    monkeypatch.setattr(usage, "_MANY", 20 * len(LINE))
    files = UsageFiles(tmp_path / "usage")
    for _ in range(100):
        files.note(LINE)

    assert 100 == files.read().uses["a"].count
    assert (tmp_path / "usage" / "log").stat().st_size <= 21 * len(LINE)


def test_processes_append_beside_each_other(tmp_path):
    """No line of several writers is torn or lost."""
    code = (
        "import sys; from pathlib import Path; from memsync.edges.usage import UsageFiles\n"
        "files = UsageFiles(Path(sys.argv[1]))\n"
        f"for _ in range(200): files.note({LINE!r})"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "usage")]) for _ in range(4)]

    assert [0] * 4 == [writer.wait(60) for writer in writers]
    assert 800 == UsageFiles(tmp_path / "usage").read().uses["a"].count


def test_a_folder_in_the_way_costs_nothing(tmp_path):
    """Where nothing can be written, nothing is counted and nothing raised."""
    (tmp_path / "file").write_text("in the way")
    files = UsageFiles(tmp_path / "file" / "usage")
    files.note(LINE)

    assert Usage() == files.read()


@pytest.mark.skipif(sys.platform == "win32", reason="a lock of POSIX")
def test_who_finds_it_locked_leaves_the_lines(tmp_path, monkeypatch):
    """Somebody else adds up just now: the line is kept all the same."""
    monkeypatch.setattr(usage, "_MANY", 1)
    files = UsageFiles(tmp_path)
    with files._alone() as alone:
        files.note(LINE)

    assert (True, 1, LINE) == (alone, files.read().uses["a"].count, (tmp_path / "log").read_bytes())

"""`memsync claude-md` on real files."""

from __future__ import annotations

import subprocess

import pytest

from clikit import Terminal

pytestmark = pytest.mark.system
MINE = "# My rules\r\n\r\n- tabs\r\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Make a repository and stand in a folder below its top."""
    top = tmp_path / "app"
    (top / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    monkeypatch.chdir(top / "src")
    return top


@pytest.fixture
def memsync(capfd, monkeypatch, home):  # the home is a new one
    """Return a terminal; no store is needed."""
    return Terminal(capfd, monkeypatch)


def test_new_file(memsync, project):
    """Without any such file a CLAUDE.md is made at the repository's top, and --remove takes it away again."""
    memsync.done("claude-md")
    assert "memory_recall" in (project / "CLAUDE.md").read_text()
    memsync.done("claude-md", "--remove")
    assert not (project / "CLAUDE.md").exists()


def test_existing_agents_file(memsync, project):
    """An AGENTS.md that is there is taken, and keeps every byte of its own, line ends too."""
    (project / "AGENTS.md").write_bytes(MINE.encode())
    memsync.done("claude-md")
    told = (project / "AGENTS.md").read_bytes().decode()
    assert told.startswith(MINE)
    assert "\n" not in told.replace("\r\n", "")
    memsync.done("claude-md", "--remove")
    assert (project / "AGENTS.md").read_bytes().decode() == MINE


def test_twice_and_dry(memsync, project):
    """The second time there is nothing to change; a dry run only shows."""
    shape = memsync.done("claude-md", "--dry-run", "--json").json
    assert shape["changed"] == [str(project / "CLAUDE.md")]
    assert "+## Memory" in shape["diff"]
    assert not (project / "CLAUDE.md").exists()
    memsync.done("claude-md")
    assert memsync.done("claude-md", "--json").json["changed"] == []


def test_import(memsync, project):
    """With --import the text stands below .claude, and CLAUDE.md has one line that brings it in."""
    (project / "CLAUDE.md").write_text("# Mine\n")
    memsync.done("claude-md", "--import")
    assert "\n@.claude/memsync.md\n" in (project / "CLAUDE.md").read_text()
    assert "memory_recall" in (project / ".claude" / "memsync.md").read_text()


@pytest.mark.parametrize("words", [["--remove"], []])
def test_an_imported_text_goes_with_its_import(memsync, project, words):
    """Taken out, or put into the file itself, the text that was imported is not left behind."""
    memsync.done("claude-md", "--import")
    memsync.done("claude-md", *words)

    assert ([], words == []) == (list((project / ".claude").iterdir()), (project / "CLAUDE.md").exists())


def test_link_stays(memsync, project, tmp_path):
    """A file that is a symbolic link stays one; what it points to is written."""
    (tmp_path / "shared.md").write_text("# Shared\n")
    (project / "CLAUDE.md").symlink_to(tmp_path / "shared.md")
    memsync.done("claude-md")
    assert (project / "CLAUDE.md").is_symlink()
    assert "memory_recall" in (tmp_path / "shared.md").read_text()


@pytest.mark.parametrize("raw", [b"<!-- memsync:begin -->\nhalf\n", b"\xff\xfe bad"])
def test_broken_file_stays(memsync, project, raw):
    """A file with half a block, or that is no UTF-8, is refused and not touched."""
    (project / "CLAUDE.md").write_bytes(raw)
    ran = memsync("claude-md")
    assert ran.code == 2
    assert "CLAUDE.md" in ran.err
    assert (project / "CLAUDE.md").read_bytes() == raw

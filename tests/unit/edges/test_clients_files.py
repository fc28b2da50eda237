"""Configuration files on a real disk: in one step, through links, with their permissions, or not at all."""

from __future__ import annotations

import json
import os
import pathlib
import sys

import pytest

from memsync.edges.clients import ClientFiles, homes, server_command
from memsync.edges.settings import Settings, load
from memsync.errors import BadInput, CannotWrite
from memsync.store.clients import setup

ROOT = os.geteuid() == 0


def test_a_link_stays_a_link_and_keeps_its_targets_permissions(tmp_path):
    """Writing through a symbolic link changes the target's bytes, not the link and not the mode."""
    target, link = tmp_path / "dotfiles.json", tmp_path / "claude.json"
    target.write_text("{}")
    target.chmod(0o640)
    link.symlink_to(target)
    assert ClientFiles().write(str(link), '{"a": 1}', expected="{}", shared=False)
    assert (True, '{"a": 1}', 0o640) == (link.is_symlink(), target.read_text(), target.stat().st_mode & 0o777)


def test_a_new_file_is_its_owners_alone(tmp_path):
    """A file that is made for a user, and its folder, can be read by nobody else; a project's can."""
    ClientFiles().write(str(tmp_path / "d/own"), "x", expected=None, shared=False)
    ClientFiles().write(str(tmp_path / "shared"), "x", expected=None, shared=True)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("d", "d/own", "shared")]
    assert [0o700, 0o600, 0o644] == modes


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path):
    """Writing answers False, and leaves no temporary file, where the file says something else than was expected."""
    path = tmp_path / "f"
    path.write_text("theirs")
    assert not ClientFiles().write(str(path), "mine", expected="old", shared=False)
    assert (["f"], "theirs") == ([p.name for p in tmp_path.iterdir()], path.read_text())


def test_line_ends_are_bytes(tmp_path):
    """Windows' line ends are read and written as they are."""
    path = tmp_path / "f"
    ClientFiles().write(str(path), "a\r\nb", expected=None, shared=False)
    assert (b"a\r\nb", "a\r\nb") == (path.read_bytes(), ClientFiles().read(str(path)))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A file that is not UTF-8 is named and not read."""
    (tmp_path / "f").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="not UTF-8"):
        ClientFiles().read(str(tmp_path / "f"))


def test_a_folder_in_the_files_place_is_an_error_of_ours(tmp_path):
    """What the disk refuses is told as CannotWrite with the path."""
    with pytest.raises(CannotWrite, match=str(tmp_path)):
        ClientFiles().read(str(tmp_path))


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_read_only_folder_is_an_error_of_ours(tmp_path):
    """Where nothing may be written, CannotWrite says so and nothing is left."""
    tmp_path.chmod(0o500)
    with pytest.raises(CannotWrite):
        ClientFiles().write(str(tmp_path / "f"), "x", expected=None, shared=False)


def test_the_variables_of_clients_name_their_folders(home):
    """CLAUDE_CONFIG_DIR, CODEX_HOME and COPILOT_HOME win over the usual places."""
    assert f"{home}" == homes({}).claude
    named = homes({"CLAUDE_CONFIG_DIR": "/c", "CODEX_HOME": "/x", "COPILOT_HOME": "/y"})
    assert ("/c", "/x", "/y") == (named.claude, named.codex, named.copilot)


def test_the_server_is_started_by_an_absolute_path():
    """Programs started from a desktop have no PATH to speak of."""
    command, _ = server_command()
    assert pathlib.Path(command).is_absolute()
    assert os.access(command, os.X_OK)


@pytest.fixture
def no_clients(monkeypatch, tmp_path):
    """Leave no client's command on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


def test_setup_writes_the_users_file(home, no_clients):
    """`setup claude` without Claude's command splices `~/.claude.json`, with an absolute command and alwaysLoad."""
    report = setup(Settings(), "claude", environ={}, project_dir=home)
    entry = json.loads((home / ".claude.json").read_text())["mcpServers"]["memsync"]
    assert (server_command()[0], True, True) == (entry["command"], entry["alwaysLoad"], report.changed)


def test_a_store_of_ones_own_is_written_into_the_entry(home, no_clients):
    """A store named by a variable reaches the server, which is started without that variable; the usual one is not named."""
    setup(load(environ={"MEMSYNC_STORE": "/else/where"}), "gemini", environ={}, project_dir=home)
    setup(Settings(), "copilot", environ={}, project_dir=home)
    gemini = json.loads((home / ".gemini/settings.json").read_text())["mcpServers"]["memsync"]
    copilot = json.loads((home / ".copilot/mcp-config.json").read_text())["mcpServers"]["memsync"]
    assert ({"MEMSYNC_STORE": "/else/where"}, None) == (gemini.get("env"), copilot.get("env"))


def test_the_filesystem_server_gets_the_store_as_its_argument(home, no_clients, tmp_path):
    """`--filesystem` names the store's folder behind the package, and starts it so that it keeps to that folder."""
    project = tmp_path / "project"
    project.mkdir()
    setup(
        Settings(store=home / "notes"),
        "claude",
        scope="project",
        environ={},
        project_dir=project,
        filesystem=True,
    )
    files = json.loads((project / ".mcp.json").read_text())["mcpServers"]["memory-files"]
    assert [
        "--without-roots",
        "npx",
        "-y",
        "@modelcontextprotocol/server-filesystem",
        str(home / "notes"),
    ] == files["args"][-5:]


def test_an_interrupted_setup_leaves_the_file_whole(tmp_path):
    """Killed between the temporary file and the replacement, the file is as it was."""
    path = tmp_path / "f"
    path.write_text("{}")
    code = (
        "import os, sys; from pathlib import Path; from memsync.edges.clients import ClientFiles; "
        "Path.replace = lambda *a: os._exit(9); ClientFiles().write(sys.argv[1], 'new', expected='{}', shared=False)"
    )
    assert 9 << 8 == os.system(f'{sys.executable} -c "{code}" {path}')
    assert "{}" == path.read_text()


@pytest.mark.parametrize(("client", "scope"), [("emacs", "user"), ("claude", "world")])
def test_unknown_words_are_refused(home, client, scope):
    """A client or a scope that is not known is named, with those that are."""
    with pytest.raises(BadInput):
        setup(Settings(), client, scope=scope, environ={}, project_dir=home)

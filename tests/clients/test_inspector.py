"""The protocol's own inspector finds nothing to complain about, in either era."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ERAS = ["legacy", "modern"]


def inspect(inspector, era, *words):
    """Run the inspector against the real server and return what it read."""
    command = [*inspector, "--cli", sys.executable, "-m", "memsync.mcp_server", "--protocol-era", era, *words]
    done = subprocess.run(
        command,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout[done.stdout.index("{") :])


@pytest.mark.parametrize("era", ERAS)
def test_the_tools_are_in_order(inspector, store, era):
    """A strict listing names the six tools, in their order."""
    names = [tool["name"] for tool in inspect(inspector, era, "--method", "tools/list", "--strict")["tools"]]
    assert [f"memory_{verb}" for verb in ("store", "recall", "read", "update", "delete", "status")] == names


@pytest.mark.parametrize("era", ERAS)
def test_a_call_answers(inspector, store, era):
    """A call through the inspector stores a memory."""
    told = inspect(
        inspector,
        era,
        "--method",
        "tools/call",
        "--tool-name",
        "memory_store",
        "--tool-arg",
        "content=Inspected facts.",
    )
    assert "Stored" in told["content"][0]["text"]


@pytest.mark.parametrize("era", ERAS)
def test_a_resource_is_read(inspector, store, era):
    """The index is read through the inspector."""
    told = inspect(inspector, era, "--method", "resources/read", "--uri", "memory://index")
    assert "<memories" in told["contents"][0]["text"]

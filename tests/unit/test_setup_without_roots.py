"""Another server behind memsync's door is not told of the client's roots, and loses nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from memsync.mcp_server.without_roots import without_roots

HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"roots": {"listChanged": True}, "elicitation": {}},
        "clientInfo": {"name": "é"},
    },
}


def test_roots_are_taken_out_of_the_greeting():
    """The client's other capabilities, its name and the version stay."""
    greeted, line = without_roots(json.dumps(HELLO).encode() + b"\n")
    expected = {**HELLO, "params": {**HELLO["params"], "capabilities": {"elicitation": {}}}}
    assert (True, expected, b"\n") == (greeted, json.loads(line), line[-1:])


@pytest.mark.parametrize(
    "line",
    [
        b"no JSON\n",
        b"\n",
        b"[]\n",
        b'{"method": "tools/list", "params": {"capabilities": {"roots": 1}}}\n',
        b"\xff\n",
    ],
)
def test_other_lines_pass_as_they_are(line):
    """What is no greeting is not touched."""
    assert (False, line) == without_roots(line)


def through(*command, text):
    return subprocess.run(
        [sys.executable, "-m", "memsync.mcp_server", "--without-roots", *command],
        input=text,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_everything_behind_the_greeting_is_copied():
    """Lines after the greeting reach the other server byte for byte, and its exit code is handed on."""
    text = (
        json.dumps(HELLO).encode()
        + b'\n{"method": "initialize", "params": {"capabilities": {"roots": 1}}}\nx\xff\n'
    )
    done = through(
        sys.executable,
        "-c",
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()); sys.exit(7)",
        text=text,
    )
    assert (7, text.split(b"\n")[1:]) == (done.returncode, done.stdout.split(b"\n")[1:])


def test_a_server_that_hears_nothing_is_ended():
    """One that does not end when the client hangs up is killed after its grace."""
    done = through(sys.executable, "-c", "import time; time.sleep(600)", text=b"")
    assert done.returncode != 0


def test_a_server_that_is_not_there_is_named():
    """A command that can't be started is exit 127, with its name on stderr."""
    done = through("/no/such/server", text=b"")
    assert (127, True, b"") == (done.returncode, b"/no/such/server" in done.stderr, done.stdout)


def test_when_the_other_server_ends_so_does_this_one():
    """The client, which still holds the wire open, sees the end at once."""
    command = [
        sys.executable,
        "-m",
        "memsync.mcp_server",
        "--without-roots",
        sys.executable,
        "-c",
        "import sys; sys.exit(5)",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert (5, b"") == (child.wait(30), child.stdout.read())


def test_a_terminated_server_takes_the_other_with_it():
    """SIGTERM ends both, also while the client still holds the wire open."""
    script = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)"
    command = [sys.executable, "-m", "memsync.mcp_server", "--without-roots", sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        other = int(child.stdout.readline())
        child.terminate()
        child.wait(30)
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)

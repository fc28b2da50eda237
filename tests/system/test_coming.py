"""Who comes is not kept waiting: a session, an MCP server, a machine that wakes up ask the remote at once. Real programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from bellkit import eventually
from clikit import forked
from gitkit import git
from synckit import bare

pytestmark = pytest.mark.system
_LONG = "3000"  # seconds between two questions to the remote: what arrives before did not wait for one


class Place:
    """A machine by its environment alone, as a person has it."""

    def __init__(self, home, remote) -> None:
        home.mkdir()
        self.root = home / "shared-memory"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEMSYNC_", "XDG_", "CLAUDE"))}
        self.environment = kept | {
            "HOME": str(home),
            "MEMSYNC_POLL": _LONG,
            "MEMSYNC_RESCAN": _LONG,
            "MEMSYNC_QUIET": "0.1",
        }
        words = ("join", str(remote)) if git(remote, "branch").strip() else ("init", "--remote", str(remote))
        self.run(*words)

    def start(self, *words: str, **pipes) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-P", "-m", "memsync", *words], env=self.environment, cwd=self.root.parent,
                                **pipes)  # fmt: skip

    def run(self, *words: str, text: bytes = b"") -> bytes:
        done = forked(words, stdin=text, env=self.environment, cwd=self.root.parent)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def learns(self, key: str) -> bool:
        """Whether a memory of the other machine arrives here soon."""
        return eventually(lambda: self.knows(key), patience=20)

    def knows(self, key: str) -> bool:
        """Whether it has a memory of that name."""
        return any((self.root / "global").glob(f"*/{key}.md"))

    def tells(self, key: str) -> None:
        """Remember something and send it."""
        self.environment["MEMSYNC_BACKGROUND"] = "0"
        self.run("remember", f"what {key} says", "--key", key, "--scope", "global")
        self.run("sync")


@pytest.fixture
def pair(tmp_path):
    remote = bare(tmp_path / "remote.git")
    return Place(tmp_path / "a", remote), Place(tmp_path / "b", remote)


@pytest.fixture
def watched(pair):
    """Both machines, and the second one's watcher, which has had its first look."""
    a, b = pair
    child = b.start("watch", "--json", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    child.stdout.readline()
    a.tells("before")
    assert not b.knows("before")
    yield a, b, child
    child.send_signal(signal.SIGCONT)
    child.terminate()
    child.communicate(timeout=60)


def test_a_session_start_hook_asks(watched):
    """When an assistant's session begins, the watcher asks the remote, whatever its plan was."""
    _, b, _ = watched
    told = {
        "session_id": "s",
        "hook_event_name": "SessionStart",
        "source": "startup",
        "cwd": str(b.root.parent),
    }
    b.run("hook", "session-start", text=json.dumps(told).encode())

    assert b.learns("before")


def test_an_mcp_server_that_starts_asks(watched):
    """An MCP server that finds a watcher at work has it ask the remote."""
    _, b, _ = watched
    server = b.start("mcp", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    arrived = b.learns("before")
    server.stdin.close()
    server.wait(60)

    assert arrived


@pytest.mark.slow
def test_a_machine_that_wakes_up_asks(watched):
    """A watcher that stood still for half a minute, as in sleep, asks the remote as soon as it goes on."""
    _, b, child = watched
    child.send_signal(signal.SIGSTOP)
    time.sleep(32)
    child.send_signal(signal.SIGCONT)

    assert b.learns("before")

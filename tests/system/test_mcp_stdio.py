"""`memsync-mcp` as a client starts it: a child process, JSON lines on its stdin and stdout, and nothing else there."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from memsync.core.answer import Query
from memsync.core.scope import GLOBAL
from memsync.store import Store

pytestmark = pytest.mark.system

HANDSHAKES = ["2025-06-18", "2025-11-25"]
MODERN = "2026-07-28"
ANSWERS_WITHIN = 60.0  # seconds; a start takes one or two, a loaded machine more


class Wire:
    """A server child and its two pipes."""

    def __init__(self, *argv, cwd, **environ):
        command = [sys.executable, "-m", "memsync.mcp_server", *argv]
        self.child = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._timer = threading.Timer(ANSWERS_WITHIN, self.child.kill)
        self._timer.start()
        self.number = 0
        self.modern = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        self.child.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def ask(self, method, **params):
        """Send a request and return its result; every line on stdout must be a message."""
        self.number += 1
        if self.modern:
            meta = {
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "codex-mcp-client", "version": "1"},
            }
            params["_meta"] = meta
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while True:
            message = json.loads(self.child.stdout.readline())
            if message.get("id") == self.number:
                return message["result"]

    def _send(self, message):
        self.child.stdin.write(json.dumps(message).encode() + b"\n")
        self.child.stdin.flush()

    def shake_hands(self, version):
        info = {"name": "claude-code", "version": "2"}
        told = self.ask("initialize", protocolVersion=version, capabilities={}, clientInfo=info)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return told

    def call(self, tool, **arguments):
        result = self.ask("tools/call", name=tool, arguments=arguments)
        return result["content"][0]["text"]

    def hang_up(self):
        """Close stdin and return the exit code and what was on stderr."""
        _, err = self.child.communicate(timeout=ANSWERS_WITHIN)
        return self.child.returncode, err.decode()


@pytest.mark.parametrize("version", HANDSHAKES)
def test_a_handshake_is_answered_in_its_version(home, tmp_path, version):
    """A client of 2025 gets its own protocol version, the server's name and version, and the instructions."""
    with Wire(cwd=tmp_path) as wire:
        told = wire.shake_hands(version)
    assert (version, "memsync", True) == (
        told["protocolVersion"],
        told["serverInfo"]["name"],
        "memory_recall" in told["instructions"],
    )


def test_the_modern_era_needs_no_handshake(home, tmp_path):
    """A client of 2026-07-28 discovers the server and calls a tool at once."""
    Store.init()
    with Wire(cwd=tmp_path) as wire:
        wire.modern = True
        told = wire.ask("server/discover")
        stored = wire.call("memory_store", content="The modern era works.")
    assert MODERN in told["supportedVersions"]
    assert "codex-mcp-client" == Store.open().get(stored.split("key ")[1].split(",")[0]).memory.instance


def test_the_handshake_does_not_wait_for_the_store(home, tmp_path):
    """Both initialize and tools/list are answered while the settings, and so the store, can't even be read yet."""
    os.mkfifo(tmp_path / "config.toml")  # whoever opens it waits for a writer that never comes
    with Wire(cwd=tmp_path, MEMSYNC_CONFIG=str(tmp_path / "config.toml")) as wire:
        wire.shake_hands("2025-06-18")
        assert 6 == len(wire.ask("tools/list")["tools"])


def test_stdout_is_the_wire_and_stderr_is_quiet(home, tmp_path):
    """A whole talk leaves stderr empty, and the server ends with 0 when the client hangs up."""
    Store.init()
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        wire.call("memory_store", content="Quiet please.")
        wire.call("memory_recall", query="quiet")
        wire.call("memory_read", name="no-such")
        assert (0, "") == wire.hang_up()


def test_the_project_is_the_clients(home, tmp_path):
    """CLAUDE_PROJECT_DIR names the project whose memories are the default, whatever the working folder is."""
    project = tmp_path / "code"
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    subprocess.run(
        ["git", "-C", str(project), "remote", "add", "origin", "git@github.com:org/app.git"], check=True
    )
    Store.init()
    with Wire(cwd=tmp_path, CLAUDE_PROJECT_DIR=str(project)) as wire:
        wire.shake_hands("2025-06-18")
        assert "/projects/app-" in wire.call("memory_store", content="This app is written in Rust.")


def test_a_foreign_git_directory_is_ignored(home, tmp_path):
    """Started out of a git hook, with GIT_DIR and GIT_INDEX_FILE of another repository, that repository stays as it is."""
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    Store.init()
    before = sorted(p.name for p in (other / ".git").rglob("*"))
    with Wire(
        cwd=tmp_path,
        GIT_DIR=str(other / ".git"),
        GIT_INDEX_FILE=str(other / ".git/index"),
        GIT_WORK_TREE=str(other),
    ) as wire:
        wire.shake_hands("2025-06-18")
        stored = wire.call("memory_store", content="Not for the other repository.")
        wire.call("memory_delete", name=stored.split("key ")[1].split(",")[0])
    assert before == sorted(p.name for p in (other / ".git").rglob("*"))


def test_broken_settings_are_an_answer(home, tmp_path):
    """Settings that can't be read don't stop the server: each tool says which file and what is wrong."""
    (tmp_path / "config.toml").write_text("store = 3")
    with Wire(cwd=tmp_path, MEMSYNC_CONFIG=str(tmp_path / "config.toml")) as wire:
        wire.shake_hands("2025-06-18")
        said = wire.call("memory_status")
    assert f"{tmp_path}/config.toml" in said


def test_two_servers_share_one_store(home, tmp_path):
    """What one assistant's server stores, another's, already running, recalls."""
    Store.init()
    with Wire(cwd=tmp_path) as one, Wire(cwd=tmp_path) as two:
        for wire in (one, two):
            wire.shake_hands("2025-06-18")
            wire.call("memory_status")
        one.call("memory_store", content="Shared between two assistants.")
        assert "Shared between two" in two.call("memory_recall", query="shared assistants")


def test_a_killed_server_keeps_what_it_acknowledged(home, tmp_path):
    """A kill -9 right after the answer loses nothing."""
    Store.init()
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        stored = wire.call("memory_store", content="Acknowledged and durable.")
        wire.child.kill()
    assert (
        "Acknowledged and durable."
        == Store.open().get(stored.split("key ")[1].split(",")[0]).memory.body.strip()
    )


def test_rubbish_on_the_wire_does_not_end_the_server(home, tmp_path):
    """A line that is no JSON, or a call with odd arguments, leaves the server answering."""
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        wire.child.stdin.write(b"this is no JSON\n\xff\xfe\n")
        assert 6 == len(wire.ask("tools/list")["tools"])


def test_a_client_that_closes_in_the_middle_leaves_nothing_running(home, tmp_path):
    """Both pipes torn away during a call: the server ends by itself, and the memory of that call is whole or not there."""
    Store.init()
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        call = {"name": "memory_store", "arguments": {"content": "Torn away. " * 1_000, "title": "Torn"}}
        wire._send({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": call})
        wire.child.stdout.close()
        wire.child.stdin.close()
        wire.child.wait(ANSWERS_WITHIN)
    listed = Store.open().list(Query(text="", scopes=(GLOBAL,), limit=100))
    assert {len("Torn away. " * 1_000)} >= {len(m.body.rstrip("\n")) for m in listed if m.key == "torn"}


def test_a_terminated_server_ends_at_once(home, tmp_path):
    """SIGTERM, which clients send when they are impatient, ends it; its pipes are still open."""
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        wire.child.terminate()
        assert wire.child.wait(ANSWERS_WITHIN) != 0


@pytest.mark.parametrize(("argv", "code", "out"), [(["--version"], 0, "memsync "), (["--nonsense"], 2, "")])
def test_its_own_options(home, argv, code, out):
    """--version tells the version; what is not known is exit 2 with the usage on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "memsync.mcp_server", *argv], capture_output=True, text=True, check=False
    )
    assert (code, out) == (done.returncode, done.stdout[: len(out)])


def test_the_server_syncs_when_nobody_else_does(home, tmp_path):
    """A file that a person writes into the store while an assistant runs reaches the remote, and no other program ran."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    root = Path(Store.init(remote=str(remote)).store)
    with Wire(cwd=tmp_path, MEMSYNC_BACKGROUND="1") as wire:
        wire.shake_hands("2025-06-18")
        wait_for(lambda: "syncer: none" not in wire.call("memory_status"))
        (root / "global").mkdir(exist_ok=True)
        (root / "global" / "by-hand.md").write_text("# By hand\n\nWritten in an editor.\n")
        assert wait_for(lambda: "by-hand.md" in names_in(remote))


def test_the_server_leaves_syncing_to_who_does_it(home, tmp_path):
    """With background work off, the server runs no syncer, and the status says that nobody does."""
    Store.init()
    with Wire(cwd=tmp_path) as wire:
        wire.shake_hands("2025-06-18")
        assert "syncer: none runs" in wire.call("memory_status")


def wait_for(holds, seconds=40.0):
    """Return True once something holds; the test's own patience, not a measure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.2)
    return False


def names_in(remote):
    return subprocess.run(
        ["git", "-C", str(remote), "ls-tree", "-r", "--name-only", "main"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout

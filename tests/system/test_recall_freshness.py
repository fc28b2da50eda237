"""What was written before the question is found by it: by hand or by another process; asked here, at the door, over MCP."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memsync.core.answer import Query
from memsync.edges.door.client import NoAnswer, find_door
from memsync.edges.settings import load
from memsync.store import Store
from memsync.store.answering import serve_door
from memsync.store.asking import Asker
from memsync.store.parts import Parts

pytestmark = pytest.mark.system

FILES = 60
WRITE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"


class Server:
    """An MCP server in a process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "memsync.mcp_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        self.ask(
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "t", "version": "1"},
        )
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method, **params):
        self.number += 1
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while True:
            message = json.loads(self.process.stdout.readline())
            if message.get("id") == self.number:
                return message["result"]

    def recall(self, text):
        told = self.ask("tools/call", name="memory_recall", arguments={"query": text})
        return told["content"][0]["text"]

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


@pytest.fixture
def store(home, monkeypatch):
    """Make a store of small notes."""
    monkeypatch.setenv("MEMSYNC_SEMANTIC", "off")
    monkeypatch.chdir(home)
    Store.init()
    root = Path(load().store)
    for number in range(FILES):
        write(root / "global" / "note" / f"n{number}.md", f"# Note\n\nsteady w{number}first\n")
    return root


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def changed(store, rng, number):
    """Change the store in one of the ways files change; return the path and the word that is there now."""
    path, word = store / "global" / "note" / f"n{rng.randrange(FILES)}.md", f"x{rng.randrange(10**8, 10**9)}y"
    text = f"# Note\n\nsteady {word}\n"
    match number % 20:
        case 0:
            subprocess.run([sys.executable, "-c", WRITE, str(path), text], check=True)
        case 1 | 2 | 3:
            fresh = path.with_suffix(".tmp")
            fresh.write_text(text)
            fresh.replace(path)
        case 4:
            path = store / "global" / f"fresh{number}" / "deep" / "new.md"
            write(path, text)
        case 5:
            path.unlink(missing_ok=True)
            path.write_text(text)
        case _:
            path.write_text(text)
    return path.relative_to(store).as_posix(), word


def rounds(store, how_often):
    """Write and ask at once, in turns by each way; return what was not found."""
    rng, missed = random.Random(31), []
    parts = Parts(store, settings=load(), instance="test")
    stop, server, here = threading.Event(), Server(), Store.open()
    thread = serve_door(parts, stop.is_set)
    until = time.monotonic() + 10
    while time.monotonic() < until and not _door():
        threading.Event().wait(0.01)

    def at_door(word):
        asker = Asker(Query(text=word), (), cwd=Path.cwd(), now=datetime(2026, 11, 21, tzinfo=UTC))
        told = asker.at_signpost()
        if told is None:  # too slow just now: a terminal looks itself then
            return ways["here"](word)
        return [hit["path"] for hit in told["hits"]]

    ways = {
        "here": lambda word: [hit.memory.path for hit in here.recall(Query(text=word)).hits],
        "at the door": at_door,
        "over MCP": lambda word: server.recall(word).replace(f"{store}/", "").replace(":", " ").split(),
    }
    try:
        for number in range(how_often):
            path, word = changed(store, rng, number)
            missed += [(number, name, path) for name, ask in ways.items() if path not in ask(word)]
    finally:
        server.end()
        stop.set()
        thread.join(5)
    return missed


def _door():
    try:
        return find_door(os.environ)
    except NoAnswer:
        return ""


def test_what_was_just_written_is_found_every_way(store):
    """Sixty rounds of writing and asking at once."""
    assert [] == rounds(store, 60)


@pytest.mark.slow
def test_a_thousand_rounds_every_way(store):
    """A thousand rounds, each asked here, at the door and over MCP."""
    assert [] == rounds(store, 1000)

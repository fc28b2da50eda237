"""Does anybody wait for the network? `remember` and `memory_store` while a fetch hangs for ever, beside the same without.

    python benchmarks/blackhole.py [TERMINAL_CALLS] [MCP_CALLS]      (default 100 and 600: about three minutes)

Three stores: one without a remote, one with a remote that answers (a folder), and one whose remote is a socket of this
machine that takes every connection and never says a word. `memsync watch` runs at each for the terminal's calls, and the
MCP server's own syncer for memory_store; on the third they hang in git all the time (the share of calls made while a
connection hung is printed). Calls take turns, so that the machine's moods fall on all three alike. Milliseconds.
"""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

NAMES = ("no remote", "a remote that answers", "a black hole")
SETTLE = 4.0  # seconds until a syncer has started and hangs in its fetch


class Hole:
    """Takes connections, keeps them, says nothing."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.door.getsockname()[1]
        self.lines: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            self.lines.append(self.door.accept()[0])

    def hangs(self) -> bool:
        """Whether somebody waits here just now."""
        for line in list(self.lines):
            line.setblocking(False)
            try:
                while line.recv(65536):
                    pass
                self.lines.remove(line)  # it hung up
                line.close()
            except BlockingIOError:
                continue
            except OSError:
                self.lines.remove(line)
        return bool(self.lines)


class Side:
    """One store with an environment of its own."""

    def __init__(self, name: str, place: pathlib.Path, remote: str) -> None:
        self.name, self.home = name, place
        place.mkdir()
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(place), "MEMSYNC_STORE": str(place / "m"),
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        if "PYTHONPATH" in os.environ:
            self.environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
        self.memsync("init", MEMSYNC_BACKGROUND="0")
        if remote:
            subprocess.run(["git", "-C", str(place / "m"), "remote", "add", "origin", remote], check=True)
        self.state = next(place.glob(".local/state/memsync/stores/*"))

    def memsync(self, *words: str, **more: str) -> None:
        subprocess.run([sys.executable, "-P", "-m", "memsync", *words], env=self.environment | more, cwd=self.home,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # fmt: skip

    def start(self, *words: str, **pipes: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-P", "-m", *words], env=self.environment, cwd=self.home,
                                stderr=subprocess.DEVNULL, **pipes)  # fmt: skip

    def call(self) -> None:
        """Let the syncer ask its remote again at once, as a session's beginning does: so it is always hanging there."""
        (self.state / "called").touch()


class Server:
    """An MCP server and its wire."""

    def __init__(self, side: Side) -> None:
        self.child = side.start("memsync.mcp_server", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        info = {"name": "benchmark", "version": "1"}
        self.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message: dict) -> None:
        self.child.stdin.write(json.dumps(message).encode() + b"\n")
        self.child.stdin.flush()

    def ask(self, method: str, **params: object) -> dict:
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while True:
            told = json.loads(self.child.stdout.readline())
            if told.get("id") == self.number:
                return told["result"]

    def store(self, text: str) -> None:
        told = self.ask("tools/call", name="memory_store", arguments={"content": text, "scope": "global"})
        assert not told.get("isError"), told

    def stop(self) -> None:
        self.child.stdin.close()
        self.child.wait(30)


def share(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def measure(title: str, sides: list[Side], hole: Hole, count: int, act) -> None:
    """Let the sides take turns; print percentiles and ratios."""
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    hung = 0
    for n in range(count):
        order = sides[n % len(sides) :] + sides[: n % len(sides)]
        for side in order:
            if not hole.hangs():
                sides[-1].call()
            if side is sides[-1]:
                hung += hole.hangs()
            began = time.perf_counter()
            act(side, f"Remember number {n} of {title}: {os.urandom(6).hex()} words for {side.name}")
            times[side.name].append((time.perf_counter() - began) * 1000)
    print(f"\n{title}, {count} calls each; on the black hole {hung} of {count} while a connection hung")
    print(f"{'':24}{'p50':>9}{'p95':>9}{'p99':>9}{'most':>9}   p99 to: no remote, answering")
    base = [share(times[name], 0.99) for name in NAMES[:2]]
    for name in NAMES:
        row = [share(times[name], p) for p in (0.5, 0.95, 0.99, 1)]
        ratios = "  ".join(f"{row[2] / b:5.2f}" for b in base)
        print(f"{name:24}" + "".join(f"{v:9.1f}" for v in row) + f"   {ratios}")


def main() -> None:
    terminal = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    mcp = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    hole = Hole()
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place / "remote.git")], check=True)
        remotes = ("", str(place / "remote.git"), f"http://127.0.0.1:{hole.port}/memory.git")
        sides = [Side(n, place / f"side{i}", r) for i, (n, r) in enumerate(zip(NAMES, remotes, strict=True))]
        watchers = [side.start("memsync", "watch", stdout=subprocess.DEVNULL) for side in sides]
        time.sleep(SETTLE)
        measure(
            "memsync remember",
            sides,
            hole,
            terminal,
            lambda side, text: side.memsync("remember", text, "--scope", "global"),
        )
        for watcher in watchers:
            watcher.terminate()
        for watcher in watchers:
            watcher.wait(60)
        servers = {side.name: Server(side) for side in sides}
        time.sleep(SETTLE)
        measure("memory_store over MCP", sides, hole, mcp, lambda side, text: servers[side.name].store(text))
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main()

"""How long an assistant waits for memsync's MCP server, beside the SDK's own empty server, in one run.

    python benchmarks/mcp_start.py [--rounds 15] [--json FILE]

Spawn → the answer to tools/list, cold (a new process each time), the two servers taking turns; the ratio of the medians
is what counts. Then, in one warm server over a store of its own: memory_store and memory_recall over stdio, the bytes of
tools/list, and the memory of the process at rest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = "from mcp.server import MCPServer\nMCPServer('empty', log_level='ERROR').run('stdio')"
SERVERS = {
    "empty SDK server": [sys.executable, "-c", EMPTY],
    "memsync-mcp": [sys.executable, "-m", "memsync.mcp_server"],
}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "benchmark", "version": "1"},
}


class Child:
    def __init__(self, command, home, cwd, **more):
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "MEMSYNC_BACKGROUND": "0", **more}
        self.process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0

    def ask(self, method, **params):
        self.number += 1
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while True:
            line = self.process.stdout.readline()
            message = json.loads(line)
            if message.get("id") == self.number:
                return message["result"], len(line)

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def greet(self, modern):
        if modern:
            return {"_meta": MODERN}
        self.ask(
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "benchmark", "version": "1"},
        )
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return {}

    def rest(self):
        """Return the resident memory in MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def cold(command, home, cwd, modern):
    """Return the seconds from spawn to the answer to tools/list."""
    start = time.perf_counter()
    child = Child(command, home, cwd)
    extra = child.greet(modern)
    child.ask("tools/list", **extra)
    took = time.perf_counter() - start
    child.end()
    return took


def warm(home, cwd):
    child = Child(SERVERS["memsync-mcp"], home, cwd)
    child.greet(False)
    size = child.ask("tools/list")[1]
    times = {"memory_store": [], "memory_recall": []}
    for number in range(60):
        for tool, arguments in (
            (
                "memory_store",
                {"content": f"Benchmark fact {number}: port {9000 + number} belongs to service {number}."},
            ),
            ("memory_recall", {"query": f"which service has port {9000 + number}"}),
        ):
            start = time.perf_counter()
            result, _ = child.ask("tools/call", name=tool, arguments=arguments)
            times[tool].append(time.perf_counter() - start)
            assert not result.get("isError"), result
    found = {"tools/list bytes": size, "resident MB": round(child.rest(), 1)}
    for tool, taken in times.items():
        ms = sorted(1000 * t for t in taken[5:])
        found[f"{tool} ms p50"] = round(statistics.median(ms), 1)
        found[f"{tool} ms p95"] = round(ms[int(len(ms) * 0.95)], 1)
    child.end()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, cwd = Path(folder) / "home", Path(folder) / "work"
        home.mkdir()
        cwd.mkdir()
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "MEMSYNC_BACKGROUND": "0"}
        subprocess.run(
            [sys.executable, "-m", "memsync", "init"], env=env, cwd=cwd, check=True, capture_output=True
        )
        found = {}
        for era, modern in (("handshake", False), ("modern", True)):
            taken = {name: [] for name in SERVERS}
            for turn in range(given.rounds + 1):
                for name, command in SERVERS.items():
                    took = cold(command, home, cwd, modern)
                    if turn:  # the first turn warms the disk
                        taken[name].append(took)
            for name, seconds in taken.items():
                found[f"{era}, {name}: ms median"] = round(1000 * statistics.median(seconds))
                found[f"{era}, {name}: ms best"] = round(1000 * min(seconds))
            medians = [statistics.median(seconds) for seconds in taken.values()]
            found[f"{era}: ratio of medians"] = round(medians[1] / medians[0], 3)
        found |= warm(home, cwd)
    for name, value in found.items():
        print(f"{name:45} {value}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()

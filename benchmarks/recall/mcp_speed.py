"""Recall through MCP, warm: memsync's server beside one that asks SQLite FTS5, over the same texts, in turns, in one run.

    python benchmarks/recall/mcp_speed.py [MEMORIES] [QUESTIONS]      (10000 and 150)

memsync without its extra for meanings. Prints the time of a whole tool call, p50 and p95, with the bytes of the answers, and the servers' memory.
memsync answers over pipes of its own (mcp_server/pipes.py); the row `FTS5 ..., memsync's pipes` is the same search over these.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import notes as noteset  # noqa: E402  # found by the line above
from mcp_start import Child  # noqa: E402  # the same

HERE = Path(__file__).parent
INDEX = """
from memsync.store import Store
from memsync.core.answer import Query
store = Store.open()
for _ in range(400):
    if not store.recall(Query(text="deploy")).problems: break
"""


def database(made, file: Path) -> Path:
    db = sqlite3.connect(file)
    db.execute("pragma journal_mode=wal")
    db.execute(
        "create virtual table n using fts5(path unindexed, title, category unindexed, body, tokenize='porter unicode61')"
    )
    for note in made.notes:
        head, _, body = note.text[4:].partition("---\n")
        title = re.search(r"^title: (.*)$", head, re.MULTILINE)[1]
        category = note.path.split("/")[-2]
        db.execute("insert into n values (?, ?, ?, ?)", (note.path, title, category, body))
    db.commit()
    db.execute("insert into n(n) values ('optimize')")
    db.commit()
    db.close()
    return file


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 150
    made = noteset.build(copies=max(0, count - 392))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = {"PATH": os.environ["PATH"], "HOME": folder, "MEMSYNC_BACKGROUND": "0"}
        subprocess.run(
            [sys.executable, "-m", "memsync", "init"], env=env, cwd=home, check=True, capture_output=True
        )
        for note in made.notes:
            path = home / "shared-memory" / note.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(note.text)
        subprocess.run([sys.executable, "-c", INDEX], env=env, cwd=home, check=True)
        data = database(made, home / "fts.db")
        time.sleep(
            2.5
        )  # files that are younger are looked at with every question, and these were all written just now
        fts = [sys.executable, str(HERE / "fts5_server.py"), str(data)]
        quick = [*fts, "--pipes"]
        servers = {
            "memsync": Child(
                [sys.executable, "-m", "memsync.mcp_server"], home, home, MEMSYNC_SEMANTIC="off"
            ),
            "FTS5, every word": Child(fts, home, home),
            "FTS5, question words left out": Child([*fts, "--stop"], home, home),
            "FTS5, every word, memsync's pipes": Child(quick, home, home),
        }
        questions = random.Random(1).sample(
            [q.text for q in made.questions if q.kind != "error line"], 2 * many
        )
        for server in servers.values():
            server.greet(False)
        ask(servers, questions[:many])
        print("questions asked once before")
        table(*ask(servers, questions[:many]), servers)
        print("questions never asked before, to servers that were asked others")
        table(*ask(servers, questions[many:]), servers)
        for server in servers.values():
            server.end()


def ask(servers, questions):
    """Ask every server every question, in turns; return the milliseconds and the bytes by server."""
    times = {name: [] for name in servers}
    sizes = dict.fromkeys(servers, 0)
    for text in questions:
        for name, server in servers.items():
            arguments = {"query": text, **({"scope": "all"} if name == "memsync" else {})}
            start = time.perf_counter()
            result, size = server.ask("tools/call", name="memory_recall", arguments=arguments)
            times[name].append((time.perf_counter() - start) * 1000)
            assert not result.get("isError"), result
            sizes[name] += size
    return times, sizes


def table(times, sizes, servers) -> None:
    for name, taken in times.items():
        ordered = sorted(taken)
        print(
            f"  {name:32} p50 {statistics.median(ordered):6.2f} ms   p95 {ordered[len(ordered) * 95 // 100]:6.2f} ms   "
            f"{sizes[name] // len(ordered):6,} bytes an answer   {servers[name].rest():4.0f} MB"
        )


if __name__ == "__main__":
    main()

"""Recall's speed on a real disk: memsync's flow beside SQLite FTS5 over the same texts, in one run.

python benchmarks/recall/speed.py 1000 10000        (100000 takes some minutes to build)
"""

from __future__ import annotations

import random
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset
import run

from memsync.core.answer import Query
from memsync.core.memory import read
from memsync.core.recall import words
from memsync.edges.index import MemoryIndex
from memsync.edges.tree import MemoryTree
from memsync.flows.recall import Place, recall


def quantiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2] * 1000:.2f} ms, p95 {ordered[len(ordered) * 95 // 100] * 1000:.2f} ms"


def timed(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class Cached:
    """A tree whose listing is held, as a resident process that trusts its watcher holds it."""

    def __init__(self, tree) -> None:
        self.tree, self.held = tree, tree.listing()

    def listing(self):
        return self.held

    def read(self, path):
        return self.tree.read(path)


def measure(count: int, folder: Path) -> None:
    made = noteset.build(copies=max(0, count - 392))
    root = folder / "store"
    for note in made.notes:
        path = root / note.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(note.text)
    tree = MemoryTree(root, lock=folder / "lock", trash=folder / "trash")
    index = MemoryIndex(folder / "cache")
    start = time.process_time()
    index.refresh(tree.listing(), lambda path: read(path, tree.read(path).decode()))
    size = sum(f.stat().st_size for f in (folder / "cache").rglob("*") if f.is_file())
    print(
        f"\n{count} memories: built in {time.process_time() - start:.1f} s of CPU, {size / count / 1024:.1f} KiB each"
    )
    rng = random.Random(1)
    asked = rng.sample([q.text for q in made.questions if q.kind != "error line"], 150)

    def ask(text: str, place: Place) -> None:
        recall(Query(text=text, scopes=run.SCOPES), places=[place], now=noteset.NOW)

    def place(tree, index) -> Place:
        return Place(label="", private=False, tree=tree, index=index, admit=lambda path, raw: True)  # noqa: ARG005  # the port's signature

    fts = run.Fts5(made, stop=True)
    fts.db.commit()
    disk = sqlite3.connect(folder / "fts.db")
    fts.db.backup(disk)
    fts.db = disk
    rows = {
        "FTS5, connection open": [],
        "memsync, listing held": [],
        "memsync, each time all files looked at": [],
        "memsync, cold": [],
    }
    held = Cached(tree)
    for text in asked:  # warm both
        fts.ask(text)
        ask(text, place(held, index))
    for text in asked:
        rows["FTS5, connection open"].append(timed(lambda t=text: fts.ask(t)))
        rows["memsync, listing held"].append(timed(lambda t=text: ask(t, place(held, index))))
        rows["memsync, each time all files looked at"].append(
            timed(lambda t=text: ask(t, place(tree, index)))
        )
        rows["memsync, cold"].append(timed(lambda t=text: ask(t, place(tree, MemoryIndex(folder / "cache")))))
    for name, times in rows.items():
        print(f"  {name:40} {quantiles(times)}")
    edits = []
    for n in range(20):
        path = root / made.notes[n].path
        path.write_text(made.notes[n].text + f"edited {n}\n")
        listing = tree.listing()
        edits.append(timed(lambda now=listing: index.refresh(now, lambda p: read(p, tree.read(p).decode()))))
    print(f"  {'one changed file taken in':40} {quantiles(edits)}")
    print(f"  {'the listing alone':40} {quantiles([timed(tree.listing) for _ in range(5)])}")
    print(
        f"  memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (with the texts and FTS5)"
    )
    assert words.QUESTION


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ["1000"]):
        with tempfile.TemporaryDirectory() as temp:
            measure(size, Path(temp))

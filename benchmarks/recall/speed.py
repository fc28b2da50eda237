"""Recall's speed and size on a real disk: memsync's flow beside SQLite FTS5 over the same texts, in one run.

python benchmarks/recall/speed.py 1000 10000 [--folder KEPT]
python benchmarks/recall/speed.py 100000 --folder KEPT --only-build 60      again and again until it says it is complete

With --folder the store and its index stay there and are used again.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import notes as noteset
import run

from memsync.core.answer import Query
from memsync.core.change import Stamp
from memsync.core.memory import read
from memsync.edges.index import MemoryIndex
from memsync.edges.meaning import Meaning
from memsync.edges.tree import MemoryTree
from memsync.flows.meanings import learn_all
from memsync.flows.recall import Place, recall

ASKED = 150


def quantiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2] * 1000:.2f} ms, p95 {ordered[len(ordered) * 95 // 100] * 1000:.2f} ms"


def timed(call, clock=time.perf_counter) -> float:
    start = clock()
    call()
    return clock() - start


class Held:
    """A tree whose listing is held, as a resident process that trusts its watcher holds it."""

    def __init__(self, tree) -> None:
        self.tree, self.held = tree, tree.listing()

    def listing(self):
        return self.held

    def state(self):
        return self.held

    def read(self, path):
        return self.tree.read(path)


def plant(made, root: Path) -> None:
    for note in made.notes:
        path = root / note.path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(note.text)


def build(tree, index, *, seconds: float) -> bool:
    """Bring the index up to date, a few thousand files at a time; False where the time was over first."""
    until, listing = time.monotonic() + seconds, tree.listing()
    while True:
        done = index.refresh(listing, lambda path: read(path, tree.read(path).decode()), limit=2_000)
        if not done.left:
            return True
        if time.monotonic() > until:
            print(f"{len(done.left)} files are left")
            return False


def questions(made) -> list[str]:
    return random.Random(1).sample([q.text for q in made.questions if q.kind != "error line"], ASKED)


def place_of(tree, index, meaning=None) -> Place:
    return Place(label="", private=False, tree=tree, index=index, admit=lambda path, raw: True, sense=meaning)  # noqa: ARG005  # the port's signature


def ask(text: str, place: Place) -> None:
    recall(Query(text=text, scopes=run.SCOPES), places=[place], now=noteset.NOW)


def measure(count: int, folder: Path, *, only_build: float | None) -> None:
    made = noteset.build(copies=max(0, count - len(noteset.build().notes)))
    root = folder / "store"
    plant(made, root)
    tree = MemoryTree(root, lock=folder / "lock", trash=folder / "trash")
    index = MemoryIndex(folder / "cache")
    start = time.process_time()
    complete = build(tree, index, seconds=3600 if only_build is None else only_build)
    print(
        f"\n{count:,} memories: {time.process_time() - start:.1f} s of CPU to build{'' if complete else ', not complete'}"
    )
    if not complete or only_build is not None:
        return
    size = sum(f.stat().st_size for f in (folder / "cache").rglob("*") if f.is_file())
    segments = len(list((folder / "cache").rglob("*.trm")))
    print(f"  index on disk {size / count / 1024:.1f} KiB a memory, in {segments} segments")
    speeds(made, folder, tree, index)
    edits(made, tree, folder)
    for what in ("words", "meaning"):
        print(
            "  "
            + subprocess.run(
                [sys.executable, __file__, "--memory", what, "--folder", folder],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        )


def speeds(made, folder: Path, tree, index) -> None:
    disk = sqlite3.connect(folder / "fts.db")
    disk.execute("pragma journal_mode=wal")
    fts = run.Fts5(made, stop=True)
    fts.db.commit()
    fts.db.backup(disk)
    fts.db = disk
    held, meaning = Held(tree), Meaning(folder / "meaning")
    by_meaning = place_of(held, index, meaning)
    took = timed(lambda: learn_all(by_meaning), time.process_time)
    asked = questions(made)
    ways = {
        "FTS5, WAL, connection open, paths only": fts.ask,
        "memsync, listing held": lambda text: ask(text, place_of(held, index)),
        "memsync[semantic], listing held": lambda text: ask(text, by_meaning),
        "memsync, each time all files looked at": lambda text: ask(text, place_of(tree, index)),
        "memsync, index opened for each question": lambda text: ask(
            text, place_of(held, MemoryIndex(folder / "cache"))
        ),
    }
    for name, way in ways.items():
        for text in asked[:30]:
            way(text)
        print(f"  {name:42} {quantiles([timed(lambda t=text, ask=way: ask(t)) for text in asked])}")
    print(f"  {'all meanings learned':42} {took:.1f} s of CPU")
    disk.close()
    for file in folder.glob("fts.db*"):
        file.unlink()


def edits(made, tree, folder: Path) -> None:
    """One changed file: the index's own work, the comparison of all files with what the index knows, the walk over them.

    The stamps are made: a file that was written just now would be looked at twice, whatever the size.
    """
    index = MemoryIndex(folder / "cache")
    takes, compares = [], []
    listing = tree.listing()
    for n in range(60):
        note = made.notes[n]
        old = listing[note.path]
        stamp = Stamp(
            size=old.size, mtime_ns=old.mtime_ns - 10**10 - n, ctime_ns=old.ctime_ns, inode=old.inode
        )
        listing = listing | {note.path: stamp}
        text = note.text + f"edited at {time.time_ns()}\n"
        whole = timed(
            lambda now=listing, path=note.path, text=text: index.refresh(now, lambda _: read(path, text))
        )
        compare = timed(lambda now=dict(listing): index.refresh(now, lambda _: None))
        takes.append(whole - compare)
        compares.append(compare)
    walks = [timed(tree.listing) for _ in range(5)]
    print(
        f"  {'one changed file: the index itself':42} {quantiles(takes)}, mean {sum(takes) / len(takes) * 1000:.1f} ms"
    )
    print(f"  {'  comparing the listing':42} {quantiles(compares)}")
    print(f"  {'  walking over the files':42} {quantiles(walks)}")


def memory(folder: Path, what: str) -> None:
    """Ask as a resident would and print what this process holds, nothing else in it."""
    tree = MemoryTree(folder / "store", lock=folder / "lock", trash=folder / "trash")
    held = Held(tree)
    place = place_of(
        held, MemoryIndex(folder / "cache"), Meaning(folder / "meaning") if what == "meaning" else None
    )
    for text in questions(noteset.build()):
        ask(text, place)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(f"a process that has asked {ASKED} questions by {what}: {pages * 4096 / 1e6:.0f} MB")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("sizes", type=int, nargs="*")
    options.add_argument("--folder", type=Path)
    options.add_argument("--only-build", type=float)
    options.add_argument("--memory", default="")
    given = options.parse_args()
    if given.memory:
        memory(given.folder, given.memory)
        return
    for size in given.sizes or [1000]:
        if given.folder:
            measure(size, given.folder / str(size), only_build=given.only_build)
            continue
        with tempfile.TemporaryDirectory() as temp:
            measure(size, Path(temp), only_build=given.only_build)


if __name__ == "__main__":
    main()

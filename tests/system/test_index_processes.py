"""The index among processes: writers and rebuilders killed at any moment, readers meanwhile, two at once."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from memsync.core.answer import Query
from memsync.core.scope import GLOBAL
from memsync.edges.index import MemoryIndex
from memsync.edges.tree import MemoryTree
from memsync.errors import IndexLost
from memsync.flows.recall import Place, recall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FILES = 60

WORLD = """
import json, os, random, sys, time
from datetime import UTC, datetime
from pathlib import Path
from memsync.core.answer import Query
from memsync.core.scope import GLOBAL
from memsync.edges.index import MemoryIndex
from memsync.edges.tree import MemoryTree
from memsync.flows.recall import Place, recall
root, cache = Path(sys.argv[1]), Path(sys.argv[2])
tree = MemoryTree(root, lock=root.parent / "lock", trash=root.parent / "trash")
place = Place(label="", private=False, tree=tree, index=MemoryIndex(cache), admit=lambda p, b: True)
def ask(text):
    query = Query(text=text, scopes=(GLOBAL,))
    return [h.memory.path for h in recall(query, places=[place], now=datetime(2026, 11, 21, tzinfo=UTC)).hits]
"""

WRITER = (
    WORLD
    + """
rng = random.Random(int(sys.argv[3]))
print("up", flush=True)
n = 0
while True:
    n += 1
    path = root / "global" / "note" / f"n{rng.randrange(int(sys.argv[4]))}.md"
    word = f"w{rng.randrange(10**9)}x"
    path.with_suffix(".tmp").write_text(f"# Note\\n\\nsteady {word}\\n")
    os.replace(path.with_suffix(".tmp"), path)
    if n % 7 == 0:
        for file in cache.glob("index-*/*"):
            if rng.random() < 0.4:
                try: os.truncate(file, file.stat().st_size // 2) if rng.random() < 0.5 else file.unlink()
                except OSError: pass
    ask(word)
"""
)

READER = (
    WORLD
    + """
print("up", flush=True)
asked = wrong = 0
while not (root.parent / "enough").exists():
    asked += 1
    wrong += "global/fact/anchor.md" not in ask("immovable anchor of the harbour")
print(json.dumps([asked, wrong]))
"""
)


def _anything(path: str, raw: bytes) -> bool:
    return bool(path) or bool(raw)


class Disk:
    """A store of small notes on a real disk, and its index."""

    def __init__(self, folder: Path) -> None:
        self.root, self.cache = folder / "store", folder / "cache"
        for n in range(FILES):
            self.write(f"global/note/n{n}.md", f"# Note\n\nsteady w{n}first\n")
        self.write("global/fact/anchor.md", "# Anchor\n\nThe immovable anchor of the harbour.\n")
        self.tree = MemoryTree(self.root, lock=folder / "lock", trash=folder / "trash")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def start(self, program: str, *more: object) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-c",
            textwrap.dedent(program),
            str(self.root),
            str(self.cache),
            *map(str, more),
        ]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "up\n", child.stderr.read()
        return child

    def ask(self, text: str) -> tuple[list[str], tuple[str, ...]]:
        place = Place(label="", private=False, tree=self.tree, index=MemoryIndex(self.cache), admit=_anything)
        answer = recall(Query(text=text, scopes=(GLOBAL,)), places=[place], now=NOW)
        return [hit.memory.path for hit in answer.hits], answer.problems

    def check(self, rng: random.Random) -> None:
        """Assert that the index is whole again: what stands in the files is found, and the index itself has all of it."""
        for n in rng.sample(range(FILES), 4):
            word = (self.root / f"global/note/n{n}.md").read_text().split()[-1]
            paths, problems = self.ask(word)
            assert (paths[:1], problems) == ([f"global/note/n{n}.md"], ())
        index = MemoryIndex(self.cache)
        view = index.view()
        assert view.count == FILES + 1
        assert len(view.postings("steadi")[0]) == FILES
        view.close()


def _killed(disk: Disk, *, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(kills):
        writer = disk.start(WRITER, rng.randrange(10**6), FILES)
        time.sleep(rng.uniform(0.0, 0.5))
        writer.kill()
        writer.communicate()
        disk.check(rng)


@contextmanager
def _readers(disk: Disk, count: int) -> Iterator[None]:
    """Let so many processes read for as long as the block takes; none may get a wrong answer."""
    children = [disk.start(READER) for _ in range(count)]
    try:
        yield
    finally:
        (disk.root.parent / "enough").touch()
        told = [child.communicate(timeout=240) for child in children]
    assert [child.returncode for child in children] == [0] * count, [err for _, err in told]
    answers = [json.loads(out) for out, _ in told]
    print(f"{sum(asked for asked, _ in answers):,} questions asked by {count} processes")
    assert all(asked > 0 for asked, _ in answers)
    assert sum(wrong for _, wrong in answers) == 0


def test_a_killed_writer_leaves_an_index_that_mends_itself(tmp_path):
    """After kill -9 of a process that edits, indexes, damages and rebuilds, answers are right and the index is whole."""
    disk = Disk(tmp_path)
    disk.ask("steady")
    with _readers(disk, 1):
        _killed(disk, kills=3, seed=11)


@pytest.mark.slow
def test_two_hundred_kills_and_eight_readers(tmp_path):
    """The same two hundred times, with eight processes reading all the while."""
    disk = Disk(tmp_path)
    disk.ask("steady")
    with _readers(disk, 8):
        _killed(disk, kills=200, seed=12)


def test_what_one_writes_another_finds(tmp_path):
    """A file written by hand just before the question is found by it, also while another process writes the index."""
    disk = Disk(tmp_path)
    writer = disk.start(WRITER, 3, FILES)
    try:
        for n in range(20):
            disk.write(f"global/note/fresh{n}.md", f"# Fresh\n\nnarwhal{n}z\n")
            assert disk.ask(f"narwhal{n}z")[0][:1] == [f"global/note/fresh{n}.md"]
    finally:
        writer.kill()
        writer.communicate()


@pytest.mark.slow
def test_a_thousand_rounds_of_writing_and_asking(tmp_path):
    """A thousand times: a file is written or overwritten in place, with the same size, by hand or by another process, and found at once."""
    disk = Disk(tmp_path)
    disk.ask("steady")
    rng = random.Random(21)
    for n in range(1000):
        path, word = f"global/note/n{rng.randrange(FILES)}.md", f"x{rng.randrange(10**8, 10**9)}y"
        if n % 20:
            disk.write(path, f"# Note\n\nsteady {word}\n")
        else:
            program = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
            subprocess.run(
                [sys.executable, "-c", program, str(disk.root / path), f"# Note\n\nsteady {word}\n"],
                check=True,
            )
        assert disk.ask(word)[0][:1] == [path]


def test_threads_of_one_process_share_an_index(tmp_path):
    """Eight threads ask one index while files change; each finds what it should, every time."""
    disk = Disk(tmp_path)
    index = MemoryIndex(disk.cache)

    def ask(text: str) -> list[str]:
        place = Place(label="", private=False, tree=disk.tree, index=index, admit=_anything)
        answer = recall(Query(text=text, scopes=(GLOBAL,)), places=[place], now=NOW)
        return [hit.memory.path for hit in answer.hits]

    def reader(number: int) -> int:
        return sum(ask(f"w{n}first")[:1] == [f"global/note/n{n}.md"] for n in range(number, number + 12))

    ask("steady")
    with ThreadPoolExecutor(max_workers=8) as pool:
        asked = [pool.submit(reader, number) for number in range(8)]
        for n in range(10):
            disk.write(f"global/note/n{40 + n}.md", f"# Note\n\nsteady z{n}z\n")
            assert ask(f"z{n}z")[:1] == [f"global/note/n{40 + n}.md"]
        assert [future.result() for future in asked] == [12] * 8


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    """Where the cache folder can't be made, the files are read, and the answer says so."""
    disk = Disk(tmp_path)
    disk.cache.write_text("a file in the way")
    paths, problems = disk.ask("immovable anchor")
    assert paths == ["global/fact/anchor.md"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *(
            (name, harm)
            for name in ("listing", "toc", "trm", "pst", "col", "quick", "everything")
            for harm in ("cut", "gone")
        ),
        *((name, harm) for name in ("pst", "col", "quick") for harm in ("empty", "noise")),
        *((name, "tiny") for name in ("trm", "pst", "col", "quick")),
    ],
)
def test_any_damage_is_mended(tmp_path, name, harm):
    """Whichever file of the index is cut, emptied, overwritten or gone: the answer is right and the index is whole again."""
    disk = Disk(tmp_path)
    disk.ask("steady")
    for file in disk.cache.glob("index-*/*"):
        if name in ("everything", file.name, file.name.partition("-")[0], file.suffix[1:]):
            raw = file.read_bytes()
            if harm == "gone":
                file.unlink()
            else:
                file.write_bytes(
                    {
                        "cut": raw[: len(raw) // 2],
                        "empty": b"",
                        "tiny": raw[:3],
                        "noise": bytes(random.Random(5).randbytes(len(raw))),
                    }[harm]
                )
    disk.write("global/note/n0.md", "# Note\n\nsteady changed0z\n")
    for n in (0, 7, 31):
        word = (disk.root / f"global/note/n{n}.md").read_text().split()[-1]
        assert disk.ask(word)[0][:1] == [f"global/note/n{n}.md"]
    disk.check(random.Random(1))


def test_an_index_that_is_made_anew_between_two_looks_is_not_taken_for_complete(tmp_path):
    """Found complete, then emptied by another process before it is opened: that is told, and the question asked again."""
    disk = Disk(tmp_path)
    disk.ask("steady")
    disk.write("global/note/n0.md", "# Note\n\nsteady later\n")
    disk.ask("steady")
    index, other = MemoryIndex(disk.cache), MemoryIndex(disk.cache)
    files = {p: s for p, s in disk.tree.listing().items() if p.endswith(".md")}
    index.refresh(files, lambda _: None)
    with other._lock():
        other._make_anew()

    with pytest.raises(IndexLost):
        index.view()
    assert disk.ask("immovable anchor")[0] == ["global/fact/anchor.md"]

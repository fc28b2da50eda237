"""What recall must stand: the questions, files, indexes, disks and clocks that nobody wishes for. Each is answered, rightly or with a word why not."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest

import faultkit
from memsync.core.answer import Query
from memsync.core.scope import GLOBAL
from memsync.edges.index import MemoryIndex
from memsync.edges.index.journal import FORMAT
from memsync.edges.tree import MemoryTree
from memsync.flows.recall import Place, recall

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ANCHOR = "global/fact/anchor.md"
QUESTION = "immovable anchor"


class Disk:
    """A few memories on a real disk, and their index."""

    def __init__(self, folder) -> None:
        self.root, self.cache = folder / "store", folder / "cache"
        self.write(ANCHOR, "# Anchor\n\nThe immovable anchor of the harbour.\n")
        for n in range(40):
            self.write(f"global/note/n{n}.md", f"# Note {n}\n\nsteady w{n}first\n")
        self.tree = MemoryTree(self.root, lock=folder / "lock", trash=folder / "trash")

    def write(self, path: str, text: str):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        return self.root / path

    def ask(self, text: str, *, now: datetime = NOW, tree=None) -> tuple[list[str], tuple[str, ...]]:
        place = Place(
            label="",
            private=False,
            tree=tree or self.tree,
            index=MemoryIndex(self.cache, patience=0.2),
            admit=lambda path, raw: bool(path) or bool(raw),
        )
        answer = recall(Query(text=text, scopes=(GLOBAL,)), places=[place], now=now)
        return [hit.memory.path for hit in answer.hits], answer.problems


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        f'"the {QUESTION}',
        f'{QUESTION}"',
        f'""" {QUESTION} "',
        f"\x00\x1b[31m{QUESTION}\x07\x9b\u202e",
        f"{QUESTION} \ud800\udfff",
        f"{QUESTION} " + "x1y2 " * 20_000,
        f"{QUESTION}\n" * 5_000,
        f"{QUESTION} ((((a+)+)+)+)+$ [[:alpha:]]{{1,99999}} (?P<x>.*)*",
        f"-- ' OR 1=1; DROP TABLE; {QUESTION}",
    ],
)
def test_odd_questions_are_answered(disk, text):
    """Unbalanced quotes, control characters, 100 KB and other languages' syntax are words among which the right ones count."""
    paths, problems = disk.ask(text)
    assert (ANCHOR, ()) == (paths[0], problems)


@pytest.mark.parametrize("text", ["what is the", "and or not of", "???", "-", "…"])
def test_a_question_without_a_word_that_says_something_finds_nothing(disk, text):
    """Only stop words or signs: nothing, and no error."""
    assert ([], ()) == disk.ask(text)


def test_a_phrase_that_is_a_bomb_as_a_regular_expression(disk):
    """A phrase is looked for as it stands, whatever it would be as a pattern."""
    disk.write("global/note/bomb.md", "# Bomb\n\nThe pattern (a+)+$ hangs on " + "a" * 5_000 + "!\n")
    assert (["global/note/bomb.md"], ()) == disk.ask('"(a+)+$ hangs"')
    assert ([], ()) == disk.ask('pattern "(a|aa)+$"')


def test_an_index_of_another_version_is_made_anew(disk):
    """What an older or a newer memsync left in the cache is no index of ours: it is replaced, and found is what the files say."""
    disk.ask(QUESTION)
    current = disk.cache / f"index-{FORMAT}"
    raw = (current / "listing").read_bytes()
    (current / "listing").write_bytes(raw[:4] + (FORMAT + 7).to_bytes(4, "little") + raw[8:])
    for other in ("index-1", "index-99"):
        (disk.cache / other).mkdir()
        (disk.cache / other / "_MAIN_1.toc").write_bytes(b"of another version")
    for file in current.glob("*.toc"):
        file.write_bytes(b"of another version")
    assert ([ANCHOR], ()) == (disk.ask(QUESTION)[0][:1], disk.ask(QUESTION)[1])
    assert [current.name] == [folder.name for folder in disk.cache.glob("index-*")]


@pytest.mark.parametrize("seed", range(6))
def test_half_of_an_index_is_mended(disk, seed):
    """Any half of the index's files may be gone or cut: the answer is right, and the index whole again."""
    disk.ask(QUESTION)
    rng = random.Random(seed)
    files = sorted(file for file in disk.cache.glob("index-*/*") if file.is_file())
    for file in rng.sample(files, len(files) // 2):
        if rng.random() < 0.5:
            file.unlink()
        else:
            os.truncate(file, rng.randrange(file.stat().st_size + 1))
    assert ANCHOR == disk.ask(QUESTION)[0][0]
    disk.ask(QUESTION)
    assert MemoryIndex(disk.cache).view().count == 41


def test_a_full_disk_below_the_index(disk):
    """Where the cache's disk is full the files themselves are read, and the answer says so; with room again, it is mended."""

    def work():
        disk.cache.mkdir()
        faultkit.small_disk(disk.cache, "size=96k")
        filler = faultkit.fill(disk.cache)
        full = disk.ask(QUESTION)
        filler.unlink()
        disk.ask(QUESTION)
        return full, disk.ask(QUESTION), MemoryIndex(disk.cache).view().count

    (paths, problems), after, count = faultkit.with_mounts(work)
    assert (ANCHOR, 1) == (paths[0], len(problems))
    assert (ANCHOR, (), 41) == (after[0][0], after[1], count)


def test_a_disk_that_fills_up_below_an_index_that_was_there(disk):
    """An index that can't take in a change any more is asked all the same, and the changed file is read beside it."""

    def work():
        disk.cache.mkdir()
        faultkit.small_disk(disk.cache, "size=256k")
        disk.ask(QUESTION)
        faultkit.fill(disk.cache)
        disk.write("global/note/n3.md", "# Note\n\nsteady changedagain\n")
        return disk.ask("changedagain"), disk.ask(QUESTION)

    changed, old = faultkit.with_mounts(work)
    assert ("global/note/n3.md", ANCHOR) == (changed[0][0], old[0][0])


def test_a_read_only_disk_below_the_index(disk):
    """A cache that can only be read is read; what changed since is looked up in the files."""

    def work():
        disk.ask(QUESTION)
        faultkit.mount("--bind", str(disk.cache), str(disk.cache))
        faultkit.mount("-o", "remount,bind,ro", str(disk.cache))
        disk.write("global/note/n3.md", "# Note\n\nsteady changedagain\n")
        return disk.ask("changedagain"), disk.ask(QUESTION)

    (paths, problems), old = faultkit.with_mounts(work)
    assert ("global/note/n3.md", 1) == (paths[0], len(problems))
    assert ANCHOR == old[0][0]


def test_files_that_vanish_while_they_are_taken_in(disk):
    """Files that go away between the look at the folder and the reading are left out; the others are found."""

    class Vanishing(MemoryTree):
        def read(self, path: str) -> bytes | None:
            if path.endswith(("3.md", "7.md")):
                (disk.root / path).unlink(missing_ok=True)
            return super().read(path)

    tree = Vanishing(disk.root, lock=disk.root.parent / "lock", trash=disk.root.parent / "trash")
    assert (ANCHOR, ()) == (disk.ask(QUESTION, tree=tree)[0][0], disk.ask(QUESTION, tree=tree)[1])
    assert [] == disk.ask("w13first", tree=tree)[0]
    assert ["global/note/n14.md"] == disk.ask("w14first", tree=tree)[0]


@pytest.mark.parametrize("year", [1971, 1999, 2100, 2600])
def test_clocks_that_are_wrong(disk, year):
    """Files and headers from another century, and a clock that goes wrong between two questions, change nothing of what is found."""
    moment = datetime(year, 5, 4, tzinfo=UTC)
    path = disk.write(
        "global/note/late.md", f"---\ncreated: {moment.isoformat()}\n---\nA zeppelin is moored.\n"
    )
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert (["global/note/late.md"], ()) == disk.ask("zeppelin")
    assert (["global/note/late.md"], ()) == disk.ask("zeppelin", now=moment)
    path.write_text("---\ncreated: 2026-01-01\n---\nA submarine is moored.\n")
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert (["global/note/late.md"], ()) == disk.ask("submarine")


def test_a_million_tags(disk):
    """A header of a million tags is too large to be one: its memory is found by its words, and one of 8,000 tags by these too."""
    tags = ", ".join(f"t{n}" for n in range(1_000_000))
    disk.write(
        "global/note/tags.md", f"---\ntitle: Labelled\ntags: [{tags}]\n---\nThe labyrinth of labels.\n"
    )
    assert ANCHOR == disk.ask(QUESTION)[0][0]
    assert ["global/note/tags.md"] == disk.ask("labyrinth labels")[0]
    tags = ", ".join(f"t{n}" for n in range(8_000))
    disk.write(
        "global/note/tags.md", f"---\ntitle: Labelled\ntags: [{tags}]\n---\nThe labyrinth of labels.\n"
    )
    assert ["global/note/tags.md"] == disk.ask("labyrinth tag:t7")[0]
    assert ["global/note/tags.md"] == disk.ask("labyrinth t7999")[0]

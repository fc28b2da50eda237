"""An editor that saves while memsync writes the same file: what it saved is never lost."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from gitkit import machines
from oracle import GitRemote, World, tokens

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.system
PATH = "global/note/raced.md"


def editor(root: Path, until: int, notes: int) -> None:
    """Save the file again and again, each time with a new token after what stands there; write down each token once saved."""
    place, dice = root / PATH, random.Random(os.getpid())
    for number in range(until):
        token = b"- q%dk saved\n" % (1_000_000 + number)
        try:
            text = place.read_bytes() + token
        except FileNotFoundError:
            continue
        beside = place.with_name(".raced.swp")
        beside.write_bytes(text)
        beside.replace(place)
        os.write(notes, token)
        time.sleep(dice.random() * 0.004)


def test_what_an_editor_saves_during_a_sync_is_kept(tmp_path):
    """Two machines change one file; on one of them an editor saves it all the time meanwhile."""
    assert race(tmp_path, saves=60)[1] == set()


def race(folder: Path, *, saves: int) -> tuple[int, set[bytes]]:
    """Return how many saves there were, and which tokens are nowhere in the end."""
    first, other = machines(folder, 2)
    first.hand_edit(PATH, b"- begun\n")
    some = World([first, other], remote=GitRemote(folder / "remote.git"))
    some.settle()
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        try:
            editor(first.root, saves, write_end)
        finally:
            os._exit(0)
    os.close(write_end)
    number = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        number += 1
        other.hand_edit(PATH, b"- q%dk from afar\n" % number + other.read(PATH))
        other.sync()
        first.sync()
    saved = tokens(_all(read_end))
    some.born |= saved | {b"q%dk" % n for n in range(1, number + 1)}
    figures = some.judge()
    assert figures.stray == figures.diverged == figures.markers == figures.damaged == 0, figures
    alive = tokens(*first.files().values())
    return len(saved), some.born - alive


def _all(descriptor: int) -> bytes:
    out = b""
    while piece := os.read(descriptor, 1 << 16):
        out += piece
    return out


def displaced(folder: Path, *, saves: int) -> tuple[int, set[bytes]]:
    """Write over a file with MemoryTree.swap as fast as it goes, while an editor saves it whenever its last save is gone.

    So every save but the last is taken out of the path by a swap. Return how many there were, and which came out nowhere.
    """
    from memsync.edges.tree import MemoryTree

    root = folder / "memory"
    (root / PATH).parent.mkdir(parents=True)
    (root / PATH).write_bytes(b"begun")
    tree = MemoryTree(root, lock=folder / "lock", trash=folder / "trash")
    child = os.fork()
    if not child:
        try:
            _save(root / PATH, saves)
        finally:
            os._exit(0)
    seen: set[bytes] = set()
    written = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        written += 1
        out = tree.swap(PATH, b"memsync %d" % written)
        if out is not None:
            seen.add(out.content)
            tree.purge(out.token)
    seen.add((root / PATH).read_bytes())
    seen |= {out.content for out in tree.trash_listing(now=time.time(), age=0)}
    return saves, {b"save %d" % n for n in range(saves)} - seen


def _save(place: Path, saves: int) -> None:
    """Save as editors do: a new file, moved in place."""
    beside, last = place.with_name(".raced.swp"), b""
    for number in range(saves):
        while place.read_bytes() == last:
            pass
        last = b"save %d" % number
        beside.write_bytes(last)
        beside.replace(place)


def test_no_save_that_a_write_takes_out_is_lost(tmp_path):
    """Every content that an editor had in place when memsync wrote came out and was seen."""
    assert (300, set()) == displaced(tmp_path, saves=300)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_sweep(tmp_path, capsys):
    """RACE_SAVES (10,000) saves that writes displace, and a tenth as many during whole syncs: nothing is lost."""
    goal = int(os.environ.get("RACE_SAVES", "10000"))
    saves, missing = displaced(tmp_path / "displaced", saves=goal)
    with capsys.disabled():
        print(f"{saves} displaced saves, {len(missing)} lost", flush=True)
    assert set() == missing
    total, lost = 0, set()
    for turn in range(max(1, goal // 3000)):
        saves, missing = race(tmp_path / str(turn), saves=300)
        total += saves
        lost |= missing
        with capsys.disabled():
            print(f"{total} saves during syncs, {len(lost)} lost", flush=True)

    assert set() == lost

"""Forgetting and revising while a cycle runs: what it sees half-way neither comes back nor goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memsync.flows.sync import sync
from memsync.store import changing, syncing
from synckit import machines

pytestmark = pytest.mark.system
PATH = "global/fact/x.md"


@pytest.fixture
def a(tmp_path):
    made, _ = machines(tmp_path, 1)
    made[0].write(PATH, "# A memory\n\nof which nobody knows yet\n")
    return made[0]


def test_the_cycle_takes_away_what_was_forgotten_while_it_wrote(a):
    """The note comes while a cycle that knew of no such file writes it: it goes again, and its deletion is committed."""
    parts = a.parts
    syncing.capture_before(parts, PATH)
    parts.book.set_shadow({PATH: None})
    oid = a.git("rev-parse", f"main:{PATH}").strip()
    (a.root / PATH).unlink()

    def noted(point: str) -> None:
        if point == "before_exchange":
            parts.book.leave(PATH, oid, certain=True)

    sync(replace(syncing.bench(parts), crash=noted), network=False)

    assert not (a.root / PATH).exists()
    assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")


def test_forget_looks_whether_it_came_back(a, monkeypatch):
    """A whole cycle between the file's going and the note, which knew of no such file, writes it: `forget` takes it away again."""
    noting = syncing.acknowledge_deletion

    def late(room, path) -> None:
        room.book.set_shadow({path: None})
        a.sync()
        assert (a.root / path).exists()
        noting(room, path)

    monkeypatch.setattr(syncing, "acknowledge_deletion", late)
    changing.forget(a.parts, PATH)
    a.sync()

    assert not (a.root / PATH).exists()
    assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")


def test_a_cycle_before_the_note_takes_it_for_deleted(a, monkeypatch):
    """A whole cycle between the file's going and the note commits the deletion, and nothing comes back."""
    noting = syncing.acknowledge_deletion

    def late(room, path) -> None:
        a.sync()
        assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")
        noting(room, path)

    monkeypatch.setattr(syncing, "acknowledge_deletion", late)
    changing.forget(a.parts, PATH)
    a.sync()

    assert not (a.root / PATH).exists()
    assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")


class Slow:
    """A folder whose first reading takes so long that something happens before it is given."""

    def __init__(self, tree, happens) -> None:
        self._tree, self._happens = tree, [happens]

    def __getattr__(self, name: str):
        return getattr(self._tree, name)

    def read(self, path: str):
        raw = self._tree.read(path)
        if self._happens:
            self._happens.pop()()
        return raw


def test_what_is_captured_before_a_change_takes_nothing_back(a):
    """A process that read the file before another one added to it, and before a cycle took that in, keeps its text in history only."""
    parts = a.parts

    def added() -> None:
        a.write(PATH, a.read(PATH) + "\n- and one line more\n")
        a.sync()

    parts.tree = Slow(parts.tree, added)
    syncing.capture_before(parts, PATH)
    a.sync()

    assert "one line more" in a.read(PATH)
    assert "one line more" in a.git("show", f"main:{PATH}")

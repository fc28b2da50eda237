"""Forgetting while a cycle runs: between its capture and its going a memory looks like one that was not written yet."""

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
    """The note comes while the cycle writes the file anew: it goes again, and its deletion is committed."""
    parts = a.parts
    syncing.capture_before(parts, PATH)
    oid = a.git("rev-parse", f"main:{PATH}").strip()
    (a.root / PATH).unlink()

    def noted(point: str) -> None:
        if point == "before_exchange":
            parts.book.leave(PATH, oid, certain=True)

    sync(replace(syncing.bench(parts), crash=noted), network=False)

    assert not (a.root / PATH).exists()
    assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")


def test_forget_looks_whether_it_came_back(a, monkeypatch):
    """A whole cycle between the file's going and the note writes it anew: `forget` takes it away again."""
    noting = syncing.acknowledge_deletion

    def late(room, path) -> None:
        a.sync()
        assert (a.root / path).exists()
        noting(room, path)

    monkeypatch.setattr(syncing, "acknowledge_deletion", late)
    changing.forget(a.parts, PATH)
    a.sync()

    assert not (a.root / PATH).exists()
    assert PATH not in a.git("ls-tree", "-r", "--name-only", "main")

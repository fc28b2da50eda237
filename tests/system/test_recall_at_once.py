"""What a resident answers at once, in its event loop's own thread: only what it knows without looking at files or asking git."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import anyio
import pytest

from memsync.core.answer import Query
from memsync.edges.settings import load
from memsync.mcp_server.keeper import Keeper
from memsync.store import Store

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a resident looks at every file"),
]

NOTE = "---\ntitle: Kiln {name}\nsources: {sources}\n---\nThe kiln {name} burns at night.\n"
ASKED = Query(text="when does the kiln burn?")


@pytest.fixture
def store(home, monkeypatch):
    """A store as a resident has it, asked often enough to know everything."""
    monkeypatch.setenv("MEMSYNC_SEMANTIC", "off")
    monkeypatch.setattr(
        "memsync.edges.index.batch.RACY_NS", -(10**10)
    )  # else young files are looked at for two seconds
    monkeypatch.chdir(home)
    Store.init()
    write("oak", "[]")
    store = Store.open(settings=load()).staying()
    settle(store)
    return store


def settle(store):
    """Ask until everything is known: an index is trusted when a look finds nothing to take in, a folder when two agree."""
    for _ in range(3):
        store.visible((), cwd=Path.cwd())
        store.recall(ASKED)


def write(name, sources):
    """Write a note by hand."""
    path = Path(load().store) / "global" / "note" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(NOTE.format(name=name, sources=sources))


def paths(answer):
    """Return the hits' paths."""
    return [hit.memory.path for hit in answer.hits]


def test_what_is_known_is_answered_as_recall_does(store, home):
    """The same hits, scores and lines."""
    assert store.at_once.may(home)
    assert store.at_once.recall(ASKED) == store.recall(ASKED)


def test_after_a_write_by_hand_it_is_not(store, home):
    """A note written before the question takes a look, and is found by it; the look is not forgotten by being asked about."""
    write("elm", "[]")
    assert [store.at_once.may(home), store.at_once.may(home)] == [False, False]
    assert sorted(paths(store.recall(ASKED))) == ["global/note/elm.md", "global/note/oak.md"]


@pytest.mark.parametrize("rounds", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_what_was_just_written_is_found_by_who_answers_at_once(store, home, rounds):
    """Again and again: all is known, a note changes by hand, and the very next question finds what it says now."""
    path, at_once, missed = store.root / "global" / "note" / "oak.md", 0, []
    for number in range(rounds):
        store.recall(ASKED)
        at_once += store.at_once.may(home)
        word = f"x{number}kiln"
        fresh = path.with_suffix(".tmp") if number % 3 else path
        fresh.write_text(NOTE.format(name=word, sources="[]"))
        fresh.replace(path)
        asked = Query(text=word)
        answer = store.at_once.recall(asked) if store.at_once.may(home) else store.recall(asked)
        missed += [number] * (paths(answer) != ["global/note/oak.md"] or word not in answer.hits[0].snippet)
    assert (at_once, missed) == (rounds, [])


def test_a_folder_nobody_looked_at_is_not(store, tmp_path):
    """Which project another folder is of has to be asked of git."""
    assert not store.at_once.may(tmp_path)


def test_memories_that_cite_files_are_not(store, home):
    """Whether cited files changed has to be asked of git."""
    write("oak", "[src/kiln.py]")
    settle(store)
    assert store.at_once.may(home)
    assert store.at_once.recall(ASKED) is None


def test_who_is_asked_already_is_not_asked_at_once(home, store):
    """While one call has the store, the next one waits for its turn in the store's thread."""
    keeper = Keeper(cwd=home)
    keeper.open()
    keeper.ask("", lambda _: None)
    begun, end = threading.Event(), threading.Event()

    async def asked():
        async def long():
            await keeper.answer("", lambda _: begun.set() or end.wait(20), waiting=nothing)

        async with anyio.create_task_group() as group:
            group.start_soon(long)
            await anyio.to_thread.run_sync(begun.wait)
            group.start_soon(answered, "busy")
            await anyio.wait_all_tasks_blocked()
            end.set()
        await answered("free")

    async def nothing(_seconds):
        return

    who = []

    async def answered(when):
        told = await keeper.answer("", lambda _: "its turn", waiting=nothing, quick=lambda _: "at once")
        who.append((when, told))

    anyio.run(asked)
    keeper.close()
    assert who == [("busy", "its turn"), ("free", "at once")]

"""A question that finds the files as the last one did asks no file; and finds every change made since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from memsync.core.answer import Query
from memsync.core.wire import write_plain
from memsync.edges.index import MemoryIndex, batch
from memsync.edges.settings import load
from memsync.store import Store
from memsync.store.clock import now
from memsync.store.parts import Parts
from memsync.store.recalling import recall_plainly

pytestmark = pytest.mark.system

WAYS = {
    "edited": lambda f: f.write_text("# Note\n\nsteady, and a newword\n"),
    "appended": lambda f: f.open("a").write("newword\n"),
    "replaced": lambda f: (f.with_name("t").write_text("# newword\n"), f.with_name("t").replace(f)),
    "removed": lambda f: f.unlink(),
    "moved": lambda f: f.rename(f.with_name("newword.md")),
    "added": lambda f: f.with_name("z.md").write_text("# newword\n"),
    "folder moved": lambda f: f.parent.rename(f.parent.with_name("fact")),
    "folder removed": lambda f: shutil.rmtree(f.parent),
    "a twin": lambda f: f.with_name("a.conflict-0123abcd.md").write_text("# steady newword\n"),
    "held": lambda f: f.write_text(f"# Note\n\nsteady AKIA{'QWERTYUIOPASDFGH'}\n"),
}


@pytest.fixture
def file(home, monkeypatch):
    """Make a store whose index stands for all its files, and is known to; return one of them."""
    monkeypatch.chdir(home)
    monkeypatch.setattr(
        batch, "RACY_NS", 0
    )  # a tick is not waited for: every change here changes a size or a name
    Store.init()
    folder = Path(load().store) / "global" / "note"
    folder.mkdir(parents=True, exist_ok=True)
    for name in "abc":
        (folder / f"{name}.md").write_text(f"# Note {name}\n\nsteady\n")
    for _ in range(3):
        alone("steady")
    return folder / "a.md"


def alone(text: str) -> list[str]:
    """Ask as a terminal does where nobody is resident."""
    told = recall_plainly(write_plain(text=text), cwd=str(Path.cwd()), now=now())
    return sorted((hit["path"], *hit.get("notes", ())) for hit in told["hits"])


def by_store(text: str) -> list[str]:
    """Ask as everything else does: with a look at each file."""
    hits = Store.open().recall(Query(text=text)).hits
    return sorted((hit.memory.path, *hit.notes) for hit in hits)


def test_nothing_is_compared_where_nothing_changed(file, monkeypatch):
    """The third question takes the index as it is."""

    def looked(*_, **__):
        raise AssertionError

    monkeypatch.setattr(MemoryIndex, "refresh", looked)

    assert [(f"global/note/{name}.md",) for name in "abc"] == alone("steady")


@pytest.mark.parametrize("way", WAYS)
def test_every_change_is_found_at_once(file, way):
    """The answer is the one that a look at every file gives, whatever was changed."""
    WAYS[way](file)

    assert (by_store("steady"), by_store("newword")) == (alone("steady"), alone("newword"))


@pytest.mark.parametrize("way", WAYS)
def test_a_change_is_found_by_who_comes_first(file, way):
    """As above, asked before anybody else brought the index up to date."""
    WAYS[way](file)

    assert (alone("steady"), alone("newword")) == (by_store("steady"), by_store("newword"))


def test_an_allowance_counts_at_once(file):
    """What the gate decides by is part of what is known."""
    file.write_text(f"# Note\n\nsteady AKIA{'QWERTYUIOPASDFGH'}\n")
    before = alone("steady")
    rules = Path(load().store) / ".memsync" / "allow.yaml"
    rules.write_text("[]\n")

    assert (before, by_store("steady")) == (alone("steady"), before)


def test_an_index_that_is_gone_is_made_anew(file):
    """The note beside an index says nothing of another one."""
    settings = load()
    cache = Parts(settings.store, settings=settings, instance="t").cache_dir
    note = next(cache.rglob("clean")).read_bytes()
    shutil.rmtree(cache / "index")
    alone("steady")
    next(cache.rglob("index-*")).joinpath("clean").write_bytes(note)

    assert [(f"global/note/{name}.md",) for name in "abc"] == alone("steady")


@pytest.mark.parametrize("keep", [0, 4, 20])
def test_a_torn_note_is_no_note(file, keep):
    """Then every file is looked at."""
    settings = load()
    note = next(Parts(settings.store, settings=settings, instance="t").cache_dir.rglob("clean"))
    note.write_bytes(note.read_bytes()[:keep])

    assert [(f"global/note/{name}.md",) for name in "abc"] == alone("steady")

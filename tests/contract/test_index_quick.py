"""The quick copy of the index says the same as Whoosh itself, term for term and document for document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memsync.core.change import Stamp
from memsync.core.memory import Memory, read
from memsync.core.recall.entry import PATH
from memsync.edges.index import MemoryIndex
from memsync.edges.index.glance import place_of
from memsync.edges.index.postings import WhooshView
from memsync.edges.index.quick import QuickView, newest, quick_view
from memsync.edges.index.warm import COLUMNS
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from pathlib import Path

OLD = 1_700_000_000_000_000_000
WORDS = ("apple", "pear", "Çıkış", "東京都", "parse_invoice", "v1.2.3", "E4012", "cellar")

changes = st.dictionaries(
    st.sampled_from([f"global/note/n{n}.md" for n in range(9)]),
    st.none() | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    max_size=6,
)


def _told(folder: Path) -> QuickView:
    found = quick_view(folder)
    assert found is not None
    return found


def _everything(view: WhooshView | QuickView) -> object:
    """Return all that a view can tell, but for what is kept of earlier questions."""
    terms = view.terms("")
    return (
        (view.name, view.generation, view.count, view.span, tuple(terms)),
        {term: tuple(map(tuple, view._postings(term))) for term in (*terms, "unknown")},
        {term: view._frequency(term) for term in (*terms, "unknown")},
        [view._stored(document) for document in range(view.span)],
        [list(view._column(name)) for name in COLUMNS],
        [list(view.terms(prefix)) for prefix in ("=", "=s:", "a", "ce", "東", "zz")],
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, min_size=1, max_size=7))
def test_the_copy_says_what_whoosh_says(tmp_path_factory, batches):
    """After any edits and removals, merges among them, postings, weights, facts, columns and prefixes are the same."""
    index = MemoryIndex(tmp_path_factory.mktemp("cache"))
    texts: dict[str, str] = {}
    for number, batch in enumerate(batches):
        for path, text in batch.items():
            if text is None:
                texts.pop(path, None)
            else:
                texts[path] = f"# Note\n\n{text} batch{number}\n"
        listing = {
            p: Stamp(size=len(t), mtime_ns=OLD + hash(t) % 10**6, ctime_ns=OLD, inode=1)
            for p, t in texts.items()
        }
        index.refresh(listing, lambda path: read(path, texts[path]))
        folder = index._folder
        whoosh = WhooshView(folder)
        assert _everything(whoosh) == _everything(_told(folder))
        for path in (*texts, "global/note/unknown.md"):
            places = [place_of(folder, newest(folder), path)]
            assert list(whoosh.postings(PATH + path)[0]) == [n for n in places if n is not None]


@pytest.fixture
def index(tmp_path: Path) -> MemoryIndex:
    """Make an index of two memories."""
    made = MemoryIndex(tmp_path / "cache")
    made.refresh(_listing("pears", "plums"), _note)
    return made


def _listing(*names: str) -> dict[str, Stamp]:
    return {f"global/note/{n}.md": Stamp(size=1, mtime_ns=OLD, ctime_ns=OLD, inode=1) for n in names}


def _note(path: str) -> Memory:
    return read(path, f"# {path[12:-3]}\n\nsweet\n")


def test_questions_are_answered_from_the_copy(index):
    """An index that was written is read without Whoosh."""
    assert isinstance(index.view(), QuickView)


def test_a_generation_without_its_list_is_read_through_whoosh(index):
    """A writer killed between Whoosh's commit and the copy leaves an index that answers, and gets its copy with the next look."""
    folder = index._folder
    (folder / f"quick-{newest(folder)}").unlink()
    again = MemoryIndex(folder.parent)
    assert isinstance(again.view(), WhooshView)
    assert len(again.view().postings("sweet")[0]) == 2
    again.refresh(_listing("pears", "plums", "figs"), _note)
    assert isinstance(MemoryIndex(folder.parent).view(), QuickView)


@pytest.mark.parametrize("pattern", ["quick-*", "*.quick"])
@pytest.mark.parametrize("keep", [0, 5, 40, -1])
def test_a_torn_copy_is_told(index, pattern, keep):
    """A copy or a list that was cut or overwritten is damage, and never another answer."""
    for path in index._folder.glob(pattern):
        raw = path.read_bytes()
        path.write_bytes(raw[:keep] if keep >= 0 else bytes(b ^ 255 for b in raw))
    with pytest.raises(IndexLost):
        MemoryIndex(index._folder.parent).view()


@pytest.mark.parametrize("pattern", ["quick-*", "*.quick"])
@pytest.mark.parametrize("keep", [None, 0, 5, 40, 120, -1])
def test_a_torn_copy_tells_a_writer_nothing(index, pattern, keep):
    """Where a copy is cut, overwritten or gone, Whoosh itself says which document an edit takes out: no second one stays."""
    for path in index._folder.glob(pattern):
        raw = path.read_bytes()
        path.write_bytes(raw[:keep] if keep is None or keep >= 0 else bytes(b ^ 255 for b in raw))
        if keep is None:
            path.unlink()
    edited = {p: s._replace(mtime_ns=OLD + 7) for p, s in _listing("pears", "plums").items()}
    MemoryIndex(index._folder.parent).refresh(edited, lambda p: read(p, f"# {p}\n\nsour\n"))
    view = WhooshView(index._folder)
    assert (0, 2, 2) == (len(view.postings("sweet")[0]), len(view.postings("sour")[0]), view.count)


def test_a_copy_cut_behind_its_directory_is_told_when_it_is_read(index):
    """What is missing of a copy's end is not taken for nothing."""
    for path in index._folder.glob("*.quick"):
        raw = path.read_bytes()
        path.write_bytes(raw[:-1])
    view = _told(index._folder)
    with pytest.raises(IndexLost):
        [view.entry(document) for document in range(view.span)]


def test_copies_of_segments_that_are_gone_are_removed(index):
    """There are as many copies as segments, and one list."""
    for n in range(12):
        index.refresh(_listing(*(f"a{m}" for m in range(n + 1))), _note)
    segments = {p.stem for p in index._folder.glob("*.trm")}
    copies = {p.stem for p in index._folder.glob("*.quick")}
    assert (segments, 1) == (copies, len(list(index._folder.glob("quick-*"))))

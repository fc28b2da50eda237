"""What every index promises: the same facts for Whoosh in a folder and for the fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.change import Stamp
from memsync.core.memory import Memory, read
from memsync.core.recall.entry import PATH, postings_of
from memsync.edges.index import MemoryIndex
from memsync.edges.index.writing import to_merge
from memsync.testing import FakeIndex

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.core.ports import Index

OLD = 1_700_000_000_000_000_000


class Files:
    """Texts with stamps that change whenever a text does."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = dict(texts)
        self.looks: list[str] = []

    def listing(self) -> dict[str, Stamp]:
        return {
            p: Stamp(size=len(t), mtime_ns=OLD + hash(t) % 1000, ctime_ns=OLD, inode=1)
            for p, t in self.texts.items()
        }

    def read(self, path: str) -> Memory | None:
        self.looks.append(path)
        text = self.texts.get(path)
        return None if text is None or "HELD" in text else read(path, text)


@pytest.fixture(params=["whoosh", "fake"])
def index(request, tmp_path: Path) -> Index:
    return MemoryIndex(tmp_path / "cache") if request.param == "whoosh" else FakeIndex()


@pytest.fixture
def files() -> Files:
    return Files(
        {
            "global/note/apples.md": "---\ntitle: Apples\ntags: [fruit]\n---\nApples keep for weeks in the cellar.\n",
            "global/note/pears.md": "---\ntitle: Pears\ntags: [fruit]\n---\nPears bruise easily.\n",
            "projects/app-1/decision/db.md": "---\ntitle: Postgres\ncategory: decision\n---\nThe cellar of our stack.\n",
        }
    )


def paths(index: Index, term: str) -> set[str]:
    view = index.view()
    return {view.entry(document).path for document in view.postings(term)[0]}


def test_everything_is_taken_in_once(index, files):
    """The first refresh adds all files and the second reads none."""
    assert index.refresh(files.listing(), files.read).added == 3
    files.looks.clear()
    assert (index.refresh(files.listing(), files.read).added, files.looks) == (0, [])


def test_a_term_finds_its_documents(index, files):
    """A term gives every document that has it, in any field."""
    index.refresh(files.listing(), files.read)
    assert paths(index, "cellar") == {"global/note/apples.md", "projects/app-1/decision/db.md"}


def test_weights_are_the_core_s(index, files):
    """A posting's weight is what core computed, as a 32-bit float."""
    index.refresh(files.listing(), files.read)
    view = index.view()
    [document], [weight] = view.postings("appl")
    memory = files.read(view.entry(document).path)
    assert weight == pytest.approx(postings_of(memory)["appl"], rel=1e-6)


def test_an_edit_costs_an_edit(index, files):
    """After one file changed, only that file is read, and its old text finds nothing."""
    index.refresh(files.listing(), files.read)
    files.looks.clear()
    files.texts["global/note/pears.md"] = "# Quinces\n"
    done = index.refresh(files.listing(), files.read)
    assert (done.modified, files.looks, paths(index, "bruis"), paths(index, "quinc")) == (
        1,
        ["global/note/pears.md"],
        set(),
        {"global/note/pears.md"},
    )


def test_a_removed_file_is_gone(index, files):
    """A file that is no longer listed is not found."""
    index.refresh(files.listing(), files.read)
    del files.texts["global/note/apples.md"]
    assert (index.refresh(files.listing(), files.read).removed, paths(index, "appl"), index.view().count) == (
        1,
        set(),
        2,
    )


def test_what_may_not_be_indexed_is_not(index, files):
    """A file that is not admitted is never found, and one that was and is no longer is taken out."""
    index.refresh(files.listing(), files.read)
    files.texts["global/note/pears.md"] = "HELD pears"
    files.texts["global/note/new.md"] = "HELD plums"
    index.refresh(files.listing(), files.read)
    assert (paths(index, "pear"), paths(index, "plum"), paths(index, PATH + "global/note/new.md")) == (
        set(),
        set(),
        set(),
    )


def test_what_was_not_admitted_is_asked_for_again(index, files):
    """An allowance given later counts without a change of the file."""
    files.texts["global/note/new.md"] = "HELD plums"
    listing = files.listing()
    index.refresh(listing, files.read)
    files.texts["global/note/new.md"] = "plums"
    index.refresh(listing, files.read)
    assert paths(index, "plum") == {"global/note/new.md"}


def test_a_limit_leaves_the_rest_for_later(index, files):
    """With a limit, what is left is named, and the next refresh takes it in."""
    first = index.refresh(files.listing(), files.read, limit=2)
    second = index.refresh(files.listing(), files.read, limit=2)
    assert (first.added, len(first.left), bool(first.problem), second.added, second.left) == (
        2,
        1,
        True,
        1,
        (),
    )


def test_entries_have_the_facts(index, files):
    """A document's entry says what filters need, and the file's time where the text says none."""
    index.refresh(files.listing(), files.read)
    view = index.view()
    [document] = view.postings(PATH + "projects/app-1/decision/db.md")[0]
    entry = view.entry(document)
    assert (entry.category, entry.title, int(entry.updated)) == ("decision", "Postgres", OLD // 10**9)
    assert int(view.updated()[document]) == OLD // 10**9


def test_terms_are_listed_by_prefix(index, files):
    """Terms that begin with a prefix come sorted; facts are not words."""
    index.refresh(files.listing(), files.read)
    assert list(index.view().terms("pe")) == ["pear"]
    assert list(index.view().terms("=s:")) == ["=s:global", "=s:projects/app-1"]


def test_odd_text_is_taken_in(index, files):
    """Text with half characters, control characters and scripts without spaces goes in and is found."""
    files.texts["global/note/odd.md"] = "\ud800 数据库 \x00 ünïcode"
    index.refresh(files.listing(), files.read)
    assert paths(index, "数据") == paths(index, "unicod") == {"global/note/odd.md"}


def test_what_is_held_does_not_crowd_out_the_rest(index, files):
    """More held files than a refresh may look at leave room for those that have changed."""
    for n in range(5):
        files.texts[f"global/aaa/{n}.md"] = "HELD"
    for _ in range(5):
        index.refresh(files.listing(), files.read, limit=3)
    files.texts["global/note/zz.md"] = "gooseberry"
    index.refresh(files.listing(), files.read, limit=3)
    index.refresh(files.listing(), files.read, limit=3)
    assert paths(index, "gooseberri") == {"global/note/zz.md"}


def test_what_was_refused_is_looked_at_again_under_other_rules_only(index, files):
    """Under the same rules a held file costs nothing; without a name for them it is looked at each time."""
    files.texts["global/note/held.md"] = "HELD"
    index.refresh(files.listing(), files.read, rules=7)
    looked = []
    for rules in (7, 8, 8, 0):
        files.looks = []
        index.refresh(files.listing(), files.read, rules=rules)
        looked.append(list(files.looks))
    files.texts["global/note/held.md"] = "released gooseberry"
    index.refresh(files.listing(), files.read, rules=8)

    held = ["global/note/held.md"]
    assert ([[], held, [], held], set(held)) == (looked, paths(index, "gooseberri"))


def test_segments_stay_few(tmp_path: Path):
    """However often files are edited one by one, the index stays within a few dozen segments, and finds what is there now."""
    index, files = (
        MemoryIndex(tmp_path / "cache"),
        Files({f"global/note/n{n}.md": f"apple {n}" for n in range(30)}),
    )
    for n in range(150):
        files.texts[f"global/note/n{n % 30}.md"] = f"pear number {n}"
        index.refresh(files.listing(), files.read, limit=500)
    assert len(list((tmp_path / "cache").rglob("*.trm"))) <= 12
    assert (30, 0) == (len(paths(index, "pear")), len(paths(index, "appl")))


@given(st.lists(st.integers(0, 200_000), max_size=60), st.none() | st.integers(0, 5_000))
def test_merging_is_bounded(sizes, most):
    """What is merged has lived, is no more than allowed, and leaves fewer segments."""
    chosen = to_merge(sizes, most=most)
    assert all(sizes[place] for place in chosen)
    assert most is None or sum(sizes[place] for place in chosen) <= most
    assert not chosen or len(chosen) >= 3


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=300))
def test_segments_grow_with_the_logarithm(batches):
    """After any number of commits there are no more segments than a few of each tier."""
    sizes: list[int] = []
    for batch in batches:
        chosen = to_merge(sizes, most=None)
        whole = batch + sum(sizes[place] for place in chosen)
        sizes = [s for i, s in enumerate(sizes) if i not in chosen] + [whole]
    assert len(sizes) <= 45


def test_a_name_that_is_a_secret_is_in_no_file_of_the_index(tmp_path: Path, files: Files) -> None:
    """A file that the gate refuses and whose name holds a token leaves no trace of it; the others are indexed."""
    token = "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns"
    files.texts[f"global/note/{token}.md"] = "HELD"
    index = MemoryIndex(tmp_path / "cache")
    for _ in range(2):
        index.refresh(files.listing(), files.read)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "cache").rglob("*") if file.is_file())
    assert (3, False) == (index.view().count, token.encode() in kept)

"""Counting memories: what was kept of a file counts only while its stamp is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsync.core.change import Stamp
from memsync.core.memory import read
from memsync.core.tally import tally

NOW = 1_000_000_000_000_000_000
OLD = NOW - 10_000_000_000


def stamp(n: int, *, at: int = OLD) -> Stamp:
    return Stamp(size=n, mtime_ns=at, ctime_ns=at, inode=n)


def count(listing, known, texts):
    """Count, and tell which files were read."""
    asked: list[str] = []

    def look(path):
        asked.append(path)
        return None if path not in texts else read(path, texts[path])

    return tally(listing, known, look, now_ns=NOW), asked


FILES = {
    "global/fact/a.md": "---\ncategory: fact\n---\nx\n",
    "global/fact/a.conflict-0123abcd.md": "---\ncategory: fact\n---\ny\n",
    "global/decision/d.md": "---\ncategory: decision\nimportance: lots\n---\nz\n",
    "decisions-log.md": "# Decisions\n",
    "global/MEMORY.md": "# Memories\n",
}
LISTING = {path: stamp(n) for n, path in enumerate(FILES)}


def test_memories_are_counted_by_category():
    """Standing documents and index pages are no memories; twins and what is wrong in frontmatter are named."""
    done, _ = count(LISTING, {}, FILES)

    assert {"decision": 1, "fact": 2} == done.by_category
    assert ("global/fact/a.conflict-0123abcd.md",) == done.twins
    assert (("global/decision/d.md", "importance is no number from 0 to 1"),) == done.problems


def test_what_did_not_change_is_not_read_again():
    """Only a file with something wrong in it is: its words are kept nowhere."""
    first, _ = count(LISTING, {}, FILES)
    again, asked = count(LISTING, first.rows, FILES)

    assert ["global/decision/d.md"] == asked
    assert (first.by_category, first.twins, first.problems) == (
        again.by_category,
        again.twins,
        again.problems,
    )
    assert "lots" not in repr(first.rows)


def test_another_stamp_is_another_file():
    """A changed file is read; one that is gone, or vanishes meanwhile, does not count."""
    first, _ = count(LISTING, {}, FILES)
    listing = {"global/fact/a.md": stamp(99), "global/fact/gone.md": stamp(5)}

    done, asked = count(listing, first.rows, {"global/fact/a.md": "---\ncategory: preference\n---\n"})

    assert ({"preference": 1}, ["global/fact/a.md", "global/fact/gone.md"]) == (done.by_category, asked)


def test_a_young_stamp_is_not_trusted():
    """A file written within the last two seconds may change again under the same stamp: it is not kept."""
    done, _ = count({"global/fact/a.md": stamp(1, at=NOW - 1)}, {}, FILES)

    assert ({"fact": 1}, {}) == (done.by_category, done.rows)


@given(
    st.dictionaries(st.sampled_from(sorted(FILES)), st.integers(0, 3)),
    st.dictionaries(st.sampled_from(sorted(FILES)), st.integers(0, 3)),
)
def test_what_was_kept_changes_no_answer(before, after):
    """Whatever was there before, the count is the one a count from nothing gives."""
    known, _ = count({p: stamp(n) for p, n in before.items()}, {}, FILES)
    listing = {p: stamp(n) for p, n in after.items()}

    kept, fresh = count(listing, known.rows, FILES)[0], count(listing, {}, FILES)[0]

    assert kept == fresh

"""The memory of the gate on disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from memsync.edges.scanner import SpanScanner
from memsync.edges.verdicts import VerdictCache
from memsync.flows.gatekeeping import in_hand, inspect_all

SECRET = "glpat" + "-" + "xK4mQz81vLw07RtYp2Ns"


def test_what_is_kept_is_known_to_the_next_process(tmp_path) -> None:
    """Marks survive, and only those that were kept are known."""
    VerdictCache(tmp_path / "state/verdicts.db").keep([b"one", b"two"])
    assert frozenset([b"two"]) == VerdictCache(tmp_path / "state/verdicts.db").clean([b"two", b"three"])


def test_many_marks_are_asked_at_once(tmp_path) -> None:
    """More marks than a query takes are asked in parts."""
    cache = VerdictCache(tmp_path / "v.db")
    marks = [n.to_bytes(20, "big") for n in range(3000)]
    cache.keep(marks[::2])
    assert frozenset(marks[::2]) == cache.clean(marks)


def test_a_broken_file_is_as_good_as_empty(tmp_path) -> None:
    """A cache that is no database knows nothing, and is made anew at the next write."""
    path = tmp_path / "v.db"
    path.write_bytes(b"no database" * 100)
    cache = VerdictCache(path)
    assert frozenset() == cache.clean([b"one"])
    cache.keep([b"one"])
    assert frozenset([b"one"]) == cache.clean([b"one"])


def test_a_place_that_cannot_be_written_costs_nothing_but_time(tmp_path) -> None:
    """A folder that is a file: nothing is known, nothing is kept, nothing is raised."""
    (tmp_path / "state").write_text("in the way")
    cache = VerdictCache(tmp_path / "state/verdicts.db")
    cache.keep([b"one"])
    assert frozenset() == cache.clean([b"one"])


def test_a_locked_file_is_not_waited_for(tmp_path) -> None:
    """While another process writes, the cache gives up instead of holding the gate."""
    path = tmp_path / "v.db"
    cache = VerdictCache(path)
    cache.keep([b"one"])
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.keep([b"two"])
        assert frozenset() == cache.clean([b"one"])
    assert frozenset([b"one"]) == cache.clean([b"one", b"two"])


def test_no_text_is_on_the_disk(tmp_path) -> None:
    """Neither a secret nor a clean text is in any file of the cache."""
    cache = VerdictCache(tmp_path / "v.db")
    files = [in_hand("a.md", b"an ordinary note"), in_hand("b.md", SECRET.encode())]
    list(inspect_all(files, scanner=lambda: SpanScanner(b"k"), known=cache, rules="1", key=b"k"))
    written = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert (False, False, False) == (
        b"ordinary" in written,
        SECRET.encode() in written,
        SECRET[6:].encode() in written,
    )
    assert written

"""What is written down of recalls: names and times, added up the same however it is cut."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core import memory as memories
from memsync.core import usage
from memsync.core.answer import Answer, Hit
from memsync.core.usage import BOUNDS, Speed, Usage, Use, line_of, name_of, parse_usage, plus, render_usage

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def answer(*paths, weak=False):
    hits = tuple(
        Hit(memory=memories.read(path, "pnpm"), score=1.0, line=1, snippet="pnpm", updated=NOW)
        for path in paths
    )
    return Answer(query="a secret question", hits=hits, weak=weak)


lines = st.builds(
    lambda paths, at, took, by: line_of(answer(*paths), at=at, milliseconds=took, by=by),
    st.lists(st.sampled_from(["global/note/a.md", "global/note/b.md", "c.md"]), max_size=3),
    st.integers(1, 10**9).map(float),
    st.integers(0, 9999).map(float),
    st.sampled_from(["cli", "mcp"]),
)


def test_the_question_is_not_written_down():
    """A line has the time, how long it took, who asked and which memories came; not a word of what was asked."""
    line = line_of(answer("global/note/a.md"), at=12.5, milliseconds=3.25, by="cli")

    assert b'[12.5, 3.25, "cli", ["global/note/a.md"]]\n' == line


def test_a_doubtful_answer_serves_nobody():
    """Weak hits don't count as recalled; what the answer took does."""
    told = plus(Usage(), line_of(answer("a.md", weak=True), at=1.0, milliseconds=3, by="cli"))

    assert ({}, 1, 1.0) == (dict(told.uses), told.speeds["cli"].total, told.since)


def test_a_memory_is_counted_by_its_id():
    """It keeps its count when it moves; a hand-made file without an id is counted by its path."""
    text = "---\nid: 01JD0000000000000000000000\n---\nx"

    assert ("01JD0000000000000000000000", "a.md") == (
        name_of(memories.read("b.md", text)),
        name_of(memories.read("a.md", "x")),
    )


@given(st.lists(lines, max_size=8), st.integers(0, 8))
def test_adding_up_in_two_steps_is_adding_up_at_once(written, cut):
    """Totals that are written and read in between change nothing."""
    first = parse_usage(render_usage(plus(Usage(), b"".join(written[:cut]))))

    assert plus(Usage(), b"".join(written)) == plus(first, b"".join(written[cut:]))


@given(st.binary(max_size=60))
def test_nonsense_counts_as_nothing(raw):
    """Torn lines and broken totals raise nothing, and the whole lines among them count."""
    good = line_of(answer("a.md"), at=5.0, milliseconds=1, by="cli")

    assert (1, Usage()) == (
        plus(Usage(), raw.replace(b"\n", b"") + b"\n" + good).uses["a.md"].count,
        parse_usage(raw),
    )


def speed_of(*took):
    """Return the speeds of answers that took so many milliseconds."""
    return plus(Usage(), b"".join(b'[1, %f, "x", []]\n' % t for t in took)).speeds["x"]


@pytest.mark.parametrize(("share", "bound"), [(0.5, 2), (0.95, 50), (1.0, 50)])
def test_a_share_of_answers_stays_within(share, bound):
    """Quantiles are the bounds their share stays within."""
    assert bound == speed_of(0.5, 1.5, 1.6, 40).within(share)


def test_beyond_the_last_bound_is_infinite():
    """What took longer than any bound is not called short; where there was no answer, nothing took any time."""
    assert (float("inf"), 0.0) == (speed_of(BOUNDS[-1] + 1).within(0.5), Speed().within(0.5))


def test_what_was_not_recalled_for_long_is_forgotten_first(monkeypatch):
    """The record stays small."""
    monkeypatch.setattr(usage, "MOST", 10)
    many = {f"m{n}": Use(count=1, last=float(n)) for n in range(10)}
    told = plus(Usage(uses=many), line_of(answer("a.md"), at=99.0, milliseconds=1, by="cli"))

    assert (9, True, False) == (len(told.uses), "a.md" in told.uses, "m0" in told.uses)

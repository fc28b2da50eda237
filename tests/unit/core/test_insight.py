"""A store in figures, and which memories should be looked at again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsync.core import memory as memories
from memsync.core.insight import DAY, Doubt, DoubtKind, Known, doubts, tally
from memsync.core.recall.entry import entry_of
from memsync.core.settling import Action, actions_for, merged
from memsync.core.usage import Usage, Use

NOW = 1_800_000_000.0
OLD = "2026-01-05T10:00:00Z"
TEXT = "the deploy needs the vault token and a quiet afternoon on friday"


def memory(path, body="x", **fields):
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return memories.read(path, f"---\n{head}---\n{body}\n" if fields else body)


def kinds(*found, known=None):
    return [
        (d.kind, d.memory.path, tuple(o.path for o in d.others))
        for d in doubts(found, known or Known(usage=Usage()))
    ]


def test_figures_add_up():
    """Each memory counts once in each table; ages by when it last changed."""
    entries = [
        (entry_of(memory("global/fact/a.md"), mtime=NOW - 1), False),
        (entry_of(memory("projects/app-1/decision/b.md"), mtime=NOW - 8 * DAY), False),
        (entry_of(memory("global/fact/c.md"), mtime=NOW - 900 * DAY), True),
    ]
    told = tally(entries, Usage(uses={"global/fact/a.md": Use(count=3, last=1.0)}, since=1.0), now=NOW)

    assert (3, {"fact": 2, "decision": 1}, {"global": 1, "private": 1, "project:app-1": 1}) == (
        told.memories,
        told.by_category,
        told.by_scope,
    )
    assert {"a day": 1, "a week": 0, "a month": 1, "a quarter": 0, "a year": 0, "longer": 1} == told.by_age
    assert (1, (("a", "x", 3),)) == (told.recalled, told.most)


def test_a_clock_in_the_future_is_a_day_at_most():
    """A memory from tomorrow is as young as can be."""
    entries = [(entry_of(memory("global/fact/a.md"), mtime=NOW + 9 * DAY), False)]

    assert 1 == tally(entries, Usage(), now=NOW).by_age["a day"]


def test_a_contested_memory_comes_with_its_twins():
    """The winner with every twin of its name."""
    found = kinds(
        memory("global/fact/a.md"),
        memory("global/fact/a.conflict-01234567.md", "y"),
        memory("global/fact/b.md", "z"),
    )

    assert [(DoubtKind.CONTESTED, "global/fact/a.md", ("global/fact/a.conflict-01234567.md",))] == found


def test_what_says_the_same_is_one_group_led_by_the_best():
    """Pinned, then important, then newest."""
    found = kinds(
        memory("global/note/a.md", TEXT, updated=OLD),
        memory("global/note/b.md", TEXT, importance="0.9"),
        memory("global/note/c.md", TEXT, updated=OLD),
        memory("global/note/d.md", "something else entirely about the weather"),
    )

    assert [(DoubtKind.DUPLICATE, "global/note/b.md", ("global/note/c.md", "global/note/a.md"))] == found


def test_another_number_is_another_memory():
    """`port 8080` and `port 9090` don't say the same; nor do two scopes' memories."""
    other = memory("projects/app-1/note/c.md", f"{TEXT} at 8080")

    assert [] == kinds(
        memory("global/note/a.md", f"{TEXT} at 8080"), memory("global/note/b.md", f"{TEXT} at 9090"), other
    )


@given(st.integers(2, 60))
def test_a_crowd_is_one_group(many):
    """However many say the same, none is named twice."""
    found = kinds(*(memory(f"global/note/n{n}.md", TEXT) for n in range(many)))

    assert [many - 1] == [len(others) for _, _, others in found]


def test_unused_needs_time():
    """Old, active, not pinned, not recalled; and only where recalls have been counted since before."""
    mine = [
        memory("global/note/old.md", "one", updated=OLD),
        memory("global/note/pinned.md", "two", updated=OLD, pinned="true"),
        memory("global/note/used.md", "three", updated=OLD),
        memory("global/note/undated.md", "four"),
        memory("global/note/gone.md", "five", updated=OLD, status="superseded"),
    ]
    usage = Usage(uses={"global/note/used.md": Use(count=1, last=1.0)}, since=10.0)

    assert [(DoubtKind.UNUSED, "global/note/old.md", ())] == kinds(*mine, known=Known(usage=usage, until=NOW))
    assert [] == kinds(*mine, known=Known(usage=usage, until=9.0))


def test_a_mark_changes_with_the_text_of_any_of_them():
    """A person's word on a doubt is void when one of its memories changes."""
    one, two = memory("a.md", "x"), memory("b.md", "y")
    marks = {
        Doubt(kind=DoubtKind.DUPLICATE, memory=one, others=(two,)).mark,
        Doubt(kind=DoubtKind.DUPLICATE, memory=one, others=(memory("b.md", "z"),)).mark,
        Doubt(kind=DoubtKind.CANDIDATE, memory=one, others=(two,)).mark,
    }

    assert 3 == len(marks)


def test_the_best_takes_over_what_the_others_had():
    """Tags, keywords and sources of all, its own first; the greatest importance; nothing where it has all of it."""
    best = memory("a.md", TEXT, tags="[a]", sources="[x.ts]")
    other = memory("b.md", TEXT, tags="[b, a]", importance="0.8")
    revision = merged(best, (other,))

    assert (("a", "b"), None, None, 0.8) == (
        revision.tags,
        revision.keywords,
        revision.sources,
        revision.importance,
    )


def test_every_kind_can_be_kept_and_forgotten():
    """And its usual answer comes first; no two begin with the same letter, for a key each."""
    for kind in DoubtKind:
        can = actions_for(Doubt(kind=kind, memory=memory("a.md")))

        assert {Action.KEEP, Action.FORGET, Action.REVISE} <= set(can)
        assert len({str(action)[0] for action in can} | {"s", "q"}) == len(can) + 2

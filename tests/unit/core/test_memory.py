"""Memories: any text is one, and what was meant is read back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memsync.core import memory as memories
from memsync.core.category import Category, folder_of
from memsync.core.memory import Draft, Form, Status, parse_time, read, render, title_from
from memsync.core.names import is_standing
from memsync.core.scope import GLOBAL

ID = "01KDP3" + "0" * 20
NOW = datetime(2026, 1, 21, 10, tzinfo=UTC)
PATHS = st.sampled_from(
    [
        "global/note/a.md",
        "decisions-log.md",
        "x.md",
        "projects/p/code-snippets/x.ts",
        "a/b/c.d.md",
        "MEMORY.md",
    ]
)
PIECES = st.sampled_from([
    "---\n", "title: a\n", "tags: {a: b}\n", "tags: [a, [b], {c: d}, '']\n", "importance: nan\n", "importance: 0.9\n", "id: x\n",
    "created: 0001-01-01T00:00:00+14:00\n", "created: soon\n", "status: maybe\n", "category: [x]\n", "name: n\n", "# h\n", "```\n",
    "description: d\n", "metadata: {type: user, modified: 2026-01-01T00:00:00.123Z}\n", "metadata: x\n", "pinned: yes\n", "\ufeff", "\n",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=14).map("".join)


@given(PATHS, st.one_of(TEXTS, TEXTS.map(lambda t: f"---\n{t}\n---\nbody")), st.booleans())
@example("a.md", "---\nid: [1]\ntitle: {a: b}\nsupersedes: x\n---\n", False)
def test_any_text_is_a_memory(path, text, private):
    """Reading never fails, and loses nothing of the body."""
    memory = read(path, text, private=private)
    assert text.endswith(memory.body)
    assert memory.text == text
    assert (True, True) == (0 <= memory.importance <= 1, memory.body_line >= 1)
    assert memory.key


WORD = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=8
).filter(lambda w: w == w.strip() and not w.startswith("#"))
TIMES = st.integers(0, 4_000_000_000).map(lambda n: datetime.fromtimestamp(n, UTC))
DRAFTS = st.builds(
    Draft, body=st.text(min_size=1, max_size=60), title=st.lists(WORD, min_size=1, max_size=4).map(" ".join),
    category=st.sampled_from(Category), tags=st.lists(WORD, unique=True, max_size=3).map(tuple),
    keywords=st.lists(WORD, unique=True, max_size=3).map(tuple), importance=st.sampled_from([None, 0.0, 0.25, 1.0]),
    instance=st.sampled_from(["", "cli", "ide"]), status=st.sampled_from(Status), pinned=st.booleans(),
    supersedes=st.sampled_from([(), (ID,)]), sources=st.lists(WORD, unique=True, max_size=2).map(tuple), created=TIMES, updated=TIMES,
)  # fmt: skip


@given(DRAFTS)
def test_what_is_written_is_read_back(draft):
    """Every field of a draft comes back from its file, and the body with one newline at its end."""
    text = render(draft, memory_id=ID, now=NOW)
    memory = read(f"global/{folder_of(draft.category)}/k.md", text)
    body = draft.body.lstrip("\n")
    expected = (
        ID, draft.title, draft.category, draft.tags, draft.keywords, 0.5 if draft.importance is None else draft.importance,
        draft.instance, draft.status, draft.pinned, draft.supersedes, draft.sources, draft.created, draft.updated, (), GLOBAL,
    )  # fmt: skip
    assert expected == (
        memory.id, memory.title, memory.category, memory.tags, memory.keywords, memory.importance,
        memory.instance, memory.status, memory.pinned, memory.supersedes, memory.sources, memory.created, memory.updated,
        memory.problems, memory.scope,
    )  # fmt: skip
    assert (body if body.endswith("\n") else f"{body}\n") == memory.body
    assert Form.MEMSYNC is memory.form


def test_the_order_of_fields_is_fixed():
    """A new file reads as the format's description says, to the byte."""
    draft = Draft(body="Better types.\n", title="Use React Query, not SWR", category=Category.DECISION, tags=("frontend",),
                  keywords=("cache", "swr"), instance="ide", supersedes=(ID,), sources=("src/api.ts",), pinned=True)  # fmt: skip
    assert f"""\
---
id: {ID}
title: Use React Query, not SWR
category: decision
tags: [frontend]
keywords: [cache, swr]
importance: 0.5
instance: ide
created: 2026-01-21T10:00:00Z
updated: 2026-01-21T10:00:00Z
status: active
pinned: true
supersedes: [{ID}]
sources: [src/api.ts]
---
Better types.
""" == render(draft, memory_id=ID, now=NOW)


@pytest.mark.parametrize(("body", "title"), [
    ("# Use C#\n\nx", "Use C#"), ("\n\n## Closed ##\n", "Closed"), ("first line.\nsecond", "first line"), ("- `code` *bold* item\n", "code bold item"),
    ("Run:\n```sh\n# no heading\n```\n", "Run:"), ("```\n# no\n```\n# Yes\n", "Yes"), ("", ""), ("   \n", ""), ("#\n#hash\n", "#"),
    ("word " * 30, ("word " * 16).strip() + "…"), ("x" * 100, "x" * 80 + "…"), ("1. step one\n", "step one"),
])  # fmt: skip
def test_titles_made_from_a_body(body, title):
    """The first heading outside of code, else the first line, within 80 characters."""
    assert title == title_from(body)


@pytest.mark.parametrize(
    "body",
    [
        "# " + " #" * 200_000,
        "#" * 400_000,
        "`" * 400_000,
        "*a " * 150_000,
        " " * 400_000 + "x",
        "- " * 200_000,
    ],
)
def test_a_title_costs_little_whatever_the_text(body):
    """No pattern runs away on a text made to slow it down."""
    before = time.process_time()
    title_from(body)
    read("global/note/a.md", body)
    assert time.process_time() - before < 2


def test_claudes_own_memory_is_one_as_it_stands():
    """Name is the key, description the title, its type gives the category, modified the date."""
    text = ("---\nname: pnpm-only\ndescription: The user wants pnpm\nmetadata:\n  node_type: memory\n  type: feedback\n"
            "  originSessionId: 12ab\n  modified: 2026-02-03T04:05:06.789Z\n---\n**Why:** quick.\n")  # fmt: skip
    memory = read("projects/p-0/feedback_pnpm.md", text)
    expected = ("pnpm-only", "The user wants pnpm", Category.PREFERENCE, Form.CLAUDE)
    assert expected == (memory.key, memory.title, memory.category, memory.form)
    assert datetime(2026, 2, 3, 4, 5, 6, 789000, UTC) == memory.updated


@pytest.mark.parametrize(("line", "problem"), [
    ("importance: high", "importance is no number from 0 to 1"), ("importance: 7", "importance is no number from 0 to 1"),
    ("created: soon", "created is no date"), ("status: maybe", "status is none of candidate, active, superseded, refuted"),
    ("tags: {a: b}", "tags is no list"),
])  # fmt: skip
def test_a_field_that_can_not_be_used_is_named(line, problem):
    """The memory is read with the default in its place."""
    memory = read("global/note/a.md", f"---\ntitle: t\n{line}\n---\nbody\n")
    assert ((problem,), "body\n") == (memory.problems, memory.body)


@pytest.mark.parametrize(("text", "expected"), [
    ("2026-01-21", datetime(2026, 1, 21, tzinfo=UTC)), ("2026-01-21T10:00:00+02:00", datetime(2026, 1, 21, 8, tzinfo=UTC)),
    ("2026-01-21 10:00", datetime(2026, 1, 21, 10, tzinfo=UTC)), ("0001-01-01T00:00:00+14:00", None), ("21.1.2026", None), ("", None),
])  # fmt: skip
def test_dates(text, expected):
    """ISO dates and times; without a zone they are UTC."""
    assert expected == parse_time(text)


@given(TIMES)
def test_a_time_written_is_the_time_read(moment):
    """To the second."""
    assert moment == parse_time(
        memories.format_time(moment.astimezone() if moment.year > 1970 else moment + timedelta())
    )


def test_category_is_told_by_field_then_folder():
    """Of the nearest folder that is one; a monthly folder is passed over; else it is a note."""
    cases = {"global/decisions/2026-11/a.md": "decision", "global/x/a.md": "note", "facts/a.md": "fact"}
    assert cases == {path: str(read(path, "x").category) for path in cases}
    assert Category.TASK is read("global/fact/a.md", "---\ncategory: tasks\n---\n").category


def test_the_body_line_is_counted_in_the_file():
    """The header's lines are counted, so `path:line` opens at the body."""
    assert [1, 4] == [read("a.md", text).body_line for text in ("x\n", "---\ntitle: t\n---\nx\n")]


def test_twins_are_known_by_their_name():
    """The losing side of a conflict, and nothing that looks like it."""
    names = ("a.conflict-0123abcd.md", "x.conflict-0123abcd.ts", "a.conflict-xyz.md", "conflict-0123abcd.md")
    assert [True, True, False, False] == [read(f"global/note/{n}", "x").is_twin for n in names]


def test_standing_documents_have_a_form_of_their_own():
    """Whatever their frontmatter says."""
    assert is_standing("decisions-log.md")
    assert Form.STANDING is read("decisions-log.md", "---\ntitle: t\n---\n").form

"""The index page: small, best first, the same bytes on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.index_page import MAX_BYTES, MAX_LINES, index_page, is_index, is_page
from memsync.core.memory import read

if TYPE_CHECKING:
    import random


def memory(name: str, body: str = "text\n", folder: str = "global/fact", **fields: str):
    header = "".join(f"{k}: {v}\n" for k, v in {"id": name, "title": name, **fields}.items())
    return read(f"{folder}/{name}.md", f"---\n{header}---\n{body}")


def titles(page: str) -> list[str]:
    return [line.split("[")[1].split("]")[0] for line in page.splitlines() if line.startswith("- [")]


def test_the_best_come_first():
    """Pinned, then importance, then the newest, then the path; what is only a candidate comes last."""
    memories = [
        memory("b", importance="0.5"),
        memory("a", importance="0.5"),
        memory("new", importance="0.5", updated="2026-02-01T00:00:00Z"),
        memory("old", importance="0.5", updated="2026-01-01T00:00:00Z"),
        memory("weighty", importance="0.9"),
        memory("pinned", importance="0.1", pinned="true"),
        memory("maybe", importance="1", status="candidate"),
    ]

    assert ["pinned", "weighty", "new", "old", "a", "b", "maybe"] == titles(
        index_page(memories, folder="global")
    )


def test_what_does_not_belong_is_left_out():
    """Twins, standing documents, superseded and refuted memories are not in the index."""
    memories = [
        memory("gone", status="superseded"),
        memory("wrong", status="refuted"),
        memory("a.conflict-0123abcd"),
        read("decisions-log.md", "# Decisions\n"),
        memory("here"),
    ]

    assert ["here"] == titles(index_page(memories, folder="global"))


def test_a_line_links_relative_to_the_folder_and_gives_a_hint():
    """A title, a link that works in the scope's folder, and the first words of the body."""
    page = index_page([memory("x", "# Title\n\n- use it so\n")], folder="global")

    assert "# Memories\n\n- [x](fact/x.md): use it so\n" == page


def test_memory_text_cannot_leave_its_line():
    """Brackets, escapes, line breaks and invisible characters of a title are harmless in the index."""
    page = index_page([memory("x", title='"a](http://e) \\u202e \\e[31m \\n# b <i>"')], folder="global")

    assert page.count("\n") == 3
    assert "](http://e)" not in page.replace("\\](", "")
    assert not {"\u202e", "\x1b", "<"} & set(page.replace("\\<", ""))


def test_no_memories_make_an_empty_page():
    """An empty scope's page is its heading."""
    assert "# Memories\n\n" == index_page([], folder="global")


def test_a_sensitive_memory_gives_its_title_only():
    """Nothing of a sensitive memory's text is repeated in a page that is read at every start."""
    page = index_page([memory("x", "between us\n", sensitive="true")], folder="global")

    assert "# Memories\n\n- [x](fact/x.md)\n" == page


@pytest.mark.parametrize(
    ("page", "index"),
    [
        ("", True),
        ("# Memory index\n\n- [Deploys](deploys.md) — how we deploy\n", True),
        ("## A\n* [a](<fact/a b.md>)\n\n12 more: ask for them with recall.\n", True),
        ("- [Deploys](deploys.md)\n\nAlways ask first.\n", False),
        ("- [Site](https://example.invalid)\n", False),
        ("- a plain line\n", False),
        ("- [ ] a task\n", False),
        ("---\nname: x\n---\n", False),
    ],
)
def test_what_is_an_index_and_nothing_else(page, index):
    """Headings and links to files beside it are an index; any other line makes the page its author's."""
    assert index is is_index(page.encode())


@pytest.mark.parametrize(
    ("path", "page"),
    [("global/MEMORY.md", True), ("projects/app-0123456789abcdef/MEMORY.md", True), ("workspaces/w/MEMORY.md", True),
     ("MEMORY.md", False), ("global/fact/MEMORY.md", False), ("projects/MEMORY.md", False), ("global/memory.md", False)],
)  # fmt: skip
def test_where_a_page_is(path, page):
    """A page stands right in its scope's folder."""
    assert page is is_page(path)


@given(st.lists(st.tuples(st.integers(0, 999), st.text(max_size=300)), max_size=40), st.integers(1, 12))
def test_a_page_is_an_index(entries, times):
    """Whatever the memories say, what memsync makes of them is known again as an index."""
    memories = [memory(f"m{n}-{i}", body, title=f'"t{n}"') for i, (n, body) in enumerate(entries * times)]

    assert is_index(index_page(memories, folder="global").encode())


@given(st.lists(st.tuples(st.integers(0, 999), st.text(max_size=300)), max_size=40), st.integers(1, 12))
def test_the_page_is_small_whatever_there_is(entries, times):
    """Never more than 200 lines or 25,000 bytes, and what does not fit is counted."""
    memories = [
        read(f"global/fact/{n}-{i}.md", f"# {t}\n\n{t}\n") for i, (n, t) in enumerate(entries * times)
    ]
    page = index_page(memories, folder="global")

    assert page.count("\n") <= MAX_LINES
    assert len(page.encode()) <= MAX_BYTES
    left = len(memories) - len([line for line in page.splitlines() if line.startswith("- [")])
    assert (f"\n{left} more: ask for them with recall.\n" in page) == (left > 0)


def test_a_thousand_memories_fill_the_page():
    """The page uses the room it has: 200 lines, no more, no less than a handful."""
    page = index_page([memory(f"m{n}") for n in range(1000)], folder="global")

    assert MAX_LINES - 3 <= page.count("\n") <= MAX_LINES


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_memories_makes_no_difference(dice: random.Random):
    """Two machines that list their files differently write the same bytes."""
    memories = [memory(f"m{n}", importance=str(n % 3 / 2)) for n in range(30)]
    page = index_page(memories, folder="global")
    dice.shuffle(memories)

    assert page == index_page(memories, folder="global")

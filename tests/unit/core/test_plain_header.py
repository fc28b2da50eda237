"""What is read of a header without YAML is what YAML reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memsync.core import header
from memsync.core.memory import Draft, render
from memsync.core.plain_header import plain_values
from memsync.store.clock import now

pieces = st.sampled_from(
    ["a", "Zeile", "0x1", "12", ":", ": ", " #", "#", ",", ", ", "[", "]", "{", "}", "'", '"', "\\", " ", "  ", "\t", "-", "- ", "?", "? ",
     "&a", "*a", "!x", "%", "@", "`", "|", ">", "=", "<<", "~", "null", "true", "1e3", "2026-01-21T10:00:00Z", "é", "東", "²", "…", "\u2028",
     "\x85", "\ufeff", "\x07", "\r", "...", "---", ".", "/", "(", ")", "+", ";", "$", "^", "_", "💾", "\ud800"]
)  # fmt: skip
values = st.lists(pieces, max_size=6).map("".join)
lists = st.lists(values, max_size=4).map(lambda parts: f"[{', '.join(parts)}]")
quoted = values.map(lambda text: f'"{text}"')
keys = st.sampled_from(
    ["title", "tags", "id", "x-y", "a_b", "2", "_z", "-", "é", '"k"', "a b", "", "sensitive", "k" * 120]
)
lines = st.builds(
    "{}:{}{}".format, keys, st.sampled_from([" ", "", "  "]), values | lists | quoted | st.just("")
)
raws = st.lists(lines | values, max_size=5).map(lambda some: "".join(f"{line}\n" for line in some))


def by_yaml(raw: str) -> object:
    """Return what the header's true reader makes of these lines: values, problems and blocks."""
    found, problems = header._values(raw)
    blocks = header._blocks(raw)
    return found, (*problems, *(header._block_problems(blocks, found or {}) if not problems else ())), blocks


@settings(max_examples=1500, deadline=None)
@given(raws)
@example("title: a: b\n")
@example("tags: [a, ]\n")
@example("tags: [a b, \"c d\", 'e']\n")
@example("a: x\na: y\n")
@example("a:\n  b: c\n")
@example("a: b\n  c\n")
@example('a: "b"\n')
@example("a: b # c\n")
def test_both_readers_say_the_same(raw):
    """Whatever the plain reader takes, YAML reads as the same values, with nothing wrong, in the same lines."""
    plain = plain_values(raw)
    if plain is not None:
        lines = raw.splitlines(keepends=True)
        blocks = tuple(header.Block(key=k, raw=line) for k, line in zip(plain, lines, strict=True))
        assert by_yaml(raw) == (plain, (), blocks)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", {}),
        ("title: We use pnpm, not npm\n", {"title": "We use pnpm, not npm"}),
        ("created: 2026-01-21T10:00:00Z\n", {"created": "2026-01-21T10:00:00Z"}),
        ('tags: [a, "b: c", c-d/e]\nid:\n', {"tags": ["a", "b: c", "c-d/e"], "id": ""}),
        ("importance: 0.5\npinned: true\ntags: []\n", {"importance": "0.5", "pinned": "true", "tags": []}),
    ],
)
def test_what_memsync_writes_is_plain(raw, expected):
    """The usual lines need no YAML."""
    assert plain_values(raw) == expected


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=3))
def test_a_header_of_memsync_s_own_is_read_back(title, tags):
    """A rendered memory says the same by either reader."""
    text = render(Draft(body="x", title=title, tags=tuple(tags)), memory_id="0" * 26, now=now())
    raw = text[4 : text.index("---\n", 4)]
    plain = plain_values(raw)
    assert plain is None or by_yaml(raw)[:2] == (plain, ())

"""Frontmatter: read through YAML, changed line by line."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from memsync.core import header
from memsync.errors import InvalidMemory

PIECES = st.sampled_from([
    "---\n", "---\r\n", "title: a\n", "tags: [a, b]\n", "tags:\n  - a\n  - b\n", "# c\n", "\n", "x: |\n  l1\n  l2\n",
    "k: 'q'  # c\n", "a: &x 1\n", "b: *x\n", "? k\n", "- l\n", "\t", "\ufeff", "...\n", "body\n", "\u2028", "\x85", "k:\n",
    "k: {a: b}\n", '"q k": v\n', "<<: {a: b}\n", "!!str k: v\n", "1: a\n", "null: z\n", 'k: "a\n  b"\n', "a: b: c\n", "\r",
    "k: v #x", "a : b\n", "é: ü\n", "k: >-\n  folded\n\n  more\n# after\n", "[a]: b\n", "k: [a,\n b]\n", "d: 2024-01-01\n", "---",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=12).map("".join)
FILES = st.one_of(TEXTS, TEXTS.map(lambda t: f"---\n{t}\n---\nbody"))
VALUES = st.one_of(st.text(max_size=20), st.lists(st.text(max_size=12), max_size=4), st.none())
CHANGES = st.dictionaries(
    st.sampled_from(["title", "tags", "k", "x", "a", "new"]), VALUES, min_size=1, max_size=3
)


@given(FILES)
@example("---\n---\n")
@example("---\ntitle: x")
@example("\ufeff---\r\ntitle: x\r\n---\r\n\r\nbody\r\n")
def test_splitting_loses_nothing(text):
    """Joined again, every text is what it was."""
    assert text == header.join(header.split(text))


@given(FILES, CHANGES)
@example("---\n\u2028---\n\n---\nbody", {"title": ""})
@example("", {"title": "\x80"})
@example("---\ntags:\n  - a\n---\n", {"tags": []})
def test_an_edit_changes_the_named_keys_only(text, changes):
    """Read back, the named keys have their new values, all others theirs, and the body its bytes; or it is refused."""
    before = header.split(text)
    if before.problems:
        return
    try:
        edited = header.edit(before, changes)
    except InvalidMemory:
        return
    after = header.split(edited.text)
    expected = {k: v for k, v in before.values.items() if k not in changes}
    expected |= {k: v if isinstance(v, str) else list(v) for k, v in changes.items() if v is not None}
    assert (expected, before.body, ()) == (dict(after.values), after.body, after.problems)


@given(FILES, CHANGES)
def test_an_edit_leaves_other_lines_alone(text, changes):
    """The lines of every other key are in the result, byte for byte and in their order."""
    before = header.split(text)
    if before.problems:
        return
    try:
        edited = header.edit(before, changes)
    except InvalidMemory:
        return
    others = [b.raw for b in before.blocks if b.key is not None and b.key not in changes]
    assert others == [b.raw for b in edited.blocks if b.key is not None and b.key not in changes]


@given(st.text(max_size=30), st.booleans())
@example("0?", True)
@example("\x80", False)
@example("yes", False)
@example("2024-01-01", False)
@example("a: b", True)
def test_a_scalar_is_the_same_string_to_every_reader(text, flow):
    """One line, read back as this very string by both of PyYAML's parsers, building types or not."""
    written = header.scalar(text, flow=flow)
    line, expected = (f"[{written}]", [text]) if flow else (f"k: {written}", {"k": text})
    readers = (yaml.BaseLoader, yaml.SafeLoader, yaml.CBaseLoader, yaml.CSafeLoader)
    assert [expected] * 4 == [yaml.load(line, Loader=reader) for reader in readers]
    assert "\n" not in written


def test_half_a_character_becomes_a_mark():
    """A name that was no UTF-8 comes in as a lone surrogate; the file still can be read."""
    assert {"k": "a\ufffd"} == yaml.safe_load(f"k: {header.scalar(chr(0x61) + chr(0xDC80), flow=False)}")


HAND = """\
---
# about pnpm
title: "Use   pnpm"   # said so twice
tags:
    - build   # tools
    - node
nested: {deep: [1, 2]}
text: |
  a
   b

last:   kept
# the end
---
    indented body
"""


@pytest.mark.parametrize(("changes", "old", "new"), [
    ({"title": "Use bun"}, 'title: "Use   pnpm"   # said so twice\n', "title: Use bun   # said so twice\n"),
    ({"tags": ["x", "y, z"]}, "    - build   # tools\n    - node\n", '    - x\n    - "y, z"\n'),
    ({"text": "one"}, "text: |\n  a\n   b\n", "text: one\n"),
    ({"text": None}, "text: |\n  a\n   b\n", ""),
    ({"new": "2"}, "last:   kept\n", 'last:   kept\nnew: "2"\n'),
    ({"last": ""}, "last:   kept\n", 'last:   ""\n'),
    ({"nested": ["a"]}, "nested: {deep: [1, 2]}\n", "nested: [a]\n"),
])  # fmt: skip
def test_a_hand_written_header_keeps_its_looks(changes, old, new):
    """Comments, order, quotes, indents and unknown keys stay where only another line was meant."""
    assert HAND.replace(old, new) == header.edit(header.split(HAND), changes).text


def test_line_ends_are_kept():
    """A file with CRLF gets CRLF lines; a byte order mark stays."""
    edited = header.edit(header.split("\ufeff---\r\na: b\r\n---\r\nbody"), {"c": "d"})
    assert "\ufeff---\r\na: b\r\nc: d\r\n---\r\nbody" == edited.text


def test_a_header_is_made_where_there_is_none():
    """The body stays below it, byte for byte."""
    assert "---\na: b\n---\n# T\n" == header.edit(header.split("# T\n"), {"a": "b"}).text


@pytest.mark.parametrize("text", [
    "# Heading\n---\nnot: header\n", "---\njust a rule\n\n---\n", "---\n- a list\n---\n", "text --- more", "---", "--- x\na: b\n---\n",
])  # fmt: skip
def test_a_rule_is_no_header(text):
    """Three dashes that begin no mapping are part of the body."""
    document = header.split(text)
    assert (False, text, ()) == (document.header, document.body, document.problems)


@pytest.mark.parametrize(("raw", "problem"), [
    ("a: b: c\n", "broken frontmatter: mapping values are not allowed"),
    ("a: 1\na: 2\n", "the frontmatter has a twice"),
    ("a: &x 1\nb: *x\n", "the frontmatter uses YAML anchors or aliases"),
    ("a: {b: {c: {d: {e: f}}}}\n", "the frontmatter is nested more than 4 deep"),
    ("? a\n: b\n", "the frontmatter is laid out in a way"),
    ("a: x\u2028y\n", "the frontmatter has line separators"),
    ("a: " + "x" * 70_000 + "\n", "the frontmatter is longer than 64 KiB"),
])  # fmt: skip
def test_what_can_not_be_changed_is_told(raw, problem):
    """The body is still found, the text is unchanged, and a problem says why the header is not read."""
    document = header.split(f"---\n{raw}---\nbody\n")
    assert ["body\n", True] == [document.body, document.problems[0].startswith(problem)]


def test_a_problem_never_quotes_the_file():
    """What is wrong is said without the text around it, which may hold a secret."""
    (problem,) = header.split("---\npassword: 'hunter2: x\n---\nbody\n").problems
    assert "hunter2" not in problem


def test_an_alias_bomb_costs_nothing():
    """Nested aliases are refused before they are expanded."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert ("the frontmatter uses YAML anchors or aliases",) == header.split(f"---\n{bomb}---\n").problems

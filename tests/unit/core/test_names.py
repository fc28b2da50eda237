"""Names: keys, paths, and where a memory goes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memsync.core import names
from memsync.core.category import Category
from memsync.core.scope import GLOBAL, Scope, ScopeKind
from memsync.errors import BadInput


@given(st.text(max_size=200))
@example("CON")
@example("aux.")
@example("..")
@example("İ")
def test_a_slug_is_empty_or_a_good_key(text):
    """Whatever a title says, its slug is a key that every system takes, and its own slug again."""
    key = names.slug(text)
    if not key:
        return
    assert key == names.check_key(key)
    assert key == names.slug(key)
    assert len(key.encode()) <= 81


@pytest.mark.parametrize(("text", "expected"), [
    ("Use React Query, not SWR", "use-react-query-not-swr"), ("  --x--  ", "x"), ("Ünïcode ähm", "ünïcode-ähm"),
    ("日本語のメモ", "日本語のメモ"), ("a/b\\c..d", "a-b-c-d"), ("🎉", ""), ("", ""), ("v1.2.3_final", "v1.2.3_final"),
    ("CON", "con_"), ("aux.notes", "aux_.notes"),
])  # fmt: skip
def test_slugs(text, expected):
    """Letters and digits of any script stay, everything else becomes one dash."""
    assert expected == names.slug(text)


@pytest.mark.parametrize(("key", "problem"), [
    ("", "is empty"), ("a/b", "has '/' in it"), ("..", "starts with a dot"), ("a\x00b", "has '\\x00' in it"),
    ("party 🎉", "has ' ' in it"), ("🎉", "has '🎉' in it"), ("x" * 300, "has 300 bytes"), (".hidden", "starts with a dot"),
    ("ends.", "ends in a dot"), ("con", "is a device name"), ("NUL.txt", "is a device name"), ("a\u202eb", "has '\\u202e' in it"),
])  # fmt: skip
def test_a_key_that_can_not_be_is_told_why(key, problem):
    """The reason names what is wrong."""
    with pytest.raises(BadInput, match=r"^key: ") as error:
        names.check_key(key)
    assert problem in error.value.problem


def test_a_key_is_kept_in_one_form():
    """Letters that can be written in two ways become one of them."""
    assert unicodedata.normalize("NFC", "é") == names.check_key("e\u0301")


PARTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["..", ".", "", ".git", "a", "x.md", "con", "a b.md", "C:", "~"])
)


@given(st.lists(PARTS, max_size=10).map("/".join))
@example("global/note/My notes (old).md")
@example("../../etc/passwd")
def test_a_path_that_may_be_written_stays_in_the_store(path):
    """No accepted path is absolute, climbs, hides, or can't be written on some system."""
    if names.path_problem(path) is not None:
        return
    parts = path.split("/")
    assert all(part and not part.startswith(".") and not part.endswith((".", " ")) for part in parts)
    assert not set(path) & set('\\<>:"|?*')
    assert len(parts) <= names.MAX_LEVELS
    assert path.encode().decode() == path


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=12))
def test_the_quick_rule_is_the_slow_rule(part):
    """The pattern for easy parts lets in nothing that the single checks refuse."""
    quick = names.part_problem(part)
    slow = names.part_problem(part + "é") if part else quick
    if quick is None and slow is not None:
        assert slow == "is a device name on Windows"


@pytest.mark.parametrize(("path", "synced", "memory"), [
    ("global/note/a.md", True, True), ("README.md", True, False), ("projects/p/README.md", True, True), ("MEMORY.md", True, False),
    ("projects/p/MEMORY.md", True, False), ("projects/p/project.md", True, False), ("project-context.md", True, True),
    (".memsync/store.json", True, False), (".memsync/.trash/x", False, False), (".gitignore", True, False),
    (".git/config", False, False), ("a/.obsidian/x.md", False, False), ("notes.txt", False, False),
    ("global/code-snippets/x.ts", True, True), ("projects/p/prompts/deep/x.txt", True, True), ("global/note/A.MD", True, True),
])  # fmt: skip
def test_what_is_synced_and_what_is_a_memory(path, synced, memory):
    """By the path alone."""
    assert (synced, memory) == (names.is_synced_path(path), names.is_memory_path(path))


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(path):
    """Two paths are the same on some system, or they are not."""
    assert names.fold(path) == names.fold(names.fold(path))


def test_folding_finds_names_that_clash():
    """Case, and the two ways of writing an accent."""
    assert 1 == len({names.fold(p) for p in ("A/É.md", "a/é.md", "a/e\u0301.md")})


def test_where_a_memory_goes():
    """The category's folder, and past a thousand the month's."""
    project = Scope(kind=ScopeKind.PROJECT, name="app-0123456789abcdef")
    assert "global/note/k.md" == names.place_for(GLOBAL, Category.NOTE, "k", 999, "2026-11")
    assert "global/note/2026-11/k.md" == names.place_for(GLOBAL, Category.NOTE, "k", 1000, "2026-11")
    assert "projects/app-0123456789abcdef/session-notes/k.md" == names.place_for(
        project, Category.SESSION, "k", 0, "2026-11"
    )


def test_standing_documents():
    """At the top, and at the top of a project; the same name elsewhere is an ordinary memory."""
    paths = (
        "decisions-log.md",
        "projects/p/current-tasks.md",
        "global/note/decisions-log.md",
        "channels/c/current-tasks.md",
    )
    assert [True, True, False, False] == [names.is_standing(p) for p in paths]

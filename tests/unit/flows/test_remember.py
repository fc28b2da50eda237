"""Remember: what is written, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.core import memory as memories
from memsync.core.category import Category
from memsync.core.gate import Level, OnSecret
from memsync.core.memory import MAX_BYTES, Draft
from memsync.core.scope import PRIVATE, Scope, ScopeKind
from memsync.edges.scanner import SpanScanner
from memsync.errors import BadInput, SecretFound
from memsync.flows.remember import redact_draft, remember
from memsync.testing import FakeTree, PatternScanner

NOW = datetime(2026, 1, 21, 10, tzinfo=UTC)
ID = "01KDP3ABCDEFGHJKMNPQRSTVWX"


def run(draft, *, tree=None, scanner=None, memory_id=ID, **options):
    """Remember a draft in a tree in memory."""
    return remember(
        draft,
        tree=tree if tree is not None else FakeTree(),
        scanner=scanner or PatternScanner(),
        allowances=(),
        memory_id=memory_id,
        now=NOW,
        **options,
    )


def test_file_is_written_where_its_scope_and_category_say():
    """A decision of a project goes to projects/<folder>/decision/<key>.md and reads back as what was said."""
    tree = FakeTree()
    scope = Scope(kind=ScopeKind.PROJECT, name="app-0123456789abcdef")

    done = run(
        Draft(body="Use React Query, not SWR", category=Category.DECISION, tags=("frontend",), scope=scope),
        tree=tree,
    )

    assert done.memory.path == "projects/app-0123456789abcdef/decision/use-react-query-not-swr.md"
    read = memories.read(done.memory.path, tree.files[done.memory.path].decode())
    assert (read.id, read.title, read.tags, read.created, read.body) == (
        ID,
        "Use React Query, not SWR",
        ("frontend",),
        NOW,
        "Use React Query, not SWR\n",
    )


def test_a_taken_key_that_memsync_made_gets_a_number():
    """Two memories with one title stand side by side."""
    tree = FakeTree()
    run(Draft(body="first", title="Same"), tree=tree)

    done = run(Draft(body="second", title="Same"), tree=tree)

    assert sorted(tree.files) == ["global/note/same-2.md", "global/note/same.md"]
    assert done.memory.key == "same-2"


def test_saying_the_same_again_writes_nothing():
    """The same text under the same key is known already, and said so."""
    tree = FakeTree()
    run(Draft(body="We use pnpm"), tree=tree)

    done = run(Draft(body="We use pnpm"), tree=tree)

    assert (done.same_as, len(tree.files)) == ("global/note/we-use-pnpm.md", 1)


def test_a_taken_key_that_was_asked_for_is_refused():
    """A key somebody chose is never changed behind their back."""
    tree = FakeTree()
    run(Draft(body="one", key="k"), tree=tree)

    with pytest.raises(BadInput, match="taken"):
        run(Draft(body="two", key="K"), tree=tree)


@pytest.mark.parametrize("field", ["body", "title", "tags", "keywords", "sources"])
def test_a_secret_in_any_field_stores_nothing(field):
    """Blocked means: no file."""
    tree = FakeTree()
    value = "x SECRET-123 y"
    fields = {"body": "fine"} | {field: (value,) if field in ("tags", "keywords", "sources") else value}

    with pytest.raises(SecretFound):
        run(Draft(**fields), tree=tree)

    assert tree.files == {}


@pytest.mark.parametrize("field", ["body", "title", "tags", "keywords", "sources"])
def test_redacting_keeps_the_rest(field):
    """With redact, the memory is stored with a mark in place of the secret, wherever it stood."""
    tree = FakeTree()
    value = "x SECRET-123 y"
    fields = {"body": "fine"} | {field: (value,) if field in ("tags", "keywords", "sources") else value}

    done = run(Draft(**fields), tree=tree, on_secret=OnSecret.REDACT)

    (raw,) = tree.files.values()
    assert b"SECRET-123" not in raw
    assert b"[REDACTED:planted]" in raw
    assert memories.read(done.memory.path, raw.decode()).problems == ()
    assert done.redacted


def test_a_warning_is_stored_and_told():
    """What is only doubtful does not stop a person at a terminal, but they hear of it."""
    done = run(Draft(body="x SECRET-1"), scanner=PatternScanner(level=Level.WARN))

    assert {f.rule for f in done.warnings} == {"planted"}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(body="  \n"), "text"),
        (Draft(body="x" * (MAX_BYTES + 1)), "text"),
        (Draft(body="a\0b"), "text"),
        (Draft(body="\ud800"), "text"),
        (Draft(body="x", key="a/b"), "key"),
        (Draft(body="x", key=".."), "key"),
        (Draft(body="x", key="a\0"), "key"),
        (Draft(body="x", key="🎉"), "key"),
        (Draft(body="x", key="k" * 300), "key"),
        (Draft(body="x", importance=1.5), "importance"),
        (Draft(body="x", title="t" * 301), "title"),
        (Draft(body="x", tags=("t",) * 101), "tag"),
        (Draft(body="x", keywords=("k" * 101,)), "keyword"),
    ],
)
def test_bad_input_names_its_field(draft, field):
    """What can't be a memory is refused with the name of the field, and nothing is written."""
    tree = FakeTree()

    with pytest.raises(BadInput) as caught:
        run(draft, tree=tree)

    assert (caught.value.field, tree.files) == (field, {})


def test_a_title_without_letters_still_gets_a_name():
    """A memory of symbols alone is called by its id."""
    done = run(Draft(body="🎉🎉"))

    assert done.memory.key == f"memory-{ID[-6:].lower()}"


def test_private_memories_say_so():
    """A memory of the private store has the private scope."""
    assert run(Draft(body="x", scope=PRIVATE), private=True).memory.scope == PRIVATE


def test_a_refusal_does_not_name_the_path_made_of_the_secret():
    """The key is made from the text, so an error that named it would tell the secret in another spelling."""
    with pytest.raises(SecretFound) as caught:
        run(Draft(body="first line\nSECRET-abc123"))

    assert [(f.path, f.line) for f in caught.value.findings] == [("", 2)]
    assert "abc123" not in str(caught.value) + str(caught.value.to_json())


def test_a_refusal_names_the_field():
    """A secret in a title is said to be in the title."""
    with pytest.raises(SecretFound) as caught:
        run(Draft(body="fine", title="SECRET-1"))

    assert {f.path for f in caught.value.findings} == {"title"}


def test_a_title_made_of_a_redacted_text_says_nothing_of_it() -> None:
    """Markup is taken out of a title, and what then no rule knows must not have been in it."""
    value = "rAoWVk6Wvt2C" + "GoZ0t9egnq4x3J4G" + "fxl6lg1k0yNz"
    draft = Draft(body=f'{{"aws_secret_access_key": "{value}"}}\n')

    changed, found = redact_draft(draft, SpanScanner(b"key"))

    assert found
    assert value not in changed.title + changed.body

"""Sealing files where they stand, on a tree in memory: who else writes, what can't be sealed, and what changes leave behind."""

from __future__ import annotations

import datetime as dt

import pytest

from memsync.core.memory import Draft
from memsync.core.report import Revision
from memsync.core.seal import is_sealed, opened_text, sealed_text
from memsync.errors import BadInput, CannotOpen, CannotSeal, SecretFound
from memsync.flows.remember import remember
from memsync.flows.resolve import resolve
from memsync.flows.revise import Desk, revise
from memsync.flows.sealing import put_sealed, seal_again, seal_in_place
from memsync.testing import FakeTree, PatternScanner
from sealkit import PlainSealing, is_for

PATH = "global/note/x.md"
NOW = dt.datetime(2026, 1, 21, 10, tzinfo=dt.UTC)
PLAIN = b"---\nid: 01KDP300000000000000000001\ntitle: T\nsensitive: true\n---\nzebra\n"
CLOSED = sealed_text(PLAIN.decode(), PlainSealing()).encode()


def desk(tree: FakeTree, sealing: PlainSealing | None) -> Desk:
    return Desk(tree=tree, scanner=PatternScanner(), allowances=(), now=NOW, sealing=sealing)


def changed(tree: FakeTree, sealing: PlainSealing | None, **fields) -> str:
    revise(PATH, Revision(**fields), desk=desk(tree, sealing), version=lambda _: None)
    return tree.files[PATH].decode()


def test_a_file_is_sealed_where_it_stands():
    """What stood there is sealed, and the sealed bytes are what is captured."""
    tree = FakeTree(files={PATH: PLAIN})
    sealed = seal_in_place(PATH, PLAIN, tree=tree, sealing=PlainSealing())

    assert tree.files[PATH] == sealed
    assert PLAIN.decode() == opened_text(sealed.decode(), PlainSealing())


def test_a_file_that_changed_meanwhile_is_left_alone():
    """Whoever saved between the look and the sealing keeps what was saved."""
    tree = FakeTree(files={PATH: PLAIN + b"more\n"})

    assert seal_in_place(PATH, PLAIN, tree=tree, sealing=PlainSealing()) is None
    assert not put_sealed(PATH, CLOSED, expected=PLAIN, tree=tree)
    assert {PATH: PLAIN + b"more\n"} == tree.files


@pytest.mark.parametrize(
    ("content", "sealing"),
    [(PLAIN, None), (PLAIN, PlainSealing(names=())), (PLAIN + b"\xff", PlainSealing()),
     (b"---\nsensitive: true\nnever closed\n", PlainSealing())],
)  # fmt: skip
def test_what_can_not_be_sealed_stays_as_it_is(content, sealing):
    """No key, nobody listed, no text, no header that can be read: an error, and not a byte changed."""
    tree = FakeTree(files={PATH: content})
    with pytest.raises(CannotSeal):
        seal_in_place(PATH, content, tree=tree, sealing=sealing)

    assert {PATH: content} == tree.files


def test_sealing_again_is_for_the_list_as_it_is_now():
    """Every sealed memory gets the new names; what can't be opened is told and stays; plain ones are not touched."""
    sealing = PlainSealing(names=("me", "you"), me="me")
    other = sealed_text(PLAIN.decode(), PlainSealing(me="x", names=("x",))).encode()
    tree = FakeTree(files={PATH: CLOSED, "global/note/o.md": other, "global/note/p.md": b"# Plain\n"})
    done = seal_again(tree=tree, sealing=sealing)

    assert (1, ("global/note/o.md",)) == (done.sealed, done.closed)
    assert ["me", "you"] == is_for(tree.files[PATH].decode().split("---\n", 2)[2])
    assert (other, b"# Plain\n") == (tree.files["global/note/o.md"], tree.files["global/note/p.md"])


def test_a_new_text_of_a_sealed_memory_is_sealed():
    """And a change of its title leaves the sealed bytes as they are."""
    tree = FakeTree(files={PATH: CLOSED})
    retitled = changed(tree, None, title="Other")
    assert retitled.endswith(CLOSED.decode().split("---\n", 2)[2])

    rewritten = changed(tree, PlainSealing(), body="giraffe SECRET-1")
    assert is_sealed(rewritten)
    assert opened_text(rewritten, PlainSealing()).endswith("---\ngiraffe SECRET-1\n")


def test_a_memory_is_sealed_and_opened_by_its_flag():
    """`sensitive` seals what is there; without it the text is readable again, and goes through the gate like any."""
    tree = FakeTree(files={PATH: PLAIN.replace(b"sensitive: true\n", b"")})
    assert is_sealed(changed(tree, PlainSealing(), sensitive=True))
    assert changed(tree, PlainSealing(), sensitive=False).endswith("---\nzebra\n")

    tree.files[PATH] = sealed_text(PLAIN.decode() + "SECRET-1\n", PlainSealing()).encode()
    before = dict(tree.files)
    with pytest.raises(SecretFound):
        changed(tree, PlainSealing(), sensitive=False)
    assert before == tree.files


@pytest.mark.parametrize("sealing", [None, PlainSealing(me="x")])
def test_a_sealed_memory_is_not_opened_where_it_can_not_be(sealing):
    """Unsealing without a key fails and changes nothing."""
    tree = FakeTree(files={PATH: CLOSED})
    with pytest.raises(CannotOpen):
        changed(tree, sealing, sensitive=False)

    assert {PATH: CLOSED} == tree.files


def drafted(sealing: PlainSealing | None, **fields) -> FakeTree:
    tree = FakeTree()
    draft = Draft(**{"body": "zebra SECRET-1", "title": "T", "sensitive": True} | fields)
    remember(
        draft,
        tree=tree,
        scanner=PatternScanner(),
        allowances=(),
        memory_id="01KDP300000000000000000001",
        now=NOW,
        sealing=sealing,
    )
    return tree


def test_a_sensitive_draft_is_sealed_before_anything_is_written():
    """Its text may hold a secret, and no file has it in the clear."""
    (text,) = (raw.decode() for raw in drafted(PlainSealing()).files.values())

    assert is_sealed(text)
    assert opened_text(text, PlainSealing()).endswith("---\nzebra SECRET-1\n")


@pytest.mark.parametrize(
    ("sealing", "fields", "error"),
    [(None, {}, CannotSeal), (PlainSealing(names=()), {}, CannotSeal), (PlainSealing(), {"title": ""}, BadInput),
     (PlainSealing(), {"title": "T SECRET-1"}, SecretFound), (PlainSealing(), {"tags": ("SECRET-1",)}, SecretFound),
     (PlainSealing(), {"body": "x" * 1_000_000}, BadInput)],
)  # fmt: skip
def test_a_sensitive_draft_that_can_not_be_kept(sealing, fields, error):
    """Nobody to seal for, no title of its own, a secret where everyone can read, or too long once sealed: nothing is stored."""
    with pytest.raises(error):
        drafted(sealing, **fields)


def test_both_versions_of_a_contested_memory_are_put_together_opened_and_sealed_again():
    """`resolve --both` of two sealed texts is one sealed text with both; without a key it is refused and nothing changes."""
    twin = "global/note/x.conflict-00112233.md"
    files = {
        PATH: CLOSED,
        twin: sealed_text(PLAIN.decode().replace("zebra", "giraffe"), PlainSealing()).encode(),
    }
    for sealing in (PlainSealing(me="x", names=("x",)), PlainSealing()):
        tree = FakeTree(files=dict(files))
        if sealing.me == "x":
            with pytest.raises(CannotOpen):
                resolve(PATH, desk=desk(tree, sealing), both=True)
            assert files == tree.files
        else:
            resolve(PATH, desk=desk(tree, sealing), both=True)
            assert [PATH] == list(tree.files)
            assert opened_text(tree.files[PATH].decode(), sealing).endswith("---\nzebra\n\ngiraffe\n")

"""git's objects are read and written as git does, and rewritten ones change only what they must."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.gitobjects import TreeEntry, references, render_tree, rewritten, tree_entries

IDS = st.text("0123456789abcdef", min_size=40, max_size=40)
NAMES = st.binary(min_size=1, max_size=12).filter(lambda n: not set(n) & {0, 0x2F})
ENTRIES = st.builds(
    TreeEntry, st.sampled_from([b"100644", b"100755", b"120000", b"40000", b"160000"]), NAMES, IDS
)
TREES = st.lists(ENTRIES, max_size=12, unique_by=lambda e: e.name).map(render_tree)
A, B, C = "a" * 40, "b" * 40, "c" * 40


def same(raw: bytes) -> bytes:
    return raw


@given(TREES)
def test_a_tree_is_written_as_it_was_read(raw):
    """What is read of a tree gives the same bytes again."""
    assert raw == render_tree(tree_entries(raw))


@given(TREES)
def test_an_object_without_a_changed_id_stays(raw):
    """With no new id, name or word an object's bytes are the same."""
    assert raw == rewritten("tree", raw, ids={}, words=same, name=lambda e: e.name)


@given(TREES, IDS)
def test_a_new_id_takes_every_place_of_the_old(raw, fresh):
    """Each name that stood for an old id stands for the new one; the others as before."""
    entries = tree_entries(raw)
    ids = {entries[0].oid: fresh} if entries else {}
    after = tree_entries(rewritten("tree", raw, ids=ids, words=same, name=lambda e: e.name))

    assert [(e.name, ids.get(e.oid, e.oid)) for e in entries] == [(e.name, e.oid) for e in after]


def test_a_folder_sorts_as_git_sorts_it(tmp_path):
    """The order of names is git's: its own check finds nothing wrong with a tree made here."""
    blob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    raw = render_tree(
        [
            TreeEntry(b"100644", b"a.b", blob),
            TreeEntry(b"40000", b"a", empty),
            TreeEntry(b"100644", b"a0", blob),
        ]
    )
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    done = subprocess.run(
        ["git", "-C", str(tmp_path), "hash-object", "-t", "tree", "--stdin"],
        input=raw,
        capture_output=True,
        check=False,
    )

    assert [b"a.b", b"a", b"a0"] == [e.name for e in tree_entries(raw)]
    assert 0 == done.returncode, done.stderr


COMMIT = (
    f"tree {A}\nparent {B}\nauthor A <a@b.invalid> 1 +0000\ncommitter A <a@b.invalid> 1 +0000\n"
    "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nwords\n"
).encode()


def test_a_commit_refers_to_its_tree_and_parents():
    """A submodule's commit is none of this repository's objects."""
    assert [A, B] == references("commit", COMMIT)
    assert [] == references("tree", render_tree([TreeEntry(b"160000", b"sub", A)]))
    assert [A] == references("tag", f"object {A}\ntype commit\ntag v1\n\nwords\n".encode())


def test_a_changed_commit_loses_its_signature_and_nothing_else():
    """A signature is for other bytes; author, times and words stay."""
    after = rewritten("commit", COMMIT, ids={B: C}, words=same, name=lambda e: e.name)

    assert f"tree {A}\nparent {C}\nauthor A <a@b.invalid> 1 +0000".encode() in after
    assert b"gpgsig" not in after
    assert after.endswith(b"\n\nwords\n")
    assert COMMIT == rewritten("commit", COMMIT, ids={C: A}, words=same, name=lambda e: e.name)


@pytest.mark.parametrize("kind", ["commit", "tag"])
def test_words_are_changed_in_header_and_message(kind):
    """What a person wrote is changed wherever it stands, ids are not."""
    raw = f"object {A}\ntagger hush <a@b.invalid> 1 +0000\n\nhush hush\n".encode()
    after = rewritten(
        kind, raw, ids={}, words=lambda text: text.replace(b"hush", b"mark"), name=lambda e: e.name
    )

    assert f"object {A}\ntagger mark <a@b.invalid> 1 +0000\n\nmark mark\n".encode() == after

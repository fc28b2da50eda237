"""What every tree of memory files promises."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from memsync.core.change import blob_id
from memsync.edges.tree import MemoryTree
from memsync.errors import CannotWrite, NotAStore
from memsync.testing import FakeTree

if TYPE_CHECKING:
    import pathlib

    from memsync.core.ports import Tree

PATH = "global/note/a.md"


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture(params=["swap", "two-steps"])
def tree(root: pathlib.Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> MemoryTree:
    """A tree on a system that can swap files, and one on a system that has neither special rename."""
    if request.param == "two-steps":
        monkeypatch.setattr("memsync.edges.tree.rename._system_call", lambda **_: None)
    return make(root)


@pytest.fixture(params=["swap", "two-steps", "fake"])
def any_tree(root: pathlib.Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """The same, and the fake: what the port Tree promises holds for all three."""
    if request.param == "fake":
        return FakeTree()
    if request.param == "two-steps":
        monkeypatch.setattr("memsync.edges.tree.rename._system_call", lambda **_: None)
    return make(root)


def make(root: pathlib.Path) -> MemoryTree:
    return MemoryTree(root, lock=root / ".git/memsync/write.lock", trash=root / ".git/memsync/trash")


def left_over(root: pathlib.Path) -> list[str]:
    folder = root / ".git/memsync/trash"
    return sorted(p.name[:1] for p in folder.iterdir()) if folder.exists() else []


# ---- create ----


def test_create_writes_a_file_and_its_folders(tree, root):
    """A new file is there with its bytes, and nothing is left behind."""
    assert tree.create(PATH, b"one\n")
    assert b"one\n" == (root / PATH).read_bytes()
    assert [] == left_over(root)


def test_create_never_overwrites(any_tree, root):
    """A path that is taken stays as it is."""
    any_tree.create(PATH, b"one\n")
    assert not any_tree.create(PATH, b"two\n")
    assert b"one\n" == any_tree.read(PATH)
    assert [] == left_over(root)


def test_create_many_at_once_names_those_that_were_taken(any_tree, root):
    """create_all writes what is free and returns what was not."""
    any_tree.create("global/note/3.md", b"old")
    taken = any_tree.create_all((f"global/note/{n}.md", b"new") for n in range(6))
    assert ("global/note/3.md",) == taken
    assert [b"new", b"new", b"new", b"old", b"new", b"new"] == [
        any_tree.read(f"global/note/{n}.md") for n in range(6)
    ]
    assert [] == left_over(root)


@pytest.mark.parametrize(
    "path",
    ["../out.md", ".git/config", "a/../../b.md", "a//b.md", "/etc/x.md", ".hidden.md", "a\x00b.md", ""],
)
def test_no_path_leads_out_of_the_store(tree, root, path):
    """A path that no memory may have is refused, whoever asks for it."""
    with pytest.raises(CannotWrite):
        tree.create(path, b"x")
    with pytest.raises(CannotWrite):
        tree.swap(path, None)
    assert tree.read(path) is None
    assert not (root.parent / "out.md").exists()


def test_a_linked_folder_is_never_entered(tree, root, tmp_path):
    """Neither reading nor writing follows a symbolic link to another folder."""
    outside = tmp_path / "outside"
    (outside / "note").mkdir(parents=True)
    (outside / "note/a.md").write_bytes(b"theirs")
    (root / "global").symlink_to(outside)
    assert tree.read(PATH) is None
    for write in (
        lambda: tree.create(PATH, b"x"),
        lambda: tree.create("global/b.md", b"x"),
        lambda: tree.swap(PATH, b"x"),
    ):
        with pytest.raises(CannotWrite):
            write()
    assert tree.swap(PATH, None) is None
    assert ["note"] == [p.name for p in outside.iterdir()]
    assert b"theirs" == (outside / "note/a.md").read_bytes()


def test_a_linked_file_is_neither_read_nor_written_through(tree, root, tmp_path):
    """A symbolic link at the path itself is no memory."""
    (tmp_path / "secret").write_bytes(b"theirs")
    (root / "a.md").symlink_to(tmp_path / "secret")
    assert tree.read("a.md") is None
    assert not tree.create("a.md", b"x")
    assert not tree.replace("a.md", b"x", expected=b"theirs")
    with pytest.raises(CannotWrite):
        tree.swap("a.md", b"x")
    assert b"theirs" == (tmp_path / "secret").read_bytes()


def test_reading_a_pipe_does_not_wait(tree, root):
    """A named pipe in the store is no memory and blocks nobody."""
    os.mkfifo(root / "a.md")
    assert tree.read("a.md") is None
    assert {} == tree.listing()


# ---- replace and remove ----


def test_replace_changes_what_was_expected(tree, root):
    """The new bytes stand there, and nothing waits to be taken in."""
    tree.create(PATH, b"one")
    assert tree.replace(PATH, b"two", expected=b"one")
    assert b"two" == tree.read(PATH)
    assert () == tree.trash_listing(now=time.time())


def test_replace_leaves_what_was_not_expected(any_tree, root):
    """A file that says something else stays as it is."""
    any_tree.create(PATH, b"theirs")
    assert not any_tree.replace(PATH, b"mine", expected=b"one")
    assert b"theirs" == any_tree.read(PATH)
    assert [] == left_over(root)


def test_replace_of_nothing_is_refused(any_tree):
    """A file that is not there is not made by replace."""
    assert not any_tree.replace(PATH, b"mine", expected=b"one")
    assert any_tree.read(PATH) is None


def test_replace_keeps_permissions(tree, root):
    """A file that only its owner reads stays so."""
    tree.create(PATH, b"one")
    (root / PATH).chmod(0o600)
    tree.replace(PATH, b"two", expected=b"one")
    assert 0o600 == (root / PATH).stat().st_mode & 0o777


def test_remove_takes_what_was_expected(any_tree):
    """The file is gone."""
    any_tree.create(PATH, b"one")
    assert not any_tree.remove(PATH, expected=b"two")
    assert any_tree.remove(PATH, expected=b"one")
    assert any_tree.read(PATH) is None
    assert not any_tree.remove(PATH, expected=b"one")


def test_an_edit_just_before_a_removal_stays(root):
    """What somebody writes between the look and the removal is brought back to its path."""

    class Late(MemoryTree):
        def read(self, path):
            content = super().read(path)
            (root / path).write_bytes(b"their edit")
            return content

    tree = Late(root, lock=root / ".git/lock", trash=root / ".git/memsync/trash")
    tree.create(PATH, b"one")
    assert not tree.remove(PATH, expected=b"one")
    assert b"their edit" == (root / PATH).read_bytes()


def test_an_edit_just_before_a_replacement_waits_in_the_trash(root):
    """What somebody saves between the look and the swap is given to the next capture, with its path."""

    class Late(MemoryTree):
        def read(self, path):
            content = super().read(path)
            (root / path).write_bytes(b"their edit")
            return content

    tree = Late(root, lock=root / ".git/lock", trash=root / ".git/memsync/trash")
    tree.create(PATH, b"one")
    assert tree.replace(PATH, b"two", expected=b"one")
    assert b"two" == (root / PATH).read_bytes()
    assert [(PATH, b"their edit")] == [(d.path, d.content) for d in tree.trash_listing(now=time.time())]


# ---- swap and the trash ----


def test_swap_returns_what_came_out(tree):
    """The old bytes come back with their blob id, unsettled."""
    tree.create(PATH, b"one")
    out = tree.swap(PATH, b"two")
    assert (PATH, b"one", blob_id(b"one")) == (out.path, out.content, out.oid)
    assert b"two" == tree.read(PATH)
    assert [out.content] == [d.content for d in tree.trash_listing(now=time.time())]


def test_swap_makes_a_file_where_there_is_none(tree):
    """Nothing comes out of a free path."""
    assert tree.swap(PATH, b"one") is None
    assert b"one" == tree.read(PATH)


def test_swap_with_nothing_takes_the_file_away(tree):
    """None takes away; a second time there is nothing."""
    tree.create(PATH, b"one")
    assert b"one" == tree.swap(PATH, None).content
    assert tree.read(PATH) is None
    assert tree.swap(PATH, None) is None


def test_settled_trash_goes_after_its_time(tree, root):
    """Settled files stay a minute, then they are dropped."""
    tree.create(PATH, b"one")
    tree.settle(tree.swap(PATH, b"two").token)
    assert () == tree.trash_listing(now=time.time() + 30)
    assert ["s"] == left_over(root)
    assert () == tree.trash_listing(now=time.time() + 61)
    assert [] == left_over(root)


def test_a_late_writer_loses_nothing(tree, root):
    """Bytes written to a settled file through an old descriptor are found, and settled again when they are taken in."""
    tree.create(PATH, b"one")
    with (root / PATH).open("ab") as editor:
        tree.settle(tree.swap(PATH, b"two").token)
        editor.write(b" and more")
    (late,) = tree.trash_listing(now=time.time() + 61)
    assert (PATH, b"one and more") == (late.path, late.content)
    tree.settle(late.token)
    assert () == tree.trash_listing(now=time.time() + 61)
    assert [] == left_over(root)


def test_purge_drops_only_what_was_seen(tree, root):
    """A displaced file that changed since its token was given stays."""
    tree.create(PATH, b"one")
    with (root / PATH).open("ab") as editor:
        out = tree.swap(PATH, b"two")
        editor.write(b" and more")
    tree.purge(out.token)
    (late,) = tree.trash_listing(now=time.time())
    tree.purge(late.token)
    assert [] == left_over(root)


def test_long_paths_keep_their_name_in_the_trash(tree, root):
    """A path too long for one file name is known all the same, and its note goes with it."""
    path = "/".join(["ü" * 90] * 7 + ["x.md"])
    tree.create(path, b"one")
    out = tree.swap(path, b"two")
    assert [path] == [d.path for d in tree.trash_listing(now=time.time())]
    tree.purge(out.token)
    assert [] == left_over(root)


def test_bytes_of_a_killed_writer_go_in_the_end(tree, root):
    """New bytes that were never put in place were never promised to anybody; nobody takes them in."""
    tree.create(PATH, b"one")
    leftover = root / ".git/memsync/trash" / f"n.{'0' * 16}.global%2Fnote%2Fb.md"
    leftover.write_bytes(b"half")
    assert () == tree.trash_listing(now=time.time() + 100)
    assert leftover.exists()
    assert () == tree.trash_listing(now=time.time() + 700)
    assert not leftover.exists()


def test_writers_on_one_file_lose_nothing(root):
    """Of many savers with replace, each success was seen by the next: the file counts them all."""
    make(root).create(PATH, b"0")
    done: list[int] = []

    def count() -> None:
        tree = make(root)
        for _ in range(20):
            while True:
                old = tree.read(PATH)
                if old is not None and tree.replace(PATH, b"%d" % (int(old) + 1), expected=old):
                    break
            done.append(1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert b"%d" % len(done) == make(root).read(PATH) == b"80"
    assert () == make(root).trash_listing(now=time.time())


# ---- listing ----


def test_listing_has_what_is_synced_and_nothing_else(tree, root):
    """Markdown, the snippet folders' files and memsync's own; no dot folders, links or other files."""
    for path in (
        "README.md",
        "global/note/a.md",
        "projects/p-0/code-snippets/x.ts",
        ".memsync/store.json",
        ".gitignore",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    for path in (
        "global/note/a.txt",
        ".git/x.md",
        "global/.obsidian/x.md",
        "global/note/.a.md",
        ".memsync/.tmp",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")
    (root / "linked.md").symlink_to(root / "README.md")
    (root / "away").symlink_to(root / "global")
    expected = {
        "README.md",
        "global/note/a.md",
        "projects/p-0/code-snippets/x.ts",
        ".memsync/store.json",
        ".gitignore",
    }
    assert expected == set(tree.listing())


def test_what_is_not_taken_is_told_with_its_reason(tree, root):
    """A link, a second name, a pipe, and names that another system can't have are listed, never silently left out."""
    (root / "a.md").write_bytes(b"x")
    (root / "linked.md").symlink_to(root / "a.md")
    (root / "folder").symlink_to(root)
    (root / "one.md").write_bytes(b"x")
    os.link(root / "one.md", root / "two.md")
    os.mkfifo(root / "pipe.md")
    (root / "what?.md").write_bytes(b"x")
    (root / "con").mkdir()
    (root / "con/x.md").write_bytes(b"x")
    (root / os.fsdecode(b"caf\xe9.md")).write_bytes(b"x")
    seen = tree.survey()
    assert ["a.md"] == list(seen.listing)
    expected = {
        "linked.md": "is a symbolic link",
        "folder": "is a symbolic link",
        "pipe.md": "is no regular file",
        "one.md": "has a second name (a hard link)",
        "two.md": "has a second name (a hard link)",
        "what?.md": "has a character that Windows forbids",
        "con/x.md": "is a device name on Windows",
        os.fsdecode(b"caf\xe9.md"): "is not UTF-8",
    }
    assert expected == dict(seen.not_taken)


def test_a_stamp_changes_with_its_file(any_tree):
    """A file that is written anew has another stamp."""
    any_tree.create(PATH, b"one")
    before = any_tree.listing()[PATH]
    any_tree.replace(PATH, b"two", expected=b"one")
    assert before != any_tree.listing()[PATH]


def test_a_missing_root_is_no_store(tmp_path):
    """Reading and writing say that there is no store; no folder is made for it."""
    tree = make(tmp_path / "gone")
    for call in (
        tree.listing,
        lambda: tree.read(PATH),
        lambda: tree.create(PATH, b"x"),
        lambda: tree.swap(PATH, None),
    ):
        with pytest.raises(NotAStore):
            call()
    assert not (tmp_path / "gone").exists()


def test_a_bad_path_is_refused_by_all(any_tree):
    """Whoever stands behind the port."""
    with pytest.raises(CannotWrite):
        any_tree.create("../out.md", b"x")
    assert any_tree.read("../out.md") is None


def test_listing_leaves_out_what_is_not_synced(any_tree):
    """A text file outside of the snippet folders is no memory."""
    for path in ("global/note/a.md", "global/note/a.txt", "global/code-snippets/x.ts"):
        any_tree.create(path, b"x")
    assert ["global/code-snippets/x.ts", "global/note/a.md"] == sorted(any_tree.listing())

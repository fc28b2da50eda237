"""What sync asks of git: the same answers from real git and from the one in memory that the random machines use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gitkit import bare_remote
from memorygit import MemoryRepo, Objects
from memsync.core.history import Entry, MissingObject, Signed
from memsync.core.merging import blob_id
from memsync.core.trouble import TroubleKind, classify
from memsync.edges.repo import GitRepo

BY = Signed(name="cli-0123ab", when=datetime(2026, 1, 21, 10, tzinfo=UTC))


@pytest.fixture(params=["real", "memory"])
def pair(request, tmp_path):
    """Two machines' repositories on one remote, and the remote's address."""
    if request.param == "memory":
        objects = Objects()
        return MemoryRepo(objects, "a"), MemoryRepo(objects, "b"), "memory"
    url = str(bare_remote(tmp_path / "remote.git"))
    made = []
    for name in "ab":
        repo = GitRepo(tmp_path / name)
        repo.create()
        repo.set_remote(url)
        made.append(repo)
    return (*made, url)


def write(repo, parents, **changes):
    files = {name.replace("_", ".", 1): content for name, content in changes.items()}
    return repo.commit(parents=parents, changes=files, message=f"change {sorted(files)}\n", by=BY)


def test_a_commit_holds_its_parents_files_and_its_changes(pair):
    """Bytes, blob ids and deletions, on top of the first parent; nothing moves a ref."""
    repo = pair[0]
    first = write(repo, [], a_md=b"1\n", b_md=b"2\n")
    second = write(repo, [first], a_md=None, c_md=blob_id(b"2\n"))

    assert {"b.md": blob_id(b"2\n"), "c.md": blob_id(b"2\n")} == dict(repo.tree(second).files)
    assert (None, None, None) == (repo.refs().main, repo.refs().remote, repo.refs().incoming)
    assert b"1\n" == repo.content_at(first, "a.md")
    assert repo.content_at(second, "a.md") is None


def test_odd_entries_stay_as_they_are(pair):
    """An executable file is in the tree, apart from the ordinary ones."""
    repo = pair[0]
    entry = Entry(path="run.sh", mode="100755", kind="blob", oid=repo.put(b"x\n"))
    commit = repo.commit(parents=[], changes={"a.md": b"1\n", "run.sh": entry}, message="odd\n", by=BY)

    assert (["a.md"], (entry,)) == (list(repo.tree(commit).files), repo.tree(commit).odd)


def test_refs_move_by_compare_and_swap(pair):
    """A move from elsewhere moves nothing."""
    repo = pair[0]
    first = write(repo, [], a_md=b"1\n")
    second = write(repo, [first], a_md=b"2\n")

    assert repo.move_main(first, None, reason="capture")
    assert not repo.move_main(second, None, reason="capture")
    assert first == repo.refs().main
    assert repo.move_main(second, first, reason="capture")
    assert repo.move_remote(first, None)
    assert not repo.move_remote(None, second)


def test_ancestry(pair):
    """Merge bases, ancestors and counts of a small history with a merge."""
    repo = pair[0]
    root = write(repo, [], a_md=b"1\n")
    left, right = write(repo, [root], a_md=b"2\n"), write(repo, [root], b_md=b"3\n")
    merge = write(repo, [left, right], b_md=b"3\n")
    alone = write(repo, [], z_md=b"z\n")

    assert (root,) == repo.merge_bases(left, right)
    assert (left,) == repo.merge_bases(left, merge)
    assert () == repo.merge_bases(alone, merge)
    assert [True, False, True] == [
        repo.is_ancestor(root, merge),
        repo.is_ancestor(merge, left),
        repo.is_ancestor(left, left),
    ]
    assert (4, 2, 0, 1) == (
        repo.count(None, merge),
        repo.count(left, merge),
        repo.count(merge, left),
        repo.count(None, alone),
    )


def test_blobs_and_sizes(pair):
    """What is there is given; what is not is left out of sizes, and an error for blobs."""
    repo = pair[0]
    oid = repo.put(b"hello\n")

    assert ({oid: 6}, {oid: b"hello\n"}) == (repo.sizes([oid, "0" * 39 + "1"]), repo.blobs([oid]))
    with pytest.raises(MissingObject):
        repo.blobs(["0" * 39 + "1"])


def test_what_would_leave(pair):
    """Every blob of the commits that the other side has not, and their words, oldest first."""
    repo = pair[0]
    first = write(repo, [], a_md=b"1\n")
    second = write(repo, [first], a_md=b"2\n")
    third = write(repo, [second], a_md=b"3\n")
    leaving = repo.outgoing(first, third)

    assert {blob_id(b"2\n"): "a.md", blob_id(b"3\n"): "a.md"} == dict(leaving.blobs)
    assert [second, third] == [note.commit for note in leaving.commits]
    assert leaving.commits == repo.notes(first, third)
    assert "cli-0123ab <cli-0123ab@memsync.invalid>" == leaving.commits[0].author
    assert "change ['a.md']" == leaving.commits[0].message.strip()


def test_a_round_over_the_remote(pair):
    """Empty, pushed, fetched, and refused where another machine was faster."""
    one, two, url = pair
    assert (True, None) == (one.ask(url).said.ok, one.ask(url).main)

    first = write(one, [], a_md=b"1\n")
    one.move_main(first, None, reason="capture")
    assert one.push(url, first, first=True).ok
    assert first == two.ask(url).main
    assert two.fetch(url, first=True).ok
    assert first == two.refs().incoming

    mine, other = write(one, [first], a_md=b"2\n"), write(two, [first], b_md=b"3\n")
    assert one.push(url, mine).ok
    refused = two.push(url, other)
    assert (False, TroubleKind.RACE) == (refused.ok, classify("push", refused.code, refused.text).kind)

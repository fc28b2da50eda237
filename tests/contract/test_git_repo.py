"""What sync may rely on of a repository: the same for git and for the one in memory that the random clones use."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from memorygit import MemoryRepo, Objects
from memsync.core.change import blob_id
from memsync.core.history import Entry, MissingObject, Signed
from memsync.edges.repo import GitRepo
from synckit import bare, git

BY = Signed(name="cli-3fa9c1", when=dt.datetime(2026, 1, 21, 10, tzinfo=dt.UTC))


@pytest.fixture(params=["git", "memory"])
def pair(request, tmp_path):
    """Two repositories over one remote."""
    if request.param == "memory":
        objects = Objects()
        yield MemoryRepo(objects, "a"), MemoryRepo(objects, "b")
        return
    remote = bare(tmp_path / "remote.git")
    made = GitRepo(tmp_path / "a"), GitRepo(tmp_path / "b")
    for repo in made:
        repo.create()
        repo.set_remote(str(remote))
    yield made


@pytest.fixture
def repo(pair):
    return pair[0]


def grown(repo, changes, message="a commit\n", *, publish: bool = True) -> str:
    """Commit onto main and return the commit."""
    main = repo.refs().main
    commit = repo.commit(parents=[main] if main else [], changes=changes, message=message, by=BY)
    if publish:
        assert repo.move_main(commit, main, reason="test")
    return commit


def test_a_commit_moves_nothing(repo):
    """Writing a commit is not publishing it."""
    grown(repo, {"x.md": b"one\n"}, publish=False)

    assert repo.refs().main is None


def test_a_tree_holds_what_was_committed(repo):
    """Bytes, ids and deletions of one commit make the tree they say; names may hold spaces, quotes and any script."""
    first = grown(repo, {"a b.md": b"one\n", "gone.md": b"x", 'q"\\ü/日本.md': b"two\n"})
    second = grown(repo, {"gone.md": None, "copy.md": blob_id(b"one\n")})

    assert {"a b.md", "gone.md", 'q"\\ü/日本.md'} == set(repo.tree(first).files)
    assert {
        "a b.md": blob_id(b"one\n"),
        "copy.md": blob_id(b"one\n"),
        'q"\\ü/日本.md': blob_id(b"two\n"),
    } == dict(repo.tree(second).files)


def test_no_commit_has_no_tree(repo):
    """The tree of nothing is empty."""
    assert {} == dict(repo.tree(None).files)


def test_a_file_may_give_way_to_a_folder(repo):
    """A path that was a file may be a folder in the next commit."""
    grown(repo, {"a.md": b"x"})
    second = grown(repo, {"a.md": None, "a.md/b.md": b"y"})

    assert ["a.md/b.md"] == list(repo.tree(second).files)


def test_odd_entries_are_kept_apart(repo):
    """A symbolic link is an entry that is no file, and stays in the tree through later commits."""
    target = repo.put(b"/etc/passwd")
    link = Entry(path="link.md", mode="120000", kind="blob", oid=target)
    grown(repo, {"link.md": link})
    second = grown(repo, {"x.md": b"x"})

    assert (["x.md"], (link,)) == (list(repo.tree(second).files), repo.tree(second).odd)


def test_main_moves_only_from_where_it_stood(repo):
    """A compare-and-swap that names another commit moves nothing and says so."""
    first = grown(repo, {"x.md": b"one"})
    second = repo.commit(parents=[first], changes={"x.md": b"two"}, message="m\n", by=BY)

    refused = repo.move_main(second, None, reason="test")

    assert (False, first) == (refused, repo.refs().main)
    assert (True, second) == (repo.move_main(second, first, reason="test"), repo.refs().main)


def test_bytes_come_back_unchanged(repo):
    """A blob is its bytes: newlines, none at the end, none at all, and any byte."""
    texts = [b"", b"x", b"a\r\nb\n", b"\x00\xff\n\n", "日本\n".encode()]
    oids = [repo.put(text) for text in texts]

    assert dict(zip(oids, texts, strict=True)) == repo.blobs(oids)
    assert oids == [blob_id(text) for text in texts]


def test_a_missing_blob_is_told(repo):
    """What is not there is an error with its id, never empty bytes; asked for sizes, it is left out."""
    nowhere = "1" * 40

    with pytest.raises(MissingObject):
        repo.blobs([nowhere])
    assert {} == repo.sizes([nowhere])


def test_ancestors_and_bases(repo):
    """History is what was built on what."""
    root = grown(repo, {"x.md": b"0"})
    ours = repo.commit(parents=[root], changes={"x.md": b"1"}, message="ours\n", by=BY)
    theirs = repo.commit(parents=[root], changes={"y.md": b"2"}, message="theirs\n", by=BY)
    merged = repo.commit(parents=[ours, theirs], changes={"y.md": b"2"}, message="merge\n", by=BY)

    assert (True, False, True) == (
        repo.is_ancestor(root, ours),
        repo.is_ancestor(ours, theirs),
        repo.is_ancestor(theirs, merged),
    )
    assert ((root,), (theirs,)) == (repo.merge_bases(ours, theirs), repo.merge_bases(merged, theirs))
    assert (3, 4) == (repo.count(root, merged), repo.count(None, merged))


def test_histories_without_a_common_commit_have_no_base(repo):
    """Two first commits are strangers."""
    one = repo.commit(parents=[], changes={"x.md": b"1"}, message="one\n", by=BY)
    other = repo.commit(parents=[], changes={"y.md": b"2"}, message="other\n", by=BY)

    assert () == repo.merge_bases(one, other)


def test_what_a_push_would_send(repo):
    """Every version between the remote and main leaves, the ones no tree holds any more as well, with every message."""
    first = grown(repo, {"x.md": b"one\n"}, "first\n")
    grown(repo, {"x.md": b"in between\n"}, "second\n")
    third = grown(repo, {"x.md": b"three\n"}, "third\n\nMemsync-Instance: cli-3fa9c1\n")

    leaving = repo.outgoing(first, third)

    assert {blob_id(b"in between\n"): "x.md", blob_id(b"three\n"): "x.md"} == dict(leaving.blobs)
    assert ["second", "third"] == [note.message.splitlines()[0] for note in leaving.commits]
    assert "cli-3fa9c1 <cli-3fa9c1@memsync.invalid>" == leaving.commits[0].author
    assert {11, 6} == set(leaving.sizes.values())


def test_a_push_arrives_and_a_late_one_is_refused(pair):
    """What one pushed the other fetches; who built on less is refused, and nothing is overwritten."""
    a, b = pair
    url = a.remote_url()
    theirs = grown(a, {"x.md": b"a"})
    sent = a.push(url, theirs, first=True)
    ours = grown(b, {"y.md": b"b"})

    late = b.push(url, ours, first=True)
    got = b.fetch(url, first=True)

    assert (True, False, True) == (sent.ok, late.ok, got.ok)
    assert (theirs, theirs) == (b.refs().incoming, b.ask(url).main)
    assert b"a" == b.content_at(theirs, "x.md")


# ---- git alone ----------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path):
    repo = GitRepo(tmp_path / "a")
    repo.create()
    return repo


def test_create_does_nothing_twice(real):
    """A repository that is there is left as it is."""
    assert real.create() is False


def test_the_clone_id_stays(real):
    """Sync's notes are bound to the clone by an id that lasts as long as the clone."""
    assert real.clone_id() == GitRepo(real.root).clone_id()


def test_packed_refs_are_read(real):
    """Refs that git has packed are found as well."""
    commit = grown(real, {"x.md": b"x"})
    git(real.root, "pack-refs", "--all")

    assert commit == real.refs().main


def test_a_template_plants_nothing(tmp_path, monkeypatch):
    """A template folder of the user's (hooks and all) does not come into a store."""
    template = tmp_path / "template/hooks"
    template.mkdir(parents=True)
    (template / "post-commit").write_text("#!/bin/sh\ntouch /tmp/pwned\n")
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(template.parent))
    repo = GitRepo(tmp_path / "a")
    repo.create()

    assert not (repo.gitdir / "hooks/post-commit").exists()


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"])
def test_what_a_hook_leaves_in_the_environment_is_not_heeded(real, tmp_path, monkeypatch, name):
    """Run inside another repository's hook, memsync still works on its own store."""
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", str(other))
    monkeypatch.setenv(
        name, str(other / ".git" / ("index" if "INDEX" in name else "objects" if "OBJECT" in name else ""))
    )

    commit = grown(real, {"x.md": b"x"})

    assert {"x.md"} == set(real.tree(commit).files)
    monkeypatch.delenv(name)
    assert "" == git(other, "rev-list", "--all")


def test_the_users_configuration_changes_no_byte(real, tmp_path, monkeypatch):
    """autocrlf, hooks, filters and signing of the user's do nothing to what is stored."""
    config = tmp_path / "gitconfig"
    config.write_text(
        "[core]\n autocrlf = true\n hooksPath = /nonexistent\n fsmonitor = /bin/false\n[commit]\n gpgSign = true\n"
        f'[user]\n name = Somebody\n[core]\n attributesFile = {tmp_path / "attributes"}\n[filter "x"]\n clean = false\n'
    )
    (tmp_path / "attributes").write_text("* text eol=crlf filter=x\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))

    commit = grown(real, {"x.md": b"a\nb\r\n"})

    assert b"a\nb\r\n" == real.content_at(commit, "x.md")
    assert "cli-3fa9c1" == git(real.root, "log", "-1", "--format=%an", "main").strip()


def test_an_old_git_is_told(monkeypatch, tmp_path):
    """A git older than 2.30 is refused with its version."""
    from memsync.edges.repo import child
    from memsync.errors import GitUnusable

    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin/git"
    fake.write_text("#!/bin/sh\necho git version 2.25.1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    child.version.cache_clear()
    try:
        with pytest.raises(GitUnusable, match=r"2\.25\.1"):
            GitRepo(tmp_path / "a").create()
    finally:
        child.version.cache_clear()


def test_history_tells_versions_and_deletions(real):
    """A path's versions, newest first, with who, when and what; a deletion is one of them."""
    grown(real, {"x.md": b"one\n", "y.md": b"y"}, "Add x\n")
    grown(real, {"y.md": b"other"}, "Change y\n")
    grown(real, {"x.md": None}, "Remove x\n")

    versions = real.history("x.md")

    assert [("Remove x", True), ("Add x", False)] == [(v.subject, v.deleted) for v in versions]
    assert {"cli-3fa9c1"} == {v.by for v in versions}
    assert BY.when == versions[0].when
    assert b"one\n" == real.content_at(real.deleted_paths()["x.md"], "x.md")


@pytest.mark.parametrize("commit", ["", "--help", "HEAD", "main", "zzzz", "../x"])
def test_only_ids_name_commits(real, commit):
    """What is no commit id names no version, whatever git would make of it."""
    grown(real, {"x.md": b"one\n"})

    assert real.content_at(commit, "x.md") is None


def test_the_index_follows_and_leaves_staged_entries_alone(real):
    """The owner's index is brought along entry by entry, and not where a person has staged something else."""
    first = grown(real, {"x.md": b"one\n", "y.md": b"y\n"})
    real.refresh_index(None, first)
    staged = real.put(b"staged\n")
    git(real.root, "update-index", "--cacheinfo", f"100644,{staged},y.md")
    second = grown(real, {"x.md": b"two\n", "y.md": b"yy\n"})

    assert real.refresh_index(first, second)
    assert [blob_id(b"two\n"), staged] == [
        line.split()[1] for line in git(real.root, "ls-files", "-s").splitlines()
    ]


def test_a_slow_command_is_ended_with_all_it_started(tmp_path):
    """A git that hangs is killed after its time, together with its own children."""
    import time

    from memsync.edges.repo.child import Child

    folder = tmp_path / "x"
    folder.mkdir()
    began = time.monotonic()
    answered = Child(folder).remote(
        "-c", "alias.wait=!sleep 60 & sleep 60", "wait", seconds=0.5, protocols="file", gitdir=False
    )

    assert (True, True) == (answered.timed_out, time.monotonic() - began < 45)  # of the sixty it sleeps


def test_no_secret_of_a_url_is_shown():
    """Users, passwords and headers are taken out of what git says, and so is what a terminal would obey."""
    from memsync.edges.repo.child import redact

    shown = redact("fatal: https://me:pass@h/x\x1b[31m Authorization: Basic abc\nCookie: a=b")

    assert [] == [word for word in ("me:pass", "\x1b", "abc", "a=b") if word in shown]


def test_many_write_commits_at_once(repo):
    """Processes that commit at the same moment are not in each other's way: each gets its commit."""
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: grown(repo, {f"{n}.md": b"x\n"}, publish=False), range(80)))

    assert 80 == len(set(made))
    assert {f"{n}.md" for n in range(80)} == {path for commit in made for path in repo.tree(commit).files}

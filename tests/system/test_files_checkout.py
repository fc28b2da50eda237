"""Which project a folder belongs to, with a real git."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from memsync.core.project import identity_of
from memsync.edges.checkout import Checkouts, KeptLooks, inspect, look

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system


def git(folder: pathlib.Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


def test_a_checkout_tells_its_remotes_and_first_commit(project):
    """Both are found, from a folder below as well, and the place is the git directory's."""
    git(project, "remote", "add", "origin", "git@github.com:org/app.git")
    below = project / "src/deep"
    below.mkdir(parents=True)
    seen = look(below)
    assert (("origin", "git@github.com:org/app.git"),) == seen.remotes
    assert git(project, "rev-parse", "HEAD") == seen.root_commit
    assert (os.path.realpath(project / ".git"), "app") == (seen.place, seen.folder_name)


def test_the_first_commit_is_not_looked_for_where_a_remote_names_the_project(project):
    """Without `root` the history is not walked, but for a repository that has no remote."""
    first = git(project, "rev-parse", "HEAD")
    assert first == look(project, root=False).root_commit
    git(project, "remote", "add", "origin", "git@github.com:org/app.git")
    assert look(project, root=False).root_commit is None


def test_insteadof_is_applied(project):
    """The URL is the one git would use, after the user's own shorthands."""
    git(project, "config", "url.https://github.com/.insteadOf", "gh:")
    git(project, "remote", "add", "origin", "gh:org/app")
    assert (("origin", "https://github.com/org/app"),) == look(project).remotes


def test_a_relative_remote_is_made_absolute(project, tmp_path):
    """Two projects beside two remotes called `../hub` are not one project."""
    git(project, "remote", "add", "origin", "../hub.git")
    assert (("origin", str(tmp_path / "hub.git")),) == look(project).remotes


def test_a_worktree_is_the_same_checkout(project, tmp_path):
    """A worktree shares the place and the remotes of its repository."""
    git(project, "worktree", "add", "-q", str(tmp_path / "other"), "-b", "b")
    assert look(project).place == look(tmp_path / "other").place


def test_a_submodule_is_a_project_of_its_own(project, tmp_path):
    """In a submodule's folder the submodule's remote counts."""
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "-q")
    git(library, "commit", "-q", "--allow-empty", "-m", "its first")
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "lib")
    assert str(library) == identity_of(look(project / "lib"))


def test_no_project_and_why(project, tmp_path):
    """No folder, no repository, a bare one, the inside of .git, nothing in it yet: None, each with its reason."""
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    git(tmp_path, "init", "-q", "fresh")
    (tmp_path / "plain").mkdir()
    reasons = [inspect(p).reason for p in (
        tmp_path / "gone", tmp_path / "plain", tmp_path / "bare.git", project / ".git", tmp_path / "fresh")]  # fmt: skip
    expected = [
        "the folder is missing", "this is no git repository",
        "this is a bare repository or the inside of one, no work tree",
        "this is a bare repository or the inside of one, no work tree",
        "the repository has neither a remote nor a commit yet",
    ]  # fmt: skip
    assert expected == reasons
    assert look(tmp_path / "plain") is None


def test_a_memory_store_is_no_project(project):
    """Standing in the store itself, memories go to the global scope."""
    (project / ".memsync").mkdir()
    (project / ".memsync/store.json").write_text("{}")
    assert "this is a memory store, no project" == inspect(project).reason


def test_a_shallow_clone_has_no_first_commit(project, tmp_path):
    """The oldest commit of a shallow clone is not the first one, so it identifies nothing."""
    for number in range(3):
        git(project, "commit", "-q", "--allow-empty", "-m", str(number))
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), "shallow")
    seen = look(tmp_path / "shallow")
    assert (None, (("origin", project.as_uri()),)) == (seen.root_commit, seen.remotes)


def test_a_git_environment_of_a_hook_is_not_believed(project, tmp_path, monkeypatch):
    """GIT_DIR of another repository does not change whose folder this is."""
    git(tmp_path, "init", "-q", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    assert os.path.realpath(project / ".git") == look(project).place


def test_no_git_is_a_reason(project, monkeypatch):
    """Where git is not installed there is no project, and no exception."""
    monkeypatch.setenv("PATH", str(project))
    assert "git is not installed" == inspect(project).reason


def test_a_repository_git_will_not_use_is_told(project):
    """A damaged repository is named."""
    (project / ".git/HEAD").write_text("nonsense")
    assert f"git can't use the repository at {project}" == inspect(project).reason


def test_bindings_are_kept(tmp_path):
    """A checkout's folder is known the next time, and others stay."""
    book = Checkouts(tmp_path / "state/checkouts.json")
    assert book.bound_before("/a") is None
    book.bind("/a", "app-1")
    book.bind("/b", "lib-2")
    book.bind("/a", "app-3")
    assert ["app-3", "lib-2"] == [
        Checkouts(tmp_path / "state/checkouts.json").bound_before(p) for p in ("/a", "/b")
    ]


def test_broken_bindings_count_as_none(tmp_path):
    """A broken file is no error, and is written anew."""
    (tmp_path / "c.json").write_text('{"a": ["')
    book = Checkouts(tmp_path / "c.json")
    assert book.bound_before("a") is None
    book.bind("a", "x")
    assert "x" == book.bound_before("a")


def counted(monkeypatch):
    """Count the git commands that are started."""
    started = []
    real = subprocess.Popen.__init__

    def init(self, *args, **more):
        started.append(args)
        real(self, *args, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", init)
    return started


@pytest.mark.parametrize("root", [True, False])
def test_a_kept_look_asks_git_no_more(project, monkeypatch, root):
    """Once two looks have agreed, a resident process names the project without git."""
    git(project, "remote", "add", "origin", "git@github.com:org/app.git")
    kept = KeptLooks()
    seen = [kept.look(project, root=root) for _ in range(2)]
    started = counted(monkeypatch)
    seen.append(kept.look(project, root=root))

    assert ([look(project, root=root)] * 3, 0) == (seen, len(started) - (3 if root else 2))


CHANGES = {
    "another remote": lambda p: git(p, "remote", "set-url", "origin", "git@github.com:org/other.git"),
    "no remote": lambda p: git(p, "remote", "remove", "origin"),
    "a repository within": lambda p: (
        git(p, "init", "-q", "src"),
        git(p, "-C", "src", "remote", "add", "origin", "x:y/z"),
    ),
    "the user's shorthand": lambda p: (p.parent / "config").write_text(
        '[url "https://example.com/"]\n\tinsteadOf = "git@github.com:"\n'
    ),
    "an include": lambda p: git(p, "config", "include.path", "/nowhere"),
    "the repository is gone": lambda p: (p / ".git").rename(p / "git"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_kept_look_is_dropped_when_something_changed(project, monkeypatch, change):
    """Whatever git would see differently, a kept look sees too."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(project.parent / "config"))
    git(project, "remote", "add", "origin", "git@github.com:org/app.git")
    (project / "src").mkdir()
    kept = KeptLooks()
    for _ in range(3):
        kept.look(project / "src", root=False)
    CHANGES[change](project)

    assert look(project / "src", root=False) == kept.look(project / "src", root=False)


def test_the_first_commit_is_seen_by_a_kept_look(tmp_path):
    """A repository that had a remote and no commit gets its root commit when there is one."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "git@github.com:org/app.git")
    kept = KeptLooks()
    before = [kept.look(tmp_path).root_commit for _ in range(3)]
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")

    assert ([None] * 3, git(tmp_path, "rev-parse", "HEAD")) == (before, kept.look(tmp_path).root_commit)


def test_a_folder_without_a_repository_is_kept_until_it_has_one(tmp_path, monkeypatch):
    """Git is asked no more, and again as soon as there is a `.git`."""
    kept = KeptLooks()
    before = [kept.look(tmp_path, root=False) for _ in range(2)]
    started = counted(monkeypatch)
    before.append(kept.look(tmp_path, root=False))
    asked = len(started)
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "git@github.com:org/app.git")

    assert ([None] * 3, 0, look(tmp_path, root=False)) == (before, asked, kept.look(tmp_path, root=False))

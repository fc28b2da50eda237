"""The place a store is founded on, with a real git and a real shell for the hooks."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from memsync.core.hook_script import HOOKS, render_hook
from memsync.edges.resources import git_hook
from memsync.edges.site import Site
from memsync.errors import CannotWrite

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system


def git(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=folder, check=False, capture_output=True, text=True)


@pytest.fixture
def outer(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


@pytest.fixture
def store(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "memory"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.md").write_text("a\n")
    git(folder, "add", "a.md")
    return folder


def guard(tmp_path: pathlib.Path, code: int) -> pathlib.Path:
    """A program in memsync's place that writes down what it was told and exits with `code`."""
    place = tmp_path / "a folder/mem'sync"
    place.parent.mkdir(exist_ok=True)
    place.write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/told"\nexit {code}\n')
    place.chmod(0o755)
    return place


def test_a_folder_in_a_work_tree_is_seen(outer, tmp_path):
    """The top of the outer repository is named, also before the folder is there; a repository's own top is not outer."""
    assert str(outer) == Site(outer / "notes/memory").outer()
    assert "" == Site(outer).outer()
    assert "" == Site(tmp_path / "memory").outer()


def test_a_nested_folder_is_excluded_once(outer):
    """The outer repository no longer sees it, and a second time writes nothing more."""
    inner = Site(outer / "my memory")
    inner.prepare()
    (outer / "my memory/a.md").write_text("a")
    before = (outer / ".git/info/exclude").read_text()
    inner.exclude_from(str(outer))
    inner.exclude_from(str(outer))
    assert before + "/my memory/\n" == (outer / ".git/info/exclude").read_text()
    assert "" == git(outer, "status", "--porcelain").stdout


def test_only_the_owner_may_enter(tmp_path):
    """New or adopted, the folder is 0700."""
    (tmp_path / "old").mkdir(mode=0o755)
    for folder in (tmp_path / "old", tmp_path / "new/one"):
        Site(folder).prepare()
        assert 0o700 == folder.stat().st_mode & 0o777


def test_a_file_is_no_folder(tmp_path):
    """Founding a store on a file says so."""
    (tmp_path / "x").write_text("x")
    with pytest.raises(CannotWrite, match="is a file"):
        Site(tmp_path / "x").prepare()


def test_hooks_elsewhere_are_told(store):
    """core.hooksPath is reported as it is written."""
    assert "" == Site(store).hooks_elsewhere()
    git(store, "config", "core.hooksPath", "/etc/our-hooks")
    assert "/etc/our-hooks" == Site(store).hooks_elsewhere()


@pytest.mark.parametrize("code", [0, 3])
def test_a_commit_by_hand_asks_the_gate(store, tmp_path, code):
    """The planted pre-commit hook calls the memsync that planted it; what it refuses is not committed."""
    script = render_hook(git_hook("pre-commit"), [str(guard(tmp_path, code)), "-x"])
    Site(store).plant_hook("pre-commit", script)
    done = git(store, "commit", "-q", "-m", "by hand")
    assert "-x hook pre-commit\n" == (tmp_path / "told").read_text()
    assert (code == 0) == (done.returncode == 0)
    assert (code == 0) == (git(store, "rev-parse", "-q", "--verify", "HEAD").returncode == 0)


@pytest.mark.parametrize("name", ["pre-commit", "pre-push"])
def test_the_gate_stays_shut_without_memsync(store, tmp_path, name):
    """Where memsync is gone the hook refuses, says so, and names how to go on."""
    script = render_hook(git_hook(name), [str(tmp_path / "gone/memsync")])
    Site(store).plant_hook(name, script)
    git(tmp_path, "init", "-q", "--bare", "hub.git")
    if name == "pre-push":
        git(store, "commit", "-q", "-m", "x")
        done = git(store, "push", "-q", str(tmp_path / "hub.git"), "main")
    else:
        done = git(store, "commit", "-q", "-m", "x")
    assert done.returncode != 0
    assert f"(it was {tmp_path}/gone/memsync)" in done.stderr
    assert "memsync doctor --fix" in done.stderr


def test_a_push_by_hand_tells_what_is_pushed(store, tmp_path):
    """The pre-push hook passes on git's arguments and its input."""
    place = tmp_path / "memsync"
    place.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/told"\ncat >>"{tmp_path}/told"\n')
    place.chmod(0o755)
    git(store, "commit", "-q", "-m", "x")
    git(tmp_path, "init", "-q", "--bare", "hub.git")
    Site(store).plant_hook("pre-push", render_hook(git_hook("pre-push"), [str(place)]))
    assert 0 == git(store, "push", "-q", str(tmp_path / "hub.git"), "main").returncode
    head = git(store, "rev-parse", "HEAD").stdout.strip()
    hub = tmp_path / "hub.git"
    assert (
        f"hook pre-push {hub} {hub}\nrefs/heads/main {head} refs/heads/main {'0' * 40}\n"
        == (tmp_path / "told").read_text()
    )


def test_a_pull_by_hand_is_never_failed(store, tmp_path):
    """The post-merge hook ends well whatever memsync does, and where it is gone."""
    script = git_hook("post-merge")
    for program in (guard(tmp_path, 70), tmp_path / "gone"):
        Site(store).plant_hook("post-merge", render_hook(script, [str(program)]))
        assert 0 == subprocess.run([store / ".git/hooks/post-merge", "0"], cwd=store, check=False).returncode
    assert "hook post-merge 0\n" == (tmp_path / "told").read_text()


@pytest.mark.parametrize("name", HOOKS)
def test_hooks_are_plain_shell(name):
    """Every script passes the shell's own syntax check, with odd words filled in."""
    script = render_hook(git_hook(name), [sys.executable + " it's", "-m", "memsync"])
    assert 0 == subprocess.run(["sh", "-n"], input=script, check=False).returncode

"""Commits, pushes and pulls made by hand in a store: the gate holds, nothing is taken back, the index follows."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from clikit import forked

pytestmark = pytest.mark.system
HOOKS = pathlib.Path(__file__).parent.parent.parent / "hooks"


def made_up_token() -> str:
    """Return what looks like a GitHub token and is none; made here, so that no scanner flags this file."""
    return "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def git(folder, *words, check=True):
    """Run git in a folder, as its owner would."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=check)


def memsync(*words, cwd=None, check=True):
    """Run memsync as a person would."""
    done = forked(words, cwd=cwd)
    assert not check or not done.returncode, done.stderr
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def remote(tmp_path):
    """Make a bare repository on this disk."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    return tmp_path / "remote.git"


@pytest.fixture
def store(home, remote):
    """Make a store with a remote."""
    memsync("init", "--remote", str(remote))
    return home / "shared-memory"


def write(store, path, text):
    """Write a file by hand."""
    file = store / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def objects_with(folder, text) -> list[str]:
    """Return the commits of any ref whose tree or message holds the text."""
    commits = git(folder, "rev-list", "--all").stdout.split()
    return [c for c in commits if git(folder, "grep", "-qF", text, c, check=False).returncode == 0]


def test_a_commit_with_a_secret_is_refused(store):
    """A commit made by hand does not happen; rule and line are named, the value is not."""
    write(store, "global/fact/x.md", f"one\ntoken {made_up_token()}\n")
    git(store, "add", "-A")

    done = git(store, "commit", "-m", "by hand", check=False)

    assert done.returncode != 0
    assert "global/fact/x.md:2" in done.stderr
    assert made_up_token() not in done.stderr + done.stdout
    assert objects_with(store, made_up_token()) == []


def test_commit_all_is_scanned_too(store):
    """`git commit -a` uses an index of its own, and that is the one that is looked at."""
    write(store, "global/fact/x.md", "fine\n")
    memsync("sync")
    write(store, "global/fact/x.md", f"token {made_up_token()}\n")

    done = git(store, "commit", "-a", "-m", "by hand", check=False)

    assert (done.returncode != 0, objects_with(store, made_up_token())) == (True, [])


def test_a_clean_commit_and_push_by_hand_go_through(store, remote):
    """What is clean is committed and pushed, and reaches other machines like any change."""
    write(store, "global/fact/x.md", "# By hand\n")
    git(store, "add", "-A")
    git(store, "commit", "-m", "by hand")

    git(store, "push", "origin", "main")

    assert "by hand" in git(remote, "log", "--format=%s", "main").stdout


def test_a_push_of_a_secret_that_only_history_holds_is_refused(store, remote):
    """A secret that was committed past the hook and then taken out again still does not leave."""
    write(store, "global/fact/x.md", f"token {made_up_token()}\n")
    git(store, "add", "-A")
    git(store, "commit", "--no-verify", "-m", "oops")
    write(store, "global/fact/x.md", "clean\n")
    git(store, "commit", "--no-verify", "-am", "take it out")

    done = git(store, "push", "origin", "main", check=False)

    assert done.returncode != 0
    assert made_up_token() not in done.stderr
    assert objects_with(remote, made_up_token()) == []


def test_a_push_of_a_secret_in_a_message_is_refused(store, remote):
    """Commit messages leave with the files, so they are looked at."""
    git(store, "commit", "--no-verify", "--allow-empty", "-m", f"use {made_up_token()}")

    done = git(store, "push", "origin", "main", check=False)

    assert done.returncode != 0
    assert made_up_token() not in git(remote, "log", "--all", "--format=%B").stdout


def test_a_stale_index_does_not_take_memories_back(store):
    """A commit whose index memsync's last commit has not reached is refused, and says what to do."""
    write(store, "global/fact/x.md", "old\n")
    memsync("sync")
    stale = (store / ".git/index").read_bytes()
    write(store, "global/fact/x.md", "new\n")
    memsync("sync")
    (store / ".git/index").write_bytes(stale)
    write(store, "global/fact/mine.md", "mine\n")
    git(store, "add", "global/fact/mine.md")

    done = git(store, "commit", "-m", "mine", check=False)

    assert done.returncode != 0
    assert "memsync sync" in done.stderr
    assert git(store, "show", "HEAD:global/fact/x.md").stdout == "new\n"


def test_a_pull_by_hand_is_found_by_recall(store, remote, tmp_path):
    """After `git pull` the new memory is recalled, and the next sync takes it in without a commit of its own."""
    git(tmp_path, "clone", "--quiet", str(remote), "other")
    write(tmp_path / "other", "global/fact/far.md", "# The ferry leaves at nine\n")
    git(tmp_path / "other", "add", "-A")
    git(tmp_path / "other", "commit", "-m", "far away")
    git(tmp_path / "other", "push", "--quiet", "origin", "main")

    git(store, "pull", "--quiet", "--no-rebase")

    assert "The ferry leaves at nine" in memsync("recall", "ferry").stdout
    before = git(store, "rev-parse", "main").stdout
    memsync("sync")
    assert git(store, "rev-parse", "main").stdout == before


def test_a_plain_clone_is_readable_and_recall_works_in_it(store, remote, tmp_path):
    """Without join, a clone is plain markdown and can be asked."""
    write(store, "global/fact/x.md", "# The ferry leaves at nine\n")
    memsync("sync")

    git(tmp_path, "clone", "--quiet", str(remote), "plain")

    assert (tmp_path / "plain/global/fact/x.md").read_text() == "# The ferry leaves at nine\n"
    assert "The ferry leaves at nine" in memsync("recall", "ferry", "--store", str(tmp_path / "plain")).stdout


def test_a_server_with_the_hook_takes_no_secret(store, remote, monkeypatch):
    """hooks/pre-receive in a bare repository refuses a push with a secret that came past every other hook."""
    hook = remote / "hooks/pre-receive"
    hook.write_text((HOOKS / "pre-receive").read_text())
    hook.chmod(0o755)
    write(store, "global/fact/x.md", f"token {made_up_token()}\n")
    git(store, "add", "-A")
    git(store, "commit", "--no-verify", "-m", "oops")
    monkeypatch.setenv("PATH", f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")

    done = git(store, "push", "--no-verify", "origin", "main", check=False)

    assert done.returncode != 0
    assert made_up_token() not in done.stderr
    assert objects_with(remote, made_up_token()) == []


def test_what_the_gate_passed_before_is_let_through_at_once(home, capfd, monkeypatch):
    """A second look at the same staged files imports neither click nor the rules; a changed or taken-back file is looked at."""
    from pathlib import Path

    from clikit import Terminal
    from memsync.store.staged import all_passed

    monkeypatch.chdir(home)
    Terminal(capfd, monkeypatch).done("init")
    store = home / "shared-memory"
    (store / "global").mkdir(exist_ok=True)
    (store / "global" / "a.md").write_text("# A note\n\nharmless\n")
    subprocess.run(["git", "-C", str(store), "add", "-A"], check=True)
    monkeypatch.chdir(store)
    code = "import sys; from memsync.__main__ import main; c = main(['hook', 'pre-commit']); print(c, *sys.modules)"

    def hook() -> list[str]:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.split()

    first, second = hook(), hook()
    assert ("0", True) == (first[0], "memsync.core.secrets" in first)
    assert ("0", set()) == (second[0], {"click", "memsync.core.secrets", "memsync.cli", "yaml"} & set(second))
    (store / "global" / "a.md").write_text("# A note\n\nanother\n")
    subprocess.run(["git", "-C", str(store), "add", "-A"], check=True)
    assert not all_passed(Path(store), from_git={})

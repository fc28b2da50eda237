"""Trouble as it really sounds: real git against remotes that fail, sorted into the classes of core.trouble."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gitkit import GIT, Entry, bare_remote, git, git_server, push_tree
from memsync.core.trouble import Effect, TroubleKind, classify

pytestmark = pytest.mark.system
K = TroubleKind


def attempt(operation: str, folder: Path, url: str, **env: str):
    """Run git as memsync does, without any prompt, and classify what it says."""
    words = {
        "fetch": ["fetch", "--no-tags", "--", url, "+refs/heads/main:refs/memsync/incoming"],
        "push": ["push", "--porcelain", "--no-verify", "--", url, "refs/heads/main:refs/heads/main"],
        "ls-remote": ["ls-remote", "--heads", "--", url],
    }[operation]
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "false", "LC_ALL": "C"} | env
    options = [
        "-c",
        "transfer.fsckObjects=true",
        "-c",
        "protocol.ext.allow=never",
        "-c",
        "http.lowSpeedTime=3",
        "-c",
        "http.lowSpeedLimit=100",
    ]
    done = subprocess.run(
        [*GIT, *options, "-C", str(folder), *words],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode, "it should have failed"
    return classify(operation, done.returncode, (done.stderr + done.stdout).decode(errors="replace"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A repository with one commit."""
    place = tmp_path / "store"
    subprocess.run([*GIT, "init", "-q", "-b", "main", str(place)], check=True)
    return commit(place, "one")


def commit(place: Path, text: str) -> Path:
    (place / "a.md").write_text(text)
    git(place, "add", "a.md")
    git(place, "commit", "-qm", text)
    return place


@pytest.fixture
def remote(tmp_path: Path, store: Path) -> Path:
    """A bare repository that has the commit."""
    place = bare_remote(tmp_path / "remote.git")
    git(store, "push", "-q", str(place), "main")
    return place


def other_pushes(remote: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(remote), "other")
    git(commit(tmp_path / "other", "two"), "push", "-q", "origin", "main")


def test_somebody_pushed_first(tmp_path, store, remote):
    """A push that is not a fast-forward is a race."""
    other_pushes(remote, tmp_path)

    assert attempt("push", commit(store, "three"), str(remote)).kind is K.RACE


def test_the_remotes_ref_is_locked(store, remote):
    """Somebody pushes in this very moment: a race, too."""
    (remote / "refs/heads/main.lock").touch()

    assert attempt("push", commit(store, "two"), str(remote)).kind is K.RACE


@pytest.mark.parametrize("name", ["pre-receive", "update"])
def test_a_hook_declines(store, remote, name):
    """The server's rules refuse: push is suspended, and what the hook said is shown, without its escapes."""
    (Path(remote) / "hooks").mkdir(exist_ok=True)
    (remote / "hooks" / name).write_text("#!/bin/sh\nprintf 'not on \\033[31mweekdays\\n' >&2; exit 1\n")
    (remote / "hooks" / name).chmod(0o755)
    done = subprocess.run(
        ["git", "-C", str(commit(store, "two")), "push", "--porcelain", str(remote), "main"],
        capture_output=True,
        check=False,
    )
    trouble = classify("push", done.returncode, (done.stderr + done.stdout).decode())

    assert (K.REFUSED, Effect.SUSPEND_PUSH) == (trouble.kind, trouble.effect)
    assert "not on weekdays" in trouble.reason


def test_nothing_is_there(tmp_path, store):
    """A path without a repository is not found."""
    assert attempt("fetch", store, str(tmp_path / "nowhere")).kind is K.NOT_FOUND


def test_the_remote_is_empty(tmp_path, store):
    """A repository without a branch is no trouble at all."""
    assert attempt("fetch", store, str(bare_remote(tmp_path / "empty.git"))).kind is K.EMPTY


@pytest.mark.parametrize(
    ("mode", "operation", "kind"),
    [("401", "fetch", K.AUTH), ("401", "push", K.AUTH), ("403", "fetch", K.REFUSED), ("push-403", "push", K.REFUSED), ("404", "fetch", K.NOT_FOUND),
     ("429", "fetch", K.THROTTLED), ("500", "fetch", K.OFFLINE), ("502", "push", K.OFFLINE), ("503", "fetch", K.OFFLINE), ("html", "fetch", K.OFFLINE),
     ("cut", "fetch", K.OFFLINE)],
)  # fmt: skip
def test_a_server_that_answers_so(tmp_path, store, mode, operation, kind):
    """Each status of an http remote has its class; a captive portal and a cut line may pass by themselves."""
    with git_server(tmp_path / "srv") as server:
        git(store, "push", "-q", server.url(), "main")
        if operation == "push":
            commit(store, "two")
        else:
            git(server.folder / "remote.git", "update-ref", "refs/heads/old", "main")
            push_tree(
                server.folder / "remote.git", [Entry("100644", b"b.md", os.urandom(20000).hex().encode())]
            )
        server.mode = mode

        assert kind is attempt(operation, store, server.url()).kind


def test_a_push_only_403_leaves_pulling_alone(tmp_path, store):
    """Who may read but not write goes on reading."""
    with git_server(tmp_path / "srv") as server:
        git(store, "push", "-q", server.url(), "main")
        server.mode = "push-403"

        assert attempt("push", commit(store, "two"), server.url()).effect is Effect.SUSPEND_PUSH
        git(store, "fetch", "-q", server.url(), "main")


@pytest.mark.parametrize(
    ("url", "kind"),
    [("http://127.0.0.1:1/r.git", K.OFFLINE), ("https://no-such-host.invalid/r.git", K.OFFLINE), ("ext::sh -c true", K.CONFIG), ("foo://h/r", K.CONFIG),
     ("ssh://127.0.0.1:1/r.git", K.OFFLINE)],
)  # fmt: skip
def test_an_address_that_leads_nowhere(store, url, kind):
    """A closed port and an unknown host may come back; a helper that is not allowed will not."""
    if (
        url.startswith("ssh")
        and subprocess.run(["sh", "-c", "command -v ssh"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no ssh here")

    assert (
        kind
        is attempt("ls-remote", store, url, GIT_SSH_COMMAND="ssh -oBatchMode=yes -oConnectTimeout=3").kind
    )


@pytest.mark.parametrize("name", [b"..", b".git"])
def test_a_tree_that_git_itself_rejects(store, remote, name):
    """A hostile tree is caught while it is fetched."""
    push_tree(remote, [Entry("40000", name, (Entry("100644", b"pwn.md"),))])

    assert attempt("fetch", store, str(remote)).kind is K.HOSTILE


def test_a_lock_in_the_stores_own_repository(tmp_path, store, remote):
    """Another git at work here is waited for."""
    other_pushes(remote, tmp_path)
    (store / ".git/refs/memsync").mkdir(parents=True)
    (store / ".git/refs/memsync/incoming.lock").touch()

    assert attempt("fetch", store, str(remote)).kind is K.LOCK


def test_a_damaged_object(store, remote):
    """An empty object file is corruption, to be healed from the remote and the folder."""
    blob = git(commit(store, "two"), "rev-parse", "main:a.md").decode().strip()
    place = store / ".git/objects" / blob[:2] / blob[2:]
    place.chmod(0o600)
    place.write_bytes(b"")

    assert attempt("push", store, str(remote)).kind is K.CORRUPT


def test_the_server_takes_no_pack_so_large(store, remote):
    """A limit on the size of a push is told as that."""
    git(remote, "config", "receive.maxInputSize", "1k")
    (store / "b.md").write_bytes(os.urandom(50_000).hex().encode())
    git(store, "add", "b.md")

    assert attempt("push", commit(store, "two"), str(remote)).kind is K.TOO_LARGE

"""Remotes that answer, refuse, stall or are hostile: over git's own http-backend, and by trees made by hand."""

from __future__ import annotations

import os

import pytest

from gitkit import git_server, hostile_trees, push_tree
from memsync.core.history import RemoteKind
from memsync.core.report import SyncState
from memsync.errors import BadInput
from memsync.store import probing, syncing
from synckit import git, machine, machine_at, machines, quiet

pytestmark = pytest.mark.system


@pytest.fixture
def server(tmp_path):
    with git_server(tmp_path) as served:
        yield served


def lane(report, name):
    return next(lane for lane in report.lanes if lane.name == name)


def test_two_machines_over_http(server, tmp_path):
    """A store syncs over http as over a folder."""
    a, b = machine(tmp_path / "a", server.url()), machine(tmp_path / "b", server.url())
    a.write("global/fact/x.md", "hello\n")

    a.sync()
    b.sync()

    assert "hello\n" == b.read("global/fact/x.md")


def test_a_cycle_without_news_asks_once(server, tmp_path):
    """Where nothing is new, a cycle costs the remote one look at its refs."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.requests.clear()

    a.sync()

    assert {"GET /remote.git/info/refs?service=git-upload-pack", "POST /remote.git/git-upload-pack"} >= set(
        server.requests
    )


@pytest.mark.parametrize(
    ("mode", "state", "most"),
    [("401", SyncState.SUSPENDED, 3), ("403", SyncState.SUSPENDED, 2), ("404", SyncState.SUSPENDED, 2),
     ("push-403", SyncState.SUSPENDED, 6), ("500", SyncState.OFFLINE, 2), ("503", SyncState.OFFLINE, 2),
     ("429", SyncState.OFFLINE, 2)],
)  # fmt: skip
def test_what_a_server_refuses_is_not_asked_again(server, tmp_path, mode, state, most):
    """Each refusal has its state, capture goes on, and three cycles by the clock make hardly a request more than one."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = mode
    server.requests.clear()
    a.write("global/fact/x.md", "hello\n")

    reports = [a.sync(), *(a.sync(asked=False) for _ in range(2))]

    assert (state, 1) == (reports[0].state, reports[0].captured)
    assert len(server.requests) <= most + (4 if mode == "push-403" else 0)


def test_it_recovers_by_itself(server, tmp_path):
    """After a server's bad hour the next asked cycle sends what waited."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = "503"
    a.write("global/fact/x.md", "hello\n")
    a.sync()
    server.mode = "ok"

    report = a.sync()

    assert (SyncState.SYNCED, 1) == (report.state, report.sent)


def test_a_captive_portal_loses_nothing(server, tmp_path):
    """A page where git was expected is no crash and no loss."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = "html"
    a.write("global/fact/x.md", "hello\n")

    report = a.sync()

    assert report.captured == 1
    assert report.state in (SyncState.OFFLINE, SyncState.SUSPENDED)


def test_plain_http_to_a_strange_host_is_refused(tmp_path):
    """Http is for this machine and for hosts that the user named."""
    a = machine(tmp_path / "a")
    with pytest.raises(BadInput):
        a.parts.repo.set_remote("http://git.example.invalid/x.git")
    machine_at(tmp_path / "a", http_hosts=("git.example.invalid",)).parts.repo.set_remote(
        "http://git.example.invalid/x.git"
    )


@pytest.mark.parametrize("url", ["ext::sh -c true", "-u", "git://h/x", "fd::17", "ftp://h/x", "", "a\nb"])
def test_dangerous_addresses_are_refused(tmp_path, url):
    """No remote helper, no option, no protocol that is not checked."""
    with pytest.raises(BadInput):
        machine(tmp_path / "a").parts.repo.set_remote(url)


def test_no_password_is_shown(server, tmp_path):
    """A password in the address is in no report and no note."""
    a = machine(tmp_path / "a", server.url().replace("://", "://me:hunter2pass@"))
    server.mode = "403"

    shown = repr(a.sync()) + repr(syncing.status(a.parts))

    assert "hunter2pass" not in shown


def test_what_is_at_an_address(server, tmp_path):
    """An empty remote, a store, a stranger's repository and nothing at all are told apart."""
    a = machine(tmp_path / "a", server.url())
    empty = probing.remote_state(a.parts, server.url()).kind
    a.sync()
    store = probing.remote_state(a.parts, server.url())
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "code.git")
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", "code.git", str(work))
    git(work, "commit", "-q", "--allow-empty", "-m", "x")
    git(work, "push", "-q", "origin", "HEAD:main")
    foreign = probing.remote_state(a.parts, str(tmp_path / "code.git")).kind
    gone = probing.remote_state(a.parts, server.url("nothing.git")).kind
    away = probing.remote_state(a.parts, "http://127.0.0.1:1/x.git").kind

    assert (RemoteKind.EMPTY, RemoteKind.STORE, RemoteKind.FOREIGN) == (empty, store.kind, foreign)
    assert (RemoteKind.REFUSED, RemoteKind.UNREACHABLE) == (gone, away)
    assert a.parts.marker.id == store.store_id


def test_public_is_told_from_private(server, tmp_path):
    """A remote that answers anybody is public; one that wants a name is not; a folder never is."""
    repo = machine(tmp_path / "a", server.url()).parts.repo
    public = repo.is_public(server.url())
    server.mode = "401"

    assert (True, False, False) == (
        public,
        repo.is_public(server.url()),
        repo.is_public(str(tmp_path / "remote.git")),
    )


def test_a_public_remote_given_by_hand_is_asked_about_once(server, tmp_path):
    """Nothing is sent to an address that everybody can read until a person said yes; pulling and capturing go on."""
    a = machine(tmp_path / "a")
    a.git("remote", "add", "origin", server.url())
    a.write("global/fact/x.md", "ours\n")

    first, second = a.sync(), a.sync()
    refs = git(tmp_path / "remote.git", "for-each-ref")
    acked = syncing.ack(a.parts)
    third = a.sync()
    a.write("global/fact/y.md", "more\n")
    fourth = a.sync()

    assert (SyncState.HALTED, SyncState.HALTED, "") == (first.state, second.state, refs)
    assert "anyone can read" in first.detail
    assert ("public-remote",) == acked
    assert (SyncState.SYNCED, SyncState.SYNCED) == (third.state, fourth.state)


def test_another_address_ends_the_halt_over_a_public_one(server, tmp_path):
    """A remote that only its owner can read, given instead, is sent to without a question."""
    a = machine(tmp_path / "a")
    a.git("remote", "add", "origin", server.url())
    a.write("global/fact/x.md", "ours\n")
    halted = a.sync()
    a.git("remote", "set-url", "origin", str(tmp_path / "remote.git"))

    assert (SyncState.HALTED, SyncState.SYNCED) == (halted.state, a.sync().state)


def test_a_remote_that_sends_too_much_is_cut_off(tmp_path, monkeypatch):
    """A pack larger than any store's is not taken in to the end, and the lane says so."""
    from memsync.edges.repo import child, network

    (a, _), remote = machines(tmp_path, 2)
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(remote), str(work))
    (work / "noise.md").write_bytes(os.urandom(8_000_000))
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "noise")
    git(work, "push", "-q", "origin", "main")
    monkeypatch.setattr(network, "LARGEST_PACK", 10_000)
    monkeypatch.setattr(child, "_SLICE", 0.005)

    report = a.sync()

    assert ("suspended", SyncState.SUSPENDED) == (lane(report, "pull").state, report.state)
    assert "maximum" in lane(report, "pull").reason


HOSTILE = hostile_trees()


QUICK = {"deep-dotdot", "git-folder", "gitlink", "symlink", "symlink-over-global", "letter-case"}
NAMES = [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in sorted(HOSTILE)]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_tree_stays_outside(tmp_path, name):
    """Whatever somebody pushes, nothing is written outside the store or into `.git`, and good files still arrive."""
    (a, b), remote = machines(tmp_path, 2)
    a.write("global/fact/good.md", "good\n")
    quiet([a, b])
    before = {
        p.relative_to(b.root).as_posix() for p in b.root.rglob("*") if ".git/memsync" not in p.as_posix()
    }
    outside = set(tmp_path.iterdir())
    push_tree(remote, HOSTILE[name])

    report = b.sync()

    new = {p.relative_to(b.root).as_posix() for p in b.root.rglob("*")} - before
    wrong = [
        p
        for p in new
        if p.startswith(".git/hooks") or p == ".git/config" or "/.git" in f"/{p}".replace("/.git/", "", 1)
    ]
    if (
        name != "symlink-over-global"
    ):  # there the link stands in the folder's place: its file is deleted, as it was there
        assert "good\n" == b.read("global/fact/good.md")
    assert (outside, []) == (set(tmp_path.iterdir()), wrong)
    assert not any((b.root / p).is_symlink() for p in new)
    assert report.state in (
        SyncState.SYNCED,
        SyncState.HALTED,
        SyncState.OFFLINE,
    )  # its own git can't send some of them
    if report.state is SyncState.SYNCED:
        again = b.sync()
        assert (0, 0, 0) == (again.captured, again.sent, again.received)

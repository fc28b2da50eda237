"""Remotes that stall, trickle, lock, refuse a size, race, or are taken back and forth: rows 29 and 35 to 46 of docs/faults.md."""

from __future__ import annotations

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gitkit import git_server
from memsync.core.report import SyncState
from memsync.edges.repo import GitRepo, network
from synckit import git, machine, machines, quiet

pytestmark = pytest.mark.system
SECRET = "gh" + "p_" + "q7Rt2Vx9LmZ4Kp8Wn3Ys6Bd1Hf5Jc0GgTeAu"


@pytest.fixture
def server(tmp_path):
    with git_server(tmp_path) as served:
        yield served


@pytest.fixture
def hasty(monkeypatch):
    """A git that waits for a remote for two seconds only."""
    for name in ("MOVE_SECONDS", "FIRST_SECONDS"):
        monkeypatch.setattr(network, name, 2.0)
    monkeypatch.setitem(GitRepo.ask.__kwdefaults__, "seconds", 2.0)


def lane(report, name):
    return next(lane for lane in report.lanes if lane.name == name)


def gits_at(words: str) -> list[str]:
    """Return the processes whose command line has these words."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if words in line]


def test_a_remote_that_hangs(server, tmp_path, hasty):
    """A remote that never answers is offline after its time, with capture done and no process left."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = "hang"
    a.write("global/fact/x.md", "hello\n")

    began = time.monotonic()
    report = a.sync()

    assert (SyncState.OFFLINE, 1) == (report.state, report.captured)
    assert time.monotonic() - began < 60  # it would hang for ever
    assert [] == gits_at(server.url())


@pytest.mark.parametrize("mode", ["cut", "slow"])
def test_a_line_that_breaks_or_trickles(server, tmp_path, hasty, mode):
    """A connection that ends in the middle of a pack, or gives a byte at a time: nothing half-applied, and it recovers."""
    a, b = machine(tmp_path / "a", server.url()), machine(tmp_path / "b", server.url())
    a.sync()
    b.sync()
    a.write("global/fact/x.md", "hello\n" * 1000)
    a.sync()
    before = b.git("rev-parse", "main")
    server.mode = mode

    broken = b.sync()
    after = b.git("rev-parse", "main")
    server.mode = "ok"
    well = b.sync()

    assert (SyncState.OFFLINE, before, SyncState.SYNCED) == (broken.state, after, well.state)
    assert "hello\n" * 1000 == b.read("global/fact/x.md")
    assert "" == b.parts.repo.check()


@pytest.mark.parametrize("mode", ["429", "500", "502", "503"])
def test_a_bad_hour_is_waited_out(server, tmp_path, mode):
    """While a server fails, cycles by the clock leave it alone, capture goes on, and a person's own sync ends it."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = mode
    a.sync(asked=False)
    server.requests.clear()
    a.write("global/fact/x.md", "hello\n")

    captured = sum(a.sync(asked=False).captured for _ in range(3))
    asked = len(server.requests)
    server.mode = "ok"

    assert captured == 1
    assert asked <= 1  # a back-off of full jitter may be next to nothing, once
    assert SyncState.SYNCED == a.sync().state


def test_a_wrong_proxy_is_offline(tmp_path, monkeypatch):
    """A proxy that is not there, or a name that is not found, may come back: offline, and captured all the same."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    a = machine(tmp_path / "a", "https://git.example.invalid/x.git")
    a.write("global/fact/x.md", "hello\n")

    report = a.sync()

    assert (SyncState.OFFLINE, 2) == (report.state, report.captured)


def test_a_lock_on_the_servers_ref_is_waited_for(tmp_path):
    """While the server's main is locked a push is a lost race, tried eight times at most; freed, it goes through."""
    (a, b), remote = machines(tmp_path, 2)
    lock = remote / "refs/heads/main.lock"
    lock.touch()
    a.write("global/fact/x.md", "hello\n")
    threading.Timer(0.4, lock.unlink).start()

    report = a.sync()
    b.sync()

    assert SyncState.SYNCED == report.state
    assert "hello\n" == b.read("global/fact/x.md")


def test_a_lock_that_stays_is_told(tmp_path, monkeypatch):
    """Where the server's ref stays locked the push backs off and says so; the memory is committed."""
    monkeypatch.setattr("memsync.flows.sync.RACE_CAP", 0.01)
    (a, _), remote = machines(tmp_path, 2)
    (remote / "refs/heads/main.lock").touch()
    a.write("global/fact/x.md", "hello\n")

    report = a.sync()

    assert (SyncState.OFFLINE, 1, "backoff") == (report.state, report.captured, lane(report, "push").state)


def test_a_server_that_takes_no_pack_so_large(tmp_path):
    """A refused size suspends the push with the server's reason and is not sent again; pulling goes on."""
    (a, b), remote = machines(tmp_path, 2)
    git(remote, "config", "receive.maxInputSize", "20k")
    a.write("global/fact/large.md", "".join(f"line {n * 7919 % 65537}\n" for n in range(20_000)))

    refused, again = a.sync(), a.sync(asked=False)
    b.write("global/fact/small.md", "from b\n")
    b.sync()
    pulled = a.sync()

    assert {SyncState.SUSPENDED} == {refused.state, again.state, pulled.state}
    assert "size" in lane(refused, "push").reason
    assert "from b\n" == a.read("global/fact/small.md")


def test_a_server_that_takes_no_batch_so_many(tmp_path):
    """A server's rule on how many files a push may bring is shown in its own words; raised, `resume` sends everything."""
    from memsync.store import syncing

    (a, _), remote = machines(tmp_path, 2)
    hook = remote / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\nread old new ref\n[ "$(git diff --name-only $old $new | wc -l)" -le 5 ] && exit 0\n'
        "echo 'at most 5 files a push' >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    for n in range(9):
        a.write(f"global/fact/{n}.md", f"memory {n}\n")

    refused = a.sync()
    hook.unlink()
    syncing.resume(a.parts)
    sent = a.sync()

    assert "at most 5 files a push" in lane(refused, "push").reason
    assert (SyncState.SUSPENDED, SyncState.SYNCED) == (refused.state, sent.state)


def test_new_credentials_end_a_suspension(server, tmp_path, home):
    """After a sign-in was refused, nobody is asked again until the credentials change; then the next cycle sends."""
    a = machine(tmp_path / "a", server.url())
    a.sync()
    server.mode = "401"
    a.write("global/fact/x.md", "hello\n")
    refused = a.sync()
    server.requests.clear()
    server.mode = "ok"
    still = a.sync(asked=False)
    asked = len(server.requests)
    (home / ".netrc").write_text("machine 127.0.0.1 login me password new\n")

    assert (SyncState.SUSPENDED, SyncState.SUSPENDED, 0) == (refused.state, still.state, asked)
    assert SyncState.SYNCED == a.sync(asked=False).state


def _racing(tmp_path, count: int, rounds: int) -> None:
    made, _ = machines(tmp_path, count)

    def work(one) -> None:
        for n in range(rounds):
            one.write(f"global/fact/{one.base.name}-{n}.md", f"memory {n}\n")
            one.sync()

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(work, made))
    quiet(made)
    found = [p for p in made[0].files() if "fact" in p]
    assert count * rounds == len(found)
    assert all(made[0].files() == other.files() for other in made[1:])


def test_pushes_that_race(tmp_path):
    """Three machines that push all the time: everything arrives everywhere."""
    _racing(tmp_path, 3, 6)


@pytest.mark.slow
def test_a_hundred_pushes_that_race(tmp_path):
    """Five machines, twenty pushes each."""
    _racing(tmp_path, 5, 20)


def test_a_redacted_history_is_not_sent_again(tmp_path):
    """After a forced push took a secret out of all history, none of three machines sends it again, whatever they had unsent."""
    made, remote = machines(tmp_path, 3)
    made[0].write("global/fact/kept.md", "kept\n")
    made[0].write("global/fact/bad.md", "to be filled\n")
    quiet(made)
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(remote), str(work))
    (work / "global/fact/bad.md").write_text(f"the key is {SECRET}\n")
    git(work, "commit", "-qam", "oops")
    git(work, "push", "-q", "origin", "HEAD:main")
    quiet(made)
    for n, one in enumerate(made):
        one.write(f"global/fact/offline-{n}.md", f"unsent {n}\n")
    (work / "global/fact/bad.md").write_text("the key is gone\n")
    git(work, "commit", "-q", "-a", "--amend", "-m", "redacted")
    git(work, "push", "-q", "--force", "origin", "HEAD:main")

    quiet(made)

    assert "" == git(remote, "log", "main", "-S", SECRET, "--format=%H")
    assert ["the key is gone\n"] * 3 == [one.read("global/fact/bad.md") for one in made]
    assert 3 == len([p for p in made[2].files() if "offline" in p])

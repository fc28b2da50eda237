"""The resident syncer: what is written is sent by itself, and nothing it writes makes it write again."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from gitkit import git_server
from memsync.core.report import SyncState
from memsync.core.store_file import MARKER
from memsync.edges.watcher import Watcher
from memsync.errors import Busy
from memsync.store import once, ringing, syncing, watching
from memsync.store.parts import Parts
from memsync.store.turns import EXCHANGE_LOCK, SYNC_LOCK
from synckit import git, machine, machine_at, machines

pytestmark = pytest.mark.system
_PATIENCE = 30.0


def eventually(what, *, patience: float = _PATIENCE) -> bool:
    """Wait until something holds; the only place here that waits, and never longer than it must."""
    deadline = time.monotonic() + patience
    while not what():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.05)
    return True


class Watching:
    """A machine's syncer in a thread, with short times."""

    def __init__(self, machine, **more) -> None:
        self.machine = machine_at(
            machine.base, **{"quiet": 0.2, "ceiling": 1.0, "rescan": 600.0, "poll": 0.5, **more}
        )
        self.stopped = threading.Event()
        self.reports = []
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        watching.watch(self.machine.parts, self.stopped.is_set, self.reports.append)

    def __enter__(self):
        self.thread.start()
        assert eventually(lambda: self.reports)
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self.thread.join(timeout=_PATIENCE)


@pytest.fixture
def pair(tmp_path):
    made, _ = machines(tmp_path, 2)
    return made


def test_what_is_written_arrives_at_a_watching_machine(pair):
    """With a syncer on both machines, a file written here stands there without a command."""
    a, b = pair
    with Watching(a), Watching(b):
        a.write("global/fact/x.md", "hello\n")

        assert eventually((b.root / "global/fact/x.md").exists)


def test_its_own_writes_make_no_commits(pair):
    """What the syncer itself writes into the folder is not taken for a change."""
    a, b = pair
    with Watching(b) as there:
        a.write("global/fact/x.md", "hello\n")
        a.sync()
        assert eventually((b.root / "global/fact/x.md").exists)
        seen = len(there.reports)
        assert eventually(lambda: len(there.reports) > seen + 2)

    assert a.git("rev-parse", "main") == b.git("rev-parse", "main")


def test_the_mark_file_starts_a_cycle(pair):
    """A ring wakes a resident syncer that has no hints of its own."""
    a, _ = pair
    with Watching(a, poll=600.0) as here:
        seen = len(here.reports)
        ringing.ring(here.machine.parts)

        assert eventually(lambda: len(here.reports) > seen)


def test_a_rescan_needs_no_events(pair, monkeypatch):
    """Where the system tells nothing of changes, they are found by looking."""
    a, _ = pair
    monkeypatch.setattr(Watcher, "start", lambda self: setattr(self, "_overflow", None))
    monkeypatch.setattr(Watcher, "stop", lambda _: None)
    with Watching(a, poll=600.0, rescan=0.5):
        a.write("global/fact/x.md", "hello\n")

        assert eventually(lambda: "global/fact/x.md" in a.git("ls-tree", "-r", "--name-only", "main"))


def test_one_syncer_a_store(pair):
    """A second syncer of the same store is refused, and told who has it."""
    a, _ = pair
    with Watching(a), pytest.raises(Busy, match="cli"):
        watching.watch(a.parts, lambda: True, lambda _: None)


def test_a_stopped_syncer_captures_once_more(pair):
    """What was written just before the end is committed, though not sent."""
    a, _ = pair
    with Watching(a, quiet=60.0, ceiling=60.0, poll=600.0):
        a.write("global/fact/x.md", "hello\n")

    assert "global/fact/x.md" in a.git("ls-tree", "-r", "--name-only", "main")


@pytest.fixture
def hanging(tmp_path):
    """A machine that has synced once, and its server, which answers nobody any more."""
    with git_server(tmp_path) as server:
        a = machine(tmp_path / "a", server.url())
        a.sync()
        server.mode = "hang"
        server.requests.clear()
        yield a, server
        server.mode = "ok"


def tracked(a):
    return a.git("ls-tree", "-r", "--name-only", "main")


def test_a_remote_that_hangs_does_not_keep_the_syncer_from_capturing(hanging):
    """While a question to the remote hangs, for half a minute, what is written is committed within seconds."""
    a, server = hanging
    here = Watching(a)
    here.thread.start()
    assert eventually(lambda: server.requests)
    a.write("global/fact/x.md", "hello\n")
    captured = eventually(lambda: "global/fact/x.md" in tracked(a), patience=15.0)
    seen = [report.state for report in here.reports]
    server.mode = "ok"
    here.__exit__()

    assert (True, False) == (captured, SyncState.OFFLINE in seen)  # the question was still out


def test_a_syncer_that_is_stopped_does_not_wait_for_the_remote(hanging):
    """Told to stop while a question hangs, it captures once more and ends within seconds."""
    a, server = hanging
    here = Watching(a, quiet=60.0, ceiling=60.0)
    here.thread.start()
    assert eventually(lambda: server.requests)
    a.write("global/fact/x.md", "hello\n")
    here.stopped.set()
    here.thread.join(timeout=15.0)

    assert (False, True) == (here.thread.is_alive(), "global/fact/x.md" in tracked(a))


def test_a_short_cycle_that_hangs_has_one_beside_it(hanging):
    """What is written while the cycle that an earlier write left behind waits for the remote is captured by another one."""
    a, server = hanging
    quick = Watching(a, quiet=0.1).machine
    a.write("global/fact/w.md", "first\n")
    first = threading.Thread(target=once.detached, args=(quick.parts,), daemon=True)
    first.start()
    assert eventually(lambda: server.requests)
    a.write("global/fact/x.md", "hello\n")
    beside = once.detached(quick.parts)
    server.mode = "ok"

    assert (1, True) == (beside.captured, "global/fact/x.md" in tracked(a))


def test_a_write_leaves_a_cycle_beside_one_that_hangs(pair, monkeypatch):
    """One more process is left behind only where the one under way is at the remote, and none captures beside it."""
    a, _ = pair
    left = []
    monkeypatch.setattr(ringing, "_leave_cycle", left.append)
    room = machine_at(a.base).parts
    room.settings = replace(room.settings, background=True)
    locks = {name: room.lock(name) for name in (ringing.SHORT, EXCHANGE_LOCK, SYNC_LOCK, ringing.BESIDE)}
    counts = []
    for held in (
        [ringing.SHORT], [ringing.SHORT, EXCHANGE_LOCK, SYNC_LOCK], [ringing.SHORT, EXCHANGE_LOCK],
        [ringing.SHORT, EXCHANGE_LOCK, ringing.BESIDE],
    ):  # fmt: skip
        for name in held:
            locks[name].acquire(wait=0)
        ringing.ring(room)
        counts.append(len(left))
        for name in held:
            locks[name].release()

    assert [0, 0, 1, 1] == counts


def test_a_short_cycle_sends_and_ends(pair):
    """The cycle that a `remember` leaves behind sends what there is and ends; a second one at the same time does nothing."""
    a, b = pair
    quick = Watching(a, quiet=0.1).machine
    lock = quick.parts.lock(ringing.SHORT)
    a.write("global/fact/x.md", "hello\n")
    lock.acquire(wait=0)
    refused = once.detached(quick.parts)
    lock.release()

    done = once.detached(quick.parts)
    b.sync()

    assert refused is None
    assert (1, "hello\n") == (done.sent, b.read("global/fact/x.md"))


def test_status_names_the_syncer(pair):
    """`status` says who syncs while somebody does, and nothing after."""
    a, _ = pair
    with Watching(a):
        during = syncing.status(a.parts).syncer

    assert "memsync cli" in during
    assert "" == syncing.status(a.parts).syncer


def test_the_private_store_is_synced_too(pair):
    """What is written into the private store is captured by the same syncer, also where it was made after it began."""
    a, _ = pair
    stopped = threading.Event()
    reports = []
    quick = Watching(a, quiet=0.1).machine
    beside = Parts(quick.settings.private, settings=quick.settings, instance="cli", private=True)
    thread = threading.Thread(
        target=watching.watch, args=(quick.parts, stopped.is_set, reports.append), kwargs={"beside": beside}
    )
    thread.start()
    assert eventually(lambda: reports)
    private = machine(a.base / "elsewhere")
    private.write("private/fact/x.md", "mine\n")
    private.root.rename(quick.settings.private)
    committed = eventually(
        lambda: (
            (quick.settings.private / MARKER).exists()
            and "private/fact/x.md"
            in git(quick.settings.private, "ls-tree", "-r", "--name-only", "main", check=False)
        )
    )
    told = eventually(lambda: any(r.captured and r.store == str(quick.settings.private) for r in reports))
    stopped.set()
    thread.join(_PATIENCE)

    assert committed
    assert told
    assert not syncing.status(beside).syncer


def test_a_hung_network_of_one_store_keeps_the_other_waiting_for_nothing(pair):
    """While the default store's fetch hangs, what is written into the private one is captured."""
    a, _ = pair
    with socket.create_server(("127.0.0.1", 0)) as hole:
        a.parts.repo.set_remote(f"http://127.0.0.1:{hole.getsockname()[1]}/x.git")
        quick = Watching(a, quiet=0.1).machine
        private = machine(a.base / "elsewhere")
        private.root.rename(quick.settings.private)
        beside = Parts(quick.settings.private, settings=quick.settings, instance="cli", private=True)
        stopped = threading.Event()
        thread = threading.Thread(
            target=watching.watch,
            args=(quick.parts, stopped.is_set, lambda _: None),
            kwargs={"beside": beside},
        )
        thread.start()
        hole.settimeout(_PATIENCE)
        line, _ = hole.accept()  # the fetch hangs from here on
        place = quick.settings.private / "private/fact/x.md"
        place.parent.mkdir(parents=True)
        place.write_text("mine\n")
        captured = eventually(
            lambda: (
                "private/fact/x.md"
                in git(quick.settings.private, "ls-tree", "-r", "--name-only", "main", check=False)
            )
        )
        stopped.set()
        line.close()
        thread.join(_PATIENCE)

    assert captured


def test_a_session_that_begins_asks_at_once(pair):
    """A call wakes a syncer that would ask its remote in an hour: what another machine learned is here in a moment."""
    a, b = pair
    with Watching(b, poll=3000.0) as there:
        a.write("global/fact/x.md", "hello\n")
        a.sync()
        ringing.call(there.machine.parts)

        assert eventually((b.root / "global/fact/x.md").exists)


def test_a_call_where_nobody_syncs_leaves_a_cycle(pair, monkeypatch):
    """A session on a machine without a resident syncer leaves one short cycle behind, as a write does."""
    a, _ = pair
    left = []
    monkeypatch.setattr(ringing, "_leave_cycle", left.append)
    quick = machine_at(a.base)
    ringing.call(Parts(quick.root, settings=replace(quick.settings, background=True), instance="cli"))
    ringing.call(quick.parts)  # background work is turned off here

    assert 1 == len(left)

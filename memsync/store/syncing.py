"""Syncing: the edges behind `sync`, `status`, `history` and what `forget` needs of git. See flows/sync.py for the cycle."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from memsync.errors import BadInput, Busy, NoSpace
from memsync.store.clock import now
from memsync.store.turns import turn
from memsync.store.verdicts import Verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from memsync.core.change import Stamp
    from memsync.core.report import Held, Lane, SyncReport, Version
    from memsync.core.syncports import Bench
    from memsync.store.parts import Parts

_LANES = ("capture", "pull", "push")
_TOLD = timedelta(days=7)  # how long `status` tells what merges did
_NOTES = 10


# ---- the bench ----------------------------------------------------------------------------------


def bench(room: Parts, gate: Verdicts | None = None) -> Bench:
    """Lay out what a cycle works with. Raises NotAStore, GitUnusable, CannotWrite."""
    from memsync.core.syncports import Bench
    from memsync.edges.repo import credentials_mark

    if not room.book.bind(room.repo.clone_id()):
        room.book.note(store_id=room.marker.id)
    return Bench(
        tree=room.tree,
        repo=room.repo,
        book=room.book,
        gate=gate or _gate(room)[0],
        quarantine=_quarantine(room),
        instance=instance(room),
        store_id=room.marker.id,
        credentials=credentials_mark(),
        now=now,
        pause=time.sleep,
        uniform=random.uniform,
        crash=crash_points(),
        free=lambda: shutil.disk_usage(room.root).free,
        sealing=room.sealing,
    )


def _gate(room: Parts) -> tuple[Verdicts, str]:
    """Return the gate, and what is wrong with the list of allowances: a list that can't be read allows nothing.

    It may have come from somebody's push, so it must not stop the store from syncing.
    """
    try:
        return Verdicts(room), ""
    except BadInput as error:
        return Verdicts(room, allowances=()), str(error)


def instance(room: Parts) -> str:
    """Return who commits: the kind of client and six random hex digits, the same for ever on this machine."""
    name = f"instance-{room.instance}"
    known = room.book.fact(name)
    if not known:
        known = f"{room.instance}-{secrets.token_hex(3)}"
        room.book.note(**{name: known})
    return known


def _quarantine(room: Parts) -> Callable[[str, str, bytes], None]:
    def keep(oid: str, path: str, content: bytes) -> None:
        from memsync.store.parts import private_folder

        place = private_folder(room.state_dir / "quarantine") / oid
        try:
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
                file.write(f"{path}\n".encode() + content)
        except OSError as error:
            raise NoSpace(str(place)) from error

    return keep


def crash_points() -> Callable[[str], None]:
    """Return what is told each named point of a cycle: nothing; but for the kill sweep, which names where to die.

    `MEMSYNC_CRASH` is a point, or `point:n` for the n-th time it is passed.
    """
    wanted, _, times = os.environ.get("MEMSYNC_CRASH", "").partition(":")
    if not wanted:
        return lambda _: None
    left = [int(times or 1)]

    def crash(point: str) -> None:
        if point == wanted:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return crash


# ---- a cycle ------------------------------------------------------------------------------------


def sync(
    room: Parts,
    *,
    wait: float,
    asked: bool = True,
    network: bool = True,
    thorough: bool = False,
    name: str = "memsync sync",
) -> SyncReport:
    """Run a whole cycle that begins now, as soon as the one under way has ended. Raises Busy after `wait` seconds.

    Without `network` it is the folder's part alone, which waits for nobody who is at the remote.
    """
    from memsync.flows.sync import sync as cycle

    with turn(room, wait=wait, name=name, network=network) as away:
        gate, wrong = _gate(room)
        laid = replace(bench(room, gate), thorough=thorough, away=away)
        report = cycle(laid, asked=asked, network=network)
        gate.keep()
        return replace(report, detail=report.detail or wrong)


def adopt(room: Parts) -> None:
    """Note that a person wants a remote's markdown taken in though it is no memory store yet, or is another one."""
    bench(room).book.set_ack("foreign-remote", "adopt")


def readers_known(room: Parts, url: str) -> None:
    """Note that a person was asked, or said, who can read a remote: the first push to it asks no more."""
    bench(room).book.note(readers_known=url)


def ack(room: Parts, guard: str = "") -> tuple[str, ...]:
    """Say yes to what a guard halted (all that are halted, where none is named); return the guards that were."""
    book = bench(room).book
    halted = {book.lane(name).guard for name in _LANES} - {""}
    chosen = tuple(sorted(halted & {guard} if guard else halted))
    for one in chosen:
        book.set_ack(one, "yes")
    return chosen


def resume(room: Parts) -> tuple[str, ...]:
    """End suspensions and back-offs: the next cycle asks the remote again. Returns the lanes that waited."""
    from memsync.core.bookkeeping import LaneNote

    book = bench(room).book
    waiting = tuple(name for name in _LANES if book.lane(name).state in ("suspended", "backoff", "blocked"))
    for name in waiting:
        book.set_lane(LaneNote(lane=name))
    return waiting


def mend(room: Parts) -> str:
    """Check git's objects and refs, mend what is damaged from the remote and the folder, and return what is still broken.

    Waits for a cycle under way. For `doctor --fix`: a cycle mends by itself what it stumbles over.
    """
    from memsync.flows.heal import heal

    with turn(room, wait=60.0, name="memsync doctor"):
        if room.repo.check():
            heal(bench(room), room.repo.remote_url())
        return room.repo.check()


# ---- what is not on the remote yet, and why -----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """How sync is. `unsynced` counts files that only this machine has, `since` the oldest of them."""

    lanes: tuple[Lane, ...]
    held: tuple[Held, ...]
    unsynced: int
    since: datetime | None
    remote: str
    syncer: str
    not_taken: tuple[tuple[str, str], ...]
    listing: Mapping[str, Stamp]
    alarms: tuple[Held, ...] = ()
    notes: tuple[tuple[datetime, str, str], ...] = ()


def status(room: Parts) -> SyncStatus:
    """Return how sync is, by this machine's notes and files. Never touches the network, never waits for a cycle."""
    from memsync.core.project import shown_url
    from memsync.flows.reporting import as_held, as_lane
    from memsync.flows.status import standing

    with_bench = bench(room)
    found = standing(with_bench)
    return SyncStatus(
        lanes=tuple(as_lane(room.book.lane(name)) for name in _LANES),
        held=tuple(as_held(row) for row in found.held),
        unsynced=found.unsynced,
        since=found.since,
        remote=shown_url(room.repo.remote_url()),
        syncer=room.lock("resident").holder(),
        not_taken=found.not_taken,
        listing=found.listing,
        alarms=tuple(as_held(row) for row in room.book.alarms().values()),
        notes=tuple((n.at, n.path, n.text) for n in room.book.merges() if now() - n.at < _TOLD)[:_NOTES],
    )


# ---- history ------------------------------------------------------------------------------------


def history(room: Parts, path: str) -> tuple[Version, ...]:
    """Return a path's versions, newest first."""
    return room.repo.history(path)


def content_at(room: Parts, commit: str, path: str) -> bytes | None:
    """Return a file's bytes in a commit, or None."""
    return room.repo.content_at(commit, path)


def deleted_paths(room: Parts) -> dict[str, str]:
    """Return path → the last commit that had it, of what history has and main has not."""
    return room.repo.deleted_paths()


def blob(room: Parts, oid: str) -> bytes | None:
    """Return a blob's bytes by its id, or None where this store has no such blob."""
    if len(oid) != 40 or not all(c in "0123456789abcdef" for c in oid):
        return None
    if oid not in room.repo.sizes([oid]):
        return None
    return room.repo.blobs([oid])[oid]


def capture_before(room: Parts, path: str) -> None:
    """Bring what a file says now into history, without waiting for a cycle. Raises Busy where others commit all the time.

    What the gate holds back stays out of history here too.
    """
    from memsync.core.change import blob_id
    from memsync.flows.look import content_problem

    tools = bench(room)
    # The shadow before the file: the other way round, a cycle between the two makes a stale text look like a newer one.
    shadow = room.book.shadow().get(path)
    raw = room.tree.read(path)
    if raw is None:
        return
    oid = blob_id(raw)
    room.book.leave(path, oid, certain=False)
    for _ in range(8):
        main = room.repo.refs().main
        known = room.repo.tree(main).files
        if oid in (known.get(path), shadow) or room.repo.pause_reason():
            return
        if content_problem(raw) or tools.gate(path, raw).blocks:
            return
        commit = _commit_one(room, parent=main, path=path, content=raw, before=known, by=tools.instance)
        unseen = main is not None and known.get(path) != shadow
        if unseen:
            # Main has a change that the folder has not seen: it stays; what stood here is merged by the next capture.
            commit = _commit_one(
                room, parent=commit, path=path, content=known.get(path), before={path: oid}, by=tools.instance
            )
        if room.repo.move_main(commit, main, reason="before a change"):
            _index_behind(room, main, commit)
            if not unseen:  # what is written over it has it for its base, and not what was there before
                room.book.took(path, before=shadow, oid=oid)
            return
    raise Busy("other programs commit to this store all the time")


def _commit_one(
    room: Parts,
    *,
    parent: str | None,
    path: str,
    content: bytes | str | None,
    before: Mapping[str, str],
    by: str,
) -> str:
    """Write a commit that changes one path, without moving main. `content`: bytes, a blob's id, or None: it goes."""
    from memsync.core.change import blob_id
    from memsync.core.commits import capture_message
    from memsync.core.history import Signed

    oid = blob_id(content) if isinstance(content, bytes) else content
    return room.repo.commit(
        parents=[parent] if parent else [],
        changes={path: content},
        by=Signed(name=by, when=now()),
        message=capture_message({path: oid}, before, instance=by),
    )


def _index_behind(room: Parts, base: str | None, commit: str) -> None:
    from memsync.core.bookkeeping import WriteAhead

    room.book.published(WriteAhead(commit=commit, base=base, shadow={}))


def acknowledge_deletion(room: Parts, path: str) -> None:
    """Note that a memory was taken away on purpose: its deletion counts for no guard, here or on another machine."""
    bench(room)
    oid = room.book.about_to_leave(path) or room.book.shadow().get(path, "")
    if oid:
        room.book.leave(path, oid, certain=True)

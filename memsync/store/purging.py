"""Purging, wired: a secret is taken out of this machine's objects, refs, logs, index, notes and files, and looked for again.

Killed anywhere, it is run again: new objects come first, then what points to them, then the old ones go. What a remote has
is not touched: its history is rewritten on the side, for a person to push.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memsync.core.gate import Level
from memsync.core.leaks import Purged, Traces
from memsync.errors import Busy, GuardHalted
from memsync.store import syncing
from memsync.store.leaks import scan_history
from memsync.store.purge_work import (
    PLAN,
    Work,
    begin,
    by_line,
    child_of,
    clean_files,
    has_any,
    in_folder,
    note,
    own_files,
    redact_folder,
    rewriting_of,
    texts,
)
from memsync.store.turns import turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from memsync.core.leaks import Leak
    from memsync.flows.purging import Rewriting
    from memsync.store.parts import Parts

_TRIES = 5


def look(room: Parts, also: Sequence[bytes] = ()) -> Traces:
    """Look for secrets in history and in memsync's and git's own files. Changes nothing."""
    work = begin(room, also)
    report = scan_history(room.root, settings=room.settings)
    leaks = tuple(leak for leak in report.leaks if leak.finding.level is Level.BLOCK)
    noted = [place for place in texts(work) if note(work, place)]
    pattern = work.secrets.pattern()
    if pattern is not None and not leaks:
        noted += [place for place in own_files(work) if place not in noted and has_any(place, pattern)]
    return Traces(
        store=str(room.root), leaks=leaks, files=tuple(map(str, noted)), in_folder=tuple(in_folder(work))
    )


def purge(room: Parts, *, also: Sequence[bytes] = (), redact: bool = False) -> Purged:
    """Take every secret that no remote has out of this machine, and search for it afterwards.

    `also` are values that the gate need not know; `redact`: memories in the folder are redacted too. Raises Busy,
    GuardHalted where a person's merge or the like is under way, GateShut, GitUnusable for a repository of another kind.
    """
    from memsync.edges.anyrepo.names import sent_refs
    from memsync.edges.anyrepo.objects import reachable, require_plain

    require_plain(room.repo.gitdir)
    with _alone(room):
        work = begin(room, also)
        _finish_plan(work)
        child = child_of(room)
        kept = reachable(child, sorted(set(sent_refs(child).values())))
        if redact:
            work.redacted = list(redact_folder(work))
        _rewrite(work, kept)
        clean_files(work)
        left, searched = _search(work, kept)
    return _told(work, kept, left, searched)


@contextmanager
def _alone(room: Parts) -> Iterator[None]:
    """Hold the store: no cycle runs meanwhile, a watcher's neither."""
    with turn(room, wait=60.0, name="memsync purge"):
        paused = room.repo.pause_reason()
        if paused:
            raise GuardHalted(
                "purge", paused, hint="Finish it or give it up, then run `memsync purge` again."
            )
        room.repo.sweep_locks()
        yield


# ---- objects, refs, logs, index, notes ----------------------------------------------------------


def _rewrite(work: Work, kept: frozenset[bytes]) -> None:
    from memsync.edges.anyrepo import objects as edge
    from memsync.flows.purging import find_secrets, to_remove

    crash = syncing.crash_points()
    for place in texts(work):
        note(work, place)
    for _ in range(_TRIES):
        with edge.opened(child_of(work.room), work.gitdir / "objects") as objects:
            every = [(oid, kind) for oid, kind in objects.all() if bytes.fromhex(oid) not in kept]
            find_secrets(objects, every, work.gate, work.secrets)
            if not work.secrets:
                return
            done = rewriting_of(work, objects, kept)
            done.all(oid for oid, _ in every)
        crash("purge_objects")
        if _move_refs(work, done.changed):
            break
    else:
        raise Busy("other programs commit to this store all the time")
    crash("purge_refs")
    _move_rest(work, done)
    _remove(work, to_remove(done))


def _move_refs(work: Work, ids: dict[str, str]) -> bool:
    from memsync.edges.anyrepo.names import all_refs, move_refs

    child = child_of(work.room)
    moves = {name: (oid, ids[oid]) for name, oid in all_refs(child).items() if oid in ids}
    work.refs += len(moves)
    return move_refs(child, moves)


def _move_rest(work: Work, done: Rewriting) -> None:
    """Let git's logs, git's index, and memsync's notes and journal name the new objects."""
    from memsync.edges.anyrepo.names import move_index, move_logs, moved
    from memsync.edges.state.remap import remap
    from memsync.edges.traces import rewrite

    crash = syncing.crash_points()
    ids = done.changed
    pattern = work.secrets.pattern()
    move_logs(work.gitdir, ids, by_line(done))
    crash("purge_logs")
    work.unstaged = move_index(
        work.room.root, work.gitdir, ids, lambda path: bool(pattern and pattern.search(path))
    )
    crash("purge_index")
    remap(work.room.state_dir / "state.db", ids)
    rewrite(work.room.state_dir / "changes.jsonl", lambda raw: moved(raw, ids))
    crash("purge_book")


def _remove(work: Work, oids: Sequence[str]) -> None:
    """Take the old objects away. Their ids are written down first, so that a run after a kill finishes it."""
    if not oids:
        return
    plan = work.room.state_dir / PLAN
    fresh = plan.with_suffix(".fresh")
    fresh.write_text("".join(f"{oid}\n" for oid in oids), encoding="ascii")
    fresh.replace(plan)
    syncing.crash_points()("purge_plan")
    _finish_plan(work)


def _finish_plan(work: Work) -> None:
    from memsync.edges.anyrepo.objects import remove

    plan = work.room.state_dir / PLAN
    if not plan.exists():
        return
    oids = plan.read_text(encoding="ascii").split()
    remove(child_of(work.room), work.gitdir / "objects", oids, crash=syncing.crash_points())
    syncing.crash_points()("purge_removed")
    plan.unlink()
    work.objects += len(oids)


# ---- afterwards ---------------------------------------------------------------------------------


def _search(work: Work, kept: frozenset[bytes]) -> tuple[list[str], tuple[int, int]]:
    """Search every object that no remote has, and every file of ours, for what was taken out."""
    from memsync.edges.anyrepo.objects import holding

    pattern = work.secrets.pattern()
    if pattern is None:
        return [], (0, 0)
    child = child_of(work.room)
    every = list(own_files(work))
    left = [oid for oid in holding(child, pattern) if bytes.fromhex(oid) not in kept]
    left += [str(place) for place in every if has_any(place, pattern)]
    count = sum(1 for _ in child.parts("cat-file", "--batch-all-objects", "--batch-check", end=b"\n"))
    return left, (count, len(every))


def _told(work: Work, kept: frozenset[bytes], left: list[str], searched: tuple[int, int]) -> Purged:
    report = scan_history(work.room.root, settings=work.room.settings)
    leaks = [leak for leak in report.leaks if leak.finding.level is Level.BLOCK]
    sent = tuple(leak for leak in leaks if leak.sent or (leak.blob and bytes.fromhex(leak.blob) in kept))
    prepared, lease = _prepare(work, sent)
    return Purged(
        store=str(work.room.root),
        objects=work.objects,
        refs=work.refs,
        files=work.files,
        unstaged=work.unstaged,
        redacted=tuple(work.redacted),
        in_folder=tuple(in_folder(work)),
        left=(*left, *(leak.blob or leak.finding.path for leak in leaks if leak not in sent)),
        searched=searched,
        sent=sent,
        prepared=prepared,
        lease=lease,
    )


def _prepare(work: Work, sent: Sequence[Leak]) -> tuple[str, str]:
    from memsync.store import rewriting

    place = work.room.state_dir / "rewritten.git"
    shutil.rmtree(place, ignore_errors=True)
    return rewriting.prepare(work.room, place, work.gate) if sent else ("", "")

"""Purging, wired: a secret is taken out of this machine's objects, refs, logs, index, notes and files, and looked for again.

Killed anywhere, it is run again: new objects come first, then what points to them, then the old ones go. What a remote has
is not touched: its history is rewritten on the side, for a person to push.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.gate import Level
from memsync.core.leaks import Purged, Traces
from memsync.errors import Busy, GuardHalted
from memsync.store import gatehouse, syncing
from memsync.store.leaks import history_gate, scan_history

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from memsync.core.leaks import Leak
    from memsync.edges.anyrepo.child import Child
    from memsync.edges.anyrepo.objects import Objects
    from memsync.flows.leaks import Gate
    from memsync.flows.purging import Rewriting, Secrets
    from memsync.store.parts import Parts

_PLAN = "purge.plan"
_TRIES = 5
_OWN_TEXT = 16 * 1024 * 1024  # bytes of a file of ours that is scanned
_NOT_TEXTS = (".db", ".db-wal", ".db-shm", ".key", ".lock", ".holder", _PLAN)
_OWNERS = ("config", "hooks", "info", "objects", "lfs", "modules")  # of `.git`: not memsync's to change


@dataclass(slots=True, kw_only=True)
class _Work:
    """One purge under way, in one store."""

    room: Parts
    gate: Gate
    secrets: Secrets
    objects: int = 0
    refs: int = 0
    files: int = 0
    unstaged: int = 0
    redacted: list[str] = field(default_factory=list)

    @property
    def gitdir(self) -> Path:
        return self.room.repo.gitdir


def look(room: Parts, also: Sequence[bytes] = ()) -> Traces:
    """Look for secrets in history and in memsync's and git's own files. Changes nothing."""
    work = _begin(room, also)
    report = scan_history(room.root, settings=room.settings)
    leaks = tuple(leak for leak in report.leaks if leak.finding.level is Level.BLOCK)
    noted = [place for place in _texts(work) if _note(work, place)]
    pattern = work.secrets.pattern()
    if pattern is not None and not leaks:
        noted += [place for place in _own_files(work) if place not in noted and _has(place, pattern)]
    return Traces(
        store=str(room.root), leaks=leaks, files=tuple(map(str, noted)), in_folder=tuple(_in_folder(work))
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
        work = _begin(room, also)
        _finish_plan(work)
        child = _child(room)
        kept = reachable(child, sorted(set(sent_refs(child).values())))
        if redact:
            work.redacted = list(_redact_folder(work))
        _rewrite(work, kept)
        _clean_files(work)
        left, searched = _search(work, kept)
    return _told(work, kept, left, searched)


@contextmanager
def _alone(room: Parts) -> Iterator[None]:
    """Hold the store's sync lock: no cycle runs meanwhile, a watcher's neither."""
    lock = room.lock(syncing.SYNC_LOCK)
    lock.acquire(wait=60.0, name="memsync purge")
    try:
        paused = room.repo.pause_reason()
        if paused:
            raise GuardHalted(
                "purge", paused, hint="Finish it or give it up, then run `memsync purge` again."
            )
        room.repo.sweep_locks()
        yield
    finally:
        lock.release()


def _child(room: Parts) -> Child:
    from memsync.edges.anyrepo.child import Child

    return Child(room.root, from_git={"GIT_NO_REPLACE_OBJECTS": "1"})


def _begin(room: Parts, also: Sequence[bytes]) -> _Work:
    from memsync.flows.purging import Secrets

    values = {value: "secret" for value in also if value.strip()}
    return _Work(room=room, gate=history_gate(room, room.settings), secrets=Secrets(values=values))


# ---- objects, refs, logs, index, notes ----------------------------------------------------------


def _rewrite(work: _Work, kept: frozenset[bytes]) -> None:
    from memsync.edges.anyrepo import objects as edge
    from memsync.flows.purging import find_secrets, to_remove

    crash = syncing.crash_points()
    for place in _texts(work):
        _note(work, place)
    for _ in range(_TRIES):
        with edge.opened(_child(work.room), work.gitdir / "objects") as objects:
            every = [(oid, kind) for oid, kind in objects.all() if bytes.fromhex(oid) not in kept]
            find_secrets(objects, every, work.gate, work.secrets)
            if not work.secrets:
                return
            done = _rewriting(work, objects, kept)
            done.all(oid for oid, _ in every)
        crash("purge_objects")
        if _move_refs(work, done.changed):
            break
    else:
        raise Busy("other programs commit to this store all the time")
    crash("purge_refs")
    _move_rest(work, done)
    _remove(work, to_remove(done))


def _rewriting(work: _Work, objects: Objects, kept: frozenset[bytes]) -> Rewriting:
    from memsync.flows.purging import Rewriting

    return Rewriting(objects=objects, gate=work.gate, secrets=work.secrets, kept=kept)


def _move_refs(work: _Work, ids: dict[str, str]) -> bool:
    from memsync.edges.anyrepo.names import all_refs, move_refs

    child = _child(work.room)
    moves = {name: (oid, ids[oid]) for name, oid in all_refs(child).items() if oid in ids}
    work.refs += len(moves)
    return move_refs(child, moves)


def _move_rest(work: _Work, done: Rewriting) -> None:
    """Let git's logs, git's index, and memsync's notes and journal name the new objects."""
    from memsync.edges.anyrepo.names import move_index, move_logs, moved
    from memsync.edges.state.remap import remap
    from memsync.edges.traces import rewrite

    crash = syncing.crash_points()
    ids = done.changed
    pattern = work.secrets.pattern()
    move_logs(work.gitdir, ids, _by_line(done))
    crash("purge_logs")
    work.unstaged = move_index(
        work.room.root, work.gitdir, ids, lambda path: bool(pattern and pattern.search(path))
    )
    crash("purge_index")
    remap(work.room.state_dir / "state.db", ids)
    rewrite(work.room.state_dir / "changes.jsonl", lambda raw: moved(raw, ids))
    crash("purge_book")


def _by_line(done: Rewriting) -> Callable[[bytes], bytes]:
    """Return what cleans a log: its lines are scanned by their words, each of which is scanned once."""
    known: dict[bytes, bytes] = {}

    def clean(line: bytes) -> bytes:
        before, tab, words = line.partition(b"\t")
        if words not in known:
            known[words] = done.words(words)
        return before + tab + known[words] if tab else done.plain(line)

    return lambda raw: b"\n".join(clean(line) for line in raw.split(b"\n"))


def _remove(work: _Work, oids: Sequence[str]) -> None:
    """Take the old objects away. Their ids are written down first, so that a run after a kill finishes it."""
    if not oids:
        return
    plan = work.room.state_dir / _PLAN
    fresh = plan.with_suffix(".fresh")
    fresh.write_text("".join(f"{oid}\n" for oid in oids), encoding="ascii")
    fresh.replace(plan)
    syncing.crash_points()("purge_plan")
    _finish_plan(work)


def _finish_plan(work: _Work) -> None:
    from memsync.edges.anyrepo.objects import remove

    plan = work.room.state_dir / _PLAN
    if not plan.exists():
        return
    oids = plan.read_text(encoding="ascii").split()
    remove(_child(work.room), work.gitdir / "objects", oids, crash=syncing.crash_points())
    syncing.crash_points()("purge_removed")
    plan.unlink()
    work.objects += len(oids)


# ---- files --------------------------------------------------------------------------------------


def _own_files(work: _Work) -> Iterator[Path]:
    """Yield the files of git and memsync about this store: `.git` but its objects, the state, cache and log folders."""
    from memsync.edges.traces import files

    room = work.room
    places = (work.gitdir, room.state_dir, room.cache_dir, room.settings.log_dir)
    return files(
        (p for p in places if p.is_dir()),
        but=frozenset({work.gitdir / "objects", room.state_dir / "rewritten.git"}),
    )


def _texts(work: _Work) -> Iterator[Path]:
    """Yield those of our files that may hold what somebody wrote."""
    for place in _own_files(work):
        inside = place.relative_to(work.gitdir).parts if place.is_relative_to(work.gitdir) else ()
        if inside and (inside[0] in _OWNERS or inside in (("index",), ("memsync", "clone"))):
            continue
        if not place.is_relative_to(work.room.cache_dir) and not place.name.endswith(_NOT_TEXTS):
            yield place


def _note(work: _Work, place: Path) -> bool:
    """Note what the gate finds in a file; of a log of git's, each message is scanned once."""
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import take_note

    try:
        if place.stat().st_size > _OWN_TEXT:
            return False
        raw = place.read_bytes()
    except OSError:
        return False
    if place.is_relative_to(work.gitdir / "logs"):
        raw = b"\n".join({line.partition(b"\t")[2] for line in raw.split(b"\n")})
    return take_note(as_text(raw), work.gate, work.secrets)


def _has(place: Path, pattern: re.Pattern[bytes]) -> bool:
    from memsync.edges.traces import has

    return has(place, pattern)


def _clean_files(work: _Work) -> None:
    """Rewrite what holds a secret; drop the index, the versions that were kept back, and books put aside as damaged."""
    from memsync.edges.anyrepo.objects import forget_half_written
    from memsync.edges.state.remap import remap
    from memsync.edges.traces import remove, rewrite

    pattern = work.secrets.pattern()
    with _opened(work) as done:
        for place in list(_texts(work)):
            if place.parent.name == "quarantine":
                remove(place)
                work.files += 1
            elif (
                place.parent.name == "trash"
                and place.name.startswith("s.")
                and done.words(place.read_bytes()) != place.read_bytes()
            ):
                remove(place)  # what it said is history already
                work.files += 1
            else:
                work.files += rewrite(place, _by_line(done) if "logs" in place.parts else done.words)
    syncing.crash_points()("purge_files")
    if pattern is None:
        return
    work.files += forget_half_written(work.gitdir / "objects", pattern)
    remap(work.room.state_dir / "state.db", {})
    for place in work.room.state_dir.glob("state.db.broken*"):
        if _has(place, pattern):
            remove(place)
    work.room.index.forget()
    shutil.rmtree(work.room.cache_dir / "index", ignore_errors=True)


@contextmanager
def _opened(work: _Work) -> Iterator[Rewriting]:
    from memsync.edges.anyrepo import objects as edge

    with edge.opened(_child(work.room), work.gitdir / "objects") as objects:
        yield _rewriting(work, objects, frozenset())


# ---- the folder ---------------------------------------------------------------------------------


def _in_folder(work: _Work) -> Iterator[str]:
    """Yield the memories whose file holds what blocks or what was taken out."""
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import blocking

    pattern = work.secrets.pattern()
    for path in work.room.tree.listing():
        raw = work.room.tree.read(path) or b""
        if (pattern and pattern.search(raw)) or blocking(as_text(raw), work.gate):
            yield gatehouse.redacted(path)


def _redact_folder(work: _Work) -> Iterator[str]:
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import take_note

    with _opened(work) as done:
        for path in work.room.tree.listing():
            raw = work.room.tree.read(path)
            if raw is None:
                continue
            take_note(as_text(raw), work.gate, work.secrets)
            fresh = done.words(raw)
            if fresh != raw and work.room.tree.replace(path, fresh, expected=raw):
                yield gatehouse.redacted(path)


# ---- afterwards ---------------------------------------------------------------------------------


def _search(work: _Work, kept: frozenset[bytes]) -> tuple[list[str], tuple[int, int]]:
    """Search every object that no remote has, and every file of ours, for what was taken out."""
    from memsync.edges.anyrepo.objects import holding

    pattern = work.secrets.pattern()
    if pattern is None:
        return [], (0, 0)
    child = _child(work.room)
    every = list(_own_files(work))
    left = [oid for oid in holding(child, pattern) if bytes.fromhex(oid) not in kept]
    left += [str(place) for place in every if _has(place, pattern)]
    count = sum(1 for _ in child.parts("cat-file", "--batch-all-objects", "--batch-check", end=b"\n"))
    return left, (count, len(every))


def _told(work: _Work, kept: frozenset[bytes], left: list[str], searched: tuple[int, int]) -> Purged:
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
        in_folder=tuple(_in_folder(work)),
        left=(*left, *(leak.blob or leak.finding.path for leak in leaks if leak not in sent)),
        searched=searched,
        sent=sent,
        prepared=prepared,
        lease=lease,
    )


def _prepare(work: _Work, sent: Sequence[Leak]) -> tuple[str, str]:
    from memsync.store import rewriting

    place = work.room.state_dir / "rewritten.git"
    shutil.rmtree(place, ignore_errors=True)
    return rewriting.prepare(work.room, place, work.gate) if sent else ("", "")

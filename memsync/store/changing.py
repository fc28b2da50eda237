"""Changing: revise, move, forget, restore, resolve, undo, wired; each leaves a line in the journal, so that undo knows it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from memsync.core.change import Step
from memsync.core.gate import OnSecret
from memsync.errors import BadInput, NoSuchMemory
from memsync.flows import resolve as ending
from memsync.flows import revise as flow
from memsync.flows.revise import Desk, revision_id
from memsync.store import finding, journal, restoring, syncing
from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from memsync.core.memory import Memory
    from memsync.core.report import Revised, Revision
    from memsync.store.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A change that was taken back: its verb, when it was made, and the paths it touched."""

    verb: str
    when: str
    paths: tuple[str, ...]


def desk(room: Parts, on_secret: OnSecret = OnSecret.BLOCK) -> Desk:
    """Return what a change of this store's memories needs."""
    return Desk(
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        now=now(),
        on_secret=on_secret,
        private=room.private,
        sealing=room.sealing,
    )


def _rev(room: Parts, path: str) -> str:
    raw = room.tree.read(path)
    return "" if raw is None else revision_id(raw)


def _keep(room: Parts, path: str) -> None:
    """Bring what stands there into history, if it is not there yet: it is about to change and may be wanted back."""
    rev = _rev(room, path)
    if rev and room.book.shadow().get(path) != rev:
        syncing.capture_before(room, path)


def revise(
    room: Parts, path: str, revision: Revision, *, rev: str, on_secret: OnSecret, target: Callable[[], Parts]
) -> Revised:
    """Change a memory, and move it where the revision names another scope. `target()` is the store of that scope."""
    if not revision.sensitive:  # what is about to be sealed must not become history just now
        _keep(room, path)
    before = _rev(room, path)
    at = desk(room, on_secret)
    done = flow.revise(path, revision, desk=at, rev=rev, version=lambda r: syncing.blob(room, r))
    steps = [Step(path=path, before=before, after=done.rev)]
    if revision.scope is not None and revision.scope != done.memory.scope:
        other = target()
        syncing.capture_before(room, path)
        moved = flow.move(path, revision.scope.folder, source=at, target=desk(other, on_secret))
        syncing.acknowledge_deletion(room, path)
        done = replace(moved, merged=done.merged, redacted=done.redacted)
        steps = [
            Step(path=path, before=before, after=""),
            Step(path=moved.memory.path, before="", after=moved.rev),
        ]
        if other is not room:
            steps = steps[:1]
    journal.note(room, "revise", at.now, steps)
    return done


def forget(room: Parts, path: str) -> Memory:
    """Take a memory away; what it said is captured first, so that `restore` always brings it back."""
    syncing.capture_before(room, path)
    before = _rev(room, path)
    at = desk(room)
    gone = flow.forget(path, desk=at)
    syncing.acknowledge_deletion(room, path)
    if before and _rev(room, path) == before:
        # A cycle that began before that note took the file for missing, and wrote it anew.
        with suppress(NoSuchMemory):
            flow.forget(path, desk=at)
    journal.note(room, "forget", at.now, [Step(path=path, before=before, after="")])
    return gone


def restore(name: str, rooms: Sequence[Parts], *, at: str) -> tuple[Parts, str]:
    """Bring back a forgotten memory or an earlier version; return where it is."""
    room, path, before = restoring.restore(name, rooms, at=at, desk=desk)
    journal.note(room, "restore", now(), [Step(path=path, before=before, after=_rev(room, path))])
    return room, path


def resolve(name: str, rooms: Sequence[Parts], *, both: bool) -> tuple[Parts, str]:
    """End the contradiction about a memory: what the name means is kept. Returns where the winner is."""
    room, path = finding.locate(name, rooms)
    winner = ending.winner_of(path)
    touched = (winner, *ending.twins_of(winner, list(room.tree.listing())))
    for one in touched:
        _keep(room, one)
    before = {one: _rev(room, one) for one in touched}
    ending.resolve(path, desk=desk(room), both=both)
    for twin in touched[1:]:
        syncing.acknowledge_deletion(room, twin)
    steps = [Step(path=one, before=before[one], after=_rev(room, one)) for one in touched]
    journal.note(room, "resolve", now(), steps)
    return room, winner


def undo(rooms: Sequence[Parts]) -> tuple[Parts, Undone]:
    """Take back the last change that was made through memsync on this machine. Raises BadInput where there is none."""
    found = [(entry, room) for room in rooms if (entry := journal.last(room)) is not None]
    if not found:
        raise BadInput(
            "undo",
            "there is no change to take back",
            hint="`memsync history NAME` and `memsync restore NAME --at COMMIT` reach further.",
        )
    entry, room = max(found, key=lambda pair: pair[0].when)
    for step in entry.steps:
        _keep(room, step.path)
    ending.undo(entry.steps, desk=desk(room), version=lambda rev: syncing.blob(room, rev))
    for step in entry.steps:
        if not step.before:
            syncing.acknowledge_deletion(room, step.path)
    journal.drop_last(room)
    return room, Undone(verb=entry.verb, when=entry.when, paths=tuple(s.path for s in entry.steps))

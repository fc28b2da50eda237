"""Reporting: the notes of a cycle as a report shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.report import Held, Lane, LaneName, SyncState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.bookkeeping import HeldFile, LaneNote

_WORDS = (
    ("halted", SyncState.HALTED),
    ("suspended", SyncState.SUSPENDED),
    ("blocked", SyncState.BLOCKED),
    ("paused", SyncState.PAUSED),
    ("backoff", SyncState.OFFLINE),
)


def judge_state(notes: Sequence[LaneNote], url: str) -> tuple[SyncState, str]:
    """Return the whole state in one word, by the gravest lane, and why."""
    for word, state in _WORDS:
        for note in notes:
            if note.state == word and (url or note.lane == LaneName.CAPTURE):
                return state, f"{note.lane}: {note.reason}"
    return (SyncState.SYNCED, "") if url else (SyncState.NO_REMOTE, "")


def as_lane(note: LaneNote) -> Lane:
    """Return a lane's state as reports show it."""
    return Lane(
        name=LaneName(note.lane),
        state=note.state,
        reason=note.reason,
        since=note.since,
        next_try=note.next_try,
        hint=note.hint,
    )


def as_held(row: HeldFile) -> Held:
    """Return a held file as reports show it. Where its name is the secret, only its folder is shown."""
    named = next((f.rule for f in row.findings if f.line == 0 and f.fingerprint), "")
    path = f"{row.path.rpartition('/')[0]}/[REDACTED:{named}]".lstrip("/") if named else row.path
    shown = tuple(replace(f, path=path) for f in row.findings) if named else row.findings
    return Held(path=path, reason=row.reason, findings=shown, since=row.since)

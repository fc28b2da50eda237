"""Lanes: capture, pull and push, each with its own state; whether a lane may be tried now, and what a failure makes of it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from memsync.core.bookkeeping import LaneNote
from memsync.core.guard import Guard
from memsync.core.pacing import OFFLINE_BASE, OFFLINE_CAP, backoff, probe_interval, throttled
from memsync.core.trouble import Effect, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from memsync.core.guard import Halt
    from memsync.core.syncports import Bench
    from memsync.core.trouble import Trouble

CAPTURE, PULL, PUSH = "capture", "pull", "push"
REMOTE_GUARDS = (Guard.FOREIGN_REMOTE, Guard.REMOTE_MASS_DELETE, Guard.REMOTE_RECREATED, "hostile-remote")
_AGAIN_AFTER = 30.0  # a refused sign-in is tried once more after this many seconds
_BLOCKED = 60.0


class Halted(Exception):
    """A guard said no."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(halt.reason)
        self.halt = halt


class Troubled(Exception):
    """A command to the remote failed, classified."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.reason)
        self.trouble = trouble


def fingerprint(bench: Bench, url: str) -> str:
    """Return the mark of what decides whether a remote lets us in: when it changes, a suspension ends."""
    return hashlib.sha256(f"{url}\0{bench.credentials}".encode()).hexdigest()[:32]


def may_try(bench: Bench, lane: str, url: str, *, asked: bool) -> bool:
    """Whether a lane may be tried now. `asked`: a person wants it, so a back-off is not waited for."""
    note = bench.book.lane(lane)
    match note.state:
        case "halted":
            if bench.book.ack(note.guard):
                return True
            if note.guard == Guard.PUBLIC_REMOTE and asked:
                return True  # whether everybody can read it is asked anew before anything is sent
            moved = note.guard in (Guard.FOREIGN_REMOTE, Guard.PUBLIC_REMOTE)
            return moved and note.fingerprint != fingerprint(bench, url)
        case "suspended":
            return note.fingerprint != fingerprint(bench, url) or _due(note, bench.now())
        case "backoff":
            return asked or _due(note, bench.now())
        case _:
            return True


def _due(note: LaneNote, now: datetime) -> bool:
    return note.next_try is None or now >= note.next_try


def fine(bench: Bench, lane: str) -> None:
    """Note that the lane did its work."""
    bench.book.set_lane(LaneNote(lane=lane))


def state(bench: Bench, lane: str, name: str, reason: str, hint: str = "") -> None:
    """Keep a state that ends by itself: held, paused, blocked."""
    before = bench.book.lane(lane)
    since = before.since if before.state == name and before.since else bench.now()
    bench.book.set_lane(LaneNote(lane=lane, state=name, reason=reason, hint=hint, since=since))


def halt(bench: Bench, lanes: Iterable[str], why: Halt, url: str = "") -> None:
    """Keep a guard's no until a person acknowledges it."""
    bench.book.set_stakes(why.guard, why.stakes)
    for lane in lanes:
        before = bench.book.lane(lane)
        since = before.since if before.guard == why.guard and before.since else bench.now()
        bench.book.set_lane(
            LaneNote(
                lane=lane,
                state="halted",
                reason=why.reason,
                hint=why.hint,
                guard=str(why.guard),
                since=since,
                fingerprint=fingerprint(bench, url) if url else "",
            )
        )


def agreed_to(bench: Bench, guard: str) -> frozenset[str]:
    """Return what a person said yes to when a guard halted. What has come on top of it since is judged anew."""
    return bench.book.stakes(guard) if bench.book.ack(guard) else frozenset()


def trouble(bench: Bench, lane: str, met: Trouble, url: str) -> None:
    """Keep what a failure makes of the lane, and of its neighbour where the cause is the same for both."""
    for name in _touched(lane, met):
        before = bench.book.lane(name)
        attempts = before.attempts + 1 if before.state in ("backoff", "suspended") else 1
        word, wait = _next(bench, met, attempts)
        since = before.since if before.state == word and before.since else bench.now()
        bench.book.set_lane(
            LaneNote(
                lane=name,
                state=word,
                reason=met.reason,
                hint=met.hint,
                attempts=attempts,
                since=since,
                next_try=bench.now() + timedelta(seconds=wait),
                fingerprint=fingerprint(bench, url),
                guard="hostile-remote" if word == "halted" else "",
            )
        )


def _touched(lane: str, met: Trouble) -> tuple[str, ...]:
    """Return the lanes a failure stops. A push that is refused says nothing of the pull that just went well."""
    grave = met.effect is Effect.HALT or met.kind is TroubleKind.SECURITY
    if grave or (met.effect is Effect.SUSPEND and lane == PULL):
        return (PULL, PUSH)
    return (lane,)


def _next(bench: Bench, met: Trouble, attempts: int) -> tuple[str, float]:
    """Return the state's word and the seconds until the next try."""
    match met.effect:
        case Effect.SUSPEND | Effect.SUSPEND_PUSH:
            again = met.kind is TroubleKind.AUTH and attempts == 1
            return "suspended", _AGAIN_AFTER if again else probe_interval(bench.uniform)
        case Effect.HALT:
            return "halted", 0.0
        case Effect.BLOCK:
            return "blocked", _BLOCKED
        case _ if met.kind is TroubleKind.THROTTLED:
            return "backoff", throttled(attempts - 1, bench.uniform)
        case _:
            return "backoff", backoff(attempts - 1, OFFLINE_BASE, OFFLINE_CAP, bench.uniform)

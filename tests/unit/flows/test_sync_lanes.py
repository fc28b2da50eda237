"""What a failure makes of the lanes, and when each is tried again: on notes in memory and a clock that stands still."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from memsync.core.bookkeeping import LaneNote
from memsync.core.guard import Guard, Halt
from memsync.core.report import SyncState
from memsync.core.syncports import Bench
from memsync.core.trouble import Effect, Trouble, TroubleKind
from memsync.edges.state import SyncBook
from memsync.flows import lanes
from memsync.flows.reporting import judge_state

NOW = dt.datetime(2026, 1, 21, 10, tzinfo=dt.UTC)
URL = "https://example.invalid/x.git"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bench(clock):
    nothing: Any = None
    return Bench(
        tree=nothing, repo=nothing, book=SyncBook(Path(":memory:")), gate=nothing, quarantine=nothing, instance="cli-000000",
        store_id="0" * 32, credentials="mine", now=clock, pause=nothing, uniform=lambda _, most: most, crash=lambda _: None,
        free=lambda: 1 << 40,
    )  # fmt: skip


def met(kind: TroubleKind, effect: Effect) -> Trouble:
    return Trouble(kind=kind, effect=effect, reason="it said no", hint="do this")


OFFLINE = met(TroubleKind.OFFLINE, Effect.BACKOFF)
AUTH = met(TroubleKind.AUTH, Effect.SUSPEND)
DECLINED = met(TroubleKind.REFUSED, Effect.SUSPEND_PUSH)


def states(bench) -> tuple[str, str]:
    return bench.book.lane("pull").state, bench.book.lane("push").state


def test_offline_backs_off_and_a_person_need_not_wait(bench, clock):
    """After a failure that may pass, the clock is waited for, but a person's own sync is tried at once."""
    lanes.trouble(bench, "pull", OFFLINE, URL)
    waiting = lanes.may_try(bench, "pull", URL, asked=False)
    asked = lanes.may_try(bench, "pull", URL, asked=True)
    clock.go(3)

    assert (False, True, True) == (waiting, asked, lanes.may_try(bench, "pull", URL, asked=False))


def test_each_failure_waits_longer_up_to_five_minutes(bench, clock):
    """The waits of a back-off double from two seconds and end at 300."""
    waits = []
    for _ in range(10):
        lanes.trouble(bench, "pull", OFFLINE, URL)
        waits.append((bench.book.lane("pull").next_try - clock.now).total_seconds())

    assert [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] == waits


def test_since_is_when_it_began(bench, clock):
    """Further failures do not make the trouble look younger."""
    lanes.trouble(bench, "pull", OFFLINE, URL)
    clock.go(60)
    lanes.trouble(bench, "pull", OFFLINE, URL)

    assert NOW == bench.book.lane("pull").since


def test_success_starts_afresh(bench):
    """A lane that worked has no past."""
    lanes.trouble(bench, "pull", OFFLINE, URL)
    lanes.fine(bench, "pull")

    assert LaneNote(lane="pull") == bench.book.lane("pull")


def test_refused_sign_in_stops_both_lanes(bench):
    """Where a pull may not sign in, a push is not tried either."""
    lanes.trouble(bench, "pull", AUTH, URL)

    assert ("suspended", "suspended") == states(bench)


def test_a_declined_push_stops_the_push_lane_only(bench):
    """A server's rule against a push says nothing about fetching; nor does a sign-in that only pushing needs."""
    lanes.trouble(bench, "push", DECLINED, URL)
    lanes.trouble(bench, "push", AUTH, URL)

    assert ("ok", "suspended") == states(bench)


def test_a_suspension_is_not_for_asking(bench, clock):
    """A person's sync does not ask a remote again that refused; six hours later one try is made."""
    lanes.trouble(bench, "push", DECLINED, URL)
    now = lanes.may_try(bench, "push", URL, asked=True)
    clock.go(8 * 3600)

    assert (False, True) == (now, lanes.may_try(bench, "push", URL, asked=False))


def test_a_refused_sign_in_is_tried_once_more_soon(bench, clock):
    """A token may just have been renewed: one more try after half a minute, then hours."""
    lanes.trouble(bench, "pull", AUTH, URL)
    first = (bench.book.lane("pull").next_try - clock.now).total_seconds()
    lanes.trouble(bench, "pull", AUTH, URL)
    second = (bench.book.lane("pull").next_try - clock.now).total_seconds()

    assert (30, True) == (first, second > 3600)


def test_a_changed_address_or_credential_ends_a_suspension(bench):
    """What decides whether the remote lets us in has changed: then it is asked again."""
    from dataclasses import replace

    lanes.trouble(bench, "push", DECLINED, URL)

    assert lanes.may_try(bench, "push", "https://example.invalid/new.git", asked=False)
    assert lanes.may_try(replace(bench, credentials="renewed"), "push", URL, asked=False)


def test_a_halt_waits_for_a_person(bench, clock):
    """No time, no asking and no changed address ends a halt; an acknowledgement does."""
    lanes.halt(bench, ["pull", "push"], Halt(guard=Guard.REMOTE_MASS_DELETE, reason="r", hint="h"), URL)
    clock.go(30 * 86_400)
    before = lanes.may_try(bench, "pull", "https://example.invalid/new.git", asked=True)
    bench.book.set_ack("remote-mass-delete", "yes")

    assert (False, True) == (before, lanes.may_try(bench, "pull", URL, asked=False))


def test_a_foreign_remote_is_left_behind_by_a_new_address(bench):
    """A halt over what stands behind an address ends with the address."""
    lanes.halt(bench, ["pull", "push"], Halt(guard=Guard.FOREIGN_REMOTE, reason="r", hint="h"), URL)

    assert not lanes.may_try(bench, "pull", URL, asked=True)
    assert lanes.may_try(bench, "pull", "https://example.invalid/new.git", asked=True)


def test_hostile_objects_halt_both_lanes(bench):
    """What git's own check rejects stops fetching and sending until a person has looked."""
    lanes.trouble(bench, "pull", met(TroubleKind.HOSTILE, Effect.HALT), URL)

    assert ("halted", "halted") == states(bench)


def test_a_throttling_server_is_left_alone_for_a_minute(bench, clock):
    """After "too many requests" the next try is a minute away at least."""
    lanes.trouble(bench, "pull", met(TroubleKind.THROTTLED, Effect.BACKOFF), URL)

    assert (bench.book.lane("pull").next_try - clock.now).total_seconds() >= 60


@pytest.mark.parametrize(
    ("words", "url", "state"),
    [
        (("ok", "ok", "ok"), URL, SyncState.SYNCED),
        (("ok", "ok", "ok"), "", SyncState.NO_REMOTE),
        (("held", "ok", "ok"), URL, SyncState.SYNCED),
        (("ok", "backoff", "ok"), URL, SyncState.OFFLINE),
        (("blocked", "backoff", "ok"), URL, SyncState.BLOCKED),
        (("ok", "ok", "suspended"), URL, SyncState.SUSPENDED),
        (("halted", "suspended", "suspended"), URL, SyncState.HALTED),
        (("paused", "ok", "backoff"), URL, SyncState.PAUSED),
        (("ok", "suspended", "suspended"), "", SyncState.NO_REMOTE),
    ],
)  # fmt: skip
def test_the_gravest_lane_gives_the_state(words, url, state):
    """One word for three lanes: what needs a person comes first; without a remote its lanes don't count."""
    notes = [
        LaneNote(lane=lane, state=word) for lane, word in zip(("capture", "pull", "push"), words, strict=True)
    ]

    assert state == judge_state(notes, url)[0]

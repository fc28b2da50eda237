"""Schedule: what the resident syncer should do now. Every time is an argument, in seconds of a clock that does not jump."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core.pacing import Debouncer, poll_interval

if TYPE_CHECKING:
    from memsync.core.pacing import Uniform

RING_GAP = (
    2.0  # seconds between two cycles that a doorbell asked for: a bell gone mad costs a fetch each, no more
)
SLEPT = 30.0  # a gap of the clocks longer than this: the machine slept, and the remote may have moved on
_SOON = 1.0  # until it is tried again where another program syncs just now


class Due(StrEnum):
    """What is to be done: nothing; a look at the folder; a whole cycle; one that waits for no back-off either."""

    NOTHING = "nothing"
    LOOK = "look"
    CYCLE = "cycle"
    AT_ONCE = "at-once"


class Schedule:
    """Decides when a cycle begins: after a burst of changes, when a bell rings, at once when somebody comes, else in time.

    `quiet` and `ceiling` are the debouncer's, `rescan` the seconds between two looks at the folder, `poll` between two
    questions to the remote while somebody is active. A new schedule begins with a whole cycle.
    """

    def __init__(
        self, *, quiet: float, ceiling: float, rescan: float, poll: float, now: float, uniform: Uniform
    ) -> None:
        self._debouncer = Debouncer(quiet, ceiling)
        self._rescan, self._poll, self._uniform = rescan, poll, uniform
        self._scan_at = self._poll_at = now
        self._active = now
        self._asked = now - RING_GAP  # when a whole cycle began last
        self._idle_polls = 0
        self._rung = False
        self._called = False
        self._out = False  # whether a whole cycle is under way
        self._owed = False  # whether a look captured something since it began

    def change(self, now: float) -> None:
        """Take note of a change in the folder."""
        self._debouncer.note(now)
        self.activity(now)

    def activity(self, now: float) -> None:
        """Take note of somebody at work here, who wants to know soon what others learn."""
        self._active = max(self._active, now)

    def ring(self) -> None:
        """Take note of a doorbell: the remote has news, it says."""
        self._rung = True

    def call(self, now: float) -> None:
        """Take note of somebody who comes: a session begins, the machine woke up, the network is back."""
        self._called = True
        self.activity(now)

    def due(self, now: float) -> Due:
        """Return what is to be done now. While a whole cycle is under way, which may wait for the remote: looks alone."""
        if self._out:
            wait = self._debouncer.due(now)
            return Due.LOOK if (wait is not None and wait <= 0) or now >= self._scan_at else Due.NOTHING
        if self._called:
            return Due.AT_ONCE
        wait = self._debouncer.due(now)
        rung = self._rung and now >= self._asked + RING_GAP
        if (wait is not None and wait <= 0) or rung or now >= self._poll_at:
            return Due.CYCLE
        return Due.LOOK if now >= self._scan_at else Due.NOTHING

    def began(self, due: Due, now: float) -> None:
        """Take note that a cycle begins, which will see everything that was noted before."""
        self._debouncer.clear()
        if due is not Due.LOOK:
            self._rung = self._called = False
            self._asked = now
            self._scan_at = now + self._rescan  # it begins with a look
            self._out = True

    def ended(
        self, due: Due, now: float, *, found: bool, received: bool, bell: bool, retry: float | None = None
    ) -> None:
        """Plan the next one. `found`: the cycle moved something; `bell`: a doorbell is listened to.

        `retry`: in how many seconds a lane that failed may be tried again.
        """
        self._scan_at = now + self._rescan
        if due is Due.LOOK:
            if found:
                self._poll_at = now  # it captured something, which is to be sent
                self._owed = self._out
            return
        self._out = False
        self._idle_polls = 0 if found else self._idle_polls + 1
        if received:
            self.activity(now)
        self._poll_at = now + poll_interval(
            since_activity=now - self._active, idle_polls=self._idle_polls, base=self._poll, doorbell=bell,
            uniform=self._uniform,
        )  # fmt: skip
        if retry is not None:
            self._poll_at = min(self._poll_at, now + max(retry, _SOON))
        if self._owed and retry is None:
            self._poll_at = now
        self._owed = False

    def missed(self, due: Due, now: float) -> None:
        """Take note that another program held the lock: what it did not see is looked for in a moment."""
        if due is Due.LOOK:
            self._scan_at = now + _SOON
        else:
            self._poll_at = now + _SOON
            self._out = False


class Sleep:
    """Tells that the machine slept, by a clock that jumps (`wall`) and one that may stand still while it sleeps."""

    def __init__(self, now: float, wall: float) -> None:
        self._now, self._wall = now, wall

    def is_over(self, now: float, wall: float) -> bool:
        """Whether more than SLEPT seconds are missing since the last look, or nobody looked for so long."""
        gone, shown = now - self._now, wall - self._wall
        self._now, self._wall = now, wall
        return shown - gone > SLEPT or gone > SLEPT

    def skip(self, now: float, wall: float) -> None:
        """Leave out the time until now: a long cycle is no sleep."""
        self._now, self._wall = now, wall

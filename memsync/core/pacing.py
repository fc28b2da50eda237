"""Pacing: when to begin a cycle, how long to wait after a failure, how often to ask the remote.

Times are seconds of any clock that does not jump (the caller's `now`); randomness is an argument too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Uniform = Callable[[float, float], float]  # random.uniform, or a test's own

OFFLINE_BASE, OFFLINE_CAP = 2.0, 300.0
RACE_BASE, RACE_CAP = 0.05, 5.0
RACE_TRIES = 8
THROTTLED_LEAST = 60.0
PROBE = 6 * 3600.0

_ACTIVE = 600.0  # an assistant's session counts as going on for this long after its last sign
_IDLE_FIRST, _IDLE_LAST = 60.0, 300.0
_DOORBELL_FACTOR = 5.0


class Debouncer:
    """Tells when a burst of changes is over: after `quiet` seconds without one, but `ceiling` seconds after the first.

    The ceiling keeps a writer that never stops from putting the cycle off for ever.
    """

    def __init__(self, quiet: float, ceiling: float) -> None:
        self._quiet = quiet
        self._ceiling = max(quiet, ceiling)
        self._first: float | None = None
        self._last = 0.0

    def note(self, now: float) -> None:
        """Take note of a change."""
        if self._first is None:
            self._first = now
        self._last = max(self._last, now) if self._first != now else now

    def due(self, now: float) -> float | None:
        """Return in how many seconds a cycle should begin (0.0: now), or None where nothing has changed."""
        if self._first is None:
            return None
        return max(0.0, min(self._last + self._quiet, self._first + self._ceiling) - now)

    def clear(self) -> None:
        """Forget what was noted: a cycle begins that will see it."""
        self._first = None


def backoff(attempt: int, base: float, cap: float, uniform: Uniform) -> float:
    """Return how long to wait after failure number `attempt` (from 0): U(0, min(cap, base·2^attempt)).

    Full jitter keeps machines that failed together from trying together again. Source: Marc Brooker, "Exponential
    Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return uniform(0.0, min(cap, base * 2.0 ** min(max(attempt, 0), 64)))


def throttled(attempt: int, uniform: Uniform) -> float:
    """Return how long to leave a server alone that said "too many requests": a minute at least."""
    return THROTTLED_LEAST + backoff(attempt, THROTTLED_LEAST, 3600.0, uniform)


def probe_interval(uniform: Uniform) -> float:
    """Return when to look once whether a suspended lane's reason is gone: 6 h ± 20 %."""
    return uniform(0.8 * PROBE, 1.2 * PROBE)


def poll_interval(
    *, since_activity: float, idle_polls: int, base: float, doorbell: bool, uniform: Uniform
) -> float:
    """Return in how many seconds to ask the remote again, ± 20 %.

    `base` while somebody was active here within ten minutes; then 60 s, twice as long after each of the `idle_polls`
    that found nothing, up to 300 s. With a doorbell polling is only the second line, and five times as slow.
    """
    if since_activity <= _ACTIVE:
        interval = base
    else:
        interval = max(base, min(_IDLE_LAST, _IDLE_FIRST * 2.0 ** min(max(idle_polls, 0), 8)))
    if doorbell:
        interval *= _DOORBELL_FACTOR
    return uniform(0.8 * interval, 1.2 * interval)

"""Usage: how often memories were recalled on this machine, and how long that took. Names and times only, never what was asked."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from memsync.core.value import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from memsync.core.answer import Answer
    from memsync.core.memory import Memory

BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Milliseconds: what recall took is counted by the first bound it stays within; one more count is for what took longer."""

MOST = 100_000
"""Memories that are counted; beyond, those that were not recalled for the longest time are forgotten."""

_MOST_DOORS = 40
_MOST_NAMES = 1000  # of one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often a memory was in an answer, and when last (UTC seconds)."""

    count: int
    last: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How many answers took how long: a count for each of BOUNDS, and one for what took longer."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    @property
    def total(self) -> int:
        """How many answers there were."""
        return sum(self.counts)

    def within(self, share: float) -> float:
        """Return the milliseconds that this share of the answers stayed within; infinity beyond the last bound, 0 for none."""
        seen, wanted = 0, share * self.total
        for bound, count in zip((*BOUNDS, float("inf")), self.counts, strict=True):
            seen += count
            if count and seen >= wanted:
                return bound
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was recalled: by a memory's name (`name_of`), and how quickly, by who asked. `since`: UTC seconds, 0 for never."""

    uses: Mapping[str, Use] = field(default_factory=dict)
    speeds: Mapping[str, Speed] = field(default_factory=dict)
    since: float = 0.0

    def of(self, memory: Memory) -> Use | None:
        """Return how often a memory was recalled, None for never."""
        return self.uses.get(name_of(memory))


def name_of(memory: Memory) -> str:
    """Return what a memory is counted by: its id, which it keeps when it moves, else its path."""
    return memory.id or memory.path


def line_of(answer: Answer, *, at: float, milliseconds: float, by: str) -> bytes:
    """Return what is written down of an answer. Of a doubtful one only what it took: nobody was served by its hits."""
    names = () if answer.weak else tuple(name_of(hit.memory) for hit in answer.hits[:_MOST_NAMES])
    return json.dumps([round(at, 3), round(milliseconds, 3), by[:40], names]).encode() + b"\n"


def plus(usage: Usage, raw: bytes) -> Usage:
    """Return the usage with what was written down since. Lines that are torn or are none are passed over."""
    since = usage.since
    counts: dict[str, list[int]] = {by: list(speed.counts) for by, speed in usage.speeds.items()}
    fresh: dict[str, tuple[int, float]] = {}
    for at, milliseconds, by, names in filter(None, map(_line, raw.splitlines())):
        since = min(since or at, at)
        if by in counts or len(counts) < _MOST_DOORS:
            counts.setdefault(by, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, milliseconds)] += 1
        for name in names:
            count, last = fresh.get(name, (0, 0.0))
            fresh[name] = count + 1, max(last, at)
    uses = dict(usage.uses)
    for name, (count, last) in fresh.items():
        before = uses.get(name)
        uses[name] = (
            Use(count=count + before.count, last=max(last, before.last))
            if before
            else Use(count=count, last=last)
        )
    speeds = {by: Speed(counts=tuple(some)) for by, some in counts.items()}
    return replace(usage, uses=_kept(uses), speeds=speeds, since=since)


def _line(raw: bytes) -> tuple[float, float, str, Sequence[str]] | None:
    try:
        at, milliseconds, by, names = json.loads(raw)
        return float(at), float(milliseconds), str(by), [str(name) for name in names]
    except (ValueError, TypeError, RecursionError):
        return None


def _kept(uses: dict[str, Use]) -> dict[str, Use]:
    if len(uses) <= MOST:
        return uses
    newest = sorted(uses, key=lambda name: uses[name].last, reverse=True)
    return {name: uses[name] for name in newest[: MOST * 9 // 10]}


def parse_usage(raw: bytes) -> Usage:
    """Read a usage as `render_usage` wrote it. Never raises: what can't be read counts as nothing."""
    try:
        found: dict[str, Any] = json.loads(raw)
        return Usage(
            uses={str(k): Use(count=int(n), last=float(last)) for k, (n, last) in found["uses"].items()},
            speeds={str(k): _speed(counts) for k, counts in found["speeds"].items()},
            since=float(found["since"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Usage()


def _speed(counts: Iterable[Any]) -> Speed:
    speed = Speed(counts=tuple(map(int, counts)))
    if len(speed.counts) != len(BOUNDS) + 1:
        raise ValueError(counts)
    return speed


def render_usage(usage: Usage) -> bytes:
    """Return the bytes of a usage."""
    return json.dumps(
        {
            "uses": {name: [use.count, use.last] for name, use in usage.uses.items()},
            "speeds": {by: speed.counts for by, speed in usage.speeds.items()},
            "since": usage.since,
        }
    ).encode()

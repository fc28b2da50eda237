"""`memsync stats`: the store in figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.answer_text import scope_word
from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.plot import bars, heights
from memsync.cli.render import counted, day
from memsync.cli.shapes import time_shape
from memsync.core.usage import BOUNDS

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.insight import Stats
    from memsync.core.usage import Speed

_SCOPES = 12  # shown on a terminal


@a_command("stats", examples=["memsync stats", "memsync stats --scope project --json"])
@filter_options
@click.pass_obj
def command(face: Face, /, **filters: Any) -> None:
    """Count the memories by category, age and scope, and tell how recall served on this machine.

    Without --scope every project's memories count.
    """
    store = face.open()
    query = filters_from(filters).query(store, face)
    found = store.insights.stats(replace(query, all_projects=query.all_projects or not filters["scopes"]))
    face.show(stats_shape(found), stats_text(found, face))


def stats_text(stats: Stats, face: Face) -> str:
    """Return the figures with a bar for each."""
    scopes = dict(list(stats.by_scope.items())[:_SCOPES])
    more = len(stats.by_scope) - len(scopes)
    lines = [
        face.bold(counted(stats.memories, "memory", "memories")),
        "by category",
        *bars(stats.by_category, face),
        "unchanged for at most",
        *bars(stats.by_age, face),
        "by scope",
        *bars({scope_word(name): count for name, count in scopes.items()}, face),
        *([f"  and {more} more"] if more else []),
    ]
    if len(stats.by_status) > 1:
        lines += ["by status", *bars(stats.by_status, face)]
    return "\n".join(lines + _recalled(stats, face))


def _recalled(stats: Stats, face: Face) -> list[str]:
    if not stats.counted_since:
        return ["nothing was recalled on this machine yet"]
    since = day(datetime.fromtimestamp(stats.counted_since, UTC))
    lines = [
        f"recalled on this machine since {since}: {stats.recalled:,} of {counted(stats.memories, 'memory', 'memories')}",
        *(
            f"  {count:,} x  {one_line(key)}  {face.dim(one_line(title, 60))}"
            for key, title, count in stats.most
        ),
        f"how long an answer took, from {BOUNDS[0]} ms to more than {BOUNDS[-1]:,} ms",
    ]
    width = max(map(len, stats.speeds), default=0)
    lines += [
        f"  {one_line(by).ljust(width)}  {heights(speed.counts)}  {_quantiles(speed)}  {counted(speed.total, 'answer')}"
        for by, speed in stats.speeds.items()
    ]
    return lines


def _quantiles(speed: Speed) -> str:
    return ", ".join(
        f"{name} {_within(speed.within(share))}" for name, share in (("half", 0.5), ("95 %", 0.95))
    )


def _within(bound: float) -> str:
    return f"over {BOUNDS[-1]:,} ms" if bound == float("inf") else f"within {bound:,.0f} ms"


def stats_shape(stats: Stats) -> dict[str, Any]:
    """Return the figures; `bounds_ms` are the upper bounds of `counts`, whose last has none."""
    since = datetime.fromtimestamp(stats.counted_since, UTC) if stats.counted_since else None
    return {
        "memories": stats.memories,
        "by_category": dict(stats.by_category),
        "by_age": dict(stats.by_age),
        "by_scope": dict(stats.by_scope),
        "by_status": dict(stats.by_status),
        "recalled": {
            "since": time_shape(since),
            "memories": stats.recalled,
            "most": [{"key": key, "title": title, "count": count} for key, title, count in stats.most],
            "bounds_ms": list(BOUNDS),
            "speed": {
                by: {
                    "answers": speed.total,
                    "p50_ms": _finite(speed.within(0.5)),
                    "p95_ms": _finite(speed.within(0.95)),
                    "counts": list(speed.counts),
                }
                for by, speed in stats.speeds.items()
            },
        },
    }


def _finite(bound: float) -> float | None:
    return None if bound == float("inf") else bound

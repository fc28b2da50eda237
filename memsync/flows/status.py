"""Status: how much of a store is on this machine only, since when, and what is not taken in; from notes and files alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.change import blob_id
from memsync.core.memory import MAX_BYTES
from memsync.core.names import fold
from memsync.flows.capture import refused_paths
from memsync.flows.look import SECRET, alike_problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.bookkeeping import HeldFile
    from memsync.core.change import Stamp
    from memsync.core.syncports import Bench

_GATE = frozenset({SECRET, "the scanner failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a store stands towards its remote, by one look at its files (`listing`)."""

    unsynced: int
    since: datetime | None
    held: tuple[HeldFile, ...]
    not_taken: tuple[tuple[str, str], ...]
    listing: Mapping[str, Stamp]


def standing(bench: Bench) -> Standing:
    """Return how the store stands. Files that were changed since the last capture count by their stamps."""
    surveyed = bench.tree.survey()
    held = bench.book.held()
    alike = _alike(bench, surveyed.listing)
    waiting = _uncaptured(bench, surveyed.listing) - held.keys() - alike.keys()
    refs = bench.repo.refs()
    unsent: set[str] = set()
    since: datetime | None = None
    if refs.main is not None and refs.main != refs.remote:
        here, there = bench.repo.tree(refs.main).files, bench.repo.tree(refs.remote).files
        unsent = {p for p in here.keys() | there.keys() if here.get(p) != there.get(p)}
        since = bench.repo.oldest(refs.remote, refs.main) if unsent else None
    times = [
        datetime.fromtimestamp(surveyed.listing[p].mtime_ns / 1e9, tz=UTC)
        for p in waiting
        if p in surveyed.listing
    ]
    moments = [*times, *([since] if since else [])]
    return Standing(
        unsynced=len(unsent | waiting),
        since=min(moments) if moments else None,
        listing=surveyed.listing,
        held=tuple(row for row in held.values() if row.reason in _GATE),
        not_taken=tuple(
            sorted(
                {
                    **dict(surveyed.not_taken),
                    **alike,
                    **{
                        p: f"is larger than {MAX_BYTES // 1024} KiB"
                        for p, s in surveyed.listing.items()
                        if s.size > MAX_BYTES
                    },
                    **{row.path: row.reason for row in held.values() if row.reason not in _GATE},
                    **refused_paths(bench),
                }.items()
            )
        ),
    )


def _alike(bench: Bench, listing: Mapping[str, Stamp]) -> dict[str, str]:
    """Return the paths that are not taken in because another one has the same name on some system, with why."""
    tracked = bench.book.shadow().keys()
    new = sorted(listing.keys() - tracked)
    first = {fold(path): path for path in tracked} if new else {}
    twins = {path: first.setdefault(fold(path), path) for path in new}
    return {path: alike_problem(twin) for path, twin in twins.items() if twin != path}


def _uncaptured(bench: Bench, listing: Mapping[str, Stamp]) -> set[str]:
    """Return the paths whose stamp says that they may have changed since they were captured, and those that are gone."""
    shadow, seen = bench.book.shadow(), bench.book.seen()
    changed = set()
    for path, stamp in listing.items():
        known = seen.get(path)
        if stamp.size <= MAX_BYTES and (
            known is None or known.stamp != stamp or known.oid != shadow.get(path)
        ):
            changed.add(path)
    unsure = {path for path in changed if path in shadow}
    for path in unsure:
        content = bench.tree.read(path)
        if content is not None and blob_id(content) == shadow[path]:
            changed.discard(path)
    return changed | (shadow.keys() - listing.keys())

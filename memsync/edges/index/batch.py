"""What one refresh has to look at, and the batch it writes of it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.core.change import Kind, diff
from memsync.core.recall.entry import digest_of, entry_of, postings_of
from memsync.edges.index.quick import newest
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from memsync.core.change import Stamp
    from memsync.core.memory import Memory
    from memsync.edges.index.journal import Row
    from memsync.edges.index.writing import WhooshWriter

RACY_NS = 2_000_000_000
"""A file that changed this shortly before it was looked at may have changed once more within the same tick: look again."""


class Batch:
    """The files of one refresh, written as one commit. `rows` is brought up to date as well."""

    def __init__(self, folder: Path, rows: dict[str, Row], rules: int) -> None:
        self._folder = folder
        self._rows = rows
        self._rules = rules
        self._writer: WhooshWriter | None = None
        self.changes: dict[str, Row | None] = {}
        self.counts = dict.fromkeys(Kind, 0)

    def _open(self) -> WhooshWriter:
        from memsync.edges.index.writing import WhooshWriter  # noqa: PLC0415  # imported where it is used: start-up

        if self._writer is None:
            self._writer = WhooshWriter(self._folder)
        return self._writer

    def take(self, path: str, kind: Kind, memory: Memory | None, stamp: Stamp | None, now: int) -> None:
        """Take in one path: a memory, or None where there is nothing (more) to be found in it."""
        before = self._rows.get(path)
        if memory is None and before is None and _tells(path):
            return  # it is looked at again each time: the journal must not keep the name
        digest = digest_of(memory) if memory else -self._rules
        row = (tuple(stamp), now, digest) if stamp else None
        known = before[2] if before else 0
        if before is None or known != digest or row is None:
            if known > 0:
                self._open().remove(path)
            if memory is not None and stamp is not None and row is not None:
                self._open().add(postings_of(memory), entry_of(memory, mtime=stamp.mtime_ns / 1e9), row)
            self.counts[kind] += 1 if memory or known > 0 else 0
        self.changes[path] = row
        if row is None:
            self._rows.pop(path, None)
        else:
            self._rows[path] = row

    def finish(self, *, most: int | None) -> int:
        """Commit; returns the generation the rows now stand for. Segments are merged only up to `most` documents together."""
        return self._writer.commit(most=most) if self._writer else newest(self._folder)

    def drop(self) -> None:
        """Forget everything since the last commit and let go of Whoosh's lock."""
        if self._writer:
            with suppress(IndexLost):
                self._writer.cancel()


def to_look_at(rows: Mapping[str, Row], listing: Mapping[str, Stamp], rules: int) -> dict[str, Kind]:
    """Return what has to be looked at: what differs, what was too fresh to be sure of, and what other rules refused.

    One pass finds the paths that differ at all, since nearly all are the same; what differs how is core's diff of these.
    """
    odd = (
        rows.keys() - listing.keys() if len(rows) != len(listing) or rows.keys() != listing.keys() else set()
    )
    for path, stamp in listing.items():
        row = rows.get(path)
        if row is None or row[0] != stamp:
            odd.add(path)
    refused = -rules if rules else 1  # a digest below 0 is none of a memory's
    for path, (before, looked, digest) in rows.items():
        settled = looked - RACY_NS
        if (digest <= 0 and digest != refused) or before[1] > settled or before[2] > settled:
            odd.add(path)
    then = {p: rows[p][0] for p in odd if p in rows}
    now = {p: s for p in odd if (s := listing.get(p)) is not None}
    changed = {change.path: change.kind for change in diff(then, now)}
    return changed | dict.fromkeys(
        sorted(odd - changed.keys()), Kind.MODIFIED
    )  # last, lest what is held crowds out the rest


def _tells(path: str) -> bool:
    """Return whether a path is itself a secret."""
    from memsync.core.secrets import find  # noqa: PLC0415  # the rules are needed for a refused file only: start-up

    return bool(find(path.replace("/", "\n")))

"""Fakes for the ports, public: for memsync's own tests and for programs that build on it.

Each passes the same contract suite as the real edge.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.change import Displaced, Kind, Stamp, blob_id, diff
from memsync.core.gate import Finding, Level
from memsync.core.importing import SourceFile
from memsync.core.names import is_synced_path, synced_problem
from memsync.core.recall.view import MemoryView, Refreshed
from memsync.errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from memsync.core.memory import Memory


@dataclass(kw_only=True)
class FakeTree:
    """A tree of files in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def listing(self) -> dict[str, Stamp]:
        """Return every synced path; a stamp changes with its bytes."""
        return {path: _stamp(raw) for path, raw in sorted(self.files.items()) if is_synced_path(path)}

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None."""
        return self.files.get(path)

    def create(self, path: str, data: bytes) -> bool:
        """Write a file where none is. Raises CannotWrite for a path that no store may have."""
        problem = synced_problem(path)
        if problem:
            raise CannotWrite(path, problem)
        if path in self.files:
            return False
        self.files[path] = data
        return True

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        """Write many files where none are; return the paths that were taken."""
        return tuple(path for path, raw in files if not self.create(path, raw))

    def replace(self, path: str, data: bytes, *, expected: bytes) -> bool:
        """Write a file where `expected` stands."""
        if self.files.get(path) != expected:
            return False
        self.files[path] = data
        return True

    def remove(self, path: str, *, expected: bytes) -> bool:
        """Take a file away where `expected` stands."""
        if self.files.get(path) != expected:
            return False
        del self.files[path]
        return True

    def swap(self, path: str, new: bytes | None) -> Displaced | None:
        """Put bytes at a path whatever is there, or take the file away; return what came out."""
        out = self.files.pop(path, None)
        if new is not None:
            self.files[path] = new
        return None if out is None else Displaced(path=path, content=out, oid=blob_id(out), token="")

    def purge(self, token: str) -> None:
        """Drop what came out: nothing keeps it here."""


def _stamp(raw: bytes) -> Stamp:
    mark = int.from_bytes(hashlib.blake2b(raw, digest_size=7).digest())
    return Stamp(size=len(raw), mtime_ns=mark, ctime_ns=mark, inode=1)


@dataclass(kw_only=True)
class PatternScanner:
    """A scanner that takes whatever matches `pattern` for a secret of the rule `planted`."""

    pattern: str = r"SECRET-[0-9a-z]+"
    level: Level = Level.BLOCK

    def scan(self, text: str, *, path: str = "") -> tuple[Finding, ...]:
        """Return one finding a match, sorted by start."""
        return tuple(
            Finding(
                path=path,
                rule="planted",
                level=self.level,
                line=text.count("\n", 0, m.start()) + 1,
                start=m.start(),
                end=m.end(),
                fingerprint=hashlib.sha256(m[0].encode()).hexdigest()[:32],
            )
            for m in re.finditer(self.pattern, text)
        )


@dataclass(kw_only=True)
class FakeIndex:
    """An index in memory, always able to take everything in."""

    rows: dict[str, tuple[Stamp, Memory | None]] = field(default_factory=dict)
    rules: int = 0

    def knows(self, listing: Mapping[str, Stamp], *, rules: int) -> bool:
        """Whether everything of a listing was taken in."""
        return rules == self.rules and {path: stamp for path, (stamp, _) in self.rows.items()} == listing

    def refresh(
        self,
        listing: Mapping[str, Stamp],
        read: Callable[[str], Memory | None],
        *,
        limit: int | None = None,
        rules: int = 0,
    ) -> Refreshed:
        """Take in what differs, and what could not be indexed the last time but for the same rules."""
        same = bool(rules) and rules == self.rules
        self.rules = rules
        before = {path: stamp for path, (stamp, memory) in self.rows.items() if memory is not None or same}
        refused = {path: stamp for path, (stamp, memory) in self.rows.items() if memory is None}
        changes = sorted(
            diff(before, listing), key=lambda c: c.path in refused and refused[c.path] == listing.get(c.path)
        )
        work = changes[:limit]
        for change in work:
            memory = None if change.kind is Kind.REMOVED else read(change.path)
            self.rows.pop(change.path, None)
            if change.kind is not Kind.REMOVED:
                self.rows[change.path] = (listing[change.path], memory)
        counts = {
            kind: sum(c.kind is kind and (c.path in before or self._has(c.path)) for c in work)
            for kind in Kind
        }
        return Refreshed(
            added=counts[Kind.ADDED],
            modified=counts[Kind.MODIFIED],
            removed=counts[Kind.REMOVED],
            left=tuple(change.path for change in changes[len(work) :]),
            problem="the index is not complete yet" if len(work) < len(changes) else "",
        )

    def _has(self, path: str) -> bool:
        return path in self.rows and self.rows[path][1] is not None

    def view(self) -> MemoryView:
        """Return what was taken in."""
        return MemoryView(
            (memory, stamp.mtime_ns / 1e9) for stamp, memory in self.rows.values() if memory is not None
        )

    def forget(self) -> None:
        """Drop everything."""
        self.rows.clear()

    def state(self) -> str:
        """Return how many memories there are."""
        return f"ready, {sum(self._has(path) for path in self.rows):,} memories"


@dataclass(kw_only=True)
class FakeSource:
    """A folder of markdown in memory. `dates` are (created, updated) by path; others get `when`."""

    contents: dict[str, bytes]
    when: datetime
    dates: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def files(self) -> tuple[SourceFile, ...]:
        """Return every file, sorted by path."""
        both = {path: self.dates.get(path, (self.when, self.when)) for path in sorted(self.contents)}
        return tuple(
            SourceFile(path=p, created=created, updated=updated) for p, (created, updated) in both.items()
        )

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None."""
        return self.contents.get(path)

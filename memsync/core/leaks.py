"""Leaks: secrets that history holds already; what is told of them, and the port that reads history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from memsync.core.gate import Finding

MESSAGE = "commit message"
"""What stands for a path where a commit's own words hold the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCommit:
    """A commit and its words: author, committer and message, a line each and more."""

    commit: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFile:
    """A commit brought a blob at a path."""

    commit: str
    path: str
    oid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A finding in history. `commit` is the oldest that brought it (empty: no commit has it, it is only staged or left over).

    `blob` is the object that holds it (empty: a path does); `excerpt` is its line with every secret redacted; `sent`: a
    remote has that commit.
    """

    finding: Finding
    commit: str = ""
    blob: str = ""
    excerpt: str = ""
    sent: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return a finding's fields, and `commit`, `blob`, `excerpt`, `sent`."""
        return {
            **self.finding.to_json(),
            "commit": self.commit,
            "blob": self.blob,
            "excerpt": self.excerpt,
            "sent": self.sent,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReport:
    """What a look through history found. `scanned` counts texts; `unreadable` are objects too large to scan."""

    leaks: tuple[Leak, ...] = ()
    scanned: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()


class History(Protocol):
    """A repository's history, read as it comes. The real one is edges.anyrepo.past.Past."""

    def changes(self) -> Iterator[PastCommit | PastFile]:
        """Yield each commit once, newest first, each followed by the files it brought."""
        ...

    def others(self, known: Collection[bytes]) -> Iterator[tuple[str, str, int]]:
        """Yield (id, kind, bytes) of blobs, commits and tags that are here and not `known` (ids as bytes)."""
        ...

    def contents(self, oids: Iterable[str], *, most: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield each object's content; None for one of more than `most` bytes."""
        ...

    def sent(self, commits: Collection[str]) -> frozenset[str]:
        """Return those of the commits that a remote has, as far as this clone knows."""
        ...

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where secrets are on this machine, before a purge. `leaks` are those of history, `files` memsync's and git's own files.

    `in_folder` are memories whose file holds one; they are their owner's.
    """

    store: str
    leaks: tuple[Leak, ...] = ()
    files: tuple[str, ...] = ()
    in_folder: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to take out."""
        return bool(self.leaks or self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge did in one store. `objects`, `refs` and `files` are counts of what was taken away or changed.

    `unstaged` counts paths taken back from git's index. `in_folder` are memories whose file still holds a secret, `left`
    places where one was found afterwards (ids of objects, paths): empty where it is gone from this machine. `searched` is
    how many objects and files were searched for that. `sent` are leaks that a remote has; then `prepared` is a bare
    repository with the history rewritten, `lease` the commit that the remote's main was at.
    """

    store: str
    objects: int = 0
    refs: int = 0
    files: int = 0
    unstaged: int = 0
    redacted: tuple[str, ...] = ()
    in_folder: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    searched: tuple[int, int] = (0, 0)
    sent: tuple[Leak, ...] = ()
    prepared: str = ""
    lease: str = ""


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

"""Reports: what a command did, as values. Doors turn them into text or JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.gate import Finding
    from memsync.core.memory import Memory
    from memsync.core.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A memory was written and fsynced. `redacted` are the findings that were replaced by marks before."""

    memory: Memory
    redacted: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    same_as: str = ""  # the path of a memory that already says the same; then nothing was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A memory with `rev`, the git blob id of the bytes that were read: an update given it is merged, never overwritten."""

    memory: Memory
    rev: str
    store: str = ""
    contested_by: tuple[str, ...] = ()
    raw: bytes = b""
    alarm: tuple[Finding, ...] = ()  # a secret in it, for which no assistant is shown it


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A memory was changed. `merged`: somebody else had changed it meanwhile, and both changes are in it now."""

    memory: Memory
    rev: str
    merged: bool = False
    twin: str = ""  # the path that keeps a body which could not be merged
    redacted: tuple[Finding, ...] = ()
    moved_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a memory in history. `text` is None where the version is a deletion."""

    commit: str
    when: datetime
    by: str
    subject: str
    path: str
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A file kept back. `reason` is `secret`, or why its name, size or encoding can't be taken."""

    path: str
    reason: str
    findings: tuple[Finding, ...] = ()
    since: datetime | None = None


class SyncState(StrEnum):
    """How a sync ended, in one word."""

    SYNCED = "synced"
    NO_REMOTE = "no-remote"
    OFFLINE = "offline"
    PAUSED = "paused"  # a person's merge, rebase, bisect or other branch is under way
    SUSPENDED = "suspended"  # the remote refused for good
    HALTED = "halted"  # a guard waits for a person
    BLOCKED = "blocked"  # the disk or a permission is in the way


class LaneName(StrEnum):
    """The three lanes of sync, which never wait for each other."""

    CAPTURE = "capture"
    PULL = "pull"
    PUSH = "push"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane's state: `ok`, `held`, `paused`, `blocked`, `backoff`, `suspended` or `halted`; with why, since when, what next."""

    name: LaneName
    state: str = "ok"
    reason: str = ""
    since: datetime | None = None
    next_try: datetime | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one cycle did. Counts are of files (captured, merged) and of commits (sent, received)."""

    captured: int = 0
    sent: int = 0
    received: int = 0
    merged: int = 0
    twins: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    alarms: tuple[Held, ...] = ()  # what came in with a secret: on the disk, and shown to no assistant
    notes: tuple[tuple[str, str], ...] = ()  # path, and what a merge did there that a person should know
    state: SyncState = SyncState.SYNCED
    lanes: tuple[Lane, ...] = ()
    detail: str = ""
    store: str = ""  # the folder, where it is not the default store's


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """How a store is. `unsynced` counts files that are on this machine only, `since` the oldest of these."""

    store: str
    remote: str = ""
    memories: int = 0
    by_category: dict[str, int] = field(default_factory=dict)
    unsynced: int = 0
    since: datetime | None = None
    held: tuple[Held, ...] = ()
    alarms: tuple[Held, ...] = ()
    notes: tuple[tuple[datetime, str, str], ...] = ()  # when and where a merge did what, newest first
    problems: tuple[tuple[str, str], ...] = ()  # path, what is wrong with its frontmatter
    contested: tuple[str, ...] = ()  # paths of twins
    not_taken: tuple[tuple[str, str], ...] = ()  # path, why memsync does not sync it
    lanes: tuple[Lane, ...] = ()
    index: str = ""
    syncer: str = ""  # who runs it; empty: nobody
    doorbell: str = ""  # `listening`, or why not; empty: there is none, or nobody runs the syncer
    private: StatusReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of `doctor`: `ok`, `warn` or `fail`; `fixed` where --fix mended it."""

    name: str
    state: str
    detail: str = ""
    hint: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """What a scan found. `unreadable` are files that could not be scanned, with why; in a gate these count as refused.

    `in_store`: what was looked at is a store's, so that `memsync purge` can take it out again.
    """

    findings: tuple[Finding, ...] = ()
    scanned: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    in_store: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, by source file. `held` were not imported because of a secret, `skipped` for the reason given."""

    imported: tuple[str, ...] = ()
    unchanged: int = 0
    duplicates: tuple[tuple[str, str], ...] = ()  # source, the path that already says it
    held: tuple[Held, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A store was made, adopted or joined. `planted` are the files that were new."""

    store: str
    remote: str = ""
    planted: tuple[str, ...] = ()
    joined: bool = False
    memories: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """What sealing again did: memories that are sealed for the list now, and those that this machine can't open."""

    sealed: int = 0
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What to change of a memory. None leaves a field as it is; an empty tuple empties a list."""

    body: str | None = None
    title: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    keywords: tuple[str, ...] | None = None
    importance: float | None = None
    status: str | None = None
    pinned: bool | None = None
    sensitive: bool | None = None
    supersedes: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    scope: Scope | None = None

    def fields(self) -> dict[str, Any]:
        """Return the header fields that change, as a header writes them."""
        changes: dict[str, Any] = {}
        for name in ("title", "category", "tags", "keywords", "status", "supersedes", "sources"):
            value = getattr(self, name)
            if value is not None:
                changes[name] = value
        if self.importance is not None:
            changes["importance"] = f"{self.importance:g}"
        for name in ("pinned", "sensitive"):
            if getattr(self, name) is not None:
                changes[name] = "true" if getattr(self, name) else None
        return changes

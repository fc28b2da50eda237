"""What sync writes down on this machine, as values: never synced, may be lost (then both sides are kept)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from memsync.core.change import Stamp
    from memsync.core.gate import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file that was read: its stamp then, and the blob id of its bytes. An equal stamp means: no need to read again."""

    stamp: Stamp
    oid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file that is kept back: the blob id of its bytes, why (`secret`, or what is wrong with it), and since when."""

    path: str
    oid: str
    reason: str
    since: datetime
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeNote:
    """What a merge did at a path that a person should know: what gave way to what, and where it is kept."""

    at: datetime
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteAhead:
    """A commit about to be published, and what the shadow becomes once it is (path → blob id; None: no row)."""

    commit: str
    base: str | None
    shadow: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplacedEdit:
    """Bytes that a write of sync's took out of a path though nobody expected them: to be merged in by the next capture."""

    path: str
    oid: str
    base: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneNote:
    """A lane's state as it is kept: `next_try` for a back-off, `fingerprint` of what must change to end a suspension."""

    lane: str
    state: str = "ok"
    reason: str = ""
    hint: str = ""
    guard: str = ""
    since: datetime | None = None
    next_try: datetime | None = None
    attempts: int = 0
    fingerprint: str = ""

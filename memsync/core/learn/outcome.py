"""Outcome: what was decided about some turns, written down before it is remembered; and what came of it, as a report."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from memsync.core.category import Category
from memsync.core.memory import Draft, Status
from memsync.core.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The files of the turns that were looked at, and what is to be remembered of them, with the ids it will have."""

    turns: tuple[str, ...]
    drafts: tuple[tuple[str, Draft], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnReport:
    """What a look at the waiting turns did. `known` and `promoted` are paths; `refused` says why; `given_up`: turns that killed it twice.

    `by` names who judged, `passed` who could not.
    """

    turns: int = 0
    learned: tuple[Memory, ...] = ()
    known: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    given_up: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the last worker did, in numbers and names: nothing that anybody said. `when` is in UTC seconds, `failed` an error's kind."""

    when: float
    turns: int = 0
    learned: int = 0
    refused: int = 0
    given_up: int = 0
    by: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    failed: str = ""


def work_of(report: LearnReport, *, when: float) -> Work:
    """Return what of a report is kept."""
    return Work(
        when=when, turns=report.turns, learned=len(report.learned), refused=len(report.refused),
        given_up=report.given_up, by=report.by, passed=report.passed,
    )  # fmt: skip


def render_work(work: Work) -> bytes:
    """Return its bytes."""
    return json.dumps(asdict(work)).encode()


def parse_work(raw: bytes) -> Work | None:
    """Read what a worker did; None for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        return Work(
            when=float(found["when"]), turns=int(found["turns"]), learned=int(found["learned"]),
            refused=int(found["refused"]), given_up=int(found["given_up"]), by=tuple(map(str, found["by"])),
            passed=tuple(map(str, found["passed"])), failed=str(found["failed"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None


def render_outcome(turns: Sequence[str], drafts: Sequence[tuple[str, Draft]]) -> bytes:
    """Return an outcome's bytes."""
    rows = [
        {
            "id": memory_id,
            "body": draft.body,
            "title": draft.title,
            "category": str(draft.category),
            "tags": list(draft.tags),
            "keywords": list(draft.keywords),
            "scope": [str(draft.scope.kind), draft.scope.name],
            "importance": draft.importance,
            "instance": draft.instance,
        }
        for memory_id, draft in drafts
    ]
    return json.dumps({"turns": list(turns), "drafts": rows}).encode()


def parse_outcome(raw: bytes) -> Outcome | None:
    """Read an outcome; None for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        drafts = tuple((str(row["id"]), _draft(row)) for row in found["drafts"])
        return Outcome(turns=tuple(map(str, found["turns"])), drafts=drafts)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _draft(row: dict[str, Any]) -> Draft:
    kind, name = row["scope"]
    return Draft(
        body=str(row["body"]),
        title=str(row["title"]),
        category=Category(row["category"]),
        tags=tuple(map(str, row["tags"])),
        keywords=tuple(map(str, row["keywords"])),
        scope=Scope(kind=ScopeKind(kind), name=str(name)),
        importance=float(row["importance"]),
        instance=str(row["instance"]),
        status=Status.CANDIDATE,
    )

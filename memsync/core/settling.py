"""Settling: what a person can do about a memory they were asked to look at again."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core.insight import Doubt, DoubtKind
from memsync.core.report import Revision

if TYPE_CHECKING:
    from memsync.core.memory import Memory


class Action(StrEnum):
    """What is done about it."""

    KEEP = "keep"
    FORGET = "forget"
    REVISE = "revise"
    MERGE = "merge"
    PROMOTE = "promote"


def actions_for(doubt: Doubt) -> tuple[Action, ...]:
    """Return what can be done, the usual first."""
    match doubt.kind:
        case DoubtKind.CANDIDATE:
            return (Action.PROMOTE, Action.KEEP, Action.REVISE, Action.FORGET)
        case DoubtKind.CONTESTED | DoubtKind.DUPLICATE:
            return (Action.MERGE, Action.KEEP, Action.REVISE, Action.FORGET)
        case DoubtKind.STALE | DoubtKind.UNUSED:
            return (Action.KEEP, Action.REVISE, Action.FORGET)


def merged(memory: Memory, others: tuple[Memory, ...]) -> Revision:
    """Return what a memory takes over from those that say the same: their tags, keywords, sources and importance."""
    every = (memory, *others)

    def union(name: str) -> tuple[str, ...] | None:
        values = tuple(dict.fromkeys(value for one in every for value in getattr(one, name)))
        return values if values != getattr(memory, name) else None

    most = max(one.importance for one in every)
    return Revision(
        tags=union("tags"),
        keywords=union("keywords"),
        sources=union("sources"),
        importance=most if most != memory.importance else None,
    )

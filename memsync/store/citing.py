"""Citing: memories of this folder's project beside what became of the files they cite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core.scope import ScopeKind
from memsync.core.usage import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.core.answer import Answer
    from memsync.core.memory import Memory
    from memsync.core.staleness import Staleness
    from memsync.store.parts import Parts


def with_staleness(answer: Answer, room: Parts, cwd: Path) -> Answer:
    """Return the answer with a note where files that a memory of this folder's project cites changed since."""
    citing = [hit.memory for hit in answer.hits if hit.memory.sources]
    stale = staleness(citing, room, cwd)
    if not stale:
        return answer
    hits = (
        replace(hit, notes=(*hit.notes, f"may be stale: {stale[hit.memory.path].says}"))
        if hit.memory.path in stale
        else hit
        for hit in answer.hits
    )
    return replace(answer, hits=tuple(hits))


def staleness(memories: Sequence[Memory], room: Parts, cwd: Path) -> dict[str, Staleness]:
    """Return those of the memories, by path, whose cited files changed since they were written or last confirmed."""
    mine = _of_project(memories, room, cwd)
    if not mine:
        return {}
    from memsync.core.staleness import cited, judge
    from memsync.edges.project_history import ProjectHistory

    confirmed = room.reviews.confirmed()
    since = {m.path: max(_written(m), confirmed.get(name_of(m), 0.0)) for m in mine}
    files = {m.path: cited(m.sources) for m in mine if since[m.path]}
    wanted: dict[str, float] = {}
    for path, cites in files.items():
        for each in cites:
            wanted[each.path] = min(wanted.get(each.path, since[path]), since[path])
    history = ProjectHistory(cwd, cache=room.cache_dir / "history")
    past = history.past(wanted) if wanted else {}
    found = {}
    for path, cites in files.items():
        lost = [c for c in cites if c.symbol and c.path in past and not history.has(c.path, c.symbol)]
        found[path] = judge(cites, past, since=since[path], lost=lost)
    return {path: stale for path, stale in found.items() if stale.says}


def _of_project(memories: Sequence[Memory], room: Parts, cwd: Path) -> list[Memory]:
    """Return those that belong to this folder's project and cite something: other projects' files can't be looked at here."""
    from memsync.store import scopes

    if not any(m.sources and m.scope.kind is ScopeKind.PROJECT for m in memories):
        return []
    project = scopes.here(room, cwd)
    if project is None:
        return []
    return [
        m
        for m in memories
        if m.sources and m.scope.kind is ScopeKind.PROJECT and m.scope.name == project.folder
    ]


def _written(memory: Memory) -> float:
    moment = memory.updated or memory.created
    return moment.timestamp() if moment else 0.0

"""Standing documents: a scope's tasks and decisions, edited through the gate; somebody else's edit meanwhile is merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import standing
from memsync.core.standing import Task, TaskState
from memsync.flows.revise import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.core.report import Revised
    from memsync.core.scope import Scope
    from memsync.flows.revise import Desk

TASKS, DECISIONS = "current-tasks.md", "decisions-log.md"


def path_of(scope: Scope, name: str) -> str:
    """Return where a scope's standing document is: at the top for the global scope (and the private store's), else in its folder."""
    return name if scope.folder == "global" else f"{scope.folder}/{name}"


def list_tasks(scope: Scope, *, desk: Desk) -> tuple[Task, ...]:
    """Return a scope's tasks in their order."""
    return standing.tasks(_text(desk.tree.read(path_of(scope, TASKS))))


def add_task(scope: Scope, text: str, *, by: str, desk: Desk) -> tuple[Task, Revised]:
    """Add a task. Raises BadInput, SecretFound, Busy."""
    done = _edit(
        path_of(scope, TASKS), lambda before: standing.add_task(before, text, now=desk.now, by=by), desk
    )
    after = standing.tasks(done.memory.text)
    return max((t for t in after if t.state is TaskState.OPEN), key=lambda t: t.line), done


def change_task(scope: Scope, which: str, state: TaskState, *, by: str, desk: Desk) -> tuple[Task, Revised]:
    """Begin, finish or reopen a task. Raises BadInput, SecretFound, Busy."""
    changed: list[Task] = []

    def change(before: str) -> str:
        after, task = standing.change_task(before, which, state, now=desk.now, by=by)
        changed.append(task)
        return after

    done = _edit(path_of(scope, TASKS), change, desk)
    return changed[-1], done


def decide(scope: Scope, what: str, *, why: str, by: str, desk: Desk) -> Revised:
    """Write a decision into the log. Raises BadInput, SecretFound, Busy."""
    return _edit(
        path_of(scope, DECISIONS),
        lambda before: standing.decide(before, what, why=why, now=desk.now, by=by),
        desk,
    )


def _edit(path: str, change: Callable[[str], str], desk: Desk) -> Revised:
    before = desk.tree.read(path)
    return put(path, base=before, wanted=_bytes(change(_text(before))), desk=desk)


def _text(raw: bytes | None) -> str:
    """Return a document's text; bytes that are no UTF-8 come back as they were from _bytes."""
    return (raw or b"").decode(errors="surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")

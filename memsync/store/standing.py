"""Standing documents, wired: `task` and `decide` for the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.flows import standing as flow
from memsync.store import changing, journal, ringing, scopes

if TYPE_CHECKING:
    from memsync.core.report import Revised
    from memsync.core.scope import Scope
    from memsync.core.standing import Task, TaskState
    from memsync.store.parts import Parts


class Standing:
    """A scope's tasks and decisions. Every change passes the gate and may be undone."""

    def __init__(self, room: Parts, scope: Scope) -> None:
        self._room = room
        self._scope = scope

    def tasks(self) -> tuple[Task, ...]:
        """Return the tasks in their order."""
        return list_tasks(self._room, self._scope)

    def add_task(self, text: str) -> Task:
        """Add a task. Raises BadInput, SecretFound, Busy, CannotWrite."""
        return add_task(self._room, self._scope, text)

    def change_task(self, which: str, state: TaskState) -> Task:
        """Begin, finish or reopen a task, by its number or words of its text. Raises BadInput."""
        return change_task(self._room, self._scope, which, state)

    def decide(self, what: str, *, why: str = "") -> Revised:
        """Write a decision into the log. Raises BadInput, SecretFound, Busy, CannotWrite."""
        return decide(self._room, self._scope, what, why=why)


def list_tasks(room: Parts, scope: Scope) -> tuple[Task, ...]:
    """Return a scope's tasks."""
    return flow.list_tasks(scope, desk=changing.desk(room))


def add_task(room: Parts, scope: Scope, text: str) -> Task:
    """Add a task to a scope's list. Raises BadInput, SecretFound, Busy, CannotWrite."""
    scopes.plant_project(room, scope)
    before = _rev(room, scope, flow.TASKS)
    task, done = flow.add_task(scope, text, by=room.instance, desk=changing.desk(room))
    _noted(room, "task add", done, before)
    return task


def change_task(room: Parts, scope: Scope, which: str, state: TaskState) -> Task:
    """Begin, finish or reopen a task, named by its number or by words of its text. Raises BadInput, SecretFound, Busy, CannotWrite."""
    before = _rev(room, scope, flow.TASKS)
    task, done = flow.change_task(scope, which, state, by=room.instance, desk=changing.desk(room))
    _noted(room, "task", done, before)
    return task


def decide(room: Parts, scope: Scope, what: str, *, why: str = "") -> Revised:
    """Write a decision into a scope's log. Raises BadInput, SecretFound, Busy, CannotWrite."""
    scopes.plant_project(room, scope)
    before = _rev(room, scope, flow.DECISIONS)
    done = flow.decide(scope, what, why=why, by=room.instance, desk=changing.desk(room))
    _noted(room, "decide", done, before)
    return done


def _rev(room: Parts, scope: Scope, name: str) -> str:
    from memsync.flows.revise import revision_id

    raw = room.tree.read(flow.path_of(scope, name))
    return "" if raw is None else revision_id(raw)


def _noted(room: Parts, verb: str, done: Revised, before: str) -> None:
    from memsync.core.change import Step
    from memsync.store.clock import now

    journal.note(room, verb, now(), [Step(path=done.memory.path, before=before, after=done.rev)])
    ringing.ring(room)

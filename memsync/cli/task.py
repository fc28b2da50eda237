"""`memsync task`: the list of current tasks, kept in current-tasks.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import SCOPE, Group, a_command, face_options
from memsync.cli.plain import one_line
from memsync.core.standing import TaskState

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.standing import Task

_BOX = {TaskState.OPEN: "[ ]", TaskState.BEGUN: "[/]", TaskState.DONE: "[x]"}
_scope = click.option(
    "--scope", type=SCOPE, help="Whose tasks (default: this folder's project, else global)."
)


@click.group(
    "task",
    cls=Group,
    no_args_is_help=True,
    examples=['memsync task add "Move the cache to Redis"', "memsync task done 1"],
)
def command() -> None:
    """Keep the list of current tasks: current-tasks.md of the project, which every assistant reads."""


command.params += face_options()


@a_command("list", examples=["memsync task list", "memsync task list --scope global --json"])
@_scope
@click.pass_obj
def list_tasks(face: Face, scope: str | None) -> int:
    """List the tasks. Exit code 1 where there are none."""
    store = face.open()
    found = store.standing(face.scope(store, scope)).tasks()
    face.show({"tasks": [_shape(task) for task in found]}, "\n".join(map(_line, found)))
    if not found:
        face.talk("No tasks.")
    return 0 if found else 1


@a_command("add", examples=['memsync task add "Move the cache to Redis"'])
@click.argument("text", nargs=-1, required=True)
@_scope
@click.pass_obj
def add(face: Face, text: tuple[str, ...], scope: str | None) -> None:
    """Add a task."""
    store = face.open()
    _tell(face, store.standing(face.scope(store, scope)).add_task(" ".join(text)))


@a_command("start", examples=["memsync task start 2", "memsync task start redis"])
@click.argument("which")
@_scope
@click.pass_obj
def start(face: Face, which: str, scope: str | None) -> None:
    """Say that a task has begun. WHICH is its number, or words of its text."""
    _change(face, which, scope, TaskState.BEGUN)


@a_command("done", examples=["memsync task done 2", "memsync task done redis"])
@click.argument("which")
@_scope
@click.pass_obj
def done(face: Face, which: str, scope: str | None) -> None:
    """Say that a task is done. WHICH is its number, or words of its text."""
    _change(face, which, scope, TaskState.DONE)


for _each in (list_tasks, add, start, done):
    command.add_command(_each)


def _change(face: Face, which: str, scope: str | None, state: TaskState) -> None:
    store = face.open()
    _tell(face, store.standing(face.scope(store, scope)).change_task(which, state))


def _tell(face: Face, task: Task) -> None:
    face.show({"task": _shape(task)}, _line(task))


def _line(task: Task) -> str:
    return f"{task.number:>3} {_BOX[task.state]} {one_line(task.text)}"


def _shape(task: Task) -> dict[str, Any]:
    return {
        "number": task.number,
        "text": task.text,
        "state": str(task.state),
        "line": task.line,
        "note": task.note,
    }

"""Tasks and decisions told to the tools: they also stand in the lists that every assistant reads when a session begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.category import Category
from memsync.core.standing import TaskState
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.core.memory import Memory
    from memsync.core.scope import Scope
    from memsync.store import Store

_LINE = 300  # characters; a task that needs more is a memory with a line in the list


def is_line(content: str) -> bool:
    """Whether a text is short enough to stand in a list by itself."""
    return "\n" not in content.strip() and len(content.strip()) <= _LINE


def is_task_state(word: str) -> bool:
    """Whether a status is a task's: open, begun or done."""
    return word in set(map(str, TaskState))


def add_task(store: Store, scope: Scope, said: str) -> str:
    """Add a line to a scope's tasks and tell its number; what the gate finds in it is redacted. Raises MemsyncError."""
    from memsync.store import redacted

    line = redacted(said)
    task = store.standing(scope).add_task(line)
    told = "" if line == said else " (a secret in it was redacted)"
    return f"Task {task.number} is on the list of {scope}: {task.text}{told}"


def change_task(store: Store, scope: Scope, which: str, state: str) -> str:
    """Begin, finish or reopen a task. Raises MemsyncError."""
    task = store.standing(scope).change_task(which, TaskState(state))
    return f"Task {task.number} is {task.state}: {task.text}"


def listed(store: Store, memory: Memory) -> str:
    """Write a stored task or decision into its scope's list, where it says where the memory is; return what to tell of it."""
    folder = f"{memory.scope.folder}/" if memory.scope.name else ""
    link = f"[{memory.key}]({memory.path.removeprefix(folder)})"
    standing = store.standing(memory.scope)
    try:
        match memory.category:
            case Category.TASK:
                standing.add_task(f"{memory.title} {link}")
                return "\nIt is on the list of tasks too."
            case Category.DECISION:
                standing.decide(memory.title, why=link)
                return "\nIt is in the log of decisions too."
    except BadInput:
        pass  # it is on the list already
    return ""

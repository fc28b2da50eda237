"""memsync: shared memory for AI assistants, as plain markdown in git.

    from memsync import Draft, Scope, Store

    store = Store.open("~/shared-memory")
    store.remember(Draft(body="React Query, not SWR: better types"))

The names are imported when they are first used, so that a command which needs none of them starts at once.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; `typing` itself would cost a hook a third of its time
if TYPE_CHECKING:
    from typing import Any

    from memsync.core.answer import Answer, Hit, Query
    from memsync.core.category import Category
    from memsync.core.gate import Finding, OnSecret
    from memsync.core.memory import Draft, Memory
    from memsync.core.report import Revision, SyncReport
    from memsync.core.scope import Scope
    from memsync.errors import MemsyncError
    from memsync.store import Store

__all__ = [
    "Answer",
    "Category",
    "Draft",
    "Finding",
    "Hit",
    "Memory",
    "MemsyncError",
    "OnSecret",
    "Query",
    "Revision",
    "Scope",
    "Store",
    "SyncReport",
]

_HOMES = {
    "Answer": "core.answer",
    "Category": "core.category",
    "Draft": "core.memory",
    "Finding": "core.gate",
    "Hit": "core.answer",
    "Memory": "core.memory",
    "MemsyncError": "errors",
    "OnSecret": "core.gate",
    "Query": "core.answer",
    "Revision": "core.report",
    "Scope": "core.scope",
    "Store": "store",
    "SyncReport": "core.report",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for. Source: PEP 562."""
    from importlib import import_module  # noqa: PLC0415  # only needed here

    if name not in _HOMES:
        raise AttributeError(f"module 'memsync' has no attribute {name!r}")
    return getattr(import_module(f"memsync.{_HOMES[name]}"), name)

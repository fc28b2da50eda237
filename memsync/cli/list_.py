"""`memsync list`: memories, newest first."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import a_command
from memsync.cli.render import list_text
from memsync.cli.shapes import memory_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "list",
    examples=[
        "memsync list",
        "memsync list --category decision --since 30d",
        "memsync list --scope global --json",
    ],
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="At most this many (default: all).",
)
@filter_options
@click.pass_obj
def command(face: Face, /, *, limit: int | None, **filters: Any) -> int:
    """List memories, newest first: date, category, scope, key, title. Exit code 1 where there are none."""
    store = face.open()
    query = filters_from(filters).query(store, face)
    found = store.list(replace(query, limit=sys.maxsize))
    memories = found if limit is None else found[:limit]
    face.show({"memories": [memory_shape(m) for m in memories]}, list_text(memories, face))
    if len(memories) < len(found):
        face.talk(f"{len(found) - len(memories):,} more.")
    if not found:
        face.talk("No memories here.")
    return 0 if found else 1

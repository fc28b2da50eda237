"""`memsync timeline`: what was learnt when."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.render import day, scope_text
from memsync.cli.shapes import memory_shape, time_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.answer import Answer, Hit


@a_command(
    "timeline",
    examples=[
        "memsync timeline",
        "memsync timeline --scope project --since 30d",
        "memsync timeline --by ide --json",
    ],
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="At most this many (default: 50).")
@filter_options
@click.pass_obj
def command(face: Face, /, *, limit: int, **filters: Any) -> int:
    """Show what was learnt when, day by day, newest first. Exit code 1 where there is nothing."""
    store = face.open()
    query = filters_from(filters).query(store, face)
    found = store.insights.timeline(replace(query, limit=limit))
    for problem in found.problems:
        face.talk(one_line(problem))
    face.show(timeline_shape(found), timeline_text(found, face))
    if not found.hits:
        face.talk("No memories here.")
    return 0 if found.hits else 1


def timeline_text(found: Answer, face: Face) -> str:
    """Return the days, each with a line a memory."""
    lines: list[str] = []
    for name, hits in groupby(found.hits, key=lambda hit: day(hit.updated)):
        lines += [face.bold(name), *(_line(hit, face) for hit in hits)]
    if found.more:
        lines.append(face.dim("More came before; --limit or --until shows it."))
    return "\n".join(lines)


def _line(hit: Hit, face: Face) -> str:
    memory = hit.memory
    by = f" · {one_line(memory.instance)}" if memory.instance else ""
    about = f"[{scope_text(memory.scope)} · {memory.category}{by}]"
    return f"  {hit.updated:%H:%M}  {what(hit):<7}  {one_line(memory.title, 80)}  {face.dim(about)}"


def what(hit: Hit) -> str:
    """Return `learnt`, or `changed` where the memory is older than this day."""
    created = hit.memory.created
    return "changed" if created is not None and day(created) != day(hit.updated) else "learnt"


def timeline_shape(found: Answer) -> dict[str, Any]:
    """Return `{"memories", "more"}`: each memory's fields with `when` and `what`."""
    return {
        "memories": [
            {"when": time_shape(hit.updated), "what": what(hit)} | memory_shape(hit.memory)
            for hit in found.hits
        ],
        "more": found.more,
    }

"""`memsync related`: the memories most like one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.answer_text import answer_text
from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import a_command
from memsync.core.answer_shape import answer_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("related", examples=["memsync related use-pnpm", "memsync related use-pnpm --limit 3 --json"])
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, help="At most this many (default: 10).")
@filter_options
@click.pass_obj
def command(face: Face, /, *, name: str, limit: int, **filters: Any) -> int:
    """Show the memories that speak of the same things as NAME, best first. Exit code 1 where there are none."""
    store = face.open()
    query = filters_from(filters).query(store, face)
    shape = answer_shape(store.related(name, replace(query, limit=limit)))
    face.show(shape, answer_text(shape, face))
    if not shape["hits"]:
        face.talk("Nothing is related.")
    return 0 if shape["hits"] else 1

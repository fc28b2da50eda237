"""`memsync recall`: a question, the memories that answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.answer_text import show_answer
from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import WordOf, a_command
from memsync.core.answer import Sort
from memsync.errors import BadInput
from memsync.store import now
from memsync.store.asking import Asker

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.cli.face import Face
    from memsync.core.answer import Query


@a_command(
    "recall",
    examples=[
        "memsync recall why react query",
        "memsync recall deploy checklist --since 30d --limit 3 --json",
    ],
)
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=10, help="At most this many (default: 10).")
@filter_options
@click.option(
    "--sort",
    type=WordOf(Sort),
    default=Sort.RELEVANCE,
    help="relevance (default), recency, importance.",
)
@click.option(
    "--budget", type=click.IntRange(1), metavar="TOKENS", help="Whole memories that fit in this many tokens."
)
@click.option("--explain", is_flag=True, help="Say of each hit what made it match.")
@click.pass_obj
def command(
    face: Face,
    /,
    *,
    query: tuple[str, ...],
    limit: int,
    sort: Sort,
    budget: int | None,
    explain: bool,
    **filters: Any,
) -> int:
    """Find the memories that answer QUERY, best first.

    Looks in this folder's project, the global and the private scope. Exit code 1 where nothing is relevant.
    """
    text = " ".join(query)
    if not text.strip():
        raise BadInput("query", "is empty", hint="`memsync list` shows the newest memories.")
    given = filters_from(filters)
    moment = now()
    asked = replace(
        given.unscoped(text=text, now=moment), limit=limit, sort=sort, budget=budget, explain=explain
    )
    return show_answer(_answer(face, asked, given.scopes, moment), face)


def _answer(face: Face, query: Query, words: tuple[str, ...], moment: datetime) -> dict[str, Any]:
    """Return the answer of whoever is resident, else look here, with the same result."""
    cwd = face.here()
    asker = Asker(query, words, cwd=cwd, now=moment)
    found = None if face.store_path else asker.at_signpost()
    if found is not None:
        return found
    store = face.open()
    found = asker.at_store(store.settings)
    if found is None:
        from memsync.core.answer_shape import answer_shape

        found = answer_shape(store.recall(replace(query, scopes=store.visible(words, cwd=cwd)), cwd=cwd))
    return found

"""`memsync recall`: a question, the memories that answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import WordOf, a_command
from memsync.cli.plain import one_line
from memsync.cli.render import answer_text
from memsync.cli.shapes import answer_shape
from memsync.core.answer import Sort
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face


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
    store = face.open()
    asked = filters_from(filters).query(store, face, text=text)
    answer = store.recall(replace(asked, limit=limit, sort=sort, budget=budget, explain=explain))
    for problem in answer.problems:
        face.talk(one_line(problem))
    face.show(answer_shape(answer), answer_text(answer, face))
    if not answer.hits:
        face.talk("Nothing relevant.")
    return 0 if answer.hits else 1

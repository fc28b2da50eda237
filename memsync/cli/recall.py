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
from memsync.store import now
from memsync.store.asking import Asker

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.cli.face import Face
    from memsync.core.answer import Answer, Query


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
    answer = _answer(face, asked, given.scopes, moment)
    for problem in answer.problems:
        face.talk(one_line(problem))
    face.show(answer_shape(answer), answer_text(answer, face))
    if not answer.hits:
        face.talk("Nothing relevant.")
    return 0 if answer.hits else 1


def _answer(face: Face, query: Query, words: tuple[str, ...], moment: datetime) -> Answer:
    """Return the answer of whoever is resident, else look here, with the same result."""
    asker = Asker(query, words, cwd=face.here(), now=moment)
    found = None if face.store_path else asker.at_signpost()
    if found is None:
        store = face.open()
        found = asker.at_store(store.settings) or store.recall(
            replace(query, scopes=store.visible(words, cwd=face.here()))
        )
    return found

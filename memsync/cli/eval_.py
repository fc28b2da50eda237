"""`memsync eval`: how well recall answers questions whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.filters import filter_options, filters_from
from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.recall.evaluate import Evaluation


@a_command(
    "eval", examples=["memsync eval questions.jsonl", "memsync eval questions.jsonl --scope global --json"]
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@filter_options
@click.pass_obj
def command(face: Face, /, *, file: Path, **filters: Any) -> None:
    """Ask every question of FILE and say how well recall answers.

    A line is `{"query": "which package manager", "relevant": ["use-pnpm"]}`, names as keys, ids or paths; an empty
    list says that nothing answers it.
    """
    try:
        questions = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("file", f"{file} can't be read ({error.__class__.__name__})") from error
    store = face.open()
    done = store.evaluate(questions, filters_from(filters).query(store, face))
    face.show(_shape(done), _text(done))


def _shape(done: Evaluation) -> dict[str, Any]:
    return {
        "questions": done.questions,
        "recall_5": done.recall_5,
        "recall_10": done.recall_10,
        "mrr": done.mrr,
        "ndcg": done.ndcg,
        "unanswerable": done.unanswerable,
        "refused": done.refused,
        "missed": list(done.missed),
    }


def _text(done: Evaluation) -> str:
    lines = [
        f"{done.questions} questions with an answer",
        f"  R@5 {done.recall_5:.3f}   R@10 {done.recall_10:.3f}   MRR {done.mrr:.3f}   nDCG {done.ndcg:.3f}",
    ]
    if done.unanswerable:
        lines.append(f"{done.unanswerable} without one: {done.refused:.0%} refused or called weak")
    return "\n".join([*lines, *(f"  missed: {one_line(question)}" for question in done.missed)])

"""`memsync decide`: a decision, written into decisions-log.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import SCOPE, a_command
from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("decide", examples=['memsync decide "Postgres, not MySQL" --why "we need row-level security"'])
@click.argument("what", nargs=-1, required=True)
@click.option("--why", default="", help="The reason, for those who ask later.")
@click.option("--scope", type=SCOPE, help="Whose decision (default: this folder's project, else global).")
@click.pass_obj
def command(face: Face, what: tuple[str, ...], why: str, scope: str | None) -> None:
    """Write a decision into the log: decisions-log.md of the project, which every assistant reads."""
    store = face.open()
    done = store.standing(face.scope(store, scope)).decide(" ".join(what), why=why)
    face.show(
        {"path": done.memory.path, "scope": str(done.memory.scope), "rev": done.rev},
        f"decided: {one_line(' '.join(what))} ({one_line(done.memory.path)})",
    )

"""`memsync hook`, as the help and the JSON form know it; a plain call goes to `hook` without click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.hook import do
from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "hook",
    examples=["memsync hook pre-commit", "memsync hook pre-push origin git@github.com:me/memory.git < refs"],
)
@click.argument("event")
@click.argument("args", nargs=-1)
@click.pass_obj
def command(face: Face, event: str, args: tuple[str, ...]) -> int:  # noqa: ARG001  # what git gives is taken and not needed
    """Answer a hook of git: pre-commit, pre-push, post-merge or pre-receive, with the arguments git gives it.

    `memsync init` plants the first three in a store. Exit code 3 refuses a secret.
    """
    return do(event, face)

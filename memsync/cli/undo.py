"""`memsync undo`: take back the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("undo", examples=["memsync undo"])
@click.pass_obj
def command(face: Face) -> None:
    """Take back the last change made through memsync on this machine; again, the one before it.

    What others changed since is kept: it is merged, or the undo stops with exit code 4.
    """
    undone = face.open().undo()
    shape = {"verb": undone.verb, "when": undone.when, "paths": list(undone.paths)}
    face.show(shape, f"took back {one_line(undone.verb)} of {', '.join(map(one_line, undone.paths))}")

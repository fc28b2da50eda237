"""`memsync restore`: bring back what was forgotten, or an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.shapes import reading_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("restore", examples=["memsync restore use-npm", "memsync restore use-pnpm --at 3f9c2ab41d07"])
@click.argument("name")
@click.option(
    "--at", metavar="COMMIT", default="", help="The version to bring back, as `memsync history` names it."
)
@click.pass_obj
def command(face: Face, name: str, at: str) -> None:
    """Bring back the memory called NAME: as it was when it was forgotten, or as it was at COMMIT."""
    reading = face.open().restore(name, at=at)
    memory = reading.memory
    face.show(reading_shape(reading), f"restored {one_line(memory.key)} ({one_line(memory.path)})")

"""`memsync resolve`: end a contradiction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.shapes import reading_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("resolve", examples=["memsync resolve release", "memsync resolve release --both"])
@click.argument("name")
@click.option("--both", is_flag=True, help="Keep all texts, one below the other.")
@click.pass_obj
def command(face: Face, name: str, both: bool) -> None:
    """Keep the memory called NAME as it is, and take away its twins; name a twin by its path to keep that one instead.

    Two edits that could not be merged are both kept until then. Every text stays in history.
    """
    reading = face.open().resolve(name, both=both)
    memory = reading.memory
    face.show(reading_shape(reading), f"resolved {one_line(memory.key)} ({one_line(memory.path)})")

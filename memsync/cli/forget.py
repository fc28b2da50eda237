"""`memsync forget`: take a memory away; history keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("forget", examples=["memsync forget use-npm", "memsync forget 01KDP3"])
@click.argument("name")
@click.pass_obj
def command(face: Face, name: str) -> None:
    """Take away the memory called NAME: a key, an id or its beginning, or a path.

    What it said is in the store's history before its file goes; `memsync restore` brings it back.
    """
    memory = face.open().forget(name)
    shape = {"id": memory.id, "key": memory.key, "path": memory.path, "scope": str(memory.scope)}
    key = one_line(memory.key)
    face.show(shape, f"forgot {key} ({one_line(memory.path)})")
    face.talk(f"`memsync restore {key}` brings it back.")

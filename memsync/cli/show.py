"""`memsync show`: one memory, as its file is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import escaped, one_line
from memsync.cli.shapes import reading_shape
from memsync.errors import CannotOpen

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.report import Reading
    from memsync.store import Store


@a_command(
    "show",
    examples=[
        "memsync show use-react-query",
        "memsync show 01KDP3",
        "memsync show global/decision/use-pnpm.md",
    ],
)
@click.argument("name")
@click.pass_obj
def command(face: Face, name: str) -> None:
    """Print the memory called NAME: a key, an id or its beginning, or a path.

    In a pipe the file's text comes unchanged; on a terminal control characters are shown as escapes, and a sealed
    memory is opened where your identity can.
    """
    store = face.open()
    reading = store.get(name)
    for twin in reading.contested_by:
        face.talk(
            f"contested: {one_line(twin)} says otherwise; `memsync resolve {one_line(reading.memory.key)}` settles it"
        )
    for found in reading.alarm:
        face.talk(
            f"alarm: {one_line(found.rule)} at line {found.line}; no assistant is shown this memory. "
            f"Take it out, or `memsync allow {one_line(reading.memory.key)}`"
        )
    if face.json:
        face.say_json(reading_shape(reading))
    elif face.on_terminal:
        face.say(escaped(_opened(store, reading, name, face)))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(reading.raw)
        sys.stdout.buffer.flush()


def _opened(store: Store, reading: Reading, name: str, face: Face) -> str:
    """Return the memory's text, a sealed one opened: a person reads it on a terminal, and no assistant through a pipe."""
    if not reading.memory.sensitive:
        return reading.memory.text
    try:
        return store.seals.text(name)
    except CannotOpen as error:
        face.talk(f"sealed: {error.why}")
        if error.hint:
            face.talk(f"next: {error.hint}")
        return reading.memory.text

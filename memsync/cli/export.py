"""`memsync export`: the memories as a plain folder or one JSON document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import SCOPE, a_command
from memsync.cli.plain import one_line
from memsync.cli.render import held_text
from memsync.cli.shapes import exported_shape
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "export",
    examples=[
        "memsync export ~/memories-2026",
        "memsync export memories.json",
        "memsync export --scope global --json > global.json",
    ],
)
@click.argument("path", type=click.Path(), required=False)
@click.option("--scope", "scopes", type=SCOPE, multiple=True, help="Only this scope; may be repeated.")
@click.pass_obj
def command(face: Face, path: str | None, scopes: tuple[str, ...]) -> int:
    """Write the memories to PATH: a new folder, or a new file whose name ends in .json. `memsync import PATH` takes them back.

    Files keep their paths and bytes. What the gate holds is left out and named; private memories need --scope private.
    With --json and no PATH the document goes to stdout.
    """
    if path is None and not face.json:
        raise BadInput("PATH", "is missing", hint="Name a new folder, or a file.json; --json prints.")
    store = face.open()
    chosen = store.visible(scopes, cwd=face.here()) if scopes else ()
    done = store.export(chosen, Path(path).expanduser() if path else None)
    for held in done.held:
        face.talk(held_text(held))
    if path is None:
        from memsync.core.export import document_of

        face.show(json.loads(document_of(done.export)), "")
    else:
        count = len(done.export.files)
        face.show(
            exported_shape(done), f"exported {count:,} file{'s' * (count != 1)} to {one_line(done.path)}"
        )
    return 0 if done.export.files else 1

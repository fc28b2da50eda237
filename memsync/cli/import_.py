"""`memsync import`: take in a folder of markdown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import SCOPE, a_command
from memsync.cli.progress import progress
from memsync.cli.render import import_text
from memsync.cli.shapes import import_shape
from memsync.core.report import ImportReport
from memsync.errors import BadInput
from memsync.store import export_at

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "import",
    examples=[
        "memsync import ~/notes --scope global",
        "memsync import ~/.claude/projects/-home-me-app/memory",
        "memsync import memories.json",
    ],
)
@click.argument("path", type=click.Path())
@click.option("--scope", type=SCOPE, help="Where they go: project (default), global, private, …")
@click.pass_obj
def command(face: Face, path: str, scope: str | None) -> int:
    """Take in the markdown files below PATH as memories. It can be run twice: what is there already is left alone.

    Each file is scanned; one with a secret is held back and named, the others are taken in. What `memsync export`
    wrote goes back to the scopes it came from, unchanged. Exit code 1 where PATH has no markdown.
    """
    source = Path(path).expanduser()
    if not source.exists():
        raise BadInput("PATH", f"{path} does not exist")
    store = face.open()
    export = export_at(source)
    if export is None:
        report = store.import_folder(source, scope=face.scope(store, scope), progress=progress(face))
    elif scope is not None:
        raise BadInput("--scope", "an export says itself where its memories belong", hint="Leave --scope out.")
    else:
        report = store.take_back(export, progress=progress(face))
    face.show(import_shape(report), import_text(report))
    if report == ImportReport():
        face.talk("No markdown there.")
        return 1
    return 0

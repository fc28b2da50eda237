"""`memsync import`: take in a folder of markdown."""

from __future__ import annotations

import os
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
        "memsync import --from claude",
        "memsync import memory.jsonl --from server-memory",
    ],
)
@click.argument("path", type=click.Path(), required=False)
@click.option(
    "--from",
    "origin",
    type=click.Choice(["claude", "server-memory", "basic-memory"]),
    help="Whose memories they are.",
)
@click.option("--scope", type=SCOPE, help="Where they go: project (default), global, private, …")
@click.pass_obj
def command(face: Face, *, path: str | None, origin: str | None, scope: str | None) -> int:
    """Take in the markdown files below PATH as memories. It can be run twice: what is there already is left alone.

    Each file is scanned; one with a secret is held back and named, the others are taken in. What `memsync export`
    wrote goes back to the scopes it came from, unchanged. With `--from claude` PATH may be left out: it is where Claude
    Code keeps what it noted for this project; with `--from basic-memory` it is ~/basic-memory. With
    `--from server-memory` PATH is the file of the reference memory server. Exit code 1 where PATH has no memories.
    """
    store = face.open()
    source = _source(face, path, origin)
    if not source.exists():
        raise BadInput("PATH", f"{source} does not exist")
    export = export_at(source)
    if export is None:
        report = store.import_folder(
            source, scope=face.scope(store, scope), progress=progress(face), graph=origin == "server-memory"
        )
    elif scope is not None:
        raise BadInput(
            "--scope", "an export says itself where its memories belong", hint="Leave --scope out."
        )
    else:
        report = store.take_back(export, progress=progress(face))
    face.show(import_shape(report), import_text(report))
    if report == ImportReport():
        face.talk("No memories there.")
        return 1
    return 0


def _source(face: Face, path: str | None, origin: str | None) -> Path:
    """Return the folder to take in: the one named, else the one the client named keeps its memories in."""
    if path is not None:
        return Path(path).expanduser()
    if origin == "basic-memory":
        return Path.home() / "basic-memory"
    if origin != "claude":
        raise BadInput("PATH", "is missing", hint="Name a folder, or say --from claude.")
    from memsync.store.native import claude_folder

    return claude_folder(face.settings(), environ=os.environ, project_dir=face.here())

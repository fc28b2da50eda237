"""`memsync history`: a memory's versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.render import history_text
from memsync.cli.shapes import version_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("history", examples=["memsync history use-pnpm"])
@click.argument("name")
@click.pass_obj
def command(face: Face, name: str) -> int:
    """Show the versions of the memory called NAME, newest first; also of one that was forgotten.

    A change is in history once a sync cycle has captured it. Exit code 1 where none is there yet.
    """
    versions = face.open().history(name)
    face.show({"versions": [version_shape(v) for v in versions]}, history_text(versions))
    if not versions:
        face.talk("No version is captured yet; `memsync sync` captures.")
    return 0 if versions else 1

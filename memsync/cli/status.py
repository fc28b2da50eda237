"""`memsync status`, and `memsync` alone: how the store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.render import status_text
from memsync.cli.shapes import status_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("status", examples=["memsync status", "memsync status --json"])
@click.pass_obj
def command(face: Face) -> int:
    """Show the store: its remote, what is not synced, what is held back and why, and who runs the syncer.

    Never touches the network.
    """
    return show_status(face)


def show_status(face: Face) -> int:
    """Show the status of the store (and of the private one)."""
    report = face.open().status()
    face.show(status_shape(report), status_text(report, face))
    return 0

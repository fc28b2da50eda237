"""`memsync resume`: ask a remote again that had refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("resume", examples=["memsync resume && memsync sync"])
@click.pass_obj
def command(face: Face) -> int:
    """End suspensions and waits: the next cycle asks the remote again. Exit code 1 where nothing waited.

    Needed after access was granted; a changed address or credential is noticed without it.
    """
    lanes = tuple(dict.fromkeys(face.open().resume()))
    if not lanes:
        face.talk("Nothing was suspended.")
    face.show({"resumed": list(lanes)}, "\n".join(f"resumed: {lane}" for lane in lanes))
    return 0 if lanes else 1

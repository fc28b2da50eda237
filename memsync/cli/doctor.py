"""`memsync doctor`: everything memsync needs, checked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import a_command
from memsync.cli.progress import working
from memsync.cli.render import checks_text
from memsync.cli.shapes import check_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("doctor", examples=["memsync doctor", "memsync doctor --fix"])
@click.option("--fix", is_flag=True, help="Mend what can be mended without asking.")
@click.pass_obj
def command(face: Face, fix: bool) -> int:
    """Check git, the store, its hooks, the scanner, the index, the syncer and the assistants. Exit code 2 where something fails.

    The server is started as each assistant that was set up would start it, and is asked for its status. Learning says whether
    it is on, who judges and what the last worker did; Claude Code's own memory, which folder its settings really name here.
    """
    from memsync.store import assistants, clients

    store = face.open()
    with working(face, "Checking"):
        here: dict[str, Any] = {"environ": os.environ, "project_dir": face.here()}
        checks = (
            *store.doctor(fix=fix),
            *assistants.examine(store.settings, **here),
            *clients.examine(face.settings(), **here),
        )
    face.show({"checks": [check_shape(c) for c in checks]}, checks_text(checks))
    return 2 if any(c.state == "fail" and not c.fixed for c in checks) else 0

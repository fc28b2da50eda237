"""`memsync join`: a new machine: clone, hooks, index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.init import show_founded
from memsync.cli.options import a_command
from memsync.cli.progress import working

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command("join", examples=["memsync join git@github.com:me/memory.git"])
@click.argument("url")
@click.argument("path", required=False, type=click.Path())
@click.option("--adopt", is_flag=True, help="Bring the files that are in PATH into the store.")
@click.option("--public", is_flag=True, help="Go on although anyone can read the remote.")
@click.pass_obj
def command(face: Face, *, url: str, path: str | None, adopt: bool, public: bool) -> None:
    """Fetch the store at URL to PATH (default: ~/shared-memory), with its git hooks and its index."""
    from memsync.store import Store

    settings = face.settings()
    with working(face, "Joining"):
        founded = Store.join(url, path, settings=settings, adopt=adopt, public=public)
    show_founded(founded, face, default=str(settings.store))

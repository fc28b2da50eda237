"""`memsync init`: a store, its templates and its git hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.progress import working
from memsync.cli.render import counted, shown_all
from memsync.cli.shapes import founded_shape

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.report import Founded


@a_command(
    "init", examples=["memsync init", "memsync init ~/team-memory --remote git@github.com:org/memory.git"]
)
@click.argument("path", required=False, type=click.Path())
@click.option(
    "--remote",
    metavar="URL",
    default="",
    help="The git remote to sync with; one that has memories is joined.",
)
@click.option("--public", is_flag=True, help="Go on although anyone can read the remote.")
@click.option("--nested", is_flag=True, help="Go on although the folder is inside another git repository.")
@click.pass_obj
def command(face: Face, *, path: str | None, remote: str, public: bool, nested: bool) -> None:
    """Make a store of memories at PATH (default: ~/shared-memory).

    A folder that has files, or is a clone, is adopted; nothing in it is overwritten.
    """
    from memsync.store import Store

    settings = face.settings()
    with working(face, "Making the store"):
        founded = Store.init(path, settings=settings, remote=remote, public=public, nested=nested)
    show_founded(founded, face, default=str(settings.store))


def show_founded(founded: Founded, face: Face, *, default: str) -> None:
    """Show what was made, and what to do next."""
    shown_all(founded.notes, face.talk)
    verb = "joined" if founded.joined else "ready"
    lines = [f"{verb}: {founded.store} ({counted(founded.memories, 'memory', 'memories')})"]
    if founded.remote:
        lines.append(f"remote: {founded.remote}")
    face.show(founded_shape(founded), "\n".join(lines))
    if not founded.memories:
        face.talk('Next: memsync remember "something worth keeping"; memsync setup claude')
    if founded.store != default:
        face.talk(f"To use it without --store: memsync config set store {founded.store}")

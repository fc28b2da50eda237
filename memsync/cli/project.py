"""`memsync project`: which project this folder's memories belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import Group, a_command, face_options
from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.project import Project


@click.group(
    "project",
    cls=Group,
    no_args_is_help=False,
    examples=["memsync project show", "memsync project link my-app"],
)
def command() -> None:
    """Show which project this folder belongs to, or say it by hand.

    A project is known by the remote of its git repository, however that is reached, and by its earlier remotes.
    """


command.params += face_options()


@a_command("show", examples=["memsync project show", "memsync project show --json"])
@click.pass_obj
def show_project(face: Face) -> int:
    """Show the project of this folder: its folder in the store, what identifies it, and its other identities.

    Exit code 1 where the folder is in no git repository, or in one without a remote and a commit.
    """
    project = face.open().project(cwd=face.here())
    if project is None:
        face.show({"project": None}, "")
        face.talk("No git project in this folder: the scope is global.")
        return 1
    face.show({"project": _shape(project)}, _text(project))
    return 0


@a_command("link", examples=["memsync project link my-app", "memsync project link my-app-3f9c2ab41d0711aa"])
@click.argument("name")
@click.pass_obj
def link_project(face: Face, name: str) -> None:
    """Let this folder's repository share the memories of the project NAME, as a fork or a moved repository does."""
    project = face.open().link_project(name, cwd=face.here())
    face.show(
        {"project": _shape(project)},
        f"linked: this folder's memories are in projects/{one_line(project.folder)}",
    )


for _sub in (show_project, link_project):
    command.add_command(_sub)


def _shape(project: Project) -> dict[str, Any]:
    return {
        "folder": project.folder,
        "identity": project.identity,
        "key": project.key,
        "aliases": list(project.aliases),
        "root_commit": project.root_commit,
    }


def _text(project: Project) -> str:
    lines = [f"projects/{one_line(project.folder)}", f"  {one_line(project.identity)}"]
    return "\n".join((*lines, *(f"  also: {one_line(alias)}" for alias in project.aliases)))

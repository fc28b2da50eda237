"""`memsync config`: settings, read and changed without losing a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import Group, a_command, face_options
from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.edges.settings import Setting


@click.group(
    "config",
    cls=Group,
    no_args_is_help=False,
    examples=["memsync config list", "memsync config get store", "memsync config set background false"],
)
def command() -> None:
    """Read and change the settings of this user.

    A setting comes from the settings file, else from its MEMSYNC_ variable's absence: variables win over the file.
    """


command.params += face_options()


@a_command("list", examples=["memsync config list", "memsync config list --json"])
@click.pass_obj
def list_settings(face: Face) -> None:
    """List every setting with its value and where that comes from."""
    from memsync.edges.settings import explain, settings_file

    found = explain()
    shape = {"file": str(settings_file()), "settings": [_shape(s) for s in found]}
    width = max(len(s.name) for s in found)
    lines = [
        f"{s.name:<{width}}  {one_line(_text(s.value)) or '-'}  {face.dim(f'({s.source})')}" for s in found
    ]
    face.show(shape, "\n".join((*lines, face.dim(f"file: {settings_file()}"))))


@a_command("get", examples=["memsync config get store"])
@click.argument("name")
@click.pass_obj
def get_setting(face: Face, name: str) -> None:
    """Print the value of the setting NAME."""
    from memsync.edges.settings import explain, known

    setting = next(s for s in explain() if s.name == known(name))
    face.show(_shape(setting), one_line(_text(setting.value)) or "\n")


@a_command(
    "set", examples=["memsync config set store ~/team-memory", "memsync config set http_hosts git.lan,nas"]
)
@click.argument("name")
@click.argument("value")
@click.pass_obj
def set_setting(face: Face, name: str, value: str) -> None:
    """Write VALUE for the setting NAME into the settings file; the file's comments and order stay."""
    from memsync.edges.settings import change, explain

    change(name, value)
    setting = next(s for s in explain() if s.name == name)
    face.show(_shape(setting), f"{name} = {one_line(_text(setting.value))}")
    if setting.source.startswith("MEMSYNC_"):
        face.talk(f"{setting.source} is set and wins over the file.")


for _sub in (list_settings, get_setting, set_setting):
    command.add_command(_sub)


def _shape(setting: Setting) -> dict[str, Any]:
    value = setting.value
    plain = (
        value
        if isinstance(value, bool | float | int)
        else list(value)
        if isinstance(value, tuple)
        else str(value)
    )
    return {"name": setting.name, "value": plain, "source": setting.source}


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(map(str, value))
        case float():
            return f"{value:g}"
    return str(value)

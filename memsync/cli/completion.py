"""`memsync completion`: the script that completes memsync's commands in a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import get_completion_class

from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face

VARIABLE = "_MEMSYNC_COMPLETE"


@a_command(
    "completion",
    examples=[
        "memsync completion bash > ~/.local/share/bash-completion/completions/memsync",
        'memsync completion zsh > "${fpath[1]}/_memsync"',
        "memsync completion fish > ~/.config/fish/completions/memsync.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(face: Face, shell: str) -> None:
    """Print the completion script of SHELL. Save it where your shell looks for such scripts, as in the examples."""
    found = get_completion_class(shell)
    if found is None:
        raise click.BadParameter(f"{shell} is not known", param_hint="SHELL")
    script = found(click.Command("memsync"), {}, "memsync", VARIABLE).source()
    face.show({"shell": shell, "script": script}, script)

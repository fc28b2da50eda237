"""`memsync wait`: the server's side of the doorbell, to be a key's forced command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face

_LONGEST = 86_400.0


@a_command(
    "wait",
    examples=[
        "memsync wait /srv/git/memory.git",
        'restrict,command="memsync wait /srv/git/memory.git" ssh-ed25519 AAAA… (a line of authorized_keys)',
    ],
)
@click.argument("repository", required=False, metavar="[REPOSITORY]")
@click.option(
    "--seconds",
    type=click.FloatRange(0, _LONGEST),
    default=3600.0,
    metavar="N",
    help="End after so long (default: 3600; the other side comes again).",
)
@click.option("--once", is_flag=True, help="End with the first ring; exit code 1 where none came.")
@click.pass_obj
def command(face: Face, repository: str | None, seconds: float, once: bool) -> int:
    """Print a line whenever a branch of REPOSITORY moves, and nothing of what changed.

    For the server that keeps the remote: the forced command of a key, or what a machine with the setting `doorbell`
    asks for over ssh. It reads nothing that the other side sends. The lines are `ready` (it watches from now on), `ring`
    (something moved), and a dot each 25 seconds. Without REPOSITORY, this machine's own store is watched.
    """
    from memsync.store.waiting import wait_at

    place = Path(repository).expanduser() if repository else face.open().root

    def tell(line: str) -> None:
        if face.json:
            face.say_json({"bell": line})
        else:
            face.say(line)
        sys.stdout.flush()

    rang = wait_at(place, seconds=seconds, once=once, tell=tell)
    return 1 if once and not rang else 0

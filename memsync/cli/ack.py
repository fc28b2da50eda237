"""`memsync ack`: a person's yes to what a guard halted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import a_command
from memsync.cli.render import lane_text
from memsync.errors import GuardHalted

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.report import Lane, StatusReport


@a_command("ack", examples=["memsync ack", "memsync ack --yes"])
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(face: Face, yes: bool) -> int:
    """Let sync go on where a guard halted it: a mass deletion, an emptied folder, a foreign or rewritten remote.

    Shows what was halted and asks. Exit code 1 where nothing is halted.
    """
    store = face.open()
    halted = _halted(store.status())
    if halted and not yes:
        _ask(halted, face)
    acknowledged = store.ack() if halted else ()
    if not acknowledged:
        face.talk("Nothing is halted.")
    face.show(
        {"acknowledged": list(acknowledged)}, "\n".join(f"acknowledged: {guard}" for guard in acknowledged)
    )
    return 0 if acknowledged else 1


def _halted(report: StatusReport) -> list[Lane]:
    lanes = [*report.lanes, *(report.private.lanes if report.private else ())]
    return [lane for lane in lanes if lane.state == "halted"]


def _ask(halted: list[Lane], face: Face) -> None:
    for lane in halted:
        face.talk(lane_text(lane))
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise GuardHalted(
            "ack", "a person must have looked at what was halted", hint="Run it in a terminal of yours."
        )
    if not click.confirm("Is this what you want?", err=True):
        raise GuardHalted("ack", "nothing was acknowledged", hint="`memsync status` says what is halted.")

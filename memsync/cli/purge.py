"""`memsync purge`: a secret that got into history is taken out of this machine; what a remote has is prepared for a person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import a_command
from memsync.cli.progress import working
from memsync.cli.render_leaks import purged_shape, purged_text, traces_text
from memsync.errors import BadInput, GuardHalted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.cli.face import Face
    from memsync.core.leaks import Traces

LEFT = 4


@a_command(
    "purge", examples=["memsync purge", "memsync purge --redact", "memsync purge --also - < value.txt"]
)
@click.option("--redact", is_flag=True, help="Redact also the memories in the folder that still hold it.")
@click.option(
    "--also",
    metavar="FILE",
    help="Each line of FILE (- is standard input) is a value to take out, known as a secret or not.",
)
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def command(face: Face, *, redact: bool, also: str | None, yes: bool) -> int:
    """Take every secret that was not sent yet out of this machine: objects, refs, logs, git's index, notes, caches.

    Everything is searched afterwards. Of what a remote has, the rewritten history is prepared beside the store, and what
    to do is told; nothing is pushed. Exit code 4 where a person must go on.
    """
    store = face.open()
    values = _values(also)
    if not yes:
        _ask(face, store.traces(values), redact=redact, more=bool(values))
    with working(face, "Purging"):
        done = store.purge(values, redact=redact)
    face.show(purged_shape(done), purged_text(done))
    return LEFT if any(p.sent or p.left for p in done) else 0


def _values(also: str | None) -> Sequence[bytes]:
    if also is None:
        return ()
    try:
        raw = sys.stdin.buffer.read() if also == "-" else Path(also).read_bytes()
    except OSError as error:
        raise BadInput("--also", f"{also}: {(error.strerror or 'cannot be read').lower()}") from None
    values = [line.strip() for line in raw.splitlines() if line.strip()]
    if any(len(value) < _SHORTEST for value in values):
        raise BadInput(
            "--also", f"has a value of fewer than {_SHORTEST} bytes, which stands in too many texts"
        )
    return values


_SHORTEST = 6


def _ask(face: Face, traces: Sequence[Traces], *, redact: bool, more: bool) -> None:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise GuardHalted(
            "purge", "history is rewritten only for a person at a terminal", hint="A script says --yes."
        )
    face.talk(traces_text(traces))
    if not (more or redact or any(t.any for t in traces)):
        return
    if not click.confirm("Rewrite what was not sent, and remove the old objects for good?", err=True):
        raise GuardHalted("purge", "nothing was changed", hint="`memsync scan --history` shows it again.")

"""`memsync setup`: make an assistant know memsync, after showing what that changes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import WordOf, a_command
from memsync.cli.plain import clean, one_line
from memsync.core.clients import Client, Reach
from memsync.errors import GuardHalted

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.clients import SetupReport


@a_command(
    "setup",
    examples=[
        "memsync setup claude --dry-run",
        "memsync setup claude",
        "memsync setup claude --scope project --filesystem",
    ],
)
@click.argument("client", type=WordOf(Client))
@click.option(
    "--scope",
    type=WordOf(Reach),
    default=Reach.USER,
    help="user (default), project (its shared file) or local.",
)
@click.option("--filesystem", is_flag=True, help="Also the filesystem server on the store.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--remove", is_flag=True, help="Take out what setup put in.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    face: Face, *, client: Client, scope: Reach, filesystem: bool, dry_run: bool, remove: bool, yes: bool
) -> None:
    """Register memsync's MCP server with CLIENT, or take it out. Shows the change, asks, and makes a backup.

    Claude Code's terminal and its IDE extensions share one file. Nothing else in the file moves; twice is once.
    """
    from memsync.store.clients import setup

    wish: dict[str, Any] = {
        "environ": os.environ,
        "project_dir": face.here(),
        "scope": str(scope),
        "remove": remove,
        "filesystem": filesystem,
    }
    settings = face.settings()
    report = setup(settings, str(client), dry_run=True, **wish)
    if report.changed and not dry_run:
        _ask(report, face, scope=scope, yes=yes)
        report = setup(settings, str(client), dry_run=False, **wish)
    face.show(_shape(report), _text(report))


def _ask(report: SetupReport, face: Face, *, scope: Reach, yes: bool) -> None:
    """Show the change and have it confirmed. Without a terminal, only a project's shared file needs a person's word."""
    if yes:
        return
    if is_terminal(sys.stdin) and is_terminal(sys.stderr):
        face.talk(report.diff)
        if click.confirm(f"Change {report.path}?", default=True, err=True):
            return
        raise GuardHalted("setup", "nothing was changed", hint="`--dry-run` shows the change.")
    if scope is Reach.PROJECT:
        face.talk(report.diff)
        raise GuardHalted(
            "setup",
            f"{report.path} belongs to the project, so a person must agree",
            hint="Look at the change; `--yes` makes it.",
        )


def _shape(report: SetupReport) -> dict[str, Any]:
    return {
        "client": str(report.client),
        "scope": str(report.reach),
        "path": report.path,
        "changed": report.changed,
        "dry_run": report.dry_run,
        "removed": report.removed,
        "diff": report.diff,
        "backup": report.backup,
        "by": report.by,
        "notes": list(report.notes),
    }


def _text(report: SetupReport) -> str:
    if not report.changed:
        return f"{report.client}: nothing to change in {one_line(report.path)}"
    if report.dry_run:
        return clean(report.diff)
    done = "removed from" if report.removed else "set up in"
    lines = [f"{report.client}: memsync is {done} {one_line(report.path)}"]
    if report.backup:
        lines.append(f"  backup: {one_line(report.backup)}")
    return "\n".join((*lines, *(f"  {one_line(note)}" for note in report.notes)))

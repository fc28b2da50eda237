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
from memsync.errors import BadInput, GuardHalted

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.clients import SetupReport
    from memsync.core.native import NativeReport

_LEARN = """\
memsync can learn from your sessions. What you type, and how each answer ends, is kept on this machine with secrets taken out
until it was looked at: every few turns, by your own `claude -p` (a small model, on your account), else a local Ollama, else rules.
What is worth keeping becomes a memory, marked as a candidate, and is synced like every memory. It can be turned off at any time
with `memsync config set learn off`."""
_WRITES = """\
Assistants read memories without a question. With memsync's plugin they can store, change and delete them without one too;
every change is in the store's history. It can be taken back at any time with `memsync config set approve_writes off`."""


@a_command(
    "setup",
    examples=[
        "memsync setup claude --dry-run",
        "memsync setup claude",
        "memsync setup claude --learn",
        "memsync setup claude --native",
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
@click.option(
    "--learn/--no-learn", default=None, help="Learn from sessions, or not; else a terminal is asked once."
)
@click.option(
    "--writes/--no-writes",
    default=None,
    help="Let assistants store without a question, or not; a terminal is asked once.",
)
@click.option(
    "--native",
    is_flag=True,
    help="Instead: let Claude Code keep its own memory of this project in the store.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--remove", is_flag=True, help="Take out what setup put in.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    face: Face, *, client: Client, scope: Reach, filesystem: bool, learn: bool | None, writes: bool | None, native: bool,
    dry_run: bool, remove: bool, yes: bool,
) -> None:  # fmt: skip
    """Register memsync's MCP server with CLIENT, or take it out. Shows the change, asks, and makes a backup.

    Claude Code's terminal and its IDE extensions share one file. Nothing else in the file moves; twice is once.
    Learning from sessions is off until you agree to it here or set it. With --native, Claude Code's own notes on this
    project are adopted, and what it notes from then on stands in the store, scanned and synced.
    """
    if native:
        if (
            client is not Client.CLAUDE
            or filesystem
            or scope is not Reach.USER
            or (learn, writes) != (None, None)
        ):
            raise BadInput("--native", "is for claude alone, and for this folder's project")
        _native(face, dry_run=dry_run, remove=remove, yes=yes)
        return
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
        _ask(report.diff, report.path, face, shared=scope is Reach.PROJECT, yes=yes)
        report = setup(settings, str(client), dry_run=False, **wish)
    learns, stores = settings.learn, settings.approve_writes
    if not dry_run:
        asked = not (remove or yes)
        learns = _consent(face, "learn", learn, told=_LEARN, known=learns, asked=asked)
        stores = _consent(face, "approve_writes", writes, told=_WRITES, known=stores, asked=asked)
    face.show({**_shape(report), "learn": learns, "approve_writes": stores}, _text(report))
    if learn is not None and not dry_run:
        face.talk(f"Learning from sessions is {'on' if learns else 'off'}.")
    if writes is not None and not dry_run:
        face.talk(f"Storing {'needs no question' if stores else 'is asked about'}.")


_QUESTIONS = {
    "learn": "Learn from your sessions?",
    "approve_writes": "Let assistants store without a question?",
}


def _consent(face: Face, name: str, wish: bool | None, *, told: str, known: bool, asked: bool) -> bool:
    """Return what a person agreed to: as the option says, else as it was, else as somebody at a terminal says, who is asked once."""
    from memsync.edges.settings import change, explain

    if wish is None:
        decided = next(s.source for s in explain() if s.name == name) != "default"
        if decided or not asked or not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
            return known
        face.talk(told)
        wish = click.confirm(_QUESTIONS[name], default=False, err=True)
    elif wish and not known:
        face.talk(told)
    if wish != known or not wish:
        change(name, "true" if wish else "false")
    return wish


def _native(face: Face, *, dry_run: bool, remove: bool, yes: bool) -> None:
    from memsync.store.native import native

    wish: dict[str, Any] = {"environ": os.environ, "project_dir": face.here(), "remove": remove}
    settings = face.settings()
    report = native(settings, dry_run=True, **wish)
    if not dry_run:
        if report.changed:
            _ask(report.diff, report.settings, face, shared=True, yes=yes)
        report = native(settings, **wish)
    face.show(_native_shape(report), _native_text(report))


def _ask(diff: str, path: str, face: Face, *, shared: bool, yes: bool) -> None:
    """Show the change and have it confirmed. Without a terminal, only a file in the project needs a person's word."""
    if yes:
        return
    if is_terminal(sys.stdin) and is_terminal(sys.stderr):
        face.talk(diff)
        if click.confirm(f"Change {path}?", default=True, err=True):
            return
        raise GuardHalted("setup", "nothing was changed", hint="`--dry-run` shows the change.")
    if shared:
        face.talk(diff)
        raise GuardHalted(
            "setup",
            f"{path} belongs to the project, so a person must agree",
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


def _native_shape(report: NativeReport) -> dict[str, Any]:
    from memsync.cli.shapes import import_shape

    return {
        "client": "claude",
        "project": report.project,
        "folder": report.folder,
        "path": report.settings,
        "changed": report.changed,
        "dry_run": report.dry_run,
        "removed": report.removed,
        "diff": report.diff,
        "backup": report.backup,
        "old": report.old,
        "waiting": report.waiting,
        "adopted": import_shape(report.adopted) if report.adopted else None,
        "notes": list(report.notes),
    }


def _native_text(report: NativeReport) -> str:
    from memsync.cli.render import import_text

    if report.dry_run:
        files = f"{report.waiting} file{'s' * (report.waiting != 1)}"
        adopts = [f"adopts {files} of {one_line(report.old)}"] if report.old and not report.removed else []
        return "\n".join((clean(report.diff).rstrip() or "nothing to change", *adopts))
    lines = [
        f"claude: its memory of this project is {'its own again' if report.removed else one_line(report.folder)}"
    ]
    if report.adopted:
        lines += [f"  {line}" for line in import_text(report.adopted).splitlines()]
    if report.backup:
        lines.append(f"  backup: {one_line(report.backup)}")
    return "\n".join((*lines, *(f"  {one_line(note)}" for note in report.notes)))

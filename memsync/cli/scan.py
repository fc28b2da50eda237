"""`memsync scan`: look for secrets, in a store or anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.progress import working
from memsync.cli.render import scan_text
from memsync.cli.render_leaks import history_shape, history_text
from memsync.cli.shapes import scan_shape
from memsync.core.gate import Level
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.report import ScanReport

SECRET, UNREADABLE = 3, 2


@a_command(
    "scan",
    examples=[
        "memsync scan",
        "memsync scan docs/ notes.md --json",
        "memsync scan --staged",
        "memsync scan --history",
    ],
)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--staged", is_flag=True, help="The files staged for commit in the git repository here, as staged."
)
@click.option(
    "--history",
    is_flag=True,
    help="Every version, name and message that the git repository at PATH (default: the store) holds.",
)
@click.pass_obj
def command(face: Face, *, paths: tuple[str, ...], staged: bool, history: bool) -> int:
    """Look for secrets in files and folders (default: the store), in a store or not. Exit code 3 where one blocks.

    A finding names its rule and line, never the secret; in history also the commit that brought it.
    """
    from memsync.store import scan_paths, scan_staged

    settings = face.settings()
    if history:
        return _history(face, paths, staged=staged)
    if staged and paths:
        raise BadInput(
            "PATH",
            "can't be given with --staged",
            hint="--staged scans all that is staged in the repository here.",
        )
    with working(face, "Scanning"):
        if staged:
            report = scan_staged(cwd=face.here(), from_git=face.from_git, settings=settings)
        else:
            report = scan_paths([Path(p) for p in paths] or [face.open().root], settings=settings)
    return show_scan(report, face, gate=staged)


def _history(face: Face, paths: tuple[str, ...], *, staged: bool) -> int:
    from memsync.store import scan_history

    if staged or len(paths) > 1:
        raise BadInput(
            "--history", "takes one PATH, and no --staged", hint="It looks at what is staged as well."
        )
    place = Path(paths[0]) if paths else face.open().root
    with working(face, "Looking through history"):
        report = scan_history(place, settings=face.settings(), from_git=face.from_git)
    face.show(history_shape(report), history_text(report))
    for oid, why in report.unreadable:
        face.talk(f"not scanned: object {oid[:12]}: {why}")
    return SECRET if any(leak.finding.level is Level.BLOCK for leak in report.leaks) else 0


def show_scan(report: ScanReport, face: Face, *, gate: bool) -> int:
    """Show a scan's report. In a gate, what could not be read is refused like a secret."""
    face.show(scan_shape(report), scan_text(report))
    for path, why in report.unreadable:
        face.talk(f"not scanned: {one_line(path)}: {one_line(why)}")
    if any(f.level is Level.BLOCK for f in report.findings):
        return SECRET
    return UNREADABLE if gate and report.unreadable else 0

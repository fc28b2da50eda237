"""`memsync scan`: look for secrets, in a store or anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.progress import working
from memsync.cli.render import scan_text
from memsync.cli.shapes import scan_shape
from memsync.core.gate import Level
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.report import ScanReport

SECRET, UNREADABLE = 3, 2


@a_command("scan", examples=["memsync scan", "memsync scan docs/ notes.md --json", "memsync scan --staged"])
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--staged", is_flag=True, help="The files staged for commit in the git repository here, as staged."
)
@click.pass_obj
def command(face: Face, paths: tuple[str, ...], staged: bool) -> int:
    """Look for secrets in files and folders (default: the store), in a store or not. Exit code 3 where one blocks.

    A finding names its rule and line, never the secret.
    """
    from memsync.store import scan_paths, scan_staged

    settings = face.settings()
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


def show_scan(report: ScanReport, face: Face, *, gate: bool) -> int:
    """Show a scan's report. In a gate, what could not be read is refused like a secret."""
    face.show(scan_shape(report), scan_text(report))
    for path, why in report.unreadable:
        face.talk(f"not scanned: {one_line(path)}: {one_line(why)}")
    if any(f.level is Level.BLOCK for f in report.findings):
        return SECRET
    return UNREADABLE if gate and report.unreadable else 0

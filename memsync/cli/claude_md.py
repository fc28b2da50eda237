"""`memsync claude-md`: a short block in CLAUDE.md or AGENTS.md, for assistants without hooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.options import a_command
from memsync.cli.plain import clean, one_line

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "claude-md",
    examples=["memsync claude-md --dry-run", "memsync claude-md", "memsync claude-md AGENTS.md --remove"],
)
@click.argument("path", type=click.Path(), required=False)
@click.option(
    "--import", "imported", is_flag=True, help="Only an @import there; the text in .claude/memsync.md."
)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--remove", is_flag=True, help="Take the block out.")
@click.pass_obj
def command(face: Face, *, path: str | None, imported: bool, dry_run: bool, remove: bool) -> None:
    """Keep a short block in PATH that tells an assistant to use memsync: for those without hooks.

    PATH is this repository's CLAUDE.md, else its AGENTS.md, else a new CLAUDE.md. No line outside the block is touched;
    twice is once.
    """
    from memsync.store.claude_md import instruct

    done = instruct(
        Path(path).expanduser() if path else None,
        cwd=face.here(),
        imported=imported,
        remove=remove,
        dry_run=dry_run,
    )
    shape = {
        "path": done.path,
        "changed": list(done.changed),
        "dry_run": done.dry_run,
        "removed": done.removed,
        "diff": done.diff,
    }
    verb = "removed from" if done.removed else "kept in"
    told = [f"memsync's block is {verb} {one_line(place)}" for place in done.changed]
    if dry_run:
        told = [clean(done.diff)]
    face.show(shape, "\n".join(told) if done.changed else f"nothing to change in {one_line(done.path)}")

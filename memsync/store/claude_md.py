"""CLAUDE.md and AGENTS.md, wired: which file of a project is meant. Needs no store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.flows.claude_md import IMPORTED, Instructed

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("CLAUDE.md", "AGENTS.md")


def instruct(
    path: Path | None, *, cwd: Path, imported: bool = False, remove: bool = False, dry_run: bool = False
) -> Instructed:
    """Keep memsync's block in a file, or take it out. None is the CLAUDE.md, else the AGENTS.md, of the repository at `cwd`.

    Raises BadInput, CannotWrite, NoSpace, Busy.
    """
    from memsync.edges.clients import ClientFiles
    from memsync.flows.claude_md import instruct as flow

    chosen = path.absolute() if path else _chosen(cwd)
    beside = str(chosen.parent / IMPORTED)
    return flow(
        str(chosen), beside=beside, imported=imported, files=ClientFiles(), remove=remove, dry_run=dry_run
    )


def _chosen(cwd: Path) -> Path:
    real = cwd.resolve()
    top = next((place for place in (real, *real.parents) if (place / ".git").exists()), real)
    return next((top / name for name in _NAMES if (top / name).exists()), top / _NAMES[0])


__all__ = ["Instructed", "instruct"]

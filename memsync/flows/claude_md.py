"""Keeping the block in CLAUDE.md or AGENTS.md: read, decide, write what changed and nothing else."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.managed_block import TEXT, with_block, without_block
from memsync.errors import BadInput, Busy

if TYPE_CHECKING:
    from memsync.core.ports import ClientFiles

IMPORTED = ".claude/memsync.md"
"""Where the text stands when CLAUDE.md only imports it, below CLAUDE.md's folder: an import from elsewhere needs approval."""

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructed:
    """What was, or would be, done to which files. `diff` is of all of them."""

    path: str
    changed: tuple[str, ...] = ()
    diff: str = ""
    dry_run: bool = False
    removed: bool = False


def instruct(
    path: str,
    *,
    beside: str,
    imported: bool = False,
    files: ClientFiles,
    remove: bool = False,
    dry_run: bool = False,
) -> Instructed:
    """Keep the block in the file at `path`, or take it out; with `imported` the text stands in `beside` and is imported.

    Raises BadInput naming the line where the marks don't pair, CannotWrite, NoSpace, Busy. A file that is left empty goes,
    and so does the text in `beside` once it is imported no more.
    """
    importing = f"@{IMPORTED}"
    wanted = {path: None if remove else importing if imported else TEXT}
    if imported and not remove:
        wanted = {beside: TEXT, **wanted}
    elif importing in (files.read(path) or ""):
        wanted[beside] = None
    changed, diffs = [], []
    for place, inside in wanted.items():
        diff = _keep(place, inside, files, dry_run=dry_run)
        if diff:
            changed.append(place)
            diffs.append(diff)
    return Instructed(path=path, changed=tuple(changed), diff="".join(diffs), dry_run=dry_run, removed=remove)


def _keep(path: str, inside: str | None, files: ClientFiles, *, dry_run: bool) -> str:
    """Bring one file to what is wanted; return the difference, empty where there is none."""
    for _ in range(_TRIES):
        before = files.read(path)
        try:
            after = without_block(before or "") if inside is None else with_block(before or "", inside)
        except BadInput as error:
            raise BadInput(path, f"{error.field}: {error.problem}", hint=error.hint) from None
        if after == (before or ""):
            return ""
        gone = before is not None and not after.strip()
        if dry_run or (
            files.remove(path, expected=before or "")
            if gone
            else files.write(path, after, expected=before, shared=True)
        ):
            return _diff(path, before or "", after)
    raise Busy(f"{path} is being written by another program")


def _diff(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=path, tofile=path, lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)

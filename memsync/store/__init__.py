"""The store's floor: where edges meet flows. Every door imports from here, and nothing below it.

`Store` is the façade; the functions need no store of the user's, or find the one they are in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.store.clock import now
from memsync.store.facade import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from memsync.core.export import Export
    from memsync.core.report import ScanReport
    from memsync.edges.settings import Settings


def redacted(text: str) -> str:
    """Return a text with what memsync's own rules find in it replaced by marks. Needs no store. Raises GateShut."""
    from memsync.store import gatehouse

    return gatehouse.redacted(text)


def scan_paths(paths: Iterable[Path], *, settings: Settings) -> ScanReport:
    """Scan files and folders, in a store or not; the allowances of the store they are in count."""
    from memsync.store import gatehouse

    return gatehouse.scan_paths(list(paths), settings=settings)


def scan_staged(*, cwd: Path, from_git: Mapping[str, str], settings: Settings) -> ScanReport:
    """Scan what the next commit of the repository at `cwd` would bring. Raises GuardHalted for a stale index of a store.

    `from_git` are the GIT_ variables a hook inherited; without them the wrong index would be scanned.
    """
    from memsync.store import gatehouse

    return gatehouse.scan_staged(cwd=cwd, from_git=from_git, settings=settings)


def export_at(source: Path) -> Export | None:
    """Return the export of memsync at a path, or None where it is an ordinary folder or file. Raises BadInput for a broken one."""
    from memsync.store import exporting

    return exporting.found_at(source)


def git_hook(
    event: str, *, stdin: bytes, cwd: Path, from_git: Mapping[str, str], settings: Settings
) -> ScanReport:
    """Answer git's pre-push, pre-receive and post-merge hooks."""
    from memsync.store import gatehouse

    return gatehouse.git_hook(event, stdin=stdin, cwd=cwd, from_git=from_git, settings=settings)


__all__ = ["Store", "export_at", "git_hook", "now", "redacted", "scan_paths", "scan_staged"]

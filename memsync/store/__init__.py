"""The store's floor: where edges meet flows. Every door imports from here, and nothing below it.

`Store` is the façade, imported when it is first used; the functions need no store of the user's, or find the one they are in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from memsync.core.export import Export
    from memsync.core.leaks import HistoryReport
    from memsync.core.report import ScanReport
    from memsync.edges.settings import Settings
    from memsync.store.facade import Store


def __getattr__(name: str) -> Any:
    """Import the façade when it is first asked for: who asks a resident process needs it not. Source: PEP 562."""
    if name != "Store":
        raise AttributeError(f"module 'memsync.store' has no attribute {name!r}")
    from memsync.store.facade import Store

    return Store


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


def key_in(path: Path) -> str:
    """Return the key in a file of its owner's alone. Raises BadInput where others may read it."""
    from memsync.edges.key_file import read_key

    return read_key(path)


def scan_history(place: Path, *, settings: Settings, from_git: Mapping[str, str]) -> HistoryReport:
    """Look for secrets in all that the git repository at `place` holds: every version, name and message."""
    from memsync.store import leaks

    return leaks.scan_history(place, settings=settings, from_git=from_git)


def git_hook(
    event: str, *, stdin: bytes, cwd: Path, from_git: Mapping[str, str], settings: Settings
) -> ScanReport:
    """Answer git's pre-push, pre-receive and post-merge hooks."""
    from memsync.store import gatehouse

    return gatehouse.git_hook(event, stdin=stdin, cwd=cwd, from_git=from_git, settings=settings)


def merge_driver(words: Sequence[str], *, cwd: Path, settings: Settings) -> tuple[str, ...]:
    """Merge one file for git, which names base, ours, theirs and the path; returns the twins that will be there."""
    from memsync.store import driving

    return driving.drive(words, cwd=cwd, settings=settings)


__all__ = [
    "Store",
    "export_at",
    "git_hook",
    "key_in",
    "merge_driver",
    "now",
    "redacted",
    "scan_paths",
    "scan_staged",
]

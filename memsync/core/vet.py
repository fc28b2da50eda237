"""Vetting: which entries of somebody else's tree may become files here.

An entry that is refused stays in the tree as it is, is listed by `status`, and is never written to the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.memory import MAX_BYTES
from memsync.core.names import MAX_LEVELS, fold, is_synced_path, part_problem, path_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Entry = tuple[str, str, str, int | None, str]  # mode, type, oid, size in bytes (None: unknown), path

MAX_FILES = 20_000
MAX_TOTAL = 200 * 1024 * 1024
_GIT_FILES = frozenset({".gitattributes", ".gitmodules", ".lfsconfig", ".gitkeep", ".mailmap"})
_MODES = {
    "120000": "is a symbolic link",
    "160000": "is a submodule",
    "100755": "is marked executable",
    "100664": "has an old mode",
    "040000": "is a folder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetted:
    """What may be taken in (path → blob id) and what may not (path → why)."""

    accepted: Mapping[str, str]
    refused: Mapping[str, str]


def vet(entries: Iterable[Entry], *, max_files: int = MAX_FILES, max_total: int = MAX_TOTAL) -> Vetted:
    """Judge every entry of a tree (as `git ls-tree -r -z -l` gives them). The order of the entries makes no difference."""
    accepted: dict[str, str] = {}
    refused: dict[str, str] = {}
    names = _Names()
    total = 0
    for mode, kind, oid, size, path in sorted(
        entries, key=lambda e: (not e[4].startswith(".memsync/"), e[4])
    ):
        why = entry_problem(mode, kind, size, path) or names.problem(path)
        if why is None and len(accepted) >= max_files:
            why = f"is beyond the first {max_files} files"
        if why is None and total + (size or 0) > max_total:
            why = f"is beyond the first {max_total // 1024**2} MiB"
        if why is None:
            accepted[path] = oid
            total += size or 0
            names.take(path)
        else:
            refused[path] = why
    return Vetted(accepted=accepted, refused=refused)


def entry_problem(mode: str, kind: str, size: int | None, path: str) -> str | None:
    """Return why one entry, whatever else is in the tree, may not be taken in; None where it may."""
    if mode != "100644" or kind != "blob":
        return _MODES.get(mode, "is no ordinary file")
    if path.rsplit("/", 1)[-1].lower() in _GIT_FILES:
        return "is a file that steers git"
    if path.startswith(".memsync/"):
        why = _own_problem(path)
    elif path == ".gitignore":
        why = None
    else:
        why = path_problem(path)
    if why is None and not is_synced_path(path):
        why = "is no memory"
    if why is None and size is not None and size > MAX_BYTES:
        why = f"is larger than {MAX_BYTES // 1024} KiB"
    return why


def _own_problem(path: str) -> str | None:
    parts = path.split("/")
    if len(parts) > MAX_LEVELS:
        return f"is more than {MAX_LEVELS} levels deep"
    return next((p for p in map(part_problem, parts[1:]) if p), None)


class _Names:
    """The names taken so far, as the least careful file system sees them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def problem(self, path: str) -> str | None:
        folded = fold(path)
        twin = self._files.get(folded) or self._folders.get(folded)
        if twin is None:
            twin = next((self._files[f] for f in _parents(folded) if f in self._files), None)
        return None if twin is None else f"can't be told from {twin!r} on every system"

    def take(self, path: str) -> None:
        folded = fold(path)
        self._files[folded] = path
        for parent in _parents(folded):
            self._folders.setdefault(parent, path)


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]

"""One look at all files of a store: fast, without following a link, and telling what can't be taken."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from memsync.core.change import Stamp
from memsync.core.names import MAX_LEVELS, is_synced_path, part_problem
from memsync.edges.tree.folders import NOT_THERE, opened_root

if TYPE_CHECKING:
    from pathlib import Path

_LINK = "is a symbolic link"
_KIND = 0o170000  # the bits of a mode that tell a file's kind
_DEEPEST = MAX_LEVELS + 1  # one further, so that what is too deep is told rather than passed over


class Survey:
    """What stands in a store. `not_taken`: path and why, for what would be memories but for its name or kind.

    A path of `not_taken` is there and must not be inferred as deleted; where it is a folder, nor anything below it.
    """

    __slots__ = ("listing", "not_taken")

    def __init__(self) -> None:
        self.listing: dict[str, Stamp] = {}
        self.not_taken: list[tuple[str, str]] = []


class _Place(NamedTuple):
    """Where the walk is: `prefix` is empty or ends in `/`, `problem` is that of a folder above."""

    prefix: str
    level: int
    problem: str


def survey(root: Path) -> Survey:
    """Walk the store. Raises NotAStore where its root is missing; a folder that can't be read is told."""
    seen = Survey()
    with opened_root(root) as top:
        _folder(top, _Place("", 1, ""), seen)
    return seen


def folders_in(root: Path, path: str) -> list[str]:
    """Return the names of a folder's own folders that are not empty, sorted. Raises NotAStore where the root is missing."""
    with opened_root(root) as top:
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
        except OSError:
            return []
        try:
            with os.scandir(folder) as entries:
                return sorted(e.name for e in entries if e.name[0] != "." and _has_any(folder, e.name))
        finally:
            os.close(folder)


def _has_any(above: int, name: str) -> bool:
    try:
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
    except OSError:
        return False
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    finally:
        os.close(folder)


def _folder(descriptor: int, place: _Place, seen: Survey) -> None:
    prefix, level, listing = place.prefix, place.level, seen.listing
    sound = not place.problem and level <= MAX_LEVELS
    with os.scandir(descriptor) as entries:
        for entry in entries:
            name = entry.name
            path = prefix + name
            if sound and name[-3:] == ".md" and part_problem(name) is None and (stamp := _stamp(entry)):
                listing[path] = stamp  # nearly every file; whatever else there is goes the long way
            elif entry.is_dir(follow_symlinks=False):
                if level < _DEEPEST and (name[0] != "." or path == ".memsync"):
                    _below(descriptor, name, place, seen)
            elif (name[-3:] == ".md" and name[0] != ".") or is_synced_path(
                path
            ):  # the first is the second, quicker
                _file(entry, place, seen)
            elif name[0] != "." and entry.is_symlink():
                seen.not_taken.append((path, _LINK))  # it may stand where a folder of memories stood


def _below(descriptor: int, name: str, place: _Place, seen: Survey) -> None:
    path = place.prefix + name
    try:
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
    except OSError as error:
        if error.errno not in NOT_THERE:
            seen.not_taken.append((path, "the folder can't be read"))
        return
    try:
        wrong = place.problem or ("" if path == ".memsync" else part_problem(name) or "")
        _folder(below, _Place(f"{path}/", place.level + 1, wrong), seen)
    finally:
        os.close(below)


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """Return the stamp of a regular file with one name; None for anything else."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    if status.st_mode & _KIND != stat.S_IFREG or status.st_nlink != 1:
        return None
    return Stamp._make((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))


def _file(entry: os.DirEntry[str], place: _Place, seen: Survey) -> None:
    path = place.prefix + entry.name
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return  # gone since the folder was read
    wrong = place.problem or ("" if path == ".gitignore" else part_problem(entry.name) or "")
    if not wrong and (
        status.st_mode & _KIND != stat.S_IFREG or status.st_nlink != 1 or place.level > MAX_LEVELS
    ):
        wrong = _wrong(status, place.level)
    if wrong:
        seen.not_taken.append((path, wrong))
        return
    seen.listing[path] = Stamp(
        size=status.st_size, mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns, inode=status.st_ino
    )


def _wrong(status: os.stat_result, level: int) -> str:
    if stat.S_ISLNK(status.st_mode):
        return _LINK
    if not stat.S_ISREG(status.st_mode):
        return "is no regular file"
    if status.st_nlink != 1:
        return "has a second name (a hard link)"
    if level > MAX_LEVELS:
        return f"is more than {MAX_LEVELS} levels deep"
    return ""

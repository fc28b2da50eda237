"""RefMark: whether the branches of a git repository on this disk changed, by a few stats. No git is started."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from memsync.errors import BadInput

_MOST = 20_000  # files of refs that are looked at; a store has one


class RefMark:
    """Looks at one repository, bare or not. Raises BadInput where there is none at that place."""

    def __init__(self, place: Path) -> None:
        self._git = _gitdir(place)
        self._stamp: tuple[object, ...] = ()
        self._mark = ""

    def read(self) -> str:
        """Return a mark of all branches and where they stand; another one after any of them moved. Raises OSError.

        Files are read again only where a stamp changed, so that looking several times a second costs next to nothing;
        what git only packs together, unchanged, keeps its mark.
        """
        (self._git / "HEAD").stat()
        stamp = self._stamps()
        if stamp != self._stamp:
            self._mark, self._stamp = self._content(), stamp
        return self._mark

    def _stamps(self) -> tuple[object, ...]:
        found = [_stamp(self._git / "packed-refs"), _stamp(self._git / "reftable" / "tables.list")]
        return (*found, *(s for path in self._loose() if (s := _stamp(path))))

    def _loose(self) -> list[str]:
        """Return the files below refs/heads, sorted; links are not followed."""
        found: list[str] = []
        folders = [str(self._git / "refs" / "heads")]
        for folder in folders:
            with suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif not entry.name.endswith(".lock"):
                        found.append(entry.path)
            if len(found) + len(folders) > _MOST:
                break
        return sorted(found)

    def _content(self) -> str:
        branches: dict[str, str] = {}
        with suppress(OSError):
            text = (self._git / "packed-refs").read_text(encoding="utf-8", errors="surrogateescape")
            for line in text.splitlines():
                oid, _, name = line.partition(" ")
                if name.startswith("refs/heads/"):
                    branches[name] = oid
        for path in self._loose():
            with suppress(OSError):
                name = Path(path).relative_to(self._git).as_posix()
                branches[name] = Path(path).read_text(encoding="utf-8", errors="surrogateescape").strip()
        with suppress(OSError):  # the other format of refs: its list of tables changes with every change
            branches[""] = (self._git / "reftable" / "tables.list").read_text(errors="surrogateescape")
        told = "\n".join(f"{name} {oid}" for name, oid in sorted(branches.items()))
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def _stamp(path: Path | str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - some hundred times a minute
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _gitdir(place: Path) -> Path:
    """Return the git folder of a bare repository, of a work tree, or of a linked one's main repository."""
    for candidate in (place, place / ".git"):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    with suppress(OSError, ValueError):
        linked = place / (place / ".git").read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
        common = linked / (linked / "commondir").read_text(encoding="utf-8").strip()
        if (common / "objects").is_dir():
            return common
    raise BadInput("repository", f"there is no git repository at {place}")

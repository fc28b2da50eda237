"""The place a store is founded on: a folder, the repository around it, and the git hooks in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from memsync.core.git_environment import scrubbed
from memsync.core.merge_driver import with_attributes
from memsync.errors import CannotWrite, GitUnusable

_WAIT = 30.0  # seconds
_DRIVER = "merge.memsync.driver"
_DRIVER_NAME, _DRIVER_RECURSIVE = "merge.memsync.name", "merge.memsync.recursive"


class Site:
    """A folder that is to be a store, or is one. Implements the port core.ports.Site."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def path(self) -> str:
        """The folder's path, absolute."""
        return str(self._root)

    def is_repository(self) -> bool:
        """Whether the folder has a git repository of its own."""
        return (self._root / ".git").exists()

    def outer(self) -> str:
        """Return the top of the git work tree around the folder (not its own); empty where there is none."""
        real = Path(os.path.realpath(self._root))
        return next((str(p) for p in real.parents if (p / ".git").exists()), "")

    def exclude_from(self, outer: str) -> None:
        """Write the folder into the outer repository's own exclude file, once. Nothing of it is committed there."""
        place = Path(outer) / self._git(Path(outer), "rev-parse", "--git-path", "info/exclude")
        line = f"/{Path(os.path.realpath(self._root)).relative_to(os.path.realpath(outer)).as_posix()}/"
        try:
            known = place.read_text(encoding="utf-8", errors="surrogateescape") if place.exists() else ""
            if line in known.splitlines():
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(("" if not known or known.endswith("\n") else "\n") + line + "\n")
        except OSError as error:
            raise CannotWrite(str(place), (error.strerror or "can't be written").lower()) from error

    def prepare(self) -> None:
        """Make the folder, and let nobody but its owner in (0700). Raises CannotWrite."""
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._root.stat().st_uid == os.getuid():
                self._root.chmod(0o700)
        except FileExistsError:
            raise CannotWrite(str(self._root), "is a file, no folder") from None
        except OSError as error:
            raise CannotWrite(str(self._root), (error.strerror or "can't be made").lower()) from error

    def hooks_elsewhere(self) -> str:
        """Return the folder git takes hooks from instead of the repository's own (core.hooksPath), or an empty text."""
        return self._git(self._root, "config", "--get", "core.hooksPath", may_fail=True)

    def hook(self, name: str) -> bytes | None:
        """Return a git hook as it is, or None."""
        try:
            return (self._hooks() / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CannotWrite(
                str(self._hooks() / name), (error.strerror or "can't be read").lower()
            ) from error

    def plant_hook(self, name: str, script: bytes) -> None:
        """Write a git hook, executable, in one step. The caller has looked at what is there."""
        folder = self._hooks()
        fresh = folder / f".{name}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(script)
            fresh.chmod(0o755)
            fresh.replace(folder / name)
        except OSError as error:
            raise CannotWrite(str(folder / name), (error.strerror or "can't be written").lower()) from error

    def merges_by(self, driver: str) -> bool:
        """Whether git merges this repository's files by this command line."""
        known = self._git(self._root, "config", "--local", "--get", _DRIVER, may_fail=True)
        text = _text(self._attributes())
        return known == driver and with_attributes(text) == text

    def plant_driver(self, driver: str) -> None:
        """Let git merge this repository's files by this command line, and leave their bytes alone; in no commit of it.

        The driver comes before the attributes that name it. A virtual ancestor of two crossing merges is left to git's
        binary rule: no twin may come of a merge that nobody asked for.
        """
        for key, value in ((_DRIVER, driver), (_DRIVER_NAME, "memsync"), (_DRIVER_RECURSIVE, "binary")):
            self._git(self._root, "config", "--local", key, value)
        place = self._attributes()
        text = _text(place)
        if with_attributes(text) == text:
            return
        fresh = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(with_attributes(text), encoding="utf-8", errors="surrogateescape")
            fresh.replace(place)
        except OSError as error:
            raise CannotWrite(str(place), (error.strerror or "can't be written").lower()) from error

    def _attributes(self) -> Path:
        return self._root / self._git(self._root, "rev-parse", "--git-path", "info/attributes")

    def _hooks(self) -> Path:
        return self._root / self._git(self._root, "rev-parse", "--git-common-dir") / "hooks"

    def _git(self, folder: Path, *arguments: str, may_fail: bool = False) -> str:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=folder, env=scrubbed(os.environ), stdin=subprocess.DEVNULL,
                capture_output=True, timeout=_WAIT, check=False, encoding="utf-8", errors="surrogateescape",
            )  # fmt: skip
        except FileNotFoundError:
            raise GitUnusable("is not installed") from None
        except subprocess.TimeoutExpired:
            raise GitUnusable("gave no answer in time", hint="Is the disk there?") from None
        if done.returncode and not may_fail:
            raise GitUnusable(
                f"can't use the repository at {folder}", hint="`git status` in that folder says why."
            )
        return done.stdout.strip()


def _text(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise CannotWrite(str(place), (error.strerror or "can't be read").lower()) from error

"""What starts programs for a user on this system: asked and told through its own commands, with a time limit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.autostart import OURS, System
from memsync.errors import BadInput, CannotWrite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WAIT = 30.0


def system_here() -> System:
    """Return what there is on this machine."""
    if sys.platform == "darwin" and shutil.which("launchctl"):
        return System.LAUNCHD
    return System.SYSTEMD if shutil.which("systemctl") else System.NONE


def file_of(system: System, name: str, environ: Mapping[str, str]) -> Path:
    """Return where this user's file of that name belongs."""
    if system is System.LAUNCHD:
        return Path.home() / "Library" / "LaunchAgents" / f"{name}.plist"
    named = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(named) if named.startswith("/") else Path.home() / ".config"
    return folder / "systemd" / "user" / f"{name}.service"


def read(path: Path) -> str | None:
    """Return the file's text, or None where there is none. Raises CannotWrite where it can't be read."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(str(path), (error.strerror or "can't be read").lower()) from error


def write(path: Path, text: str) -> bool:
    """Write the file, whole or not at all; False where it says so already. Raises BadInput for one that is not memsync's."""
    known = read(path)
    if known == text:
        return False
    refuse_foreign(path, known)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(0o600)
        fresh.replace(path)
    except OSError as error:
        raise CannotWrite(str(path), (error.strerror or "can't be written").lower()) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return True


def remove(path: Path) -> bool:
    """Remove the file; False where there is none. Raises BadInput for one that is not memsync's."""
    known = read(path)
    if known is None:
        return False
    refuse_foreign(path, known)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(str(path), (error.strerror or "can't be removed").lower()) from error
    return True


def refuse_foreign(path: Path, text: str | None) -> None:
    """Raise BadInput for a file that somebody else wrote."""
    if text is not None and OURS not in text:
        raise BadInput("service", f"{path} was not written by memsync", hint="Move it away first.")


def wanted_link(path: Path) -> Path:
    """Return the link by which systemd starts a unit at login, as `systemctl enable` makes it."""
    return path.parent / "default.target.wants" / path.name


def link(path: Path) -> None:
    """Make that link, where no systemd of the user's runs that could be told to."""
    wanted = wanted_link(path)
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            wanted.symlink_to(path)
    except OSError as error:
        raise CannotWrite(str(wanted), (error.strerror or "can't be made").lower()) from error


def unlink(path: Path) -> None:
    """Take that link away."""
    with suppress(OSError):
        wanted_link(path).unlink(missing_ok=True)


def run(words: Sequence[str]) -> tuple[bool, str]:
    """Run one of the system's commands; whether it went well, and the last line of what it said."""
    try:
        done = subprocess.run(
            list(words), stdin=subprocess.DEVNULL, capture_output=True, timeout=_WAIT, check=False, encoding="utf-8",
            errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, f"{words[0]}: {type(error).__name__}"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode == 0, lines[-1][:300] if lines else ""

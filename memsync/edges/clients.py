"""The assistants' configuration files, and their own commands."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.clients import Homes
from memsync.errors import BadInput, CannotWrite, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

from contextlib import contextmanager

_PATIENCE = 60.0  # seconds for a client's own command; Claude's takes one or two
_QUIET = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}


def homes(environ: Mapping[str, str]) -> Homes:
    """Return where this user's clients keep their configuration."""
    home = Path.home()
    named = {k: Path(v).expanduser().absolute() for k, v in environ.items() if k in _NAMES and v}
    return Homes(
        home=str(home),
        claude=str(named.get("CLAUDE_CONFIG_DIR", home)),
        codex=str(named.get("CODEX_HOME", home / ".codex")),
        copilot=str(named.get("COPILOT_HOME", home / ".copilot")),
        config=str(named.get("XDG_CONFIG_HOME", home / ".config")),
    )


_NAMES = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "XDG_CONFIG_HOME")


def server_command() -> tuple[str, tuple[str, ...]]:
    """Return the absolute command and arguments that start memsync's MCP server on this machine.

    The script on the PATH, if it is this installation's: pipx and uv keep its name over upgrades. Else the one beside
    the interpreter, else the interpreter itself.
    """
    beside = Path(sys.executable).parent / "memsync-mcp"
    found = shutil.which("memsync-mcp")
    if found and os.path.realpath(found) == os.path.realpath(beside):
        return str(Path(found).absolute()), ()
    if beside.is_file():
        return str(beside), ()
    return sys.executable, (
        "-P",
        "-m",
        "memsync.mcp_server",
    )  # -P: it starts in a project; nothing there is imported


def npx_command() -> str:
    """Return the absolute path of npx, or its bare name where it is not installed yet."""
    found = shutil.which("npx")
    return str(Path(found).absolute()) if found else "npx"


class ClientFiles:
    """ports.ClientFiles on the disk. `backups` is memsync's own folder, for copies of files that stand in a project's tree."""

    def __init__(self, backups: Path | None = None) -> None:
        self._backups = backups

    def read(self, path: str) -> str | None:
        """Return a file's text, or None where there is none. Raises BadInput for what is not UTF-8."""
        with _told(path):
            try:
                return Path(path).read_bytes().decode("utf-8")
            except FileNotFoundError:
                return None
            except UnicodeDecodeError:
                raise BadInput(
                    path, "is not UTF-8", hint="Mend the file with an editor; nothing was changed."
                ) from None

    def write(self, path: str, text: str, *, expected: str | None, shared: bool) -> bool:
        """Put a text in place of `expected`, fsynced; a symbolic link stays one, permissions stay."""
        target = Path(os.path.realpath(path))
        with _told(path):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if shared else 0o700)
            number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(text.encode())
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(_mode(target, shared=shared))
                if self.read(path) != expected:
                    return False
                Path(name).replace(target)
            finally:
                Path(name).unlink(missing_ok=True)
            _sync_folder(target.parent)
        return True

    def remove(self, path: str, *, expected: str) -> bool:
        """Take a file away if it still says `expected`."""
        with _told(path):
            if self.read(path) != expected:
                return False
            Path(os.path.realpath(path)).unlink()
        return True

    def back_up(self, path: str, *, stamp: str) -> str:
        """Copy a file, with its permissions, beside itself; of a repository's tree, where nobody commits it, to `backups`."""
        target = Path(os.path.realpath(path))
        name = f"{target.name}.memsync-{stamp}.bak"
        with _told(path):
            copy = target.with_name(name)
            if self._backups and any((place / ".git").exists() for place in target.parents):
                folder = self._backups / "backups"
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                copy = folder / f"{hashlib.sha256(os.fsencode(target)).hexdigest()[:8]}-{name.lstrip('.')}"
            shutil.copy2(target, copy)
        return str(copy)

    def run(self, program: str, words: Sequence[str], *, cwd: str) -> bool | None:
        """Run a client's own command; whether it ended well, or None where the program is not on the PATH."""
        found = shutil.which(program)
        if found is None:
            return None
        try:
            done = subprocess.run(
                [found, *words], cwd=cwd, env={**os.environ, **_QUIET}, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=_PATIENCE, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def _mode(target: Path, *, shared: bool) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    return 0o644 if shared else 0o600


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where the system lets a folder be opened."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Turn what the disk says into memsync's errors."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(path) from error
        raise CannotWrite(path, error.strerror or type(error).__name__) from error

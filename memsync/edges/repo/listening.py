"""Listening: one idle ssh connection to `memsync wait` at the remote. Any line that comes is a ring, whatever it says."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from memsync.core.doorbell import ALIVE
from memsync.core.git_environment import without_gits
from memsync.core.history import Said
from memsync.edges.repo.child import redact
from memsync.edges.repo.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from memsync.core.doorbell import Bell
    from memsync.edges.repo.child import Child

_SILENCE = 90.0  # seconds; `memsync wait` says that it is alive each 25
_LOOK = 0.5  # seconds between two looks at `stop`
_PLAIN = "ssh -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=15 -oServerAliveCountMax=2"


def listen(child: Child, bell: Bell, *, heard: Callable[[], None], stop: Callable[[], bool]) -> Said:
    """Listen until the line ends or `stop()`; `heard` is called for each ring, first when the other side is ready.

    Returns how it ended; its text is safe to show. Nothing that comes in is believed or shown, but ssh's own error.
    """
    with tempfile.TemporaryFile() as told, Guard() as guard:
        try:
            ssh = subprocess.Popen(
                _command(child, bell),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=told,
                env=_environment(os.environ),
                start_new_session=True,  # a group to end, and no terminal for ssh to ask on
            )
        except OSError as error:
            return Said(ok=False, code=-1, text=error.strerror or "ssh can't be started")
        guard.over(ssh.pid)
        try:
            silent = _follow(ssh, heard, stop)
        finally:
            code = _end(ssh)
        told.seek(0)
        text = redact(told.read(4000).decode("utf-8", "replace"))
    return Said(ok=code == 0 and not silent, code=code, text=text, timed_out=silent)


def _follow(ssh: subprocess.Popen[bytes], heard: Callable[[], None], stop: Callable[[], bool]) -> bool:
    """Pass on what rings until the line ends; whether it ended because nothing more came at all."""
    assert ssh.stdout is not None  # noqa: S101 - it was asked for
    last = time.monotonic()
    quiet = ALIVE.encode() + b"\n"
    while not stop():
        if not select.select([ssh.stdout], [], [], _LOOK)[0]:
            if time.monotonic() - last > _SILENCE:
                return True
            continue
        said = os.read(ssh.stdout.fileno(), 4096)
        if not said:
            return False
        last = time.monotonic()
        if said.replace(quiet, b""):
            heard()
    return False


def _end(ssh: subprocess.Popen[bytes]) -> int:
    """Wait a moment for the end, else end the whole group; return the exit code."""
    for number in (0, signal.SIGTERM, signal.SIGKILL):
        if number:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(ssh.pid, number)
        with suppress(subprocess.TimeoutExpired):
            ssh.wait(0.2 if not number else 2.0)
            break
    _close(ssh.stdout)
    return ssh.returncode if ssh.returncode is not None else -1


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()


def _command(child: Child, bell: Bell) -> list[str]:
    """Return the command line: ssh as git would start it here, the host, and what to do there.

    A key with a forced command does that instead of what is asked; then the path here means nothing.
    """
    where = [
        *(("-p", str(bell.port)) if bell.port else ()),
        f"{bell.user}@{bell.host}" if bell.user else bell.host,
    ]
    asked = f"memsync wait {shlex.quote(bell.path)}" if bell.path.strip("/") else "memsync wait"
    own = os.environ.get("GIT_SSH_COMMAND") or _configured(child)
    if own:  # a line for the shell, as git takes it
        return [shutil.which("sh") or "/bin/sh", "-c", f'{own} "$@"', own, *where, asked]
    named = os.environ.get("GIT_SSH")
    return [*([named] if named else _PLAIN.split()), *where, asked]


def _configured(child: Child) -> str:
    asked = child.remote("config", "--get", "core.sshCommand", seconds=10.0, protocols="file")
    return asked.text.strip() if asked.ok else ""


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without git's variables, of which a forced command could be told some, and with no prompt."""
    return without_gits(environ) | {"SSH_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}

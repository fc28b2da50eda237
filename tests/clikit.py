"""A terminal for tests: calls `memsync` in this process or in a forked one, and keeps what it prints and how it ends."""

from __future__ import annotations

import functools
import importlib
import io
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import memsync
from memsync.__main__ import main

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterable, Mapping
    from typing import IO

    import pytest

_PATIENCE = 120.0  # seconds until a forked process that does not end is killed


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document of stdout."""
        return json.loads(self.out)


class Terminal:
    """Call it with a command's words; `stdin` is bytes, and no terminal."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: str, stdin: bytes = b"") -> Ran:
        """Run a command and return how it went."""
        self._capfd.readouterr()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(list(argv))
        sys.stdout.flush()
        out, err = self._capfd.readouterr()
        assert "Traceback" not in err
        return Ran(code=code, out=out, err=err)

    def done(self, *argv: str, stdin: bytes = b"") -> Ran:
        """Run a command that must succeed."""
        ran = self(*argv, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran


def forked(
    argv: Iterable[str],
    *,
    cwd: pathlib.Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own that was forked from this one, where no test is about how a program starts.

    It has a folder, an environment, locks and a death of its own; only Python and memsync are loaded already, which would
    take most of the time.
    """
    _load_all()
    words = list(argv)
    return in_fork(lambda: main(words), cwd=cwd, env=env, stdin=stdin)


def in_fork(
    work: Callable[[], int],
    *,
    cwd: pathlib.Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[bytes]:
    """Do something in a forked process and return how it ended: `work` returns the exit code; an error is 70 and told."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if not child:
            _become(work, (given, out, err), cwd=cwd, env=env)
        stop = threading.Timer(_PATIENCE, os.kill, (child, signal.SIGKILL))
        stop.start()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        stop.cancel()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([], code, out.read(), err.read())


@functools.cache
def _load_all() -> None:
    """Import what commands import when they need it, so that no forked process has to."""
    for module in pkgutil.walk_packages(memsync.__path__, "memsync."):
        if module.name.split(".")[1] in {"cli", "store", "edges"}:
            importlib.import_module(module.name)


def _become(
    work: Callable[[], int],
    files: tuple[IO[bytes], ...],
    *,
    cwd: pathlib.Path | None,
    env: Mapping[str, str] | None,
) -> None:
    """Be the program in a forked process; never returns."""
    code = 70
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115  # as long as the process
        sys.stdout = open(1, "w", closefd=False, encoding="utf-8")  # noqa: SIM115  # the same
        sys.stderr = open(  # noqa: SIM115  # the same
            2, "w", buffering=1, closefd=False, encoding="utf-8", errors="backslashreplace"
        )
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(cwd or os.curdir)
        if env is not None:
            os.environ.clear()
            os.environ.update(env)
        code = work()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  # the child must not go on as a second test run
        traceback.print_exc()
    finally:
        os._exit(code)

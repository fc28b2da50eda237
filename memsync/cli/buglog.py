"""The log file of a bug: versions and where it happened. No values: no locals, no arguments, no messages."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from typing import TYPE_CHECKING

from memsync.cli.version import version

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.cli.face import Face


def write_log(error: Exception, face: Face) -> str:
    """Write what is known of a bug to a new file (0600) and return its path; empty where none could be written."""
    try:
        folder = _folder(face)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"bug-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.log"
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(describe(error))
    except OSError:
        return ""
    return str(path)


def _folder(face: Face) -> Path:
    from memsync.edges.settings import Settings
    from memsync.errors import BadSettings

    try:
        return face.settings().log_dir
    except BadSettings:
        return Settings().log_dir


def describe(error: BaseException) -> str:
    """Return versions, the command's name and the chain of errors with their lines of code, without any value.

    A message may hold what a user typed or what a file says, so it stays out; an OSError's number and words are the system's.
    """
    lines = [
        f"memsync {version()}",
        f"Python {platform.python_version()} ({sys.executable})",
        platform.platform(),
        "",
    ]
    chain: BaseException | None = error
    while chain is not None:
        lines.append(f"{type(chain).__module__}.{type(chain).__qualname__}{_system_words(chain)}")
        lines += [line.rstrip() for line in traceback.format_tb(chain.__traceback__)]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
        lines += ["", "caused by:"] if chain is not None else []
    return "\n".join(lines) + "\n"


def _system_words(error: BaseException) -> str:
    match error:
        case OSError(errno=int() as number):
            return f": errno {number}, {os.strerror(number)}"
        case (
            AttributeError(name=str() as name)
            | NameError(name=str() as name)
            | ImportError(name=str() as name)
        ):
            return f": {name}"  # a name in memsync's own code
    return ""

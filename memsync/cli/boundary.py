"""The one error boundary of the terminal: every way a command can end, as an exit code and two lines that help."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from memsync.cli.face import Unprintable, flush
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.cli.face import Face

STOPPED = 130  # what a shell reports for Ctrl-C
PIPE_CLOSED = 141  # and for a reader that went away


class Usage(MemsyncError):
    """The command line can't be understood."""

    exit_code = 2
    kind = "usage"


class Bug(MemsyncError):
    """memsync itself is at fault; a log file tells where."""

    exit_code = 70
    kind = "bug"


def guarded(action: Callable[[], int | None], face: Face) -> int:
    """Do it and return the exit code; whatever goes wrong is told here and nowhere else."""
    try:
        code = action() or 0
        flush()
    except Unprintable as error:
        _let_go_of_stdout()
        return tell(error, face)
    except MemsyncError as error:
        return tell(error, face)
    except KeyboardInterrupt:
        face.talk("memsync: stopped")
        return STOPPED
    except BrokenPipeError:
        _let_go_of_stdout()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  (the boundary: a surprise becomes a log file and exit 70)
        return tell(_bug(error, face), face)
    return code


def tell(error: MemsyncError, face: Face) -> int:
    """Tell an error: a line of what and a line of what next on stderr, an object on stdout where JSON was asked for."""
    shape = _without_secrets(error.to_json())
    face.talk(f"memsync: {shape['message']}")
    if shape["hint"]:
        face.talk(f"next: {shape['hint']}")
    try:
        if face.json:
            face.say_json({"error": shape})
        flush()
    except (BrokenPipeError, Unprintable):
        _let_go_of_stdout()
    return error.exit_code


def _let_go_of_stdout() -> None:
    """Point stdout to nowhere: Python flushes it once more at exit, and there it must not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: Exception, face: Face) -> Bug:
    from memsync.cli.buglog import write_log

    log = write_log(error, face)
    where = f"The log file {log} tells where; please report it." if log else "No log file could be written."
    return Bug(
        f"a bug in memsync ({type(error).__name__}); your memories are as they were", hint=where, log=log
    )


def _without_secrets(shape: dict[str, Any]) -> dict[str, Any]:
    """Return an error's facts with any secret redacted: what was typed wrongly may have been one."""
    try:
        from memsync.store import redacted

        return {key: _each(value, redacted) for key, value in shape.items()}
    except Exception:  # noqa: BLE001  # the last door: where nothing can be scanned, nothing of what was typed is shown
        message = f"{shape['kind']} (the secret scanner failed, so details are not shown)"
        return {
            "kind": shape["kind"],
            "message": message,
            "hint": "`memsync doctor` tests the scanner.",
            "exit_code": shape["exit_code"],
        }


def _each(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list() | tuple():
            return [_each(v, change) for v in value]
        case dict():
            return {k: _each(v, change) for k, v in value.items()}
    return value

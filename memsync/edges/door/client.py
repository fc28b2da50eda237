"""The asker's side of the door. Imports what Python has loaded anyway, and socket and json: a hook has no time.

A question is two frames, an answer is two frames; a frame is its length (4 bytes, big-endian) and so many bytes. The first
frame is a JSON object: of a question `{"memsync": version, "ask": kind, …}`, of an answer `{"memsync": version, "done": bool}`.
The second is the question's or the answer's own bytes. Somebody of another version or another user is not spoken to.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

VERSION = "0.1.0"
"""memsync's version; a test keeps it equal to the package's. Asking the package's metadata would take longer than the answer."""

LARGEST = 32 * 1024 * 1024
LONGEST_PATH = 100  # bytes; the smallest sun_path in use has 104
WAIT = 0.75
"""Seconds a resident may take to answer a terminal; then that does the work itself."""
_CONNECT = 0.25


class NoAnswer(Exception):
    """There is nobody at the door, or nobody who may answer: the asker does the work itself."""


def ask(path: str, kind: str, facts: Mapping[str, str], body: bytes = b"", *, wait: float = 2.0) -> bytes:
    """Put a question to whoever is behind the socket at `path`; `facts` travel with it. Raises NoAnswer, nothing else.

    `wait` is in seconds, for the answer as a whole to begin; a resident that is busy is not waited for longer.
    """
    if not os.path.exists(path):  # noqa: PTH110  # nobody is there: what a socket needs is not even imported
        raise NoAnswer
    import socket  # noqa: PLC0415  # see above

    if not hasattr(socket, "AF_UNIX"):
        raise NoAnswer
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_CONNECT)
            line.connect(path)
            if peer_uid(line) not in (os.getuid(), None):
                raise NoAnswer
            line.settimeout(wait)
            head = json.dumps({**facts, "memsync": VERSION, "ask": kind}).encode()
            line.sendall(_frame(head) + _frame(body))
            told = json.loads(receive(line))
            if told.get("memsync") != VERSION or told.get("done") is not True:
                raise NoAnswer
            return receive(line)
    except (OSError, ValueError, AttributeError, RecursionError):
        raise NoAnswer from None


_TRAVELS = (
    "CLAUDE_PROJECT_DIR",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDECODE",
    "GEMINI_CLI",
    "GEMINI_SESSION_ID",
    "GEMINI_PROJECT_DIR",
    "CODEX_HOME",
    "CODEX_MANAGED_BY_NPM",
    "CODEX_MANAGED_PACKAGE_ROOT",
)
_HOOK_WAIT = 1.5  # seconds a resident may take; then the hook does the work itself


def hook(event: str, payload: bytes, environ: Mapping[str, str]) -> bytes:
    """Ask the resident process for a hook's answer; the folder and what of the environment tells clients apart travel with it."""
    try:
        cwd = os.getcwd()  # noqa: PTH109  # pathlib is not imported for this
    except OSError:
        cwd = ""
    facts = {name: environ[name] for name in _TRAVELS if name in environ}
    return ask(find_door(environ), "hook", {**facts, "event": event, "cwd": cwd}, payload, wait=_HOOK_WAIT)


def reply(line: socket.socket, *, done: bool, body: bytes = b"") -> None:
    """Send an answer's two frames. Raises OSError where the asker is gone."""
    head = json.dumps({"memsync": VERSION, "done": done}).encode()
    line.sendall(_frame(head) + _frame(body))


def _frame(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw


def receive(line: socket.socket) -> bytes:
    """Return one frame's bytes. Raises OSError, ValueError for one that is cut or too large."""
    length = int.from_bytes(_exactly(line, 4), "big")
    if length > LARGEST:
        raise ValueError(length)
    return _exactly(line, length)


def _exactly(line: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = line.recv(min(length, 1 << 16))
        if not part:
            raise ValueError("cut")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def peer_uid(line: socket.socket) -> int | None:
    """Return the user at the other end of a unix socket; None where the system can't tell (then the 0700 folder must do)."""
    import socket  # noqa: PLC0415  # whoever has a line has it imported

    if sys.platform == "linux":
        return int.from_bytes(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[4:8], sys.byteorder)
    if sys.platform == "darwin":
        return int.from_bytes(
            line.getsockopt(0, 1, 76)[4:8], sys.byteorder
        )  # LOCAL_PEERCRED: version, uid, groups
    return None


# ---- the signpost: where the door is, without reading the settings -----------------------------------


def find_door(environ: Mapping[str, str]) -> str:
    """Return the socket's path as a resident process wrote it down for this environment. Raises NoAnswer.

    A signpost counts only while everything the settings depend on is as it was: the variables and the settings file.
    """
    try:
        with open(signpost(environ), "rb") as file:  # noqa: PTH123  # pathlib costs more than this whole function
            known = json.load(file)
        if known["memsync"] == VERSION and known["on"] == depends_on(environ, known["config"]):
            return str(known["door"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise NoAnswer


def depends_on(environ: Mapping[str, str], config: str) -> list[str]:
    """Return everything that decides which store the settings name: variables, and the settings file's size and time."""
    names = sorted(
        n
        for n in environ
        if (
            n.startswith("MEMSYNC_") and n != "MEMSYNC_DOORBELL"
        )  # it may hold a password, and names no store
        or n in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    )
    try:
        status = os.stat(config)  # noqa: PTH116  # a hook asks without pathlib and what else it can do without: start-up
        file = f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"
    except OSError:
        file = "none"
    return [*(f"{name}={environ[name]}" for name in names), config, file]


def signpost(environ: Mapping[str, str]) -> str:
    """Return the path of the signpost for an environment: one for each set of MEMSYNC_ variables, in memsync's state folder."""
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111  # a hook asks without pathlib and what else it can do without: start-up
    if sys.platform == "darwin":
        folder = f"{home}/Library/Application Support/memsync"
    else:
        folder = (environ.get("XDG_STATE_HOME") or "").strip() or f"{home}/.local/state"
        folder = f"{folder}/memsync"
    own = "\0".join(sorted(f"{n}={environ[n]}" for n in environ if n.startswith("MEMSYNC_")))
    return f"{folder}/signpost-{_mark(own)}.json"


def _mark(text: str) -> str:
    import zlib  # noqa: PLC0415  # a hook asks without pathlib and what else it can do without: start-up

    return f"{zlib.crc32(text.encode(errors='surrogateescape')):08x}"


def post(environ: Mapping[str, str], *, config: str, door: str) -> None:
    """Write the signpost. A resident process does so when it opens its door. Raises OSError."""
    path = signpost(environ)
    shape: dict[str, Any] = {
        "memsync": VERSION,
        "on": depends_on(environ, config),
        "config": config,
        "door": door,
    }
    fresh = f"{path}.{os.getpid()}.tmp"
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120  # a hook asks without pathlib and what else it can do without: start-up
    with open(fresh, "w", encoding="utf-8") as file:  # noqa: PTH123  # a hook asks without pathlib and what else it can do without: start-up
        json.dump(shape, file)
    os.replace(fresh, path)  # noqa: PTH105  # a hook asks without pathlib and what else it can do without: start-up


def take_down(environ: Mapping[str, str], *, door: str) -> None:
    """Take the signpost away if it leads to this door."""
    path = signpost(environ)
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # a hook asks without pathlib and what else it can do without: start-up
            mine = json.load(file).get("door") == door
        if mine:
            os.unlink(path)  # noqa: PTH108  # a hook asks without pathlib and what else it can do without: start-up
    except (OSError, ValueError, AttributeError):
        return

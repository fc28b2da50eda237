"""Another MCP server over stdio, as if the client had no roots.

The reference filesystem server forgets the folders it was started with once a client offers roots: with Claude Code it
then serves the project's folder in place of the store (seen with 2026.8.31). This passes the wire through and takes that
one word out of the client's `initialize`. Source: modelcontextprotocol.io, lifecycle (2025-11-25).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 65_536
_GRACE = 3.0  # seconds the other server has to end once the client has hung up


def serve(command: Sequence[str]) -> int:
    """Run the command with the wire between it and the client; return its exit code, 127 where it can't be started."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE)
    except OSError as error:
        print(f"memsync-mcp: {command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201  # stdout is the wire
        return 127
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: child.terminate())
    threading.Thread(target=_pass_on, args=(child,), daemon=True).start()
    return child.wait()


def _pass_on(child: subprocess.Popen[bytes]) -> None:
    """Copy what the client says until either side ends; then the other server has a moment to end by itself."""
    kept: bytes | None = b""  # what came of the line under way; None once the greeting has passed
    try:
        while chunk := os.read(0, _CHUNK):
            sent, kept = _greeting_mended(chunk, kept)
            _write(child, sent)
        _write(child, kept or b"")
        if child.stdin is not None:
            child.stdin.close()
    except BrokenPipeError:
        return  # the other server has ended: its exit code says why
    last_word = threading.Timer(_GRACE, child.kill)
    last_word.daemon = True
    last_word.start()


def _greeting_mended(chunk: bytes, kept: bytes | None) -> tuple[bytes, bytes | None]:
    """Return what may be sent on, and what has to wait for the rest of its line."""
    if kept is None:
        return chunk, None
    sent = b""
    rest = kept + chunk
    while b"\n" in rest:
        line, rest = rest[: rest.index(b"\n") + 1], rest[rest.index(b"\n") + 1 :]
        greeted, line = without_roots(line)
        sent += line
        if greeted:
            return sent + rest, None
    return sent, rest


def _write(child: subprocess.Popen[bytes], sent: bytes) -> None:
    if child.stdin is not None and sent:
        child.stdin.write(sent)
        child.stdin.flush()


def without_roots(line: bytes) -> tuple[bool, bytes]:
    """Return whether a line is the client's `initialize`, and the line without the roots in it."""
    try:
        message: Any = json.loads(line)
    except ValueError:
        return False, line
    if not isinstance(message, dict) or message.get("method") != "initialize":
        return False, line
    params = message.get("params")
    offered = params.get("capabilities") if isinstance(params, dict) else None
    if isinstance(offered, dict):
        offered.pop("roots", None)
    return True, json.dumps(message, ensure_ascii=False).encode() + b"\n"

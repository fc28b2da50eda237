"""Another MCP server, started and asked as a client would: one greeting, one call. For `doctor`; needs no SDK."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import TYPE_CHECKING, Any

from memsync.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.clients import Launch

_VERSION = "2025-06-18"  # every server of today greets in it


def call_tool(
    launch: Launch, tool: str, *, cwd: str, environ: Mapping[str, str], patience: float = 30.0
) -> str:
    """Start the server, call a tool without arguments, and return its text.

    Raises Busy, which says how far it came, where the server can't be started, ends early, or takes `patience` seconds.
    """
    try:
        child = subprocess.Popen(
            [launch.command, *launch.args], cwd=cwd, env={**environ, **dict(launch.env)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise Busy(f"{launch.command} can't be started: {error.strerror}") from error
    watchdog = threading.Timer(patience, child.kill)
    watchdog.start()
    try:
        return _talk(child, tool)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        raise Busy(f"{launch.command} was started and did not answer a call") from None
    finally:
        watchdog.cancel()
        child.kill()
        child.communicate()


def _talk(child: subprocess.Popen[bytes], tool: str) -> str:
    greeting = {
        "protocolVersion": _VERSION,
        "capabilities": {},
        "clientInfo": {"name": "memsync-doctor", "version": "1"},
    }
    _say(child, {"id": 1, "method": "initialize", "params": greeting})
    _heard(child, 1)
    _say(child, {"method": "notifications/initialized"})
    _say(child, {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": {}}})
    text: str = _heard(child, 2)["content"][0]["text"]
    return text


def _say(child: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    if child.stdin is not None:
        child.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        child.stdin.flush()


def _heard(child: subprocess.Popen[bytes], number: int) -> Any:
    """Return the result with this number; what else the server says is passed over."""
    for line in child.stdout or ():
        message = json.loads(line)
        if message.get("id") == number:
            return message["result"]
    raise ValueError(number)

"""An assistant's hook: the quickest way from its input to its answer. Whoever is resident is asked before anything is imported."""

from __future__ import annotations

import os
import sys

from memsync.edges.door import client

EVENTS = frozenset({
    "sessionstart", "userpromptsubmit", "userpromptsubmitted", "beforeagent", "precompact", "precompress", "postcompact", "stop",
    "agentstop", "afteragent", "sessionend", "permissionrequest", "pretooluse", "beforetool",
})  # fmt: skip
"""What core.hooks.call knows, by hand: importing it would cost more than a resident's whole answer. A test keeps them equal."""

_TRAVELS = (
    "CLAUDE_PROJECT_DIR",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDECODE",
    "GEMINI_CLI",
    "GEMINI_SESSION_ID",
    "GEMINI_PROJECT_DIR",
    "CODEX_HOME",
)
_LARGEST = 16 * 1024 * 1024
_AFTER = 1.5  # seconds a resident may take; then the hook does the work itself


def is_event(word: str) -> bool:
    """Whether this is an assistant's event and not a hook of git."""
    return word.replace("-", "").replace("_", "").lower() in EVENTS


def answer(event: str) -> int:
    """Read the hook's input from stdin, print the answer, return 0: a hook of ours never stops an assistant."""
    try:
        payload = sys.stdin.buffer.read(_LARGEST + 1) if sys.stdin is not None else b""
    except (OSError, ValueError):
        payload = b""
    told = _told(event, payload)
    try:
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()
    except (OSError, ValueError, AttributeError):
        # The client is gone. Python flushes stdout once more at exit; there it must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _told(event: str, payload: bytes) -> bytes:
    try:
        facts = {name: os.environ[name] for name in _TRAVELS if name in os.environ}
        return client.ask(
            client.find_door(os.environ),
            "hook",
            {**facts, "event": event, "cwd": _cwd()},
            payload,
            wait=_AFTER,
        )
    except client.NoAnswer:
        return _directly(event, payload)


def _cwd() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  # pathlib is not imported for this
    except OSError:
        return ""


def _directly(event: str, payload: bytes) -> bytes:
    from memsync.edges.settings import load
    from memsync.errors import MemsyncError
    from memsync.store.hooks import assistant_hook

    try:
        settings = load()
    except MemsyncError as error:
        print(f"memsync: {error} {error.hint}", file=sys.stderr)  # noqa: T201
        return b""
    return assistant_hook(event, payload, environ=os.environ, settings=settings)

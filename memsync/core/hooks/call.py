"""Call: what an assistant's hook says, read the same from Claude Code, Codex, Gemini CLI and Copilot CLI. Never raises."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PAYLOAD = 16 * 1024 * 1024
"""Bytes of a hook's input that are looked at; a larger one is answered with silence."""

MAX_TEXT = 64 * 1024
"""Characters kept of each text of a payload."""


class Event(StrEnum):
    """What happens in the assistant, by one name for all of them."""

    START = "session-start"
    PROMPT = "prompt"
    BEFORE_COMPACTION = "before-compaction"
    AFTER_COMPACTION = "after-compaction"
    TURN_END = "turn-end"
    END = "session-end"
    PERMISSION = "permission"
    TOOL = "tool"


class Client(StrEnum):
    """Who asks. The values are the names these clients give themselves over MCP, so that hook and tool are one instance."""

    CLAUDE = "claude-code"
    CODEX = "codex-mcp-client"
    GEMINI = "gemini-cli-mcp-client"
    COPILOT = "copilot-cli"


_EVENTS: dict[str, Event] = {
    "sessionstart": Event.START,
    "userpromptsubmit": Event.PROMPT,
    "userpromptsubmitted": Event.PROMPT,
    "beforeagent": Event.PROMPT,
    "precompact": Event.BEFORE_COMPACTION,
    "precompress": Event.BEFORE_COMPACTION,
    "postcompact": Event.AFTER_COMPACTION,
    "stop": Event.TURN_END,
    "agentstop": Event.TURN_END,
    "afteragent": Event.TURN_END,
    "sessionend": Event.END,
    "permissionrequest": Event.PERMISSION,
    "pretooluse": Event.TOOL,
    "beforetool": Event.TOOL,
}
NAMES = (
    "SessionStart",
    "UserPromptSubmit",
    "PreCompact",
    "PostCompact",
    "Stop",
    "SessionEnd",
    "PermissionRequest",
    "PreToolUse",
)
"""The events by Claude's names, which Codex shares; other clients' names and `kebab-case` are understood too."""

_GEMINI_EVENTS = frozenset({"beforeagent", "afteragent", "precompress", "beforetool"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a hook. `name` is the event as the client writes it; `cwd` is absolute or empty; texts may be empty.

    `source` is why a session starts (startup, resume, clear, compact, fork), `said` the assistant's last message,
    `summary` what a compaction left.
    """

    event: Event
    name: str
    client: Client = Client.CLAUDE
    session: str = ""
    cwd: str = ""
    prompt: str = ""
    source: str = ""
    tool: str = ""
    said: str = ""
    summary: str = ""


def find_event(word: str) -> Event | None:
    """Return the event a word stands for (`UserPromptSubmit`, `user-prompt-submit`, `BeforeAgent`), or None."""
    return _EVENTS.get(_plain(word))


def _plain(word: str) -> str:
    return re.sub(r"[-_]", "", word[:40]).lower()


def read_call(word: str, payload: bytes, *, environ: Mapping[str, str], cwd: str = "") -> Call | None:
    """Read a hook's input; None for an event that is none, or a payload that is no JSON object.

    `environ` is the hook's environment, `cwd` the folder it was started in.
    """
    event = find_event(word)
    fields = _object(payload)
    if event is None or fields is None:
        return None
    text = _Fields(fields)
    return Call(
        event=event,
        name=text.one("hook_event_name", "hookEventName") or word,
        client=_client(word, fields, environ),
        session=text.one("session_id", "sessionId") or environ.get("CLAUDE_CODE_SESSION_ID", ""),
        cwd=_folder(
            environ.get("CLAUDE_PROJECT_DIR"), text.one("cwd"), environ.get("GEMINI_PROJECT_DIR"), cwd
        ),
        prompt=text.one("prompt", "userPrompt"),
        source=text.one("source"),
        tool=text.one("tool_name", "toolName"),
        said=text.one("last_assistant_message", "prompt_response"),
        summary=text.one("compact_summary"),
    )


def _object(payload: bytes) -> dict[str, Any] | None:
    if len(payload) > MAX_PAYLOAD:
        return None
    if not payload.strip():
        return {}
    try:
        found = json.loads(payload.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _Fields:
    """Texts out of an object whose writer decides the spelling."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def one(self, *names: str) -> str:
        """Return the first that is a text, cut at MAX_TEXT and without half characters."""
        found = next((v for v in map(self._fields.get, names) if isinstance(v, str) and v), "")
        return found[:MAX_TEXT].encode(errors="replace").decode()


def _client(word: str, fields: Mapping[str, Any], environ: Mapping[str, str]) -> Client:
    if environ.get("GEMINI_CLI") or environ.get("GEMINI_SESSION_ID") or _plain(word) in _GEMINI_EVENTS:
        return Client.GEMINI
    if "sessionId" in fields or _plain(word) in ("userpromptsubmitted", "agentstop"):
        return Client.COPILOT
    if not environ.get("CLAUDE_PROJECT_DIR") and _is_codex(fields, environ):
        return Client.CODEX
    return Client.CLAUDE


def _is_codex(fields: Mapping[str, Any], environ: Mapping[str, str]) -> bool:
    """Codex writes as Claude Code does and names itself nowhere: its own fields, folder and variables tell."""
    transcript = fields.get("transcript_path")
    return (
        "turn_id" in fields
        or (isinstance(transcript, str) and "/.codex/" in transcript)
        or any(
            environ.get(name) for name in ("CODEX_HOME", "CODEX_MANAGED_BY_NPM", "CODEX_MANAGED_PACKAGE_ROOT")
        )
    )


def _folder(*candidates: str | None) -> str:
    return next((c for c in candidates if c and c.startswith("/") and "\0" not in c), "")

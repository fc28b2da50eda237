"""What a hook prints: one JSON that every client understands, or nothing."""

from __future__ import annotations

import json
from typing import Any

from memsync.core.hooks.call import Call, Client, Event
from memsync.core.pattern import pattern

READS = ("memory_recall", "memory_read", "memory_status")
WRITES = ("memory_store", "memory_update", "memory_delete")
_TOOL = pattern(r"(?:mcp__(?:plugin_memsync_)?memsync__|mcp_memsync_|memsync[-/])(?P<tool>memory_[a-z]+)")
_NOTHING = b""


def context(call: Call, text: str) -> bytes:
    """Return what puts a text into the model's context.

    Claude Code, Codex and Gemini CLI read the nested form, Copilot CLI the one at the top. Where both stand, each takes its
    own; but Codex (0.169) refuses an answer with a field it does not know, so it gets the nested one alone.
    A summariser (before compaction) takes plain text, and only Claude Code's does.
    """
    if not text:
        return _NOTHING
    if call.event is Event.BEFORE_COMPACTION:
        return f"{text}\n".encode() if call.client is Client.CLAUDE else _NOTHING
    if call.event not in (Event.START, Event.PROMPT):
        return _NOTHING
    nested = {"hookSpecificOutput": {"hookEventName": call.name, "additionalContext": text}}
    return _json(nested if call.client is Client.CODEX else {"additionalContext": text, **nested})


def permission(call: Call, *, reads: bool, writes: bool) -> bytes:
    """Return the word that lets one of memsync's own tools through; nothing for any other tool, so that the client asks.

    `reads` and `writes` are the user's settings. The whole name must fit: a server called `not_memsync` is somebody else's.
    """
    match = _TOOL.fullmatch(call.tool)
    if match is None or not ((reads and match["tool"] in READS) or (writes and match["tool"] in WRITES)):
        return _NOTHING
    if call.event is Event.PERMISSION:
        return _json({"hookSpecificOutput": {"hookEventName": call.name, "decision": {"behavior": "allow"}}})
    if call.event is not Event.TOOL or call.client is Client.GEMINI:
        return _NOTHING
    why = "memsync's own tool, allowed by the setting approve_" + (
        "reads" if match["tool"] in READS else "writes"
    )
    answer: dict[str, Any] = {"permissionDecision": "allow", "permissionDecisionReason": why}
    nested = {"hookSpecificOutput": {"hookEventName": call.name, **answer}}
    return _json(nested if call.client is Client.CODEX else {**answer, **nested})


def _json(shape: dict[str, Any]) -> bytes:
    return json.dumps(shape).encode() + b"\n"  # ASCII only: a client may read it in any encoding

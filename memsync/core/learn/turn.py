"""Turn: what a person said to an assistant and what it ended with, as it waits in the spool. Small, clean, without its frills."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from memsync.core.hooks.block import MARK, clean

SAID, ANSWERED = 6_000, 3_000
"""Characters kept of what a person said (beginning and end) and of an assistant's last words (its end)."""

FEWEST = 12
"""Characters below which nothing lasting was said: `yes`, `go on`, `option 2`."""

_COMMAND = re.compile(r"[/!#][\w:.-]*(?:\s|$)")
_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_TAGGED = re.compile(
    rf"<(system-reminder|ide_[a-z_]+|command-[a-z]+|local-command-[a-z]+|task-notification|{MARK})\b[^>]{{0,200}}>.*?(?:</\1\b[^>]{{0,200}}>|\Z)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn. `cwd` is the folder the assistant worked in, absolute or empty; `when` is in UTC seconds."""

    session: str
    client: str
    cwd: str
    user: str
    assistant: str = ""
    when: float = 0.0


def said_of(prompt: str) -> str:
    """Return what a person said in a prompt; empty for a command and for what is too short to last.

    What a client put around it and pasted code are left out; of a long prompt its beginning and its end stay.
    """
    text = clean(prompt[: 16 * SAID]).strip()
    if _COMMAND.match(text):
        return ""
    text = _FENCE.sub("\n", _TAGGED.sub("\n", text)).strip()
    if len(text) > SAID:
        text = f"{text[: SAID * 3 // 4]}\n\n{text[-SAID // 4 :]}"
    return text if len(text) >= FEWEST else ""


def answered_of(answer: str) -> str:
    """Return the end of an assistant's last message, without code."""
    text = _FENCE.sub("\n", _TAGGED.sub("\n", clean(answer[-16 * ANSWERED :]))).strip()
    return text[-ANSWERED:]


def render_turn(turn: Turn) -> bytes:
    """Return a turn's bytes."""
    return json.dumps(asdict(turn)).encode()


def parse_turn(raw: bytes) -> Turn | None:
    """Read a turn; None for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        texts = {name: str(found[name]) for name in ("session", "client", "cwd", "user", "assistant")}
        return Turn(**texts, when=float(found["when"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return None

"""Trouble: what went wrong when git spoke to a remote, and what that means for the lanes.

A remote's text is untrusted: what is shown of it has no control characters, no user or password, and a bounded length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from memsync.core.trouble_table import RULES, Effect, TroubleKind

__all__ = ["Effect", "Trouble", "TroubleKind", "classify", "safe"]

_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A failure, classified. `reason` is safe to show; `hint` says what next."""

    kind: TroubleKind
    effect: Effect
    reason: str
    hint: str

    @property
    def transient(self) -> bool:
        """Whether it may pass without anybody doing anything."""
        return self.effect in (Effect.RETRY, Effect.WAIT, Effect.BACKOFF)


_UNKNOWN_HINT = "memsync tries again, less and less often; `memsync status` keeps what the remote said."


def classify(operation: str, returncode: int, output: str) -> Trouble:
    """Classify a git command that failed. `operation`: fetch, push, clone or ls-remote; `output`: stderr and stdout.

    A command that was killed (negative return code, or 124 and more by a shell's count) was too slow: offline.
    """
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", output) if line.strip()]
    for rule in RULES:
        if operation not in rule.operations:
            continue
        told = next((line for line in lines if rule.pattern.search(line)), None)
        if told is not None:
            return Trouble(
                kind=rule.kind, effect=rule.effect, reason=_reason(told, lines, rule.kind), hint=rule.hint
            )
    if returncode < 0 or returncode in (124, 130, 137, 143):
        return Trouble(
            kind=TroubleKind.OFFLINE,
            effect=Effect.BACKOFF,
            reason=f"{operation} took too long and was ended",
            hint="memsync tries again by itself.",
        )
    told = next(
        (line for line in reversed(lines) if line.startswith(("fatal:", "error:", "ssh:"))),
        lines[-1] if lines else "",
    )
    said = safe(told) or f"git {operation} ended with {returncode}"
    return Trouble(kind=TroubleKind.OFFLINE, effect=Effect.BACKOFF, reason=said, hint=_UNKNOWN_HINT)


def _reason(told: str, lines: list[str], kind: TroubleKind) -> str:
    """Return the telling line; where a server's rules refused, also the first things its hook said."""
    said = [
        line for line in lines if line.startswith("remote:") and line.removeprefix("remote:").strip(" -=*")
    ]
    if kind in (TroubleKind.REFUSED, TroubleKind.TOO_LARGE) and said:
        hook = " ".join(line.removeprefix("remote:").strip() for line in said[:4])
        return safe(hook if told in said else f"{told.strip()}: {hook}")
    return safe(told)


_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_USERINFO = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{0,30}://)[^/\s'\"@]*(?:@[^/\s'\"@]*)*@", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"(?i)\b((?:proxy-)?authorization)\s*[:=]\s*.*")
_IN_QUERY = re.compile(
    r"(?i)([?&;](?:[\w-]*(?:token|key|secret|passw(?:or)?d|auth|signature|sig)[\w-]*)=)[^&\s'\"]+"
)


def safe(text: str, *, limit: int = _REASON_LENGTH) -> str:
    """Return a text of a remote as one line that can be shown and stored.

    Control characters and terminal escapes, invisible characters, users and passwords in addresses, and authorization
    headers are taken out; the rest is cut at `limit` characters.
    """
    plain = _UNSEEN.sub(" ", _ESCAPES.sub("", text))
    plain = _IN_QUERY.sub(r"\1…", _AUTHORIZATION.sub(r"\1: …", _USERINFO.sub(r"\g<scheme>", plain)))
    plain = " ".join(plain.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"

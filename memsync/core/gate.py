"""The gate's decisions: what a finding is, which ones are allowed, what may pass, and how a text is redacted.

No value in this module ever holds the text of a secret; findings carry places and a keyed fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from memsync.errors import GateShut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime


class Level(StrEnum):
    """BLOCK keeps a text back; WARN is shown and asked about at a terminal, and redacted elsewhere."""

    BLOCK = "block"
    WARN = "warn"


class OnSecret(StrEnum):
    """What to do with a text in which a secret is found."""

    BLOCK = "block"
    REDACT = "redact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A secret's place. `start` and `end` are character offsets of the whole secret in the text, `line` is 1-based.

    `fingerprint` is 32 hex digits of HMAC-SHA256(key, rule NUL secret): the same secret gives the same one in one store.
    """

    path: str
    rule: str
    level: Level
    line: int
    start: int
    end: int
    fingerprint: str

    def to_json(self) -> dict[str, Any]:
        """Return the face's `{"path", "rule", "level", "line", "start", "end", "fingerprint"}`."""
        return {
            "path": self.path,
            "rule": self.rule,
            "level": str(self.level),
            "line": self.line,
            "start": self.start,
            "end": self.end,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A reviewed exception, made by a person. `memory` is an id or a path; empty means everywhere in this store."""

    rule: str
    fingerprint: str
    reason: str
    who: str
    when: datetime
    memory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of one text: the findings that count, and those that an allowance covers."""

    findings: tuple[Finding, ...] = ()
    allowed: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the text must not be stored, committed or sent."""
        return any(f.level is Level.BLOCK for f in self.findings)


def judge(findings: Iterable[Finding], allowances: Sequence[Allowance], *, memory_id: str = "") -> Verdict:
    """Return the verdict on one text's findings. An allowance counts for the same rule, fingerprint and memory only."""
    kept: list[Finding] = []
    let: list[Finding] = []
    for finding in findings:
        (let if any(_covers(a, finding, memory_id) for a in allowances) else kept).append(finding)
    return Verdict(findings=tuple(kept), allowed=tuple(let))


def _covers(allowance: Allowance, finding: Finding, memory_id: str) -> bool:
    same = allowance.rule == finding.rule and allowance.fingerprint == finding.fingerprint
    return same and allowance.memory in ("", finding.path, memory_id or finding.path)


def redact(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with each finding's span replaced by `[REDACTED:<rule>]`; overlapping spans become one mark."""
    parts: list[str] = []
    position = 0
    for start, end, rule in _merged(findings):
        parts += [text[position:start], f"[REDACTED:{rule}]"]
        position = end
    return "".join((*parts, text[position:]))


def redact_clean(text: str, scan: Callable[[str], Sequence[Finding]]) -> tuple[str, tuple[Finding, ...]]:
    """Redact until a scan finds nothing more; returns the clean text and every finding, each with its place when it was found.

    `scan` must find nothing in `[REDACTED:rule]` marks; then each round has less left to find, and a clean text comes back as
    it is. Findings without a span (in a name) can't be redacted here and are returned once.
    """
    found: dict[tuple[str, str, int, int], Finding] = {}
    while True:
        findings = scan(text)
        spans = [f for f in findings if f.end > f.start]
        for f in findings:
            found.setdefault((f.rule, f.fingerprint, f.start if spans else 0, f.end), f)
        if not spans:
            return text, tuple(found.values())
        redacted = redact(text, spans)
        if redacted == text:
            raise GateShut("a mark was found to be a secret")
        text = redacted


def _merged(findings: Iterable[Finding]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for f in sorted(findings, key=lambda f: (f.start, -f.end, f.rule)):
        if spans and f.start < spans[-1][1]:
            start, end, rule = spans[-1]
            spans[-1] = (start, max(end, f.end), rule)
        else:
            spans.append((f.start, f.end, f.rule))
    return spans

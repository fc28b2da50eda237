"""A `.secrets.baseline`, taken over: its hashes become allowances where the store's files still hold the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.baseline import matching, parse_baseline
from memsync.core.gate import Allowance
from memsync.store import gatehouse

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.baseline import Known
    from memsync.core.gate import Finding
    from memsync.store.parts import Parts

Skipped = tuple[str, int, str]
"""Path, line, and why an entry of a baseline was not taken over."""


def look(room: Parts, raw: bytes) -> tuple[tuple[Finding, ...], tuple[Skipped, ...]]:
    """Return the findings that a baseline knows, and the entries that can't be verified. Raises BadInput."""
    found: dict[tuple[str, str, str], Finding] = {}
    skipped: list[Skipped] = []
    for known in parse_baseline(raw):
        why, findings = _verified(room, known)
        found |= {(f.path, f.rule, f.fingerprint): f for f in findings}
        skipped += [(known.path, known.line, why)] if why else []
    return tuple(found.values()), tuple(skipped)


def _verified(room: Parts, known: Known) -> tuple[str, tuple[Finding, ...]]:
    from memsync.core.names import synced_problem
    from memsync.flows.gatekeeping import as_text

    if known.is_secret:
        return "was audited as a secret", ()
    raw = None if synced_problem(known.path) else room.tree.read(known.path)
    if raw is None:
        return "no such memory", ()
    findings = tuple(f for f in gatehouse.findings(room, known.path) if f.end > f.start)
    if not findings:
        return "the gate finds nothing there", ()
    same = matching(as_text(raw), findings, known)
    return ("", same) if same else ("no such value is there any more", ())


def allow(
    room: Parts, raw: bytes, *, reason: str, who: str, when: datetime
) -> tuple[int, tuple[Skipped, ...]]:
    """Write an allowance for each finding that a baseline knows, for its memory; return how many, and what was skipped."""
    found, skipped = look(room, raw)
    gatehouse.add_allowances(room, [_allowance(room, f, reason, who, when) for f in found])
    return len(found), skipped


def _allowance(room: Parts, finding: Finding, reason: str, who: str, when: datetime) -> Allowance:
    return Allowance(
        rule=finding.rule,
        fingerprint=finding.fingerprint,
        reason=reason,
        who=who,
        when=when,
        memory=gatehouse.named(room, finding.path),
    )

"""What history holds, and what a purge did: as text for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.cli.plain import one_line
from memsync.cli.render import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.leaks import HistoryReport, Leak


def history_shape(report: HistoryReport) -> dict[str, Any]:
    """Return `{"findings"}`, each as `scan` has it and with `commit`, `blob`, `excerpt`, `sent`; `unreadable` where any."""
    shape: dict[str, Any] = {"findings": [leak.to_json() for leak in report.leaks]}
    if report.unreadable:
        shape["unreadable"] = [{"object": oid, "reason": why} for oid, why in report.unreadable]
    return shape


def history_text(report: HistoryReport) -> str:
    """Return two lines a finding, and how much was looked at."""
    texts = counted(report.scanned, "text")
    if not report.leaks:
        return f"no secret found in history ({texts} looked at)"
    return (
        f"{leaks_text(report.leaks)}\n{counted(len(report.leaks), 'finding')} in history ({texts} looked at)"
    )


def leaks_text(leaks: Sequence[Leak]) -> str:
    """Return for each finding where it is, since which commit, by which rule, whether it was sent; and its redacted line."""
    return "\n".join(_leak(leak) for leak in leaks)


def _leak(leak: Leak) -> str:
    found = leak.finding
    commit = leak.commit[:12] if leak.commit else "in no commit"
    sent = ", sent" if leak.sent else ""
    first = f"{commit}  {one_line(found.path) or leak.blob[:12]}:{found.line}  {found.rule}  ({found.level}{sent})"
    return f"{first}\n    {one_line(leak.excerpt)}" if leak.excerpt else first

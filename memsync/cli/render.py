"""The text of every result. Whatever came from a memory or a file name is cleaned here, before it meets a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.cli.answer_text import scope_word
from memsync.cli.plain import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from memsync.cli.face import Face
    from memsync.core.gate import Finding
    from memsync.core.memory import Memory
    from memsync.core.report import (
        Check,
        Held,
        ImportReport,
        Lane,
        ScanReport,
        StatusReport,
        SyncReport,
        Version,
    )
    from memsync.core.scope import Scope

_TITLE = 100


def list_text(memories: Sequence[Memory], face: Face) -> str:
    """Return one line a memory: date, category, scope, key and title."""
    rows = [
        (
            day(m.updated or m.created),
            str(m.category),
            scope_text(m.scope),
            one_line(m.key),
            one_line(m.title, _TITLE),
        )
        for m in memories
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    return "\n".join(
        "  ".join(
            (
                *(cell.ljust(min(width, 40)) for cell, width in zip(row, widths, strict=False)),
                face.dim(row[4]),
            )
        )
        for row in rows
    )


def history_text(versions: Sequence[Version]) -> str:
    """Return one line a version, newest first."""
    return "\n".join(
        f"{v.commit[:12]}  {moment(v.when)}  {one_line(v.by)}  {one_line(v.subject)}{'  (taken away)' if v.deleted else ''}"
        for v in versions
    )


def findings_text(findings: Iterable[Finding]) -> str:
    """Return one line a finding: where and which rule. Never what."""
    return "\n".join(f"{one_line(f.path) or 'text'}:{f.line}  {f.rule}  ({f.level})" for f in findings)


def scan_text(report: ScanReport) -> str:
    """Return the findings, and how much was looked at."""
    files = counted(report.scanned, "file")
    total = len(report.findings)
    summary = f"{counted(total, 'finding')} in {files}" if total else f"no secret found in {files}"
    return "\n".join(filter(None, (findings_text(report.findings), summary)))


def sync_text(report: SyncReport) -> str:
    """Return a line of what the cycle did, and one for each thing a person should know."""
    counts = [f"{name} {count}" for name, count in _counts(report) if count]
    lines = [f"{report.state}: {', '.join(counts) if counts else 'nothing to do'}"]
    if report.detail:
        lines.append(f"  {one_line(report.detail)}")
    lines += [f"  kept both: {one_line(path)} (`memsync resolve` ends it)" for path in report.twins]
    lines += [
        f"  merged: {one_line(path)}: {one_line(text)}"
        for path, text in report.notes
        if not any(twin in text for twin in report.twins)
    ]
    lines += [f"  {held_text(h)}" for h in report.held]
    lines += [f"  {alarm_text(alarm)}" for alarm in report.alarms]
    lines += [f"  {lane_text(lane)}" for lane in report.lanes if lane.state != "ok"]
    return "\n".join(lines)


def _counts(report: SyncReport) -> tuple[tuple[str, int], ...]:
    return (
        ("captured", report.captured),
        ("sent", report.sent),
        ("received", report.received),
        ("merged", report.merged),
        ("held", len(report.held)),
    )


def held_text(held: Held) -> str:
    """Return a line that names a held file and why, by rule and line, never by value."""
    if held.findings:
        where = ", ".join(f"{f.rule} at line {f.line}" for f in held.findings[:3])
        return f"held: {one_line(held.path)}: {where}"
    return f"held: {one_line(held.path)}: {one_line(held.reason)}"


def alarm_text(alarm: Held) -> str:
    """Return a line that names a memory that came in with a secret, by rule and line, never by value."""
    where = ", ".join(f"{f.rule} at line {f.line}" for f in alarm.findings[:3])
    return (
        f"alarm: {one_line(alarm.path)} came in with a secret ({where}) and is shown to no assistant: rotate it if it is "
        "real, take it out, or `memsync allow` it"
    )


def lane_text(lane: Lane) -> str:
    """Return a line that tells a lane's trouble: what, why, since when, what next."""
    parts = [f"{lane.name} {lane.state}"]
    if lane.reason:
        parts.append(one_line(lane.reason))
    if lane.since:
        parts.append(f"since {moment(lane.since)}")
    if lane.next_try:
        parts.append(f"next try {moment(lane.next_try)}")
    if lane.hint:
        parts.append(one_line(lane.hint))
    return "; ".join(parts)


def status_text(report: StatusReport, face: Face, *, name: str = "store") -> str:
    """Return the state of a store in a few lines: what is well is said shortly, what is not, in full."""
    lines = [
        f"{name}: {face.bold(one_line(report.store))}",
        f"  {_contents(report)}",
        f"  remote: {one_line(report.remote) or 'none (`git remote add origin URL` in the store gives it one)'}",
        f"  {_unsynced(report)}",
        f"  index: {report.index or 'not built yet'}; syncer: {one_line(report.syncer) or 'nobody (`memsync watch` runs it)'}",
    ]
    lines += [f"  doorbell: {one_line(report.doorbell)}"] if report.doorbell else []
    lines += [f"  {lane_text(lane)}" for lane in report.lanes if lane.state != "ok"]
    lines += [f"  {held_text(held)}" for held in report.held]
    lines += [f"  {alarm_text(alarm)}" for alarm in report.alarms]
    lines += [
        f"  merged {moment(when)}: {one_line(path)}: {one_line(text)}" for when, path, text in report.notes
    ]
    lines += [f"  contested: {one_line(path)}" for path in report.contested]
    lines += [f"  not synced: {one_line(path)}: {one_line(why)}" for path, why in report.not_taken]
    lines += [f"  frontmatter: {one_line(path)}: {one_line(problem)}" for path, problem in report.problems]
    if report.private is not None:
        lines.append(status_text(report.private, face, name="private"))
    return "\n".join(lines)


def _contents(report: StatusReport) -> str:
    kinds = ", ".join(
        f"{count} {category}" for category, count in sorted(report.by_category.items()) if count
    )
    return counted(report.memories, "memory", "memories") + (f" ({kinds})" if kinds else "")


def _unsynced(report: StatusReport) -> str:
    if not report.unsynced:
        return "all changes are committed" if not report.remote else "all changes are synced"
    since = f", the oldest since {moment(report.since)}" if report.since else ""
    return f"{counted(report.unsynced, 'change')} on this machine only{since}"


def checks_text(checks: Sequence[Check]) -> str:
    """Return one line a check, and its hint where it is not well."""
    lines: list[str] = []
    for check in checks:
        state = "fixed" if check.fixed else check.state
        lines.append(f"{state:<5} {check.name}" + (f": {one_line(check.detail)}" if check.detail else ""))
        if check.hint and check.state != "ok" and not check.fixed:
            lines.append(f"      next: {one_line(check.hint)}")
    return "\n".join(lines)


def import_text(report: ImportReport) -> str:
    """Return what an import did: counts, then what was kept back or left out."""
    counts = {
        "imported": len(report.imported),
        "unchanged": report.unchanged,
        "duplicates": len(report.duplicates),
        "held": len(report.held),
        "skipped": len(report.skipped),
    }
    lines = [", ".join(f"{name} {count}" for name, count in counts.items())]
    lines += [f"  {held_text(held)}" for held in report.held]
    lines += [f"  same: {one_line(source)} is {one_line(path)}" for source, path in report.duplicates]
    lines += [f"  skipped: {one_line(source)}: {one_line(why)}" for source, why in report.skipped]
    return "\n".join(lines)


def scope_text(scope: Scope) -> str:
    """Return a scope for people: a project, workspace or channel by its name, without the hash."""
    return scope_word(str(scope))


def day(when: datetime | None) -> str:
    """Return a day as `2026-01-21`, in UTC as files have it."""
    return "-" if when is None else f"{when:%Y-%m-%d}"


def moment(when: datetime | None) -> str:
    """Return a time as `2026-01-21 10:00 UTC`."""
    return "-" if when is None else f"{when:%Y-%m-%d %H:%M} UTC"


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 file`, `2 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shown_all(texts: Iterable[str], say: Callable[[str], None]) -> None:
    """Say each text on a line of its own, cleaned."""
    for text in texts:
        say(clean(text))

"""The JSON shape of every result, as DESIGN section 5 and docs/commands.md give them. Pure: values in, JSON values out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.core.memory import format_time

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.export import Exported
    from memsync.core.gate import Finding
    from memsync.core.memory import Memory
    from memsync.core.report import (
        Check,
        Founded,
        Held,
        ImportReport,
        Lane,
        Reading,
        Remembered,
        Revised,
        ScanReport,
        StatusReport,
        SyncReport,
        Version,
    )

    Shape = dict[str, Any]


def time_shape(moment: datetime | None) -> str | None:
    """Return a time as it stands in a file, or null."""
    return None if moment is None else format_time(moment)


def remembered_shape(done: Remembered) -> Shape:
    """Return `{"id", "key", "path", "scope", "created"}`; with `redacted`, `warnings`, `same_as` where there are any."""
    memory = done.memory
    shape: Shape = {
        "id": memory.id,
        "key": memory.key,
        "path": memory.path,
        "scope": str(memory.scope),
        "created": time_shape(memory.created),
    }
    return shape | _where_any(
        redacted=_findings(done.redacted), warnings=_findings(done.warnings), same_as=done.same_as
    )


def memory_shape(memory: Memory) -> Shape:
    """Return a memory's fields, without its text."""
    return {
        "id": memory.id,
        "key": memory.key,
        "title": memory.title,
        "path": memory.path,
        "scope": str(memory.scope),
        "category": str(memory.category),
        "tags": list(memory.tags),
        "keywords": list(memory.keywords),
        "importance": memory.importance,
        "instance": memory.instance,
        "created": time_shape(memory.created),
        "updated": time_shape(memory.updated),
        "status": str(memory.status),
        "pinned": memory.pinned,
        "sensitive": memory.sensitive,
        "supersedes": list(memory.supersedes),
        "sources": list(memory.sources),
        "problems": list(memory.problems),
    }


def reading_shape(reading: Reading) -> Shape:
    """Return a memory's fields with its `body`, whole `text`, `rev`, and the twins that contest it."""
    memory = reading.memory
    shape = memory_shape(memory) | {
        "body": memory.body,
        "text": memory.text,
        "rev": reading.rev,
        "contested_by": list(reading.contested_by),
    }
    return shape | _where_any(store=reading.store, alarm=_findings(reading.alarm))


def revised_shape(done: Revised) -> Shape:
    """Return the memory as it is now, its `rev`, and what became of a change made meanwhile."""
    shape = memory_shape(done.memory) | {"rev": done.rev, "merged": done.merged}
    return shape | _where_any(twin=done.twin, redacted=_findings(done.redacted), moved_from=done.moved_from)


def version_shape(version: Version) -> Shape:
    """Return `{"commit", "when", "by", "subject", "path", "deleted"}`."""
    return {
        "commit": version.commit,
        "when": time_shape(version.when),
        "by": version.by,
        "subject": version.subject,
        "path": version.path,
        "deleted": version.deleted,
    }


def held_shape(held: Held) -> Shape:
    """Return `{"path", "reason", "findings", "since"}`."""
    return {
        "path": held.path,
        "reason": held.reason,
        "findings": _findings(held.findings),
        "since": time_shape(held.since),
    }


def lane_shape(lane: Lane) -> Shape:
    """Return `{"name", "state", "reason", "since", "next_try", "hint"}`."""
    return {
        "name": str(lane.name),
        "state": lane.state,
        "reason": lane.reason,
        "since": time_shape(lane.since),
        "next_try": time_shape(lane.next_try),
        "hint": lane.hint,
    }


def sync_shape(report: SyncReport) -> Shape:
    """Return `{"captured", "sent", "received", "merged", "twins", "held", "state"}`; with `detail`, `alarms`, `notes` where there are any."""
    shape: Shape = {
        "captured": report.captured,
        "sent": report.sent,
        "received": report.received,
        "merged": report.merged,
        "twins": list(report.twins),
        "held": [held_shape(h) for h in report.held],
        "state": str(report.state),
    }
    notes = [{"path": path, "text": text} for path, text in report.notes]
    return shape | _where_any(
        detail=report.detail, alarms=[held_shape(alarm) for alarm in report.alarms], notes=notes
    )


def status_shape(report: StatusReport) -> Shape:
    """Return how a store is; `private` is the same of the private store, or null."""
    return {
        "store": report.store,
        "remote": report.remote,
        "memories": report.memories,
        "by_category": dict(report.by_category),
        "unsynced": report.unsynced,
        "since": time_shape(report.since),
        "held": [held_shape(h) for h in report.held],
        "alarms": [held_shape(alarm) for alarm in report.alarms],
        "notes": [
            {"when": time_shape(when), "path": path, "text": text} for when, path, text in report.notes
        ],
        "problems": [{"path": path, "problem": problem} for path, problem in report.problems],
        "contested": list(report.contested),
        "not_taken": [{"path": path, "reason": reason} for path, reason in report.not_taken],
        "lanes": [lane_shape(lane) for lane in report.lanes],
        "index": report.index,
        "syncer": report.syncer,
        "doorbell": report.doorbell,
        "private": None if report.private is None else status_shape(report.private),
    }


def check_shape(check: Check) -> Shape:
    """Return `{"name", "state", "detail", "hint", "fixed"}`."""
    return {
        "name": check.name,
        "state": check.state,
        "detail": check.detail,
        "hint": check.hint,
        "fixed": check.fixed,
    }


def scan_shape(report: ScanReport) -> Shape:
    """Return `{"findings"}`; with `unreadable` where files could not be scanned."""
    unreadable = [{"path": path, "reason": reason} for path, reason in report.unreadable]
    return {"findings": _findings(report.findings)} | _where_any(unreadable=unreadable)


def import_shape(report: ImportReport) -> Shape:
    """Return `{"imported", "unchanged", "duplicates", "held", "skipped"}`."""
    return {
        "imported": list(report.imported),
        "unchanged": report.unchanged,
        "duplicates": [{"source": source, "same_as": path} for source, path in report.duplicates],
        "held": [held_shape(h) for h in report.held],
        "skipped": [{"source": source, "reason": reason} for source, reason in report.skipped],
    }


def exported_shape(exported: Exported) -> Shape:
    """Return `{"path", "files", "held"}`; `files` are paths in the store."""
    return {
        "path": exported.path,
        "files": [path for path, _ in exported.export.files],
        "held": [held_shape(h) for h in exported.held],
    }


def founded_shape(founded: Founded) -> Shape:
    """Return `{"store", "remote", "planted", "joined", "memories", "notes"}`."""
    return {
        "store": founded.store,
        "remote": founded.remote,
        "planted": list(founded.planted),
        "joined": founded.joined,
        "memories": founded.memories,
        "notes": list(founded.notes),
    }


def _findings(findings: tuple[Finding, ...]) -> list[Shape]:
    return [finding.to_json() for finding in findings]


def _where_any(**extras: Any) -> Shape:
    """Return those extras that say something: the contract's keys are always there, these only then."""
    return {name: value for name, value in extras.items() if value}

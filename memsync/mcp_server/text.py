"""What a model reads: values of the store as plain text, framed as data, with paths it can cite and open."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from memsync.errors import NoSuchMemory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from memsync.core.answer import Hit
    from memsync.core.gate import Finding
    from memsync.core.memory import Memory
    from memsync.core.report import StatusReport
    from memsync.errors import MemsyncError

WHOLE = 1_200
"""A body of at most so many characters is shown whole by recall; of a longer one, its best part."""

# Terminal escapes, other control characters, and invisible or direction-changing ones: nothing a reader should meet.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]",
)
_BEYOND = b"\xf3\xa0"  # how each character from U+E0000 to U+E0FFF begins; some of these count as printable
SEALED = "Its text is sealed: a person reads it with `memsync show` and changes it with `memsync revise`, at a terminal."
_DAY = 86_400
_NOTES, _TAGS = 3, 12  # so many are shown with one hit


def clean(text: str) -> str:
    """Return the text without control and invisible characters and with plain line feeds."""
    # Nearly always; what is not printable holds all there is to remove, but for the last range.
    plain = text.replace("\n", "").replace("\t", "").isprintable()
    if plain and _BEYOND not in text.encode(errors="replace"):
        return text
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def framed(lines: Iterable[str]) -> str:
    """Return stored text between two marks that it cannot forge: their number is drawn for this one answer."""
    nonce = secrets.token_hex(4)
    inside = clean("\n".join(lines))
    return f"<memories {nonce}>\n{inside}\n</memories {nonce}>"


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was, in words."""
    days = int((now - then).total_seconds() // _DAY)
    if days < 1:
        return "today"
    for unit, size in (("year", 365), ("month", 30), ("week", 7), ("day", 1)):
        if days >= 2 * size or unit == "day":
            count = days // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    raise AssertionError(days)


def hit_lines(number: int, hit: Hit, *, path: str, now: datetime, room: int) -> list[str]:
    """Return the lines of one hit: `path:line` and title, what is known of it, and at most `room` characters of its text."""
    memory = hit.memory
    facts = [
        str(memory.category),
        str(memory.scope),
        age(hit.updated, now),
        f"by {memory.instance}" * bool(memory.instance),
        f"tags {', '.join(memory.tags[:_TAGS])}" * bool(memory.tags),
        *hit.notes[:_NOTES],
        f"and {len(hit.notes) - _NOTES} more" * (len(hit.notes) > _NOTES),
    ]
    body = memory.body.strip()
    most = min(WHOLE, room)
    left = f"\n… {len(body):,} characters in all: memory_read has them"
    text = body if len(body) <= most else (hit.snippet or body)[:most] + left
    head = f"{number}. {path}:{hit.line}  {_title(memory)}"
    return [
        head,
        f"   {' · '.join(f for f in facts if f)}",
        *(f"   {line}" for line in clean(text).split("\n")),
    ]


def list_line(memory: Memory, *, path: str) -> str:
    """Return one line of a listing: the place, the category, the title."""
    return f"{path}:{memory.body_line}  [{memory.category}] {_title(memory)}"


def one_line(text: str, *, most: int = 2_000) -> str:
    """Return the text on one line of at most so many characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _title(memory: Memory) -> str:
    return one_line(memory.title, most=160)


def facts_of(memory: Memory) -> str:
    """Return a memory's fields, one a line, empty ones left out."""
    stamps = {"created": memory.created, "updated": memory.updated}
    fields: dict[str, str] = {
        "id": memory.id,
        "key": memory.key,
        "title": memory.title,
        "category": str(memory.category),
        "scope": str(memory.scope),
        "tags": ", ".join(memory.tags),
        "keywords": ", ".join(memory.keywords),
        "importance": f"{memory.importance:g}",
        "status": str(memory.status),
        "by": memory.instance,
        "supersedes": ", ".join(memory.supersedes),
        "sources": ", ".join(memory.sources),
        **{k: v.isoformat() for k, v in stamps.items() if v},
        "problems": "; ".join(memory.problems),
    }
    return "\n".join(f"{name}: {one_line(value)}" for name, value in fields.items() if value)


def redaction(findings: Iterable[Finding]) -> str:
    """Say what was taken out before a text was stored; empty where nothing was."""
    places = "; ".join(f"{f.rule} at line {f.line}" for f in findings)
    if not places:
        return ""
    return (
        f"\nRedacted before it was stored: {places}. The value is not in the memory; don't send it again. "
        "If it was real and shared, its owner should rotate it."
    )


def failure(error: MemsyncError) -> str:
    """Say what went wrong, why, and what to do next: with these tools, where the error's own hint is for a terminal."""
    hint = error.hint
    if isinstance(error, NoSuchMemory) and not error.near:
        hint = "memory_recall shows the names of what there is."
    return one_line(f"{str(error).rstrip('.')}. {hint}")


def status_lines(report: StatusReport, *, name: str = "store") -> list[str]:
    """Return how a store is, in lines: what is in it, what waits, what is held, and who syncs it."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.by_category.items()) if count)
    lines = [
        f"{name}: {report.store}",
        f"remote: {report.remote or 'none (memories stay on this machine)'}",
        f"memories: {report.memories}" + (f" ({kinds})" if kinds else ""),
    ]
    since = f" since {report.since.isoformat()}" if report.since else ""
    lines.append(f"unsynced: {report.unsynced} file{'s' * (report.unsynced != 1)}{since}")
    lines += [f"held: {h.path} ({h.reason})" for h in report.held[:20]]
    lines += [f"contested: {path}" for path in report.contested[:20]]
    lines += [f"problem: {path}: {what}" for path, what in report.problems[:20]]
    lines += [
        f"{lane.name}: {lane.state} {lane.reason} {lane.hint}".rstrip()
        for lane in report.lanes
        if lane.state != "ok"
    ]
    lines += [f"index: {report.index}"] if report.index else []
    lines.append(f"syncer: {report.syncer or 'none runs'}")
    return lines + (status_lines(report.private, name="private store") if report.private else [])

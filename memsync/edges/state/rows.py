"""Rows of the book: values to and from what sqlite keeps."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memsync.core.bookkeeping import HeldFile, Seen
from memsync.core.change import Stamp
from memsync.core.gate import Finding, Level

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

_KEPT_PAST = 5


def seen(row: list[Any]) -> Seen:
    """Read a row of what was seen of a file."""
    size, mtime, ctime, inode, oid = row
    return Seen(stamp=Stamp(size=size, mtime_ns=mtime, ctime_ns=ctime, inode=inode), oid=oid)


def put_fact(db: sqlite3.Connection, name: str, value: str) -> None:
    """Set a plain fact; an empty one is forgotten."""
    db.execute("DELETE FROM facts WHERE name=?", (name,))
    if value:
        db.execute("INSERT INTO facts VALUES (?, ?)", (name, value))


def put_shadow(db: sqlite3.Connection, rows: Mapping[str, str | None]) -> None:
    """Set shadow rows; what was there before is kept among the path's last five."""
    for path, oid in rows.items():
        before = db.execute("SELECT oid FROM shadow WHERE path=?", (path,)).fetchone()
        if before is not None and before[0] != oid:
            db.execute(
                "INSERT INTO past SELECT ?, coalesce(max(number), 0) + 1, ? FROM past WHERE path=?",
                (path, before[0], path),
            )
            db.execute(
                "DELETE FROM past WHERE path=? AND number <= (SELECT max(number) - ? FROM past WHERE path=?)",
                (path, _KEPT_PAST, path),
            )
        if oid is None:
            db.execute("DELETE FROM shadow WHERE path=?", (path,))
        elif before is None or before[0] != oid:
            db.execute("INSERT OR REPLACE INTO shadow VALUES (?, ?)", (path, oid))


def _findings(text: str) -> tuple[Finding, ...]:
    return tuple(Finding(**{**raw, "level": Level(raw["level"])}) for raw in json.loads(text))


def kept_files(db: sqlite3.Connection, table: str) -> dict[str, HeldFile]:
    """Return the files of `held` or `alarms`, by path."""
    rows = db.execute(f"SELECT path, oid, reason, since, findings FROM {table} ORDER BY path").fetchall()  # noqa: S608 - one of two names
    return {
        p: HeldFile(path=p, oid=o, reason=r, since=datetime.fromisoformat(s), findings=_findings(f))
        for p, o, r, s, f in rows
    }


def keep_files(db: sqlite3.Connection, table: str, rows: Iterable[HeldFile], free: Iterable[str]) -> None:
    """Keep files in `held` or `alarms`, and forget others."""
    db.executemany(f"DELETE FROM {table} WHERE path=?", [(path,) for path in free])  # noqa: S608 - one of two names
    db.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - one of two names
        [
            (h.path, h.oid, h.reason, h.since.isoformat(), json.dumps([f.to_json() for f in h.findings]))
            for h in rows
        ],
    )


def moment(text: Any) -> datetime | None:
    """Read a time that may not be there."""
    return datetime.fromisoformat(text) if text else None


def text(moment: datetime | None) -> str | None:
    """Write a time that may not be there."""
    return moment.isoformat() if moment else None

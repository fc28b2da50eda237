"""The book under other ids: after a purge, what sync knows of an object holds for the one that took its place."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from memsync.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
_MOVED = {
    "facts": ("value",),
    "shadow": ("oid",),
    "past": ("oid",),
    "ahead": ("base", "oid", "rows"),
    "displaced": ("oid", "base"),
    "leaving": ("oid",),
}
_DROPPED = {
    "seen": "oid",
    "held": "oid",
}  # what was read of a file must be read again: it still says what it said


def remap(path: Path, ids: Mapping[str, str]) -> None:
    """Let every row name the new ids, in one step, and leave nothing of the old rows in the file. Raises Busy.

    The caller holds the store's sync lock.
    """
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10.0)) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("BEGIN IMMEDIATE")
            for table, columns in _MOVED.items():
                _move(db, table, columns, ids)
            for table, column in _DROPPED.items():
                rows = db.execute(f"SELECT path, {column} FROM {table}").fetchall()  # noqa: S608 - names from above
                gone = [(row[0],) for row in rows if row[1] in ids]
                db.executemany(f"DELETE FROM {table} WHERE path=?", gone)  # noqa: S608 - names from above
            db.execute("COMMIT")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise Busy(f"{path} is in use: {error}") from error


def _move(db: sqlite3.Connection, table: str, columns: tuple[str, ...], ids: Mapping[str, str]) -> None:
    # The book's tables have no rowid, so that a row is found again by all it said.
    names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    for row in db.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608 - names from above
        fresh = [
            _moved(value, ids) if name in columns else value for name, value in zip(names, row, strict=True)
        ]
        if fresh != list(row):
            where = " AND ".join(f"{name} IS ?" for name in names)
            db.execute(f"DELETE FROM {table} WHERE {where}", row)  # noqa: S608 - names from the table itself
            marks = ",".join("?" * len(names))
            db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", fresh)  # noqa: S608 - question marks


def _moved(value: object, ids: Mapping[str, str]) -> object:
    return _ID.sub(lambda m: ids.get(m[0], m[0]), value) if isinstance(value, str) else value

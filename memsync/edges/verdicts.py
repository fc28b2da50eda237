"""The memory of the gate: which texts passed, by a keyed hash of rules, name and bytes. Holds no text and no secret.

Only a saving: a file that is broken, locked or gone is as good as empty, and the gate scans again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_AT_ONCE = 500  # marks a query asks for
_WAIT = 0.2  # seconds; another process that writes is not worth waiting for


class VerdictCache:
    """Marks of texts in which no rule found anything. Safe for several processes; not to be shared by threads."""

    def __init__(self, path: Path, *, most: int = 250_000) -> None:
        """`path` is a file of this machine's state, outside of any repository; its folder is made when first needed.

        Beyond `most` marks, all are forgotten.
        """
        self._path = path
        self._most = most

    def clean(self, marks: Sequence[bytes]) -> frozenset[bytes]:
        """Return those of the marks that are known to be clean."""
        found: set[bytes] = set()
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            for first in range(0, len(marks), _AT_ONCE):
                part = marks[first : first + _AT_ONCE]
                asked = ",".join("?" * len(part))
                query = f"SELECT mark FROM clean WHERE mark IN ({asked})"  # noqa: S608 - only question marks
                found.update(row[0] for row in db.execute(query, part))
        return frozenset(found)

    def keep(self, marks: Iterable[bytes]) -> None:
        """Remember texts that are clean."""
        rows = [(mark,) for mark in marks]
        if not rows:
            return
        try:
            self._write(rows)
        except sqlite3.OperationalError:
            return  # locked, read-only or no space: the next scan costs what this one did
        except sqlite3.DatabaseError:  # no database at all: begin anew
            with suppress(OSError, sqlite3.Error):
                self._path.unlink(missing_ok=True)
                self._write(rows)
        except OSError:
            return

    def _write(self, rows: list[tuple[bytes]]) -> None:
        with closing(self._open()) as db, db:
            if db.execute("SELECT count(*) FROM clean").fetchone()[0] > self._most:
                db.execute("DELETE FROM clean")
            db.executemany("INSERT OR IGNORE INTO clean VALUES (?)", rows)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        db = sqlite3.connect(self._path, timeout=_WAIT)
        try:
            db.execute("PRAGMA synchronous=OFF")
            db.execute("CREATE TABLE IF NOT EXISTS clean (mark BLOB PRIMARY KEY) WITHOUT ROWID")
        except BaseException:
            db.close()
            raise
        return db

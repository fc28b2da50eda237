"""Vectors on disk, by content number, one file for each model. Only a saving: broken, locked or gone, they are worked out again."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

_WAIT = 0.2  # seconds; another process that writes is not worth waiting for
_AT_ONCE = 500


class Shelf:
    """The vectors of one model in `folder`; those of another model, that nobody asks for any more, are taken away."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._path = folder / f"meaning-{model}.db"

    def all(self) -> list[tuple[int, bytes]]:
        """Return everything that is known."""
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            return db.execute("SELECT number, vector FROM meaning").fetchall()
        return []

    def some(self, numbers: Collection[int]) -> list[tuple[int, bytes]]:
        """Return what is known of these; another process may have learned them."""
        wanted, found = list(numbers), []
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            for first in range(0, len(wanted), _AT_ONCE):
                part = wanted[first : first + _AT_ONCE]
                marks = ",".join("?" * len(part))
                query = f"SELECT number, vector FROM meaning WHERE number IN ({marks})"  # noqa: S608  # only question marks
                found += db.execute(query, part).fetchall()
        return found

    def keep(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write vectors down."""
        given = list(rows)
        try:
            self._write(given)
        except sqlite3.OperationalError:
            return  # locked, read-only or no space: the next process works them out again
        except sqlite3.DatabaseError:  # no database at all: begin anew
            with suppress(OSError, sqlite3.Error):
                self._path.unlink(missing_ok=True)
                self._write(given)
        except OSError:
            return

    def only(self, numbers: Collection[int]) -> None:
        """Forget all but these."""
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db, db:
            db.execute("CREATE TEMP TABLE live (number INTEGER PRIMARY KEY)")
            db.executemany("INSERT OR IGNORE INTO live VALUES (?)", ((number,) for number in numbers))
            db.execute("DELETE FROM meaning WHERE number NOT IN (SELECT number FROM live)")

    def _write(self, rows: list[tuple[int, bytes]]) -> None:
        with closing(self._open()) as db, db:
            db.executemany("INSERT OR REPLACE INTO meaning VALUES (?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        if not self._path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for other in self._folder.glob("meaning-*.db*"):
                other.unlink(missing_ok=True)
        db = sqlite3.connect(self._path, timeout=_WAIT)
        try:
            db.execute("PRAGMA synchronous=OFF")
            db.execute(
                "CREATE TABLE IF NOT EXISTS meaning (number INTEGER PRIMARY KEY, vector BLOB NOT NULL)"
            )
        except BaseException:
            db.close()
            raise
        return db

"""The book's file: opened when first needed, one transaction at a time, put aside and begun anew where it is damaged."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from memsync.errors import Busy, CannotWrite, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 3
_WAIT_MS = 10_000
_FULL = 256 * 1024
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shadow (path TEXT PRIMARY KEY, oid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER, inode INTEGER,
                                 oid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ahead (number INTEGER PRIMARY KEY, base TEXT, oid TEXT NOT NULL, rows TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS held (path TEXT PRIMARY KEY, oid TEXT, reason TEXT, since TEXT, findings TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarms (path TEXT PRIMARY KEY, oid TEXT, reason TEXT, since TEXT, findings TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS merges (number INTEGER PRIMARY KEY, at TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lanes (lane TEXT PRIMARY KEY, state TEXT, reason TEXT, hint TEXT, guard TEXT, since TEXT,
                                  next_try TEXT, attempts INTEGER, fingerprint TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS displaced (path TEXT, oid TEXT, base TEXT, PRIMARY KEY (path, oid)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS past (path TEXT, number INTEGER, oid TEXT, PRIMARY KEY (path, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leaving (path TEXT PRIMARY KEY, oid TEXT NOT NULL, certain INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clean (mark BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acks (guard TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stakes (guard TEXT, what TEXT, PRIMARY KEY (guard, what)) WITHOUT ROWID;
"""


class Database:
    """One sqlite file. Threads may share it. Raises CannotWrite, NoSpace, Busy for what the disk or a neighbour does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None
        self._times = 0

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one immediate transaction. A damaged file is put aside and begun anew."""
        with self._lock:
            connection = self._connection()
            try:
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
            except sqlite3.Error as error:
                raise self._told(error) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read with."""
        with self._lock:
            try:
                yield self._connection()
            except sqlite3.Error as error:
                raise self._told(error) from error

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            try:
                self._open = self._connect()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise self._told(error) from error
                self._put_aside()
                self._open = self._connect()
        return self._open

    def _connect(self) -> sqlite3.Connection:
        self._times += 1
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=_WAIT_MS / 1000
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise CannotWrite(str(self._path), "was written by a newer memsync")
        if found < SCHEMA:
            connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={SCHEMA}; COMMIT;")
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("quick_check")

    def _put_aside(self) -> None:
        """Keep a damaged file beside, for whoever wants to look; sync then begins with no shadow."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                self._path.with_name(self._path.name + ending).replace(
                    self._path.with_name(f"{self._path.name}.broken{ending}")
                )

    def _is_full(self) -> bool:
        """Whether the disk is as good as full: some file systems tell sqlite of an I/O error then."""
        try:
            return shutil.disk_usage(self._path.parent).free < _FULL
        except OSError:
            return False

    def _told(self, error: sqlite3.Error) -> Exception:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return Busy(f"{self._path} is in use")
        if name.startswith("SQLITE_FULL") or (name.startswith("SQLITE_IOERR") and self._is_full()):
            return NoSpace(str(self._path))
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            self._put_aside()
            return Busy("sync's own notes were damaged and are made anew")
        self.close()
        return CannotWrite(str(self._path), str(error))

    def version(self) -> tuple[int, int]:
        """Return a mark that changes when another connection has changed the file (sqlite: PRAGMA data_version)."""
        with self.reading() as db:
            return self._times, int(db.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

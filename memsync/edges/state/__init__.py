"""SyncBook: what sync knows on this machine (sqlite, WAL, synchronous=FULL). It may be lost: then both sides are kept.

`shadow` is what memsync last wrote to or took from each path of the folder; the write-ahead rows make a published
commit and its shadow one step; `seen` spares reading a file whose stamp is the same; the rest is what `status` shows.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from memsync.core.bookkeeping import DisplacedEdit, LaneNote, MergeNote, WriteAhead
from memsync.edges.state import rows as rows_
from memsync.edges.state.database import Database

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from memsync.core.bookkeeping import HeldFile, Seen

_TABLES = (
    "facts", "shadow", "seen", "ahead", "held", "alarms", "merges", "lanes", "displaced", "past", "leaving", "acks",
    "stakes",
)  # fmt: skip
_KEPT_MERGES = 100
_KEPT_CLEAN = 250_000


class SyncBook:
    """One store's book. Threads may share it. Raises CannotWrite, NoSpace, Busy for what the disk or a neighbour does."""

    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        self._shadow: tuple[tuple[int, int], dict[str, str]] | None = (
            None  # as of which change of the file, by another program
        )
        self._seen: tuple[tuple[int, int], dict[str, Seen]] | None = None

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._shadow = self._seen = None
        self._db.close()

    def bind(self, clone: str) -> bool:
        """Bind the book to a clone. False where it was bound to another one, or to none: then everything in it is gone."""
        if self.fact("clone") == clone:
            return True
        with self._db.writing() as db:
            self._shadow = self._seen = None
            found = db.execute("SELECT value FROM facts WHERE name='clone'").fetchone()
            if found is not None and found[0] == clone:
                return True
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
            db.execute("INSERT INTO facts VALUES ('clone', ?)", (clone,))
            return False

    # ---- plain facts ----------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """Return a noted text, or an empty one."""
        with self._db.reading() as db:
            found = db.execute("SELECT value FROM facts WHERE name=?", (name,)).fetchone()
            return str(found[0]) if found else ""

    def note(self, **facts: str) -> None:
        """Note texts by name; an empty one is forgotten. Writes only what differs."""
        changed = {name: value for name, value in facts.items() if self.fact(name) != value}
        if not changed:
            return
        with self._db.writing() as db:
            for name, value in changed.items():
                rows_.put_fact(db, name, value)

    # ---- shadow, write-ahead, seen --------------------------------------------------------------

    def shadow(self) -> dict[str, str]:
        """Return path → blob id of what memsync last wrote to, or took from, the folder. Not to be changed by the caller."""
        with self._db.reading() as db:
            version = self._db.version()
            if self._shadow is None or self._shadow[0] != version:
                self._shadow = (version, dict(db.execute("SELECT path, oid FROM shadow")))
            return self._shadow[1]

    def set_shadow(self, rows: Mapping[str, str | None]) -> None:
        """Set shadow rows (None: no row); what was there before is kept among the path's last five."""
        if rows:
            with self._db.writing() as db:
                self._shadow = None
                rows_.put_shadow(db, rows)

    def took(self, path: str, *, before: str | None, oid: str) -> None:
        """Set one shadow row to what was taken from the folder beside a cycle, unless a cycle has set another than `before`."""
        with self._db.writing() as db:
            found = db.execute("SELECT oid FROM shadow WHERE path=?", (path,)).fetchone()
            if (found[0] if found else None) == before:
                self._shadow = None
                rows_.put_shadow(db, {path: oid})

    def past(self, path: str) -> tuple[str, ...]:
        """Return the blob ids that memsync had at this path before, newest first, at most five."""
        with self._db.reading() as db:
            rows = db.execute("SELECT oid FROM past WHERE path=? ORDER BY number DESC", (path,))
            return tuple(row[0] for row in rows)

    def write_ahead(self, row: WriteAhead) -> None:
        """Note a commit that is about to be published with the shadow it brings."""
        with self._db.writing() as db:
            db.execute(
                "INSERT INTO ahead (base, oid, rows) VALUES (?, ?, ?)",
                (row.base, row.commit, json.dumps(dict(row.shadow))),
            )

    def ahead(self) -> tuple[WriteAhead, ...]:
        """Return the write-ahead rows, oldest first."""
        with self._db.reading() as db:
            rows = db.execute("SELECT base, oid, rows FROM ahead ORDER BY number").fetchall()
        return tuple(WriteAhead(base=base, commit=oid, shadow=json.loads(text)) for base, oid, text in rows)

    def published(self, row: WriteAhead) -> None:
        """Set the shadow of a commit that is on main, note that the owner's index is behind, drop the row; in one step."""
        with self._db.writing() as db:
            self._shadow = None
            rows_.put_shadow(db, row.shadow)
            due = db.execute("SELECT value FROM facts WHERE name='index_from'").fetchone()
            if due is None:
                rows_.put_fact(db, "index_from", row.base or "none")
            rows_.put_fact(db, "index_to", row.commit)
            db.execute("DELETE FROM ahead WHERE oid=?", (row.commit,))

    def unpublished(self, row: WriteAhead) -> None:
        """Drop the row of a commit that never came to be on main."""
        with self._db.writing() as db:
            db.execute("DELETE FROM ahead WHERE oid=?", (row.commit,))

    def seen(self) -> dict[str, Seen]:
        """Return what was read of each file, with its stamp then. Not to be changed by the caller."""
        with self._db.reading() as db:
            version = self._db.version()
            if self._seen is None or self._seen[0] != version:
                rows = db.execute("SELECT path, size, mtime, ctime, inode, oid FROM seen")
                self._seen = (version, {path: rows_.seen(row) for path, *row in rows})
            return self._seen[1]

    def set_seen(self, rows: Mapping[str, Seen], gone: Iterable[str] = ()) -> None:
        """Note files that were read, and forget those that are gone."""
        left = [(path,) for path in gone]
        if not rows and not left:
            return
        with self._db.writing() as db:
            self._seen = None
            db.executemany("DELETE FROM seen WHERE path=?", left)
            db.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (p, r.stamp.size, r.stamp.mtime_ns, r.stamp.ctime_ns, r.stamp.inode, r.oid)
                    for p, r in rows.items()
                ),
            )

    # ---- displaced edits, and deletions that are acknowledged ------------------------------------

    def displaced(self) -> tuple[DisplacedEdit, ...]:
        """Return the edits that a write of sync's took out of the folder and that are not merged in yet."""
        with self._db.reading() as db:
            rows = db.execute("SELECT path, oid, base FROM displaced ORDER BY path, oid").fetchall()
        return tuple(DisplacedEdit(path=p, oid=o, base=b) for p, o, b in rows)

    def add_displaced(self, edit: DisplacedEdit, shadow: Mapping[str, str | None]) -> None:
        """Note a displaced edit together with the shadow rows of the write that displaced it."""
        with self._db.writing() as db:
            self._shadow = None
            db.execute("INSERT OR IGNORE INTO displaced VALUES (?, ?, ?)", (edit.path, edit.oid, edit.base))
            rows_.put_shadow(db, shadow)

    def drop_displaced(self, edits: Iterable[DisplacedEdit]) -> None:
        """Forget edits that are merged in, or kept as files of their own."""
        left = [(edit.path, edit.oid) for edit in edits]
        if left:
            with self._db.writing() as db:
                db.executemany("DELETE FROM displaced WHERE path=? AND oid=?", left)

    def leave(self, path: str, oid: str, *, certain: bool) -> None:
        """Note that a memory with these bytes is about to be (`certain`: was) taken away on purpose."""
        with self._db.writing() as db:
            db.execute("INSERT OR REPLACE INTO leaving VALUES (?, ?, ?)", (path, oid, int(certain)))

    def leaving(self) -> dict[str, str]:
        """Return path → blob id of what was taken away on purpose and is not captured yet."""
        with self._db.reading() as db:
            return dict(db.execute("SELECT path, oid FROM leaving WHERE certain=1"))

    def about_to_leave(self, path: str) -> str:
        """Return the blob id noted for a path, certain or not; an empty text where there is none."""
        with self._db.reading() as db:
            found = db.execute("SELECT oid FROM leaving WHERE path=?", (path,)).fetchone()
            return str(found[0]) if found else ""

    def left(self, paths: Iterable[str]) -> None:
        """Forget departures that are captured, or taken back."""
        rows = [(path,) for path in paths]
        if rows:
            with self._db.writing() as db:
                db.executemany("DELETE FROM leaving WHERE path=?", rows)

    # ---- verdicts -------------------------------------------------------------------------------

    def is_clean(self, mark: bytes) -> bool:
        """Whether the gate passed what this mark stands for (its rules, a path, a blob)."""
        with self._db.reading() as db:
            return db.execute("SELECT 1 FROM clean WHERE mark=?", (mark,)).fetchone() is not None

    def add_clean(self, marks: Iterable[bytes]) -> None:
        """Keep what the gate passed. Only a saving: beyond a quarter of a million, all are forgotten."""
        rows = [(mark,) for mark in marks]
        if rows:
            with self._db.writing() as db:
                if db.execute("SELECT count(*) FROM clean").fetchone()[0] > _KEPT_CLEAN:
                    db.execute("DELETE FROM clean")
                db.executemany("INSERT OR IGNORE INTO clean VALUES (?)", rows)

    # ---- held files, lanes, acknowledgements ----------------------------------------------------

    def held(self) -> dict[str, HeldFile]:
        """Return the files that are kept back."""
        with self._db.reading() as db:
            return rows_.kept_files(db, "held")

    def set_held(self, rows: Iterable[HeldFile], free: Iterable[str] = ()) -> None:
        """Note files that are kept back, and forget those that no longer are."""
        self._keep("held", list(rows), list(free))

    def alarms(self) -> dict[str, HeldFile]:
        """Return the files that came in from the remote with a secret and that no person has dealt with yet."""
        with self._db.reading() as db:
            return rows_.kept_files(db, "alarms")

    def set_alarms(self, rows: Iterable[HeldFile], free: Iterable[str] = ()) -> None:
        """Note files that came in with a secret, and forget those that were dealt with."""
        self._keep("alarms", list(rows), list(free))

    def _keep(self, table: str, rows: Sequence[HeldFile], free: Sequence[str]) -> None:
        if rows or free:
            with self._db.writing() as db:
                rows_.keep_files(db, table, rows, free)

    def merges(self) -> tuple[MergeNote, ...]:
        """Return what merges did that a person should know, newest first."""
        with self._db.reading() as db:
            rows = db.execute("SELECT at, path, text FROM merges ORDER BY number DESC").fetchall()
        return tuple(MergeNote(at=datetime.fromisoformat(at), path=p, text=t) for at, p, t in rows)

    def add_merges(self, notes: Iterable[MergeNote]) -> None:
        """Keep what a merge did; the last hundred notes are kept."""
        rows = [(note.at.isoformat(), note.path, note.text) for note in notes]
        if rows:
            with self._db.writing() as db:
                db.executemany("INSERT INTO merges (at, path, text) VALUES (?, ?, ?)", rows)
                db.execute(
                    "DELETE FROM merges WHERE number <= (SELECT max(number) - ? FROM merges)", (_KEPT_MERGES,)
                )

    def lane(self, name: str) -> LaneNote:
        """Return a lane's state."""
        with self._db.reading() as db:
            found = db.execute(
                "SELECT state, reason, hint, guard, since, next_try, attempts, fingerprint FROM lanes WHERE lane=?",
                (name,),
            ).fetchone()
        if found is None:
            return LaneNote(lane=name)
        state, reason, hint, guard, since, next_try, attempts, fingerprint = found
        return LaneNote(
            lane=name,
            state=state,
            reason=reason,
            hint=hint,
            guard=guard,
            since=rows_.moment(since),
            next_try=rows_.moment(next_try),
            attempts=attempts,
            fingerprint=fingerprint,
        )

    def set_lane(self, note: LaneNote) -> None:
        """Keep a lane's state; nothing is written where it is the same."""
        if self.lane(note.lane) == note:
            return
        with self._db.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    note.lane,
                    note.state,
                    note.reason,
                    note.hint,
                    note.guard,
                    rows_.text(note.since),
                    rows_.text(note.next_try),
                    note.attempts,
                    note.fingerprint,
                ),
            )

    def ack(self, guard: str) -> str:
        """Return what a person has acknowledged of a guard (its fingerprint), or an empty text."""
        with self._db.reading() as db:
            found = db.execute("SELECT value FROM acks WHERE guard=?", (guard,)).fetchone()
            return str(found[0]) if found else ""

    def set_ack(self, guard: str, value: str) -> None:
        """Keep an acknowledgement; an empty value takes it back, and forgets what was at stake."""
        with self._db.writing() as db:
            db.execute("DELETE FROM acks WHERE guard=?", (guard,))
            if value:
                db.execute("INSERT INTO acks VALUES (?, ?)", (guard, value))
            else:
                db.execute("DELETE FROM stakes WHERE guard=?", (guard,))

    def stakes(self, guard: str) -> frozenset[str]:
        """Return what a guard halted for: paths that would go, or the other store's id."""
        with self._db.reading() as db:
            return frozenset(row[0] for row in db.execute("SELECT what FROM stakes WHERE guard=?", (guard,)))

    def set_stakes(self, guard: str, stakes: Collection[str]) -> None:
        """Note what a guard halts for now. A yes that was said to less is no yes to it."""
        now = frozenset(stakes)
        if self.stakes(guard) == now:
            return
        with self._db.writing() as db:
            if not now <= self.stakes(guard):
                db.execute("DELETE FROM acks WHERE guard=?", (guard,))
            db.execute("DELETE FROM stakes WHERE guard=?", (guard,))
            db.executemany("INSERT INTO stakes VALUES (?, ?)", [(guard, what) for what in sorted(now)])

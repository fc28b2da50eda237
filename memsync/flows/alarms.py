"""Alarms: what comes in is looked at as what goes out is, before it is on main.

A memory that comes in with a secret is on the remote already, so keeping it from the disk would help nobody; but no
assistant is shown it until a person took the secret out or allowed it. And what merges did is kept, for a person to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.bookkeeping import HeldFile, MergeNote
from memsync.core.change import blob_id
from memsync.flows.look import SECRET, admits
from memsync.flows.reader import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from memsync.core.merging import Note
    from memsync.core.syncports import Bench

_UNSHOWN = "two values met, and one was taken; `memsync history` has both"


def raise_alarms(bench: Bench, files: Mapping[str, str], written: Mapping[str, bytes] | None = None) -> None:
    """Look at what is about to be on main, and note what holds a secret. Raises GateShut: then nothing is taken in.

    `files`: path → blob id of what is new; `written`: contents that are no blobs yet.
    """
    found = [
        HeldFile(path=path, oid=oid, reason=SECRET, since=bench.now(), findings=verdict.findings)
        for path, oid, content in _contents(bench, files, written or {})
        if (verdict := bench.gate(path, content)).blocks
    ]
    bench.book.set_alarms(found)


def _contents(
    bench: Bench, files: Mapping[str, str], written: Mapping[str, bytes]
) -> Iterator[tuple[str, str, bytes]]:
    paths: dict[str, list[str]] = {}
    for path, oid in files.items():
        paths.setdefault(oid, []).append(path)
    for batch in batches(bench.repo, paths):
        for oid, content in bench.repo.blobs(batch).items():
            for path in paths[oid]:
                yield path, oid, content
    for path, content in written.items():
        yield path, blob_id(content), content


def settle_alarms(bench: Bench) -> tuple[HeldFile, ...]:
    """End the alarms that a person has dealt with (another content stands there, or it is allowed); return the others."""
    known = bench.book.alarms()
    if not known:
        return ()
    there = bench.repo.tree(bench.repo.refs().main).files
    waiting = tuple(row for row in known.values() if _stands(bench, row, there))
    bench.book.set_alarms((), free=known.keys() - {row.path for row in waiting})
    return waiting


def _stands(bench: Bench, row: HeldFile, there: Mapping[str, str]) -> bool:
    """Whether what was alarmed about is still in the folder or on main, and still not allowed."""
    content = bench.tree.read(row.path)
    if content is None or blob_id(content) != row.oid:
        if there.get(row.path) != row.oid:
            return False
        content = bench.repo.blobs([row.oid])[row.oid]
    return bench.gate(row.path, content).blocks


def keep_notes(bench: Bench, notes: Sequence[Note]) -> None:
    """Keep what a merge did that a person should know. A note quotes values, so it passes the gate like any text."""
    passes = admits(bench)
    bench.book.add_merges(
        MergeNote(
            at=bench.now(),
            path=note.path,
            text=note.text if passes("note.txt", note.text.encode()) else _UNSHOWN,
        )
        for note in notes
    )

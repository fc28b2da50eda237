"""Exporting, wired: out of one store into a folder or a document, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core import export as exports
from memsync.errors import BadInput
from memsync.store import indexing
from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from memsync.core.export import Export, Exported
    from memsync.core.report import ImportReport
    from memsync.core.scope import Scope
    from memsync.store.parts import Parts


def room_of(scopes: Sequence[Scope], rooms: Sequence[Parts]) -> Parts:
    """Return the one store these scopes live in. Raises BadInput where they live in two, or the private one is not there."""
    private = {scope.is_private for scope in scopes} or {False}
    if len(private) > 1:
        raise BadInput(
            "scope", "private memories are exported apart from the others", hint="Run `memsync export` twice."
        )
    found = [room for room in rooms if room.private in private]
    if not found:
        raise BadInput("scope", "there are no private memories on this machine")
    return found[0]


def export(room: Parts, scopes: Sequence[Scope], target: Path | None) -> Exported:
    """Write an export to a new folder, or a new file whose name ends in .json; None: nowhere, its value says all.

    Raises BadInput where something is there already, CannotWrite, GateShut.
    """
    from memsync.edges import outbox
    from memsync.flows.exporting import gather

    done = gather(
        scopes,
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        private=room.private,
        now=now(),
    )
    if target is None:
        return done
    if target.suffix == ".json":
        outbox.write_file(target, exports.document_of(done.export).encode())
    else:
        outbox.write_folder(target, done.export.files, exports.note_of(done.export))
    return replace(done, path=str(target))


def found_at(source: Path) -> Export | None:
    """Return the export at a path, or None where it is an ordinary folder or file. Raises BadInput for a broken one."""
    from memsync.edges import outbox

    if source.is_file():
        return exports.parse_document(outbox.document(source)) if source.suffix == ".json" else None
    note = outbox.note_in(source)
    if note is None:
        return None
    return exports.Export(files=tuple(outbox.files_in(source)), private=exports.parse_note(note))


def take_back(room: Parts, export: Export, *, progress: Callable[[int, int], None]) -> ImportReport:
    """Put an export's files where they were. Raises BadInput for an empty one, NoSpace, CannotWrite, GateShut."""
    from memsync.flows.exporting import take_back as flow

    if not export.files:
        raise BadInput("PATH", "the export is empty")
    report = flow(
        export.files,
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        now=now(),
        progress=progress,
    )
    if report.imported:
        indexing.keep_up(room)
    return report

"""Exporting, and taking an export back: the same bytes at the same paths, through the gate both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import export as exports
from memsync.core import memory as memories
from memsync.core.export import Export, Exported
from memsync.core.names import fold, is_standing
from memsync.core.report import Held, ImportReport
from memsync.core.scope import scope_of_path
from memsync.flows.gatekeeping import inspect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from memsync.core.gate import Allowance
    from memsync.core.ports import Scanner, Tree
    from memsync.core.scope import Scope

_BATCH = 500  # files made durable together


def gather(
    scopes: Sequence[Scope],
    *,
    tree: Tree,
    scanner: Scanner,
    allowances: Sequence[Allowance] = (),
    private: bool,
    now: datetime,
) -> Exported:
    """Return the files of these scopes (none given: of all); what the gate would hold is left out and named."""
    files: list[tuple[str, bytes]] = []
    held: list[Held] = []
    for path in sorted(tree.listing()):
        if not exports.is_exported(path) or (scopes and scope_of_path(path, private=private) not in scopes):
            continue
        raw = tree.read(path)
        if raw is None:
            continue  # it went while we looked
        verdict = inspect(path, raw, scanner=scanner, allowances=allowances, memory_id=_id_of(path, raw))
        if verdict.blocks:
            held.append(Held(path=path, reason="secret", findings=verdict.findings, since=now))
        elif not exports.is_text(raw):
            held.append(Held(path=path, reason="not text in UTF-8", since=now))
        else:
            files.append((path, raw))
    return Exported(export=Export(files=tuple(files), private=private), held=tuple(held))


def take_back(
    files: Sequence[tuple[str, bytes]],
    *,
    tree: Tree,
    scanner: Scanner,
    allowances: Sequence[Allowance] = (),
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Put an export's files where they were; can be run twice. Nothing that is there is written over.

    A path that another memory has by now gives the newcomer the next key; another version of the same memory, or of a
    standing document, is left out and named. Raises NoSpace and CannotWrite: what was written by then stays.
    """
    desk = _Desk(tree, scanner, allowances, now)
    for number, (path, raw) in enumerate(files, start=1):
        desk.judge(path, raw)
        if len(desk.batch) >= _BATCH or number == len(files):
            desk.write()
        progress(number, len(files))
    return desk.report()


class _Desk:
    """What the store has already, what waits to be written, and what the report will say."""

    def __init__(self, tree: Tree, scanner: Scanner, allowances: Sequence[Allowance], now: datetime) -> None:
        self._tree, self._scanner, self._allowances, self._now = tree, scanner, allowances, now
        self._paths = {fold(path): path for path in tree.listing()}
        self._ids = {
            known: path for path in self._paths.values() if (known := _id_of(path, tree.read(path) or b""))
        }
        self.batch: dict[str, bytes] = {}
        self._imported: list[str] = []
        self._unchanged = 0
        self._duplicates: list[tuple[str, str]] = []
        self._held: list[Held] = []
        self._skipped: list[tuple[str, str]] = []

    def judge(self, path: str, raw: bytes) -> None:
        """Sort a file: refused, here already, kept back by the gate, or to be written."""
        why = exports.refusal(path, raw)
        if why:
            self._skipped.append((path, why))
            return
        own_id = _id_of(path, raw)
        there = self._ids.get(own_id, "") or self._paths.get(fold(path), "")
        found = self.batch.get(there, self._tree.read(there) if there else None)
        if found == raw:
            self._found(path, there)
            return
        if found is not None and (own_id in self._ids or is_standing(path) or not own_id):
            self._skipped.append((path, f"the store has another version of it at {there}, which stays"))
            return
        verdict = inspect(path, raw, scanner=self._scanner, allowances=self._allowances, memory_id=own_id)
        if verdict.blocks:
            self._held.append(Held(path=path, reason="secret", findings=verdict.findings, since=self._now))
            return
        self._plan(path, raw, own_id)

    def _found(self, path: str, there: str) -> None:
        if there == path:
            self._unchanged += 1
        else:
            self._duplicates.append((path, there))

    def _plan(self, path: str, raw: bytes, own_id: str) -> None:
        if fold(path) in self._paths:
            path = exports.other_path(path, frozenset(self._paths.values()))
        self._paths[fold(path)] = path
        if own_id:
            self._ids[own_id] = path
        self.batch[path] = raw

    def write(self) -> None:
        """Write what waits; a path that another program took meanwhile is named, not overwritten."""
        taken = set(self._tree.create_all(self.batch.items()))
        self._imported += [path for path in self.batch if path not in taken]
        self._skipped += [(path, "somebody else wrote a file there meanwhile") for path in sorted(taken)]
        self.batch.clear()

    def report(self) -> ImportReport:
        """Return what was done."""
        return ImportReport(
            imported=tuple(self._imported), unchanged=self._unchanged, duplicates=tuple(self._duplicates),
            held=tuple(self._held), skipped=tuple(self._skipped),
        )  # fmt: skip


def _id_of(path: str, raw: bytes) -> str:
    return memories.read(path, raw.decode(errors="replace")).id

"""Importing: a folder of markdown → gate → memories. Killed half-way or run twice, nothing is taken in two times."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.category import folder_of
from memsync.core.importing import candidate, imported_text, prints_of, refusal
from memsync.core.lookup import stem
from memsync.core.names import fold, is_memory_path, place_for
from memsync.core.report import Held, ImportReport
from memsync.flows.gatekeeping import inspect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from memsync.core.gate import Allowance
    from memsync.core.importing import Candidate
    from memsync.core.ports import Scanner, Source, Tree
    from memsync.core.scope import Scope

_BATCH = 500  # files made durable together
_BATCH_BYTES = 8 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class _Shelf:
    """What the scope has already, and what this import adds: fingerprints, keys, and how full each category is."""

    scope: Scope
    prints: dict[str, str] = field(default_factory=dict)
    origins: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def know(self, path: str, text: str) -> None:
        body, *origin = prints_of(text)
        self.prints.setdefault(body, path)
        self.origins.update(origin)

    def take_place(self, wanted: Candidate) -> str:
        """Return a free path for a candidate and count it in."""
        key, number = wanted.key, 1
        while fold(key) in self.keys:
            number += 1
            key = f"{wanted.key}-{number}"
        self.keys.add(fold(key))
        folder = folder_of(wanted.memory.category)
        count = self.counts.get(folder, 0)
        path = place_for(self.scope, wanted.memory.category, key, count, wanted.month)
        if path.count("/") == self.scope.folder.count("/") + 2:
            self.counts[folder] = count + 1
        return path


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What the report will say."""

    waiting: int = 0  # characters of the batch that is not written yet
    imported: list[str] = field(default_factory=list)
    unchanged: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def take_in(
    source: Source,
    *,
    scope: Scope,
    tree: Tree,
    scanner: Scanner,
    allowances: Sequence[Allowance] = (),
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Take in every markdown file of a source that the scope does not have yet; one that is held stops no other.

    A file counts as known where a memory of the scope has its body, or was imported with it and edited since.
    `imported` names the new paths in the store. Raises NoSpace and CannotWrite: what was written by then stays.
    """
    files = source.files()
    shelf, tally = _shelf(tree, scope), _Tally()
    batch: dict[str, Candidate] = {}
    for number, file in enumerate(files, start=1):
        raw = source.read(file.path)
        why = refusal(file, raw)
        if why or raw is None:
            tally.skipped.append((file.path, why))
        else:
            _judge(candidate(file, raw), shelf, tally, batch, scanner=scanner, allowances=allowances, now=now)
        if len(batch) >= _BATCH or tally.waiting >= _BATCH_BYTES or number == len(files):
            _write(batch, tree, shelf, tally)
        progress(number, len(files))
    return ImportReport(
        imported=tuple(tally.imported), unchanged=tally.unchanged, duplicates=tuple(tally.duplicates),
        held=tuple(tally.held), skipped=tuple(tally.skipped), notes=tuple(source.problems),
    )  # fmt: skip


def _shelf(tree: Tree, scope: Scope) -> _Shelf:
    shelf = _Shelf(scope=scope)
    top = f"{scope.folder}/"
    for path in tree.listing():
        if not path.startswith(top) or not is_memory_path(path):
            continue
        shelf.keys.add(fold(stem(path)))
        folder, *below = path.removeprefix(top).split("/")
        if len(below) == 1:
            shelf.counts[folder] = shelf.counts.get(folder, 0) + 1
        shelf.know(path, (tree.read(path) or b"").decode(errors="replace"))
    return shelf


def _judge(
    new: Candidate, shelf: _Shelf, tally: _Tally, batch: dict[str, Candidate], *,
    scanner: Scanner, allowances: Sequence[Allowance], now: datetime,
) -> None:  # fmt: skip
    """Sort a candidate: known already, kept back by the gate, or to be written."""
    if new.print in shelf.origins:
        tally.unchanged += 1
        return
    if new.print in shelf.prints:
        tally.duplicates.append((new.source.path, shelf.prints[new.print]))
        return
    # The source's own text is judged, so that lines are those its owner sees; what is added is dates and a hash.
    verdict = inspect(
        new.source.path,
        new.memory.text.encode(),
        scanner=scanner,
        allowances=allowances,
        memory_id=new.memory.id,
    )
    if verdict.blocks:
        tally.held.append(Held(path=new.source.path, reason="secret", findings=verdict.findings, since=now))
        return
    path = shelf.take_place(new)
    shelf.prints[new.print] = path
    batch[path] = new
    tally.waiting += len(new.memory.text)


def _write(batch: dict[str, Candidate], tree: Tree, shelf: _Shelf, tally: _Tally) -> None:
    """Write a batch; where another program took a path meanwhile, the memory gets the next key."""
    tally.waiting = 0
    while batch:
        taken = set(tree.create_all((path, imported_text(new).encode()) for path, new in batch.items()))
        tally.imported += [path for path in batch if path not in taken]
        again = {shelf.take_place(new): new for path, new in batch.items() if path in taken}
        batch.clear()
        batch.update(again)

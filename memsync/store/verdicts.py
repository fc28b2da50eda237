"""Verdicts: the gate with a memory. What it passed under the same rules, name and bytes, it passes again without looking."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from memsync.core.gate import Verdict
from memsync.core.merging import blob_id, memory_id
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.gate import Allowance
    from memsync.store.parts import Parts


class Verdicts:
    """One store's gate. The memory holds hashes of what was passed, never a text, and may be lost at any time.

    `quick`: memsync's own rules only, which is what a file is looked at with before it is indexed; what the whole gate
    has passed needs no second look then.
    """

    def __init__(
        self, room: Parts, *, allowances: Sequence[Allowance] | None = None, quick: bool = False
    ) -> None:
        from memsync.core.secrets import RULESET_VERSION

        self._room = room
        self._quick = quick
        self._allowances = tuple(room.allowances() if allowances is None else allowances)
        self._rules = hashlib.sha256(f"{RULESET_VERSION}\0sealed\0{self._allowances!r}".encode()).digest()
        self._passed: set[bytes] = set()

    def __call__(self, path: str, raw: bytes) -> Verdict:
        """Return the verdict on a file. Raises GateShut where the scanner fails."""
        from memsync.flows.gatekeeping import inspect

        quick = self._quick and blob_id(raw) not in self._suspects
        whole = self._mark(b"", path, raw)
        mark = self._mark(b"quick", path, raw) if quick else whole
        if mark in self._passed or self._known(whole) or (quick and self._known(mark)):
            return Verdict()
        scanner = self._room.spans if quick else self._room.scanner
        verdict = inspect(path, raw, scanner=scanner, allowances=self._allowances, memory_id=memory_id(raw))
        if not verdict.findings:
            self._passed.add(mark)
        return verdict

    @cached_property
    def _suspects(self) -> frozenset[str]:
        """The blob ids of what the whole gate held back, or raised an alarm about: a quick look is not enough for these."""
        try:
            book = self._room.book
            return frozenset(row.oid for row in (*book.alarms().values(), *book.held().values()))
        except MemsyncError:
            return frozenset()  # nor does one tell what was held

    def _mark(self, kind: bytes, path: str, raw: bytes) -> bytes:
        name = path.encode("utf-8", "surrogateescape")
        return hashlib.sha256(kind + self._rules + name + b"\0" + raw).digest()[:16]

    def _known(self, mark: bytes) -> bool:
        try:
            return self._room.book.is_clean(mark)
        except MemsyncError:
            return False  # a book that can't be read saves no work

    def keep(self) -> None:
        """Write down what was passed, for the next time."""
        try:
            self._room.book.add_clean(self._passed)
        except MemsyncError:
            return  # nor one that can't be written; the next look is made again
        self._passed.clear()

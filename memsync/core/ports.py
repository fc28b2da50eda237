"""The ports: what the flows need of the outside. Each has a real edge and a fake under one contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.change import Displaced, Stamp
    from memsync.core.gate import Allowance, Finding


class Tree(Protocol):
    """The memory files of one store. Paths are store-relative with `/`; nothing outside the store is ever touched.

    Every method raises CannotWrite, NoSpace or NotAStore for what the disk does; symbolic links are never followed.
    """

    def listing(self) -> dict[str, Stamp]:
        """Return every synced path (names.is_synced_path) that is a regular file, with its stamp."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where there is none (or it is no regular file, or larger than 64 MiB)."""
        ...

    def create(self, path: str, data: bytes) -> bool:
        """Write a new file, fsynced with its folder; False, and nothing written, where the path is taken."""
        ...

    def replace(self, path: str, data: bytes, *, expected: bytes) -> bool:
        """Put new bytes in place of `expected`, fsynced; False, and nothing changed, where the file held something else.

        Somebody who writes between the look and the swap loses nothing: then this is True, and what came out waits in
        the trash, unsettled, until the next capture merges it in (Displacing.trash_listing).
        """
        ...

    def remove(self, path: str, *, expected: bytes) -> bool:
        """Take the file away if it holds `expected`; False, and it stays, where it did not."""
        ...


class Displacing(Tree, Protocol):
    """A tree that also hands over what a write took out of a path: what sync needs."""

    def swap(self, path: str, new: bytes | None) -> Displaced | None:
        """Put new bytes at the path (None: take the file away), fsynced; return what came out, or None where nothing was.

        What came out stays in the trash, unsettled, until `settle` or `purge`. Whoever holds the old file open may still
        write to it: settled trash is looked at once more by `trash_listing`.
        """
        ...

    def settle(self, token: str) -> None:
        """The displaced content is known (expected, or in the object database): nothing more to take in from it."""
        ...

    def trash_listing(self, *, now: float, age: float = 60.0) -> tuple[Displaced, ...]:
        """Return what is to be taken in: everything unsettled, and settled files whose bytes changed since.

        Settled files are looked at when they are older than `age` seconds at `now` (Unix seconds); those unchanged are
        dropped here. To be called by the one who holds the sync lock: what it displaced and did not settle comes back.
        """
        ...

    def purge(self, token: str) -> None:
        """Drop a displaced file now, unless its bytes have changed since the token was given."""
        ...


class Scanner(Protocol):
    """The secret scanner. Raises GateShut if it can't do its work; never returns less than it should in silence."""

    def scan(self, text: str, *, path: str = "") -> tuple[Finding, ...]:
        """Return every finding of a text, sorted by start. `path` names the text in findings and is scanned itself."""
        ...


class Allowances(Protocol):
    """The store's reviewed exceptions."""

    def allowances(self) -> Sequence[Allowance]:
        """Return all of them; raises BadInput naming the file and line if the file can't be read."""
        ...

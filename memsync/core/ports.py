"""The ports: what the flows need of the outside. Each has a real edge and a fake under one contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.change import Stamp
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
        """Put new bytes in place of `expected`, fsynced; False where the file did not hold `expected` just then.

        What was there when it was replaced is never lost: on False the file is as the other writer left it.
        """
        ...

    def remove(self, path: str, *, expected: bytes) -> bool:
        """Take the file away if it holds `expected`; False, and it stays, where it did not."""
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

"""Store: the façade. The only place where edges meet flows; every door calls this and nothing below it.

Values come back, nothing is printed; only MemsyncError is raised on purpose; no environment and no home is read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from memsync.core.answer import Answer, Query
    from memsync.core.gate import Finding, OnSecret
    from memsync.core.memory import Draft, Memory
    from memsync.core.report import (
        Check, Founded, ImportReport, Reading, Remembered, Revised, Revision, ScanReport, StatusReport, SyncReport, Version,
    )
    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings


class Store:
    """A store of memories, with its private companion beside it where there is one."""

    @classmethod
    def open(cls, path: Path | str | None = None, *, settings: Settings | None = None, instance: str = "") -> Store:
        """Open the store at `path` (else the settings' one). Raises NotAStore. Reads files only; no git, no network."""

    @classmethod
    def init(cls, path: Path | str | None = None, *, settings: Settings | None = None, remote: str = "",
             public: bool = False, nested: bool = False) -> Founded:
        """Make a store, or adopt a folder or clone; overwrites nothing. With a remote that has memories: joins it."""

    @classmethod
    def join(cls, url: str, path: Path | str | None = None, *, settings: Settings | None = None,
             adopt: bool = False, public: bool = False) -> Founded:
        """Clone the store at `url` onto this machine, with its hooks and index."""

    root: Path

    def scope(self, word: str | None, *, cwd: Path) -> Scope:
        """Resolve a scope as written (None: the default: this folder's project, else global)."""

    def visible(self, words: Sequence[str], *, cwd: Path) -> tuple[Scope, ...]:
        """Resolve the scopes recall looks in, nearest first; none given: project, global and private."""

    def remember(self, draft: Draft, *, on_secret: OnSecret) -> Remembered:
        """Gate, then a file, fsynced. Raises SecretFound, BadInput, NoSpace, CannotWrite."""

    def recall(self, query: Query) -> Answer:
        """Find memories. Never touches the network."""

    def list(self, query: Query) -> tuple[Memory, ...]:
        """Return memories that pass the query's filters (its text is not used), newest first."""

    def get(self, name: str) -> Reading:
        """Return one memory by key, id, id prefix or path. Raises NoSuchMemory, AmbiguousName."""

    def revise(self, name: str, revision: Revision, *, rev: str = "", on_secret: OnSecret) -> Revised:
        """Change a memory; with an old `rev`, merge. Only the fields that change are rewritten."""

    def forget(self, name: str) -> Memory:
        """Take a memory away; history keeps it, `restore` brings it back."""

    def restore(self, name: str, *, at: str = "") -> Reading:
        """Bring back a forgotten memory, or an earlier version."""

    def history(self, name: str) -> tuple[Version, ...]:
        """Return a memory's versions, newest first."""

    def sync(self, *, wait: float = 60.0) -> SyncReport:
        """Run, or wait for, a whole cycle that begins after this call. Raises Busy when `wait` seconds pass."""

    def watch(self, *, stop: Callable[[], bool], tell: Callable[[SyncReport], None]) -> None:
        """Run the syncer until `stop()`; `tell` gets each cycle's report."""

    def status(self) -> StatusReport:
        """Return how the store is. Never touches the network."""

    def doctor(self, *, fix: bool = False) -> tuple[Check, ...]:
        """Check everything memsync needs; with `fix`, mend what can be mended without asking."""

    def scan(self, paths: Iterable[Path], *, staged: bool = False) -> ScanReport:
        """Scan files and folders, inside the store or not; `staged`: the blobs in the index of the repository here."""

    def findings(self, name: str) -> tuple[Finding, ...]:
        """Return a memory's findings in the order `allow` numbers them."""

    def allow(self, name: str, numbers: Sequence[int], *, reason: str, who: str, everywhere: bool = False) -> int:
        """Write allowances for findings by number; returns how many are new."""

    def import_folder(self, source: Path, *, scope: Scope, progress: Callable[[int, int], None]) -> ImportReport:
        """Take in a folder of markdown. Can be run twice."""

"""The ports: what the flows need of the outside. Each has a real edge and a fake under one contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from memsync.core.change import Displaced, Stamp
    from memsync.core.gate import Allowance, Finding
    from memsync.core.history import RemoteState
    from memsync.core.importing import SourceFile
    from memsync.core.memory import Memory
    from memsync.core.recall.view import Refreshed, View


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

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        """Write many new files and make them durable together; return the paths that were taken and stay as they were."""
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


class Swapping(Tree, Protocol):
    """A tree that also hands over what a write took out of a path, so that none of it has to stay."""

    def swap(self, path: str, new: bytes | None) -> Displaced | None:
        """Put new bytes at the path (None: take the file away), fsynced; return what came out, or None where nothing was.

        What came out stays in the trash, unsettled, until `settle` or `purge`. Whoever holds the old file open may still
        write to it: settled trash is looked at once more by `trash_listing`.
        """
        ...

    def purge(self, token: str) -> None:
        """Drop a displaced file now, unless its bytes have changed since the token was given."""
        ...


class Displacing(Swapping, Protocol):
    """A tree that also tells what waits in the trash: what sync needs."""

    def settle(self, token: str) -> None:
        """Say that the displaced content is known (expected, or in the object database): no more is to be taken in from it."""
        ...

    def trash_listing(self, *, now: float, age: float = 60.0) -> tuple[Displaced, ...]:
        """Return what is to be taken in: everything unsettled, and settled files whose bytes changed since.

        Settled files are looked at when they are older than `age` seconds at `now` (Unix seconds); those unchanged are
        dropped here. To be called by the one who holds the sync lock: what it displaced and did not settle comes back.
        """
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


class Index(Protocol):
    """What makes recall fast: derived from the files, outside the store, gone without loss. Never raises for its disk.

    The fake is core.recall.view.MemoryView behind memsync.testing; both pass tests/contract/test_index.py.
    """

    def refresh(
        self,
        listing: Mapping[str, Stamp],
        read: Callable[[str], Memory | None],
        *,
        limit: int | None = None,
        rules: int = 0,
    ) -> Refreshed:
        """Take in what differs from the last look, at most `limit` files. `read` gives None for what may not be indexed.

        `rules` (above 0) names what `read` decides by: what was refused under the same rules is not looked at again.
        A damaged or missing index is rebuilt. What could not be taken in is named in `left`.
        """
        ...

    def knows(self, listing: Mapping[str, Stamp], *, rules: int) -> bool:
        """Whether the last refresh was of this very listing and left nothing, and nobody wrote the index since."""
        ...

    def view(self) -> View:
        """Return the index as it is now. Raises IndexLost where there is none that can be read."""
        ...

    def forget(self) -> None:
        """Drop an index that was found damaged: the next refresh makes it anew."""
        ...

    def state(self) -> str:
        """Return how it is, in words: `ready, 1,234 memories`, `missing`, `rebuilding`."""
        ...


class ClientFiles(Protocol):
    """The assistants' configuration files, and their own commands. Paths are absolute; texts are UTF-8.

    Every method raises CannotWrite, NoSpace or BadInput (no UTF-8) naming the file.
    """

    def read(self, path: str) -> str | None:
        """Return a file's text, or None where there is none."""
        ...

    def write(self, path: str, text: str, *, expected: str | None, shared: bool) -> bool:
        """Put a text in place of `expected` (None: no file yet), fsynced; False where the file says something else now.

        A symbolic link stays one, its target is written; permissions stay. A new file is its owner's alone unless `shared`.
        """
        ...

    def remove(self, path: str, *, expected: str) -> bool:
        """Take a file away if it still says `expected`."""
        ...

    def back_up(self, path: str, *, stamp: str) -> str:
        """Copy a file under a name with the stamp in it, never into a project's tree; return the copy's path."""
        ...

    def run(self, program: str, words: Sequence[str], *, cwd: str) -> bool | None:
        """Run a client's own command; whether it ended well, or None where the program is not on the PATH."""
        ...


class Site(Protocol):
    """The folder a store is founded on. Raises CannotWrite and GitUnusable."""

    @property
    def path(self) -> str:
        """The folder's absolute path."""
        ...

    def is_repository(self) -> bool:
        """Whether the folder has a git repository of its own."""
        ...

    def outer(self) -> str:
        """Return the top of the git work tree around the folder (not its own); empty where there is none."""
        ...

    def exclude_from(self, outer: str) -> None:
        """Write the folder into the outer repository's own exclude file, once."""
        ...

    def prepare(self) -> None:
        """Make the folder and let nobody but its owner in (0700)."""
        ...

    def hooks_elsewhere(self) -> str:
        """Return git's core.hooksPath where one is set, else an empty text."""
        ...

    def hook(self, name: str) -> bytes | None:
        """Return a git hook as it is, or None."""
        ...

    def plant_hook(self, name: str, script: bytes) -> None:
        """Write a git hook, executable, in one step."""
        ...

    def merges_by(self, driver: str) -> bool:
        """Whether git merges this repository's files by this command line."""
        ...

    def plant_driver(self, driver: str) -> None:
        """Let git merge this repository's files by this command line, and leave their bytes alone; here only, in no commit."""
        ...


class Ground(Protocol):
    """The git repository of a store that is being founded, and what is at a remote. edges.repo, wired by the store."""

    def create(self) -> bool:
        """Make the repository; False where there is one already."""
        ...

    def remote_url(self) -> str:
        """Return the address of `origin`, or an empty text. Only for a folder that is a repository."""
        ...

    def set_remote(self, url: str) -> None:
        """Make `origin` this address. Raises BadInput for one that memsync refuses."""
        ...

    def is_public(self, url: str) -> bool:
        """Whether an https remote answers without any credential. Raises BadInput for a URL that memsync refuses."""
        ...

    def remote_state(self, url: str) -> RemoteState:
        """Return what is at a URL. Works before there is a repository, and leaves nothing behind."""
        ...

    def has_synced(self) -> bool:
        """Whether this repository has ever pushed to, or taken something from, a remote."""
        ...


class Source(Protocol):
    """A folder of markdown that is to be taken in. The fake is memsync.testing.FakeSource."""

    @property
    def problems(self) -> Sequence[str]:
        """What could not be looked at, in words; filled while files() looks."""
        ...

    def files(self) -> Sequence[SourceFile]:
        """Return every markdown file, sorted by path. Raises BadInput where the folder can't be read."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes (never more than 64 MiB); None where it can't be read or is a link."""
        ...

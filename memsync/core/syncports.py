"""The ports of sync: what its flows need of git, of the folder, and of this machine's own notes."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from memsync.core.ports import Displacing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from memsync.core.bookkeeping import DisplacedEdit, HeldFile, LaneNote, MergeNote, Seen, WriteAhead
    from memsync.core.change import Stamp
    from memsync.core.gate import Verdict
    from memsync.core.history import CommitNote, Entry, Heads, Outgoing, Refs, Said, Signed, TreeFiles
    from memsync.core.seal import Sealing


class Surveyed(Protocol):
    """A look at the whole folder: what may be taken in, and what is there but may not be, with why."""

    listing: dict[str, Stamp]
    not_taken: list[tuple[str, str]]


class Folder(Displacing, Protocol):
    """The store's folder, as sync uses it."""

    def survey(self) -> Surveyed:
        """Look at all files at once. A path of `not_taken` is there: it must not be taken for deleted."""
        ...

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        """Write many new files; return the paths that were taken and stay as they were."""
        ...


class Repo(Protocol):
    """The store's git repository: objects, refs by compare-and-swap, the remote. Never the work tree."""

    def refs(self) -> Refs:
        """Return where main, the vetted remote and what was fetched stand."""
        ...

    def move_main(self, new: str, old: str | None, *, reason: str) -> bool:
        """Move main; False where it stood elsewhere than `old`."""
        ...

    def move_remote(self, new: str | None, old: str | None) -> bool:
        """Move the vetted remote's ref; False where it stood elsewhere."""
        ...

    def rescue(self, commit: str, name: str) -> None:
        """Keep a commit under a name that nothing ever deletes."""
        ...

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is in the history of `new`."""
        ...

    def merge_bases(self, ours: str, theirs: str) -> tuple[str, ...]:
        """Return the best common ancestors, sorted."""
        ...

    def count(self, old: str | None, new: str | None) -> int:
        """Return how many commits `new` has that `old` has not."""
        ...

    def oldest(self, old: str | None, new: str) -> datetime | None:
        """Return when the oldest commit was made that `new` has and `old` has not."""
        ...

    def tree(self, commit: str | None) -> TreeFiles:
        """Return what a commit's tree holds."""
        ...

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of blobs."""
        ...

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Return the sizes of the objects that are there."""
        ...

    def commit(
        self,
        *,
        parents: Sequence[str],
        changes: Mapping[str, bytes | str | Entry | None],
        message: str,
        by: Signed,
    ) -> str:
        """Write a commit on its first parent without moving any branch."""
        ...

    def put(self, content: bytes) -> str:
        """Write one blob."""
        ...

    def content_at(self, commit: str, path: str) -> bytes | None:
        """Return a file's bytes in a commit, or None."""
        ...

    def outgoing(self, old: str | None, new: str) -> Outgoing:
        """Return what a push would send."""
        ...

    def notes(self, old: str | None, new: str) -> tuple[CommitNote, ...]:
        """Return the commits that `new` has and `old` has not, oldest first."""
        ...

    def pause_reason(self) -> str:
        """Return why memsync keeps its hands off, or an empty text."""
        ...

    def refresh_index(self, old: str | None, new: str) -> bool:
        """Bring the owner's index along; False where somebody holds it just now."""
        ...

    def sweep_locks(self) -> None:
        """Remove what a killed memsync left locked."""
        ...

    def mend_refs(self) -> int:
        """Set broken refs to the last commit that git's log knows; return how many."""
        ...

    def put_broken_aside(self) -> int:
        """Move broken objects out of git's sight; return how many files."""
        ...

    def steps(self, old: str | None, new: str) -> tuple[str, ...]:
        """Return the commits that a push may stop at, oldest first."""
        ...

    def remote_url(self) -> str:
        """Return the address of `origin`, or an empty text."""
        ...

    def ask(self, url: str) -> Heads:
        """Ask a remote for its branches."""
        ...

    def is_public(self, url: str) -> bool:
        """Whether an address over http or https answers without any credential."""
        ...

    def fetch(self, url: str, *, first: bool = False, refetch: bool = False) -> Said:
        """Fetch the remote's main, every object checked."""
        ...

    def push(self, url: str, commit: str, *, first: bool = False) -> Said:
        """Push a commit to the remote's main, never forced."""
        ...


class Book(Protocol):
    """What sync knows on this machine."""

    def fact(self, name: str) -> str:
        """Return a noted text."""
        ...

    def note(self, **facts: str) -> None:
        """Note texts by name."""
        ...

    def shadow(self) -> dict[str, str]:
        """Return path → blob id of what memsync last wrote to, or took from, the folder."""
        ...

    def set_shadow(self, rows: Mapping[str, str | None]) -> None:
        """Set shadow rows (None: no row)."""
        ...

    def past(self, path: str) -> tuple[str, ...]:
        """Return what the shadow was at a path before, newest first."""
        ...

    def write_ahead(self, row: WriteAhead) -> None:
        """Note a commit that is about to be published."""
        ...

    def ahead(self) -> tuple[WriteAhead, ...]:
        """Return the write-ahead rows, oldest first."""
        ...

    def published(self, row: WriteAhead) -> None:
        """Let the shadow of a commit hold that is on main now."""
        ...

    def unpublished(self, row: WriteAhead) -> None:
        """Drop the row of a commit that never came to be on main."""
        ...

    def seen(self) -> dict[str, Seen]:
        """Return what was read of each file, with its stamp then."""
        ...

    def set_seen(self, rows: Mapping[str, Seen], gone: Iterable[str] = ()) -> None:
        """Note files that were read, and forget those that are gone."""
        ...

    def displaced(self) -> tuple[DisplacedEdit, ...]:
        """Return the displaced edits that are not merged in yet."""
        ...

    def add_displaced(self, edit: DisplacedEdit, shadow: Mapping[str, str | None]) -> None:
        """Note a displaced edit together with the shadow rows of the write that displaced it."""
        ...

    def drop_displaced(self, edits: Iterable[DisplacedEdit]) -> None:
        """Forget edits that are merged in."""
        ...

    def leaving(self) -> dict[str, str]:
        """Return path → blob id of what was taken away on purpose and is not captured yet."""
        ...

    def left(self, paths: Iterable[str]) -> None:
        """Forget departures that are captured, or taken back."""
        ...

    def held(self) -> dict[str, HeldFile]:
        """Return the files that are kept back."""
        ...

    def set_held(self, rows: Iterable[HeldFile], free: Iterable[str] = ()) -> None:
        """Note files that are kept back, and forget those that no longer are."""
        ...

    def alarms(self) -> dict[str, HeldFile]:
        """Return the files that came in from the remote with a secret and that no person has dealt with yet."""
        ...

    def set_alarms(self, rows: Iterable[HeldFile], free: Iterable[str] = ()) -> None:
        """Note files that came in with a secret, and forget those that were dealt with."""
        ...

    def merges(self) -> tuple[MergeNote, ...]:
        """Return what merges did that a person should know, newest first."""
        ...

    def add_merges(self, notes: Iterable[MergeNote]) -> None:
        """Keep what a merge did that a person should know."""
        ...

    def lane(self, name: str) -> LaneNote:
        """Return a lane's state."""
        ...

    def set_lane(self, note: LaneNote) -> None:
        """Keep a lane's state."""
        ...

    def ack(self, guard: str) -> str:
        """Return what a person has acknowledged of a guard."""
        ...

    def set_ack(self, guard: str, value: str) -> None:
        """Keep an acknowledgement; an empty value takes it back, and forgets what was at stake."""
        ...

    def stakes(self, guard: str) -> frozenset[str]:
        """Return what a guard halted for: what a yes was, or will be, said to."""
        ...

    def set_stakes(self, guard: str, stakes: Collection[str]) -> None:
        """Note what a guard halts for now. A yes that was said to less is no yes to it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the steps of a cycle work with. `crash` is told each named point (the kill sweep dies there).

    `gate` judges a path's bytes (raises GateShut); `quarantine` keeps a refused version where no git is; `now`, `pause`
    (seconds) and `uniform` are the clock and the dice; `sealing` opens and closes sealed memories; `free` tells the bytes that are left on the store's disk; `thorough`: read every file, whatever its stamp says. `credentials` is a fingerprint of what decides whether a remote lets us in. `away` is a context for the time in which
    the remote is waited for: others may work in the folder meanwhile.
    """

    tree: Folder
    repo: Repo
    book: Book
    gate: Callable[[str, bytes], Verdict]
    quarantine: Callable[[str, str, bytes], None]
    instance: str
    store_id: str
    credentials: str
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    uniform: Callable[[float, float], float]
    crash: Callable[[str], None]
    free: Callable[[], int]
    thorough: bool = False
    sealing: Sealing | None = None
    away: Callable[[], AbstractContextManager[None]] = nullcontext

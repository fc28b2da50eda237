"""The index: Whoosh in a cache folder, derived from the files. It may be deleted, torn or locked at any time without loss.

One writer under a file lock, any number of readers. What can't be taken in just now is told in `Refreshed.left`, and recall
reads these files itself. Whoosh is imported with the first call, not with this package.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from memsync.core.change import Kind
from memsync.core.recall.view import Refreshed
from memsync.core.value import replace
from memsync.edges.index.batch import Batch, to_look_at
from memsync.edges.index.clean import read_note, write_note
from memsync.edges.index.journal import FORMAT, Journal
from memsync.edges.index.quick import has_copies, newest, quick_view
from memsync.edges.index.warm import Warm
from memsync.errors import IndexLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from memsync.core.change import Stamp
    from memsync.core.memory import Memory
    from memsync.edges.index.clean import Contested
    from memsync.edges.index.journal import Row
    from memsync.edges.index.warm import WarmView

PATIENT = 1_000
"""Files at once from which nobody waits for the answer to a question: then segments of any size may be merged."""

_STEP = 0.01


class MemoryIndex:
    """The index of one store, in `folder` (made when needed, 0700). `patience`: seconds to wait for another writer."""

    def __init__(self, folder: Path, *, patience: float = 1.0) -> None:
        self._top = folder
        self._folder = folder / f"index-{FORMAT}"
        self._journal = Journal(self._folder / "listing")
        self._patience = patience
        self._rows: _Known | None = None  # the journal as it was last read
        self._clean: tuple[object, Mapping[str, Stamp]] | None = (
            None  # a listing that left nothing to be looked at
        )
        self._todo: tuple[object, object, dict[str, Kind]] | None = (
            None  # of the rows and listing last compared
        )
        self._kept = threading.local()  # one open view a thread: they share no file position
        self._warm: Warm | None = None

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

        A damaged or missing index is rebuilt. What could not be taken in is named in `left`, with the problem. Never raises
        for the disk or for Whoosh.
        """
        start, now = time.perf_counter(), time.time_ns()
        if self._is_clean(listing, rules):
            return Refreshed(seconds=time.perf_counter() - start)
        try:
            with self._lock() as taken:
                if taken:
                    try:
                        done = self._take_in(listing, read, limit=limit, now=now, rules=rules)
                    except IndexLost:
                        # Whoosh's own files are torn, which who reads the copies does not see. It was made anew.
                        done = self._take_in(listing, read, limit=limit, now=now, rules=rules)
                    return _timed(done, start)
                problem = "another process is writing the index"
        except IndexLost as error:
            problem = str(error)
        except OSError as error:
            problem = f"the index can't be written ({error.strerror})"
        known, _ = self._known()
        left = to_look_at(known or {}, listing, rules)
        return Refreshed(left=tuple(left), problem=problem, seconds=time.perf_counter() - start)

    def knows(self, listing: Mapping[str, Stamp], *, rules: int) -> bool:
        """Whether the last refresh was of this very listing and left nothing, and nobody wrote the index since."""
        before = self._clean
        return before is not None and before[1] is listing and before[0] == (self._journal.mark(), rules)

    def view(self) -> WarmView:
        """Return the index as it is now, for one thread. Raises IndexLost."""
        mark = self._journal.mark()
        kept: tuple[object, WarmView] | None = getattr(self._kept, "view", None)
        if kept is not None and mark is not None and kept[0] == mark:
            return kept[1]
        view = _opened(self._folder)
        if self._rows is not None and view.generation < self._rows.generation:
            # Emptied by another process since the look that found it complete.
            raise IndexLost("it is being made anew")
        warm = self._warm
        if warm is None or warm.name != view.name:
            self._warm = warm = Warm(view.name)
        view.warm = warm
        self._kept.view = (mark, view)
        return view

    def view_of(self, seen: bytes, *, rules: int) -> tuple[WarmView, Contested] | None:
        """Return the index, opened, and which memories are contested, where it is known to stand for a listing.

        `seen` is the listing's fingerprint, empty for one that has none. None where it takes a look to know. Raises IndexLost.
        """
        mark = self._journal.mark()
        contested = read_note(self._folder, (mark, rules, seen)) if mark and seen else None
        if contested is None:
            return None
        view = self.view()
        return (view, contested) if self._journal.mark() == mark else None

    def found_clean(self, seen: bytes, *, rules: int, contested: Contested) -> None:
        """Note that the index stands for the listing of the last refresh, if it does. What can't be written is not known."""
        mark = self._journal.mark()
        if mark and seen and self._clean is not None and self._clean[0] == (mark, rules):
            with suppress(OSError):
                write_note(self._folder, (mark, rules, seen), contested)

    def forget(self) -> None:
        """Drop an index that was found damaged: the next refresh makes it anew. Somebody who writes it just now keeps it, and one made anew since."""
        try:
            with self._lock(patience=0) as taken:
                now = _name_now(self._folder) if taken else None
                kept = getattr(self._kept, "view", None)
                if taken and (now is None or (kept is not None and kept[1].name == now)):
                    self._clear()
                    self._rows = None
        except OSError:
            return  # it can't be written; recall reads the files

    def state(self) -> str:
        """Return how it is: `ready, 1,234 files`, `missing`, `rebuilding` or `damaged`."""
        if not self._folder.is_dir():
            return "missing"
        try:
            view = self.view()
        except IndexLost:
            with self._lock(patience=0) as taken:
                return "damaged, rebuilt with the next question" if taken else "rebuilding"
        return f"ready, {view.count:,} files"

    # ---- inside --------------------------------------------------------------------------------

    def _is_clean(self, listing: Mapping[str, Stamp], rules: int) -> bool:
        """Whether nothing has to be looked at. A listing that was clean stays so as long as the journal is the same."""
        mark = self._journal.mark()
        before = self._clean
        if (
            before is not None
            and before[0] == (mark, rules)
            and (before[1] is listing or before[1] == listing)
        ):
            return True
        known, _ = self._known()
        todo = to_look_at(known, listing, rules) if known is not None else None
        self._todo = (known, listing, todo or {})
        if todo is None or todo:
            return False
        self._clean = ((mark, rules), listing)
        return True

    def _known(self, *, check: bool = False) -> tuple[dict[str, Row] | None, int]:
        """Return the rows the index stands for and the journal's chunks; None for rows where they can't be trusted.

        Without `check` an untouched journal is not read again: whoever changed the index has written there, or was killed before
        it could, and then its files differ from the rows.
        """
        mark = self._journal.mark()
        if self._rows is None or mark is None or mark != self._rows.mark:
            self._rows = _Known(mark, *self._journal.read())
        elif not check:
            return self._rows.rows, self._rows.chunks
        if self._rows.generation < 0 or self._rows.generation != newest(self._folder):
            self._rows = None
        return (self._rows.rows, self._rows.chunks) if self._rows else (None, 0)

    def _recovered(self) -> tuple[dict[str, Row], bool]:
        """Return what the index itself knows of its files, and whether that is nothing because it had to be made anew."""
        from memsync.edges.index.postings import WhooshView  # noqa: PLC0415  # imported where it is used: start-up

        try:
            view = WhooshView(self._folder)
            rows = view.rows()
        except IndexLost:
            self._make_anew()
            return {}, True
        view.release()
        return rows, False

    def _make_anew(self) -> None:
        from memsync.edges.index.postings import create  # noqa: PLC0415  # imported where it is used: start-up

        self._clear()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        create(self._folder)

    def _clear(self) -> None:
        for folder in (self._folder, *self._top.glob("index-*")):
            if folder.is_dir():
                for file in sorted(
                    folder.iterdir(), key=lambda f: not f.name.endswith(".toc")
                ):  # first what makes it an index
                    file.unlink(missing_ok=True)
                if folder != self._folder:
                    folder.rmdir()

    def _take_in(
        self,
        listing: Mapping[str, Stamp],
        read: Callable[[str], Memory | None],
        *,
        limit: int | None,
        now: int,
        rules: int,
    ) -> Refreshed:
        """Bring the index up to date. The lock is held."""
        known, chunks = self._known(check=True)
        rebuilt = False
        if known is None:
            rows, rebuilt = self._recovered()
            chunks = 0
        else:
            rows = dict(known)
        before = self._todo
        fresh = before is None or known is None or before[0] is not known or before[1] is not listing
        todo = to_look_at(rows, listing, rules) if fresh or before is None else before[2]
        work = dict(list(todo.items())[:limit])
        batch = Batch(self._folder, rows, rules)
        try:
            for path, kind in work.items():
                batch.take(path, kind, None if kind is Kind.REMOVED else read(path), listing.get(path), now)
            generation = batch.finish(most=None if limit is None or limit > PATIENT else 2 * limit)
            if not has_copies(self._folder, generation):
                _copy(self._folder)
        except IndexLost:
            batch.drop()
            self._make_anew()
            raise
        except BaseException:
            batch.drop()
            raise
        chunks = self._journal.note(generation, batch.changes, rows, chunks)
        self._rows = _Known(self._journal.mark(), generation, rows, chunks)
        return Refreshed(
            added=batch.counts[Kind.ADDED],
            modified=batch.counts[Kind.MODIFIED],
            removed=batch.counts[Kind.REMOVED],
            rebuilt=rebuilt,
            left=tuple(p for p in todo if p not in work),
            problem="the index is not complete yet" if len(work) < len(todo) else "",
        )

    @contextmanager
    def _lock(self, *, patience: float | None = None) -> Iterator[bool]:
        """Hold the writer's lock, or give False where somebody else holds it for longer than we wait. A crash releases it."""
        from whoosh.util.filelock import FileLock  # noqa: PLC0415  # flock or msvcrt; the filelock package imports asyncio

        self._top.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(str(self._top / "index.lock"))
        until = time.monotonic() + (self._patience if patience is None else patience)
        taken = lock.acquire()
        while not taken and time.monotonic() < until:
            time.sleep(_STEP)
            taken = lock.acquire()
        try:
            yield taken
        finally:
            if taken:
                lock.release()


class _Known(NamedTuple):
    """The journal at one mark. `rows` are never changed, only replaced."""

    mark: tuple[int, int, int] | None
    generation: int
    rows: dict[str, Row]
    chunks: int


def _timed(done: Refreshed, start: float) -> Refreshed:
    return replace(done, seconds=time.perf_counter() - start)


def _copy(folder: Path) -> None:
    from memsync.edges.index.copying import keep_copies  # noqa: PLC0415  # imported where it is used: start-up

    keep_copies(folder)


def _opened(folder: Path) -> WarmView:
    """Open the index: its quick copies, or, for a generation that has none, Whoosh's own files."""
    quick = quick_view(folder)
    if quick is not None:
        return quick
    from memsync.edges.index.postings import WhooshView  # noqa: PLC0415  # imported where it is used: start-up

    return WhooshView(folder)


def _name_now(folder: Path) -> object | None:
    """Return what names the index as it is now, None where it can't be opened."""
    try:
        view = _opened(folder)
    except IndexLost:
        return None
    view.release()
    return view.name

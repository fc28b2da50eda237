"""The memory files of one store: read, written in one step, and never lost to another writer."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memsync.core.names import synced_problem
from memsync.edges.tree import trash as bin_
from memsync.edges.tree.folders import (
    NOT_THERE,
    locked,
    opened_parent,
    opened_root,
    read_in,
    telling,
    write_new,
)
from memsync.edges.tree.rename import UNSUPPORTED, exchange, move_new
from memsync.edges.tree.walk import Survey, folders_in, survey
from memsync.errors import Busy, CannotWrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from memsync.core.change import Displaced, Stamp
    from memsync.edges.tree.trash import Name

MAX_READ = bin_.MAX_READ
_TRIES = 50  # against somebody who makes and removes the very same file again and again


class MemoryTree:
    """The files of a store. Implements the ports Tree and Displacing.

    `lock` is the store's write lock, `trash` a folder on the store's file system; both are made when first needed.
    """

    def __init__(self, root: Path, *, lock: Path, trash: Path) -> None:
        self._root = root
        self._lock = lock
        self._trash = trash

    # ---- reading ----

    def listing(self) -> dict[str, Stamp]:
        """Return every synced path that is a regular file with one name, with its stamp."""
        return survey(self._root).listing

    def survey(self) -> Survey:
        """Return the listing together with what can't be taken, and why."""
        return survey(self._root)

    def state(self) -> object | None:
        """Return what stays the very same object as long as no file changed; None where that is not known without a look."""
        return None

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in a folder of the store that have something in them, sorted. Links are none."""
        return folders_in(self._root, path)

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None where there is no regular file of at most 64 MiB."""
        if synced_problem(path):
            return None
        with telling(path):
            try:
                with opened_parent(self._root, path) as (folder, name):
                    return read_in(folder, name, MAX_READ)
            except OSError as error:
                if error.errno in NOT_THERE:
                    return None
                raise

    # ---- writing ----

    def create(self, path: str, data: bytes) -> bool:
        """Write a new file, fsynced with its folder; False, and nothing written, where the path is taken."""
        with self._staged(path, data) as (trash, staged), locked(self._lock):
            return self._put_new(path, trash, staged)

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        """Write many new files and make them durable together; return the paths that were taken and stay as they were.

        Much quicker than one by one. Killed half-way, some files are there, each of them whole.
        """
        batch: list[tuple[str, Name]] = []
        with telling(str(self._trash)), self._opened_trash() as trash:
            try:
                for path, content in files:
                    batch.append((path, self._stage(trash, path, content, durable=False)))
                os.sync()  # the bytes first, then the names: a name never stands over bytes that are not there
                with locked(self._lock):
                    taken = tuple(
                        path for path, name in batch if not self._put_new(path, trash, name, durable=False)
                    )
                os.sync()
            finally:
                for _, name in batch:
                    bin_.drop(trash, name)
        return taken

    def replace(self, path: str, data: bytes, *, expected: bytes) -> bool:
        """Put new bytes in place of `expected`; False, and nothing changed, where the file held something else.

        Whoever writes between the look and the swap loses nothing: what came out stays unsettled in the trash.
        """
        with self._staged(path, data) as (trash, staged), locked(self._lock):
            if self.read(path) != expected:
                return False
            out = self._put(path, trash, staged)
            if out is not None and out.content == expected:
                self._settle(trash, out.token)
            return True

    def remove(self, path: str, *, expected: bytes) -> bool:
        """Take the file away if it holds `expected`; False, and it stays, where it did not."""
        with telling(path), self._opened_trash() as trash, locked(self._lock):
            if self.read(path) != expected:
                return False
            out = self._take(path, trash)
            if out is None or out.content != expected:
                return out is not None and not self._put_back(path, trash, out)
            self._settle(trash, out.token)
            return True

    # ---- writing, with what comes out ----

    def swap(self, path: str, new: bytes | None) -> Displaced | None:
        """Put new bytes at the path (None: take the file away); return what came out, unsettled, or None."""
        if new is None:
            with telling(path), self._opened_trash() as trash, locked(self._lock):
                return self._take(path, trash)
        with self._staged(path, new) as (trash, staged), locked(self._lock):
            return self._put(path, trash, staged)

    def set_aside(self, path: str, content: bytes) -> None:
        """Leave bytes, fsynced, for the next cycle to bring to a path: as if they had been there and were displaced."""
        with telling(path), self._opened_trash() as trash:
            staged = self._stage(trash, path, content)
            os.rename(str(staged), str(staged.turned("x")), src_dir_fd=trash, dst_dir_fd=trash)
            os.fsync(trash)

    def settle(self, token: str) -> None:
        """Say that the content this token was given for is known: nothing more is to be taken in from it."""
        with telling(str(self._trash)), self._opened_trash() as trash:
            self._settle(trash, token)

    def purge(self, token: str) -> None:
        """Drop a displaced file now, unless its bytes have changed since the token was given."""
        with telling(str(self._trash)), self._opened_trash() as trash, locked(self._lock):
            known = bin_.found(token)
            if known is None:
                return
            now_there = bin_.displaced(trash, known[0], "")
            if now_there is not None and now_there.oid == known[1]:
                bin_.drop(trash, known[0])

    def trash_listing(self, *, now: float, age: float = 60.0) -> tuple[Displaced, ...]:
        """Return everything unsettled, and settled files older than `age` seconds whose bytes changed since.

        Settled files of that age that did not change are dropped.
        """
        if not self._trash.is_dir():
            return ()
        with telling(str(self._trash)), self._opened_trash() as trash, locked(self._lock):
            return tuple(bin_.sweep(trash, now=now, age=age))

    # ---- steps; the write lock is held and OSErrors are told by the caller ----

    @contextmanager
    def _opened_trash(self) -> Iterator[int]:
        with opened_root(self._root):
            self._trash.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._trash, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _staged(self, path: str, content: bytes) -> Iterator[tuple[int, Name]]:
        """Write new bytes into the trash folder, durable but not in place; what is left of them goes."""
        with telling(path), self._opened_trash() as trash:
            name = self._stage(trash, path, content)
            try:
                yield trash, name
            finally:
                bin_.drop(trash, name)

    def _stage(self, trash: int, path: str, content: bytes, *, durable: bool = True) -> Name:
        name = bin_.new_name(trash, path)
        write_new(trash, str(name), content, durable=durable)
        return name

    def _put_new(self, path: str, trash: int, staged: Name, *, durable: bool = True) -> bool:
        with telling(path), opened_parent(self._root, path, make=True) as (folder, name):
            try:
                move_new(trash, str(staged), folder, name)
            except FileExistsError:
                return False
            if durable:
                os.fsync(folder)
            return True

    def _put(self, path: str, trash: int, staged: Name) -> Displaced | None:
        """Bring staged bytes to the path whatever is there; return what came out."""
        for _ in range(_TRIES):
            if self._put_new(path, trash, staged):
                return None
            out = self._exchange(path, trash, staged)
            if out is not None:
                return out
        raise Busy(f"{path} is made and removed by another program all the time")

    def _exchange(self, path: str, trash: int, staged: Name) -> Displaced | None:
        """Swap staged bytes with the file at the path; None where it has gone meanwhile, or has to be tried again."""
        outgoing = staged.turned("x")
        with opened_parent(self._root, path) as (folder, name):
            status = _status(folder, name)
            if status is None:
                return None
            _check_takeable(path, status)
            os.chmod(str(staged), stat.S_IMODE(status.st_mode), dir_fd=trash)
            os.rename(str(staged), str(outgoing), src_dir_fd=trash, dst_dir_fd=trash)
            try:
                exchange(trash, str(outgoing), folder, name)
            except OSError as error:
                os.rename(str(outgoing), str(staged), src_dir_fd=trash, dst_dir_fd=trash)
                if error.errno in UNSUPPORTED:
                    return self._by_two_steps(path, trash, staged)
                if error.errno in NOT_THERE:
                    return None
                raise
            os.fsync(folder)
        return bin_.displaced(trash, outgoing, path)

    def _by_two_steps(self, path: str, trash: int, staged: Name) -> Displaced | None:
        """Where files can't be swapped: take the old one away, then put the new one where nothing is.

        The path is empty for a moment, but no writer's bytes are ever overwritten; killed in between, the old bytes come
        back out of the trash. Rename over the file would be one step and lose what is saved just before it.
        """
        out = self._take(path, trash)
        if out is not None and not self._put_new(path, trash, staged):
            return None  # somebody was quicker: theirs comes out next, and the first stays unsettled
        return out

    def _take(self, path: str, trash: int) -> Displaced | None:
        """Move the file at the path into the trash; None where there is none."""
        try:
            with opened_parent(self._root, path) as (folder, name):
                status = _status(folder, name)
                if status is None:
                    return None
                _check_takeable(path, status)
                outgoing = bin_.new_name(trash, path).turned("x")
                move_new(folder, name, trash, str(outgoing))
                os.fsync(folder)
        except OSError as error:
            if error.errno in NOT_THERE:
                return None
            raise
        return bin_.displaced(trash, outgoing, path)

    def _put_back(self, path: str, trash: int, out: Displaced) -> bool:
        """Bring a file that was taken by mistake back to its path, if that is still free. The same inode, so no one loses."""
        known = bin_.found(out.token)
        return known is not None and self._put_new(path, trash, known[0])

    def _settle(self, trash: int, token: str) -> None:
        known = bin_.found(token)
        if known is None:
            return
        try:
            os.rename(str(known[0]), str(known[0].turned("s", known[1])), src_dir_fd=trash, dst_dir_fd=trash)
        except FileNotFoundError:
            return  # settled or swept already


def _check_takeable(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise CannotWrite(path, "is no regular file")
    if status.st_size > MAX_READ:
        raise CannotWrite(path, f"has {status.st_size:,} bytes, more than memsync moves")


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None

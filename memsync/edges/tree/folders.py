"""Folders as descriptors, opened one by one from the store's root, so that no symbolic link is ever followed below it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memsync.core.names import synced_problem
from memsync.errors import Busy, CannotWrite, MemsyncError, NoSpace, NotAStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = (
    os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
)  # a named pipe would block without O_NONBLOCK
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_WAY = frozenset({errno.ENOTDIR, errno.ELOOP, errno.EISDIR})
NOT_THERE = frozenset({errno.ENOENT, *_NO_WAY})
LOCK_WAIT = 10.0  # seconds; the lock is held for milliseconds


def told(path: str, error: OSError) -> MemsyncError:
    """Return the error of memsync that says what the disk said of this path."""
    if error.errno in _FULL:
        return NoSpace(path)
    if error.errno in _NO_WAY:
        return CannotWrite(
            path, "something on the way there is no folder, or there is no regular file at its end"
        )
    if error.errno == errno.EXDEV:
        return CannotWrite(path, "is on another file system than the store's .git folder")
    return CannotWrite(path, (error.strerror or error.__class__.__name__).lower())


@contextmanager
def telling(path: str) -> Iterator[None]:
    """Raise what the disk refuses as an error of memsync's that names the path."""
    try:
        yield
    except OSError as error:
        raise told(path, error) from error


@contextmanager
def opened_root(root: Path) -> Iterator[int]:
    """Give the root's descriptor; the root itself may be a link, its owner named it. Raises NotAStore."""
    try:
        descriptor = os.open(root, _FOLDER)
    except OSError as error:
        raise NotAStore(
            str(root),
            why="the folder is missing"
            if error.errno == errno.ENOENT
            else (error.strerror or "it can't be opened").lower(),
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_parent(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """Give the descriptor of the folder a path is in, and the file's name. `make` makes missing folders, durably.

    Raises OSError (NOT_THERE) where a folder is missing, a link or a file, and CannotWrite for a path that no file of a
    store may have (`..` and `.git` in it, say), whoever asks.
    """
    problem = synced_problem(path)
    if problem:
        raise CannotWrite(path, problem)
    *folders, name = path.split("/")
    with opened_root(root) as top:
        current = os.dup(top)
        try:
            for folder in folders:
                current = _step(current, folder, make=make)
            yield current, name
        finally:
            os.close(current)


def _step(parent: int, name: str, *, make: bool) -> int:
    """Return the descriptor of a folder in `parent`, which is closed in its stead."""
    try:
        below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
        _make(parent, name)
        below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
    os.close(parent)
    return below


def _make(parent: int, name: str) -> None:
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return  # another program was quicker
    os.fsync(parent)


def read_in(folder: int, name: str, limit: int) -> bytes | None:
    """Return the bytes of a regular file with one name in a folder; None where there is none, or a larger one."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in NOT_THERE or error.errno == errno.ENXIO:
            return None
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return None
        content = file.read(limit + 1)
        return content if len(content) <= limit else None


def write_new(
    folder: int, name: str, content: bytes, *, mode: int | None = None, durable: bool = True
) -> None:
    """Write a file that must not be there yet, fsynced; nothing half-written stays behind."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o666, dir_fd=folder)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
            file.write(content)
            file.flush()
            if mode is not None:
                os.fchmod(descriptor, mode)
            if durable:
                os.fsync(descriptor)
    except BaseException:
        os.unlink(name, dir_fd=folder)
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock; a crash releases it. Raises Busy after LOCK_WAIT seconds.

    flock by itself: the filelock library locks the same way, but importing it costs a remember 90 ms.
    """
    with telling(str(path)):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    deadline = time.monotonic() + LOCK_WAIT
    pause = 0.0005
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy("another program of memsync's is writing to this store") from None
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        else:
            return

"""Two renames POSIX lacks: one that never overwrites, and one that swaps two files. With the portable way beside each.

Linux: renameat2 (man 2 rename). macOS: renameatx_np (man 2 rename). Where neither the system nor the file system has
them, `OSError` with a number of `UNSUPPORTED` is raised and the caller goes the portable way.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = UNSUPPORTED | {errno.EPERM, errno.EMLINK}
_FLAGS = {"linux": ("renameat2", 1, 2), "darwin": ("renameatx_np", 4, 2)}  # name, no replace, exchange


def move_new(source_folder: int, source: str, folder: int, name: str) -> None:
    """Rename a file to a name that must be free; raises FileExistsError where it is taken. Folders are descriptors."""
    try:
        _special(source_folder, source, folder, name, exchange=False)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        _link_new(source_folder, source, folder, name)


def exchange(source_folder: int, source: str, folder: int, name: str) -> None:
    """Swap two files in one step; raises FileNotFoundError where one is missing, UNSUPPORTED where it can't be done."""
    _special(source_folder, source, folder, name, exchange=True)


def _link_new(source_folder: int, source: str, folder: int, name: str) -> None:
    """Link, which never overwrites, then unlink. Killed between the two steps, the file has two names until the trash is swept."""
    try:
        os.link(source, name, src_dir_fd=source_folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _copy_new(source_folder, source, folder, name)
    os.unlink(source, dir_fd=source_folder)


def _copy_new(source_folder: int, source: str, folder: int, name: str) -> None:
    """Where the file system has no links: an exclusive create. Not in one step, but it never overwrites."""
    reading = os.open(source, os.O_RDONLY | os.O_CLOEXEC, dir_fd=source_folder)
    with open(reading, "rb") as old:  # noqa: PTH123  # a descriptor, not a path
        content = old.read()
    writing = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
    with open(writing, "wb") as new:  # noqa: PTH123  # the same
        new.write(content)
        new.flush()
        os.fsync(new.fileno())


def _special(source_folder: int, source: str, folder: int, name: str, *, exchange: bool) -> None:
    call = _system_call(exchange=exchange)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    number = call(source_folder, os.fsencode(source), folder, os.fsencode(name))
    if number:
        raise OSError(number, os.strerror(number), name)


@functools.cache
def _system_call(*, exchange: bool) -> Callable[[int, bytes, int, bytes], int] | None:
    """Return the C library's call, giving 0 or an error number; None where there is none."""
    import ctypes  # noqa: PLC0415  # 3 ms that a reading command need not pay

    if sys.platform not in _FLAGS:
        return None
    name, no_replace, swap = _FLAGS[sys.platform]
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    flag = swap if exchange else no_replace

    def call(source_folder: int, source: bytes, folder: int, target: bytes) -> int:
        return 0 if function(source_folder, source, folder, target, flag) == 0 else ctypes.get_errno()

    return call

"""Traces: files of memsync's own and of git's in which a text may have been left, searched byte by byte and rewritten."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.errors import CannotWrite

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_CHUNK = 4 * 1024 * 1024
_OVERLAP = 64 * 1024  # bytes; a value that is longer is found by its objects


def files(folders: Iterable[Path], *, but: frozenset[Path]) -> Iterator[Path]:
    """Yield the regular files below some folders, sorted, but those below a folder of `but`."""
    for top in folders:
        for folder, names, found in os.walk(top):
            names[:] = sorted(n for n in names if top.__class__(folder, n) not in but)
            for name in sorted(found):
                place = top.__class__(folder, name)
                if place.is_file() and not place.is_symlink():
                    yield place


def has(place: Path, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern is found in a file's bytes; a file that is gone or can't be read has nothing."""
    try:
        with place.open("rb") as file:
            rest = b""
            while chunk := file.read(_CHUNK):
                if pattern.search(rest + chunk):
                    return True
                rest = (rest + chunk)[-_OVERLAP:]
    except OSError:
        return False
    return False


def rewrite(place: Path, change: Callable[[bytes], bytes]) -> bool:
    """Give a file other bytes in one step, with the mode it had; False where nothing changes or the file is gone."""
    try:
        before = place.read_bytes()
        after = change(before)
        if after == before:
            return False
        fresh = place.with_name(f".{os.getpid()}.purged")
        fresh.write_bytes(after)
        shutil.copymode(place, fresh)
        fresh.replace(place)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CannotWrite(str(place), error.strerror or "cannot be written") from error
    return True


def remove(place: Path) -> None:
    """Take a file away; nothing where it is gone."""
    with suppress(FileNotFoundError):
        place.unlink()

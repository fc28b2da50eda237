"""An export on disk: written beside its place and renamed into it; read back without following a link."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.export import NOTE
from memsync.errors import BadInput, CannotWrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST = 64 * 1024 * 1024  # bytes of one file
_LARGEST_DOCUMENT = 1024 * 1024 * 1024  # bytes of a JSON document


def write_folder(target: Path, files: Iterable[tuple[str, bytes]], note: bytes) -> None:
    """Make a folder (its owner's alone) with these files; whole or not at all. Raises BadInput where one with files is there."""
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise BadInput("PATH", f"{target} exists and is not an empty folder", hint="Name a new folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise CannotWrite(str(target), error.strerror or "cannot be made") from error
    try:
        for path, raw in (*files, (NOTE, note)):
            place = made / path
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, raw)
        made.rename(target)
    except OSError as error:
        raise CannotWrite(str(target), error.strerror or "cannot be written") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write_file(target: Path, raw: bytes) -> None:
    """Write a new file, its owner's alone; whole or not at all. Raises BadInput where one is there."""
    if os.path.lexists(target):
        raise BadInput("PATH", f"{target} exists", hint="Name a new file.")
    made = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(made, raw)
        os.link(made, target)
    except FileExistsError:
        raise BadInput("PATH", f"{target} exists", hint="Name a new file.") from None
    except OSError as error:
        raise CannotWrite(str(target), error.strerror or "cannot be written") from error
    finally:
        with suppress(OSError):
            made.unlink()


def _write(place: Path, raw: bytes) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def note_in(folder: Path) -> bytes | None:
    """Return the note of an exported folder, or None where the folder is none."""
    return _read(folder / NOTE, _LARGEST)


def document(path: Path) -> bytes:
    """Return a JSON document's bytes. Raises BadInput where it can't be read."""
    raw = _read(path, _LARGEST_DOCUMENT)
    if raw is None:
        raise BadInput("PATH", f"{path} cannot be read, or is no plain file")
    return raw


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file of an exported folder, in order; links are not followed. Raises BadInput."""
    try:
        for top, folders, names in os.walk(folder, onerror=_raise):
            folders.sort()
            for name in sorted(names):
                place = Path(top) / name
                path = place.relative_to(folder).as_posix()
                raw = None if path == NOTE else _read(place, _LARGEST)
                if raw is not None:
                    yield path, raw
    except OSError as error:
        raise BadInput("PATH", f"{folder}: {(error.strerror or 'cannot be read').lower()}") from error


def _raise(error: OSError) -> None:
    raise error


def _read(path: Path, most: int) -> bytes | None:
    """Return the bytes of a plain file of at most so many bytes, else None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        found = os.fstat(descriptor)
        return file.read() if stat.S_ISREG(found.st_mode) and found.st_size <= most else None

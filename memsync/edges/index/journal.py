"""The index's own listing: which files it has taken in, as they were then. A base and changes appended to it.

An appended chunk costs the same at any size. Each has its length and a checksum, so a torn one ends the reading and is no
damage; the whole is checked against the index's generation. Plain `marshal`: it is this machine's own cache.
"""

from __future__ import annotations

import marshal
import zlib
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 5
"""Changes with everything that makes an old index wrong: these rows, the stored facts, how texts become terms and what they weigh."""

_HEAD = Struct("<4sIII")  # magic, format, length, crc32
_MAGIC = b"mslj"
_MOST_CHUNKS = 64


Row = tuple[tuple[int, ...], int, int]
"""A file as it was looked at: its stamp (core.change.Stamp), when that was in nanoseconds, and its content's number.

The number is 0 for a file that may not be indexed, below 0 where it is known by which rules. Plain tuples: a question has
thousands of them read and compares them all.
"""


class Journal:
    """A journal file. Nothing is kept between calls."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def mark(self) -> tuple[int, int, int] | None:
        """Return what changes whenever the file does, None where there is none."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def read(self) -> tuple[int, dict[str, Row], int]:
        """Return the generation, the rows, and how many chunks there are; generation -1 where there is nothing to read."""
        try:
            raw = self._path.read_bytes()
        except OSError:
            return -1, {}, 0
        rows: dict[str, Row] = {}
        generation, chunks, position = -1, 0, 0
        while (chunk := _chunk(raw, position)) is not None:
            generation, changes, position = chunk
            for path, row in changes.items():
                if row is None:
                    rows.pop(path, None)
                else:
                    rows[path] = row
            chunks += 1
        return generation, rows, chunks

    def append(self, generation: int, changes: Mapping[str, Row | None]) -> None:
        """Add changes. The caller holds the writer's lock."""
        with self._path.open("ab") as file:
            file.write(_packed(generation, changes))

    def replace(self, generation: int, rows: Mapping[str, Row]) -> None:
        """Write everything anew, in one step."""
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(_packed(generation, rows))
        fresh.replace(self._path)

    def note(
        self, generation: int, changes: Mapping[str, Row | None], rows: Mapping[str, Row], chunks: int
    ) -> int:
        """Append, or write anew where many chunks have come together. `rows` has the changes already. Returns the chunks now."""
        if chunks >= _MOST_CHUNKS or not chunks:
            self.replace(generation, rows)
            return 1
        self.append(generation, changes)
        return chunks + 1


def _packed(generation: int, changes: Mapping[str, Row | None]) -> bytes:
    payload = marshal.dumps((generation, dict(changes)))
    return _HEAD.pack(_MAGIC, FORMAT, len(payload), zlib.crc32(payload)) + payload


def _chunk(raw: bytes, position: int) -> tuple[int, dict[str, Row | None], int] | None:
    if position + _HEAD.size > len(raw):
        return None
    magic, version, length, checksum = _HEAD.unpack_from(raw, position)
    start = position + _HEAD.size
    payload = raw[start : start + length]
    if magic != _MAGIC or version != FORMAT or len(payload) != length or zlib.crc32(payload) != checksum:
        return None
    generation, changes = marshal.loads(payload)  # noqa: S302  # written by this user on this machine, checked just above
    return generation, changes, start + length

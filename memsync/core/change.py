"""Listing and Change: what the files of a store look like, and what differs between two looks."""

from __future__ import annotations

import hashlib
from array import array
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from memsync.core.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    Listing = Mapping[str, "Stamp"]  # store-relative path (with `/`, as on disk) → stamp


class Stamp(NamedTuple):
    """What a file system tells of a file without reading it. Equal stamps mean: most likely the same bytes.

    A tuple, since ten thousand of them are made and compared with a question.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


_STAMP_BYTES = 32


def packed(listing: Mapping[str, Stamp]) -> bytes:
    """Return a listing's bytes, the same for the same paths and stamps in the same order. Raises OverflowError for odd stamps."""
    numbers = array("q", chain.from_iterable(listing.values())).tobytes()
    return len(listing).to_bytes(8) + numbers + "\0".join(listing).encode(errors="surrogateescape")


def unpacked(raw: bytes) -> dict[str, Stamp]:
    """Return the listing that `packed` gave these bytes for."""
    end = 8 + _STAMP_BYTES * int.from_bytes(raw[:8])
    paths = raw[end:].decode(errors="surrogateescape").split("\0") if end > 8 else []
    each = iter(array("q", raw[8:end]))
    return dict(zip(paths, map(Stamp._make, zip(each, each, each, each, strict=True)), strict=True))


class Kind(StrEnum):
    """What happened to a path."""

    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One path that differs."""

    path: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One path that a change touched, with git's blob ids of what it said before and after; empty: not there."""

    path: str
    before: str
    after: str


def diff(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    """Return what turns `before` into `after` (path → stamp, or path → anything), sorted by path; values compare with `==`."""
    changes: list[Change] = []
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            changes.append(Change(path=path, kind=Kind.ADDED))
        elif path not in after:
            changes.append(Change(path=path, kind=Kind.REMOVED))
        elif before[path] != after[path]:
            changes.append(Change(path=path, kind=Kind.MODIFIED))
    return tuple(changes)


def blob_id(content: bytes) -> str:
    """Return git's id of these bytes as a blob, 40 hex digits. Source: git-hash-object, SHA-1 format."""
    return hashlib.sha1(b"blob %d\x00" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """What a write took out of a path, kept in the trash until it is settled.

    `oid` is the blob id of `content`; `token` names the trash file for settle and purge, and is good for this content only.
    """

    path: str
    content: bytes = field(repr=False)
    oid: str
    token: str

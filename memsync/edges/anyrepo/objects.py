"""A repository's objects, one by one: listed, read, written, and taken away for good, loose ones and those in packs."""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from memsync.errors import CannotWrite, GitUnusable

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from memsync.edges.anyrepo.child import Child, Reader

_SOON = 1  # zlib's quickest: what is written here is packed by git later
_MINUTES = 600.0  # seconds


class Objects:
    """The objects of one repository. Implements flows.purging's port. Not to be shared by threads."""

    def __init__(self, child: Child, folder: Path, reader: Reader, *, sure: bool) -> None:
        """`folder` is where new objects are written; `sure`: each is on the disk before the next."""
        self._child = child
        self._folder = folder
        self._reader = reader
        self._sure = sure

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield (id, kind) of every object that is here, in a ref or not."""
        for line in self._child.parts(
            "cat-file", "--batch-all-objects", "--batch-check", "--unordered", end=b"\n"
        ):
            oid, kind, _ = line.decode().split()
            yield oid, kind

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind and content; ("", b"") where there is none."""
        return self._reader.read(oid)

    def put(self, kind: str, raw: bytes) -> str:
        """Write an object as git does (gitrepository-layout(5)) and return its id."""
        whole = f"{kind} {len(raw)}\0".encode() + raw
        oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        place = self._folder / oid[:2] / oid[2:]
        if not place.exists():
            try:
                self._write(place, zlib.compress(whole, _SOON))
            except OSError as error:
                raise CannotWrite(str(place), error.strerror or "cannot be written") from error
        return oid

    def _write(self, place: Path, packed: bytes) -> None:
        place.parent.mkdir(exist_ok=True)
        fresh = place.with_name(f"tmp_obj_{secrets.token_hex(6)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
            file.flush()
            if self._sure:
                os.fsync(file.fileno())
        fresh.replace(place)


@contextmanager
def opened(child: Child, folder: Path, *, sure: bool = True) -> Iterator[Objects]:
    """Give the objects of a repository; new ones are written below `folder`."""
    with child.reader() as reader:
        yield Objects(child, folder, reader, sure=sure)


def reachable(child: Child, refs: Sequence[str]) -> frozenset[bytes]:
    """Return the ids, as bytes, of all that some refs need."""
    if not refs:
        return frozenset()
    lines = child.parts(
        "rev-list", "--objects", "--no-object-names", "--ignore-missing", *refs, "--", end=b"\n"
    )
    return frozenset(bytes.fromhex(line.decode()) for line in lines)


def holding(child: Child, pattern: re.Pattern[bytes]) -> Iterator[str]:
    """Yield the ids of the objects, in refs or not, in which the pattern is found. Every object is read."""
    with child.stream("cat-file", "--batch-all-objects", "--batch", "--unordered") as stream:
        while line := stream.readline():
            oid, _, size = line.decode().split()
            raw = stream.read(int(size) + 1)
            if pattern.search(raw):
                yield oid


# ---- taking away --------------------------------------------------------------------------------


def remove(child: Child, folder: Path, oids: Sequence[str], *, crash: Callable[[str], None]) -> None:
    """Take objects away for good, in this order: loose files, then packs, which are written anew without them."""
    gone = frozenset(oids)
    for oid in oids:
        with suppress(FileNotFoundError):
            (folder / oid[:2] / oid[2:]).unlink()
    packs = [pack for pack in sorted((folder / "pack").glob("pack-*.idx")) if _held(child, pack) & gone]
    for index in packs:
        rest = _held(child, index) - gone
        if rest:
            child.run(
                "pack-objects",
                "--quiet",
                str(folder / "pack" / "pack"),
                given="".join(f"{o}\n" for o in sorted(rest)).encode(),
                seconds=_MINUTES,
            )
    crash("purge_packed")
    for index in packs:
        _forget_tables(folder)
        for ending in (".idx", ".rev", ".bitmap", ".keep", ".promisor", ".mtimes", ".pack"):
            index.with_suffix(ending).unlink(missing_ok=True)


def _held(child: Child, index: Path) -> frozenset[str]:
    raw = child.run("show-index", given=index.read_bytes())
    return frozenset(line.split()[1] for line in raw.decode().splitlines())


def _forget_tables(folder: Path) -> None:
    """Drop what git derives from its packs and commits; it makes these anew."""
    for pattern in ("pack/multi-pack-index*", "info/commit-graph", "info/commit-graphs/*"):
        for place in folder.glob(pattern):
            place.unlink(missing_ok=True)


def forget_half_written(folder: Path, pattern: re.Pattern[bytes]) -> int:
    """Remove objects that a killed git left half-written and in which the pattern is found; return how many.

    A half-written pack can't be read: it is removed too, where it is older than ten minutes.
    """
    removed = 0
    for place in folder.glob("*/tmp_obj_*"):
        with suppress(OSError, zlib.error):
            if pattern.search(zlib.decompressobj().decompress(place.read_bytes())):
                place.unlink()
                removed += 1
    return removed


def require_plain(gitdir: Path) -> None:
    """Raise GitUnusable for a repository that can't be purged here: refs in a reftable, or further work trees."""
    if (gitdir / "reftable").exists():
        raise GitUnusable(
            "this repository keeps its refs in a reftable", hint="`git refs migrate --ref-format=files`"
        )
    if any((gitdir / "worktrees").glob("*")):
        raise GitUnusable(
            "this repository has further work trees", hint="Take them away first (git worktree remove)."
        )


def objects_elsewhere(folder: Path) -> bool:
    """Whether some objects are another repository's (alternates), out of reach of a purge."""
    return (folder / "info" / "alternates").exists()

"""All that a repository holds: every commit's words and files, as `git log` tells them, and the objects that no commit has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.leaks import PastCommit, PastFile
from memsync.edges.anyrepo.child import Child
from memsync.edges.anyrepo.names import sent_refs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

_NONE = "0" * 40
LOG = (
    "-c", "i18n.logOutputEncoding=UTF-8", "log", "--no-color", "-m", "--raw", "-z", "--no-abbrev", "--no-renames",
    "--format=%x02%H%x01%an <%ae>%n%cn <%ce>%n%B",
)  # fmt: skip
"""What `changes_in` reads; to be followed by what to look at."""


class Past:
    """The history of the repository at `place` (a work tree or a git folder). Implements core.leaks' port."""

    def __init__(self, place: Path, *, from_git: Mapping[str, str] | None = None) -> None:
        self._child = Child(place, from_git={**(from_git or {}), "GIT_NO_REPLACE_OBJECTS": "1"})

    def changes(self) -> Iterator[PastCommit | PastFile]:
        """Yield each commit of every ref, stash and reflog once, newest first, with the files it brought."""
        return changes_in(self._child.parts(*LOG, "--all", "--reflog"))

    def others(self, known: Collection[bytes]) -> Iterator[tuple[str, str, int]]:
        """Yield (id, kind, bytes) of blobs, commits and tags that are here and not `known` (ids as bytes)."""
        asked = ("cat-file", "--batch-all-objects", "--batch-check", "--unordered")
        for line in self._child.parts(*asked, end=b"\n"):
            oid, kind, size = line.decode().split()
            if kind != "tree" and bytes.fromhex(oid) not in known:
                yield oid, kind, int(size)

    def contents(self, oids: Iterable[str], *, most: int) -> Iterator[tuple[str, bytes | None]]:
        """Yield each object's content; None for one of more than `most` bytes. What is not there is left out."""
        with self._child.reader() as reader:
            for oid in oids:
                _, size = reader.look(oid)
                if size > most:
                    yield oid, None
                    continue
                kind, raw = reader.read(oid)
                if kind:
                    yield oid, raw

    def sent(self, commits: Collection[str]) -> frozenset[str]:
        """Return those of the commits that a remote has, as far as this clone knows."""
        if not commits:
            return frozenset()
        tips = set(sent_refs(self._child).values())
        if not tips:
            return frozenset()
        there = self._child.parts("rev-list", "--ignore-missing", *sorted(tips), "--", end=b"\n")
        return frozenset(oid for line in there if (oid := line.decode()) in commits)


def changes_in(parts: Iterable[bytes]) -> Iterator[PastCommit | PastFile]:
    """Read the answer of `LOG`, split at NULs: each commit once, followed by the files it brought."""
    commit, meta = "", b""
    for part in parts:
        word = part.lstrip(b"\n")
        if meta:  # whatever it looks like, what follows an entry's facts is its path
            oid, kind = _brought(meta)
            if kind == b"1":
                yield PastFile(commit=commit, path=part.decode(errors="surrogateescape"), oid=oid)
            meta = b""
        elif word.startswith(b":"):
            meta = word
        elif word.startswith(b"\x02"):
            told, _, words = word[1:].partition(b"\x01")
            again, commit = told.decode() == commit, told.decode()  # `-m` tells a merge once for each parent
            if not again:
                yield PastCommit(commit=commit, words=words.decode(errors="replace"))


def _brought(meta: bytes) -> tuple[str, bytes]:
    """Return the blob that an entry of `--raw` brought, and the first digit of its mode: 1 is a file or a link."""
    words = meta.split()
    oid = words[3].decode()
    return (oid, b"" if oid == _NONE or words[1] == b"160000" else b"1")

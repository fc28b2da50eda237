"""What a git hook is asked about: the staged blobs, or the objects a push would bring. Of any repository.

The GIT_ variables that the hook inherited are handed in (`from_git`) and go to these children only: GIT_INDEX_FILE names
the temporary index of `git commit -a`, GIT_QUARANTINE_PATH the objects a server has not yet accepted.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.edges.anyrepo.child import Child

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ZERO = "0" * 40
_LARGEST = 64 * 1024 * 1024
# What stands before --not comes from stdin; older gits take no options there.
_BEYOND = ("--stdin", "--not", "--remotes", "--glob=refs/memsync/remote")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPath:
    """A path whose staged blob differs from the last commit's. An empty id means: not there."""

    path: str
    committed: str
    staged: str


class Staging:
    """The repository a hook runs in. `place` is the folder the hook was started in."""

    def __init__(self, place: Path, *, from_git: Mapping[str, str]) -> None:
        self._git = Child(place, from_git=from_git).run

    def staged(self) -> tuple[StagedPath, ...]:
        """Return what the next commit would change, by path."""
        head = self._git("rev-parse", "--verify", "--quiet", "HEAD", quiet=True).strip().decode()
        against = head or self._git("hash-object", "-t", "tree", "--stdin").strip().decode()
        raw = self._git(
            "diff-index",
            "--cached",
            "--no-renames",
            "--raw",
            "--full-index",
            "--abbrev=40",
            "-z",
            against,
            "--",
        )
        fields = raw.split(b"\0")
        return tuple(_staged_path(meta, path) for meta, path in zip(fields[::2], fields[1::2], strict=False))

    def blobs(self, wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
        """Read blobs given as (path, id); those over 64 MiB and those that are no blobs (submodules) are left out."""
        pairs = [(path, oid) for path, oid in wanted if oid]
        if not pairs:
            return
        asked = "".join(f"{oid}\n" for _, oid in pairs).encode()
        kinds = self._git("cat-file", "--batch-check", given=asked).decode().splitlines()
        for (path, oid), line in zip(pairs, kinds, strict=True):
            words = line.split()
            if words[1] == "blob" and int(words[2]) <= _LARGEST:
                yield path, self._git("cat-file", "blob", oid)

    def outgoing(self, tips: Iterable[str], *, known: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
        """Return (path, id) of every object reachable from `tips` that neither a remote nor `known` has."""
        raw = self._git("rev-list", "--objects", *_BEYOND, given=self._ends(tips, known))
        lines = (line.partition(" ") for line in raw.decode(errors="surrogateescape").splitlines())
        return tuple((path, oid) for oid, _, path in lines if path)

    def messages(self, tips: Iterable[str], *, known: Iterable[str] = ()) -> bytes:
        """Return the authors and messages of the commits that `outgoing` looks at, one after the other."""
        return self._git(
            "log", "--no-color", "--format=%an <%ae>%n%B", *_BEYOND, given=self._ends(tips, known)
        )

    def _ends(self, tips: Iterable[str], known: Iterable[str]) -> bytes:
        there = [k for k in known if k and k != ZERO and self._git("cat-file", "-t", k, quiet=True)]
        return "".join(f"{line}\n" for line in (*tips, *(f"^{k}" for k in there))).encode()

    def top(self) -> str:
        """Return the top folder of the work tree, or the git directory of a bare repository."""
        top = (
            self._git("rev-parse", "--show-toplevel", quiet=True)
            .decode(errors="surrogateescape")
            .rstrip("\n")
        )
        return top or self._git("rev-parse", "--absolute-git-dir").decode(errors="surrogateescape").rstrip(
            "\n"
        )

    def taken_back(self, changes: Iterable[StagedPath]) -> tuple[str, ...]:
        """Return the paths that nobody staged and that a commit would put back to an older version.

        Their staged blob is an earlier one of the same path while the file itself equals the last commit's: an index
        that memsync's last commit has not reached yet.
        """
        return tuple(c.path for c in changes if c.committed and self._file_is(c) and self._was(c))

    def _file_is(self, change: StagedPath) -> bool:
        try:
            done = self._git(
                "hash-object", "--no-filters", "--", os.path.join(self.top(), change.path), quiet=True
            )
        except ValueError:
            return False
        return done.strip().decode() == change.committed

    def _was(self, change: StagedPath) -> bool:
        if not change.staged:
            added = self._git(
                "log", "-1", "--format=%H", "--diff-filter=A", "HEAD", "--", f":(top,literal){change.path}"
            )
            return bool(added.strip())
        past = self._git(
            "log", "--format=", "--raw", "--no-abbrev", "HEAD", "--", f":(top,literal){change.path}"
        )
        return change.staged.encode() in past


def _staged_path(meta: bytes, path: bytes) -> StagedPath:
    words = meta.decode().lstrip(":").split()
    committed, staged = (("" if oid == ZERO else oid) for oid in words[2:4])
    return StagedPath(path=path.decode(errors="surrogateescape"), committed=committed, staged=staged)

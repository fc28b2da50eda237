"""What a git hook is asked about: the staged blobs, or the objects a push would bring. Of any repository.

The GIT_ variables that the hook inherited are handed in (`from_git`) and go to these children only: GIT_INDEX_FILE names
the temporary index of `git commit -a`, GIT_QUARANTINE_PATH the objects a server has not yet accepted.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from memsync.edges.anyrepo.child import Child
from memsync.errors import GitUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from memsync.core.leaks import PastCommit, PastFile
    from memsync.edges.anyrepo.child import Reader

ZERO = "0" * 40
_LARGEST = 64 * 1024 * 1024
# What stands before --not comes from stdin; older gits take no options there.
_BEYOND = ("--stdin", "--not", "--remotes", "--glob=refs/memsync/remote")


class StagedPath(NamedTuple):
    """A path whose staged blob differs from the last commit's. An empty id means: not there."""

    path: str
    committed: str
    staged: str


class Staging:
    """The repository a hook runs in. `place` is the folder the hook was started in. Light to make and to import."""

    def __init__(self, place: Path, *, from_git: Mapping[str, str]) -> None:
        self._place = place
        self._child = Child(place, from_git=from_git)
        self._git = self._child.run

    def staged(self) -> tuple[StagedPath, ...]:
        """Return what the next commit would change, by path."""
        try:
            raw = self._differing("HEAD")
        except GitUnusable:  # there is no commit yet
            raw = self._differing(self._git("hash-object", "-t", "tree", "--stdin").strip().decode())
        fields = raw.split(b"\0")
        return tuple(_staged_path(meta, path) for meta, path in zip(fields[::2], fields[1::2], strict=False))

    def _differing(self, against: str) -> bytes:
        return self._git(
            "diff-index", "--cached", "--no-renames", "--raw", "--full-index", "--abbrev=40", "-z", against, "--"
        )  # fmt: skip

    @contextmanager
    def reading(self) -> Iterator[Callable[[str], bytes | None]]:
        """Give what reads an object by its id: None for one of over 64 MiB, nothing for a folder or a submodule.

        git is started when the first is asked for.
        """
        with ExitStack() as open_:
            readers: list[Reader] = []

            def read(oid: str) -> bytes | None:
                if not readers:
                    readers.append(open_.enter_context(self._child.reader()))
                kind, size = readers[0].look(oid)
                if size > _LARGEST:
                    return None
                return readers[0].read(oid)[1] if kind in ("blob", "tag") else b""

            yield read

    def outgoing(self, tips: Iterable[str], *, known: Iterable[str] = ()) -> Iterator[PastCommit | PastFile]:
        """Yield the commits reachable from `tips` that neither a remote nor `known` has, and every file they bring.

        An object that no commit brings (a tag names it) is told as a file too, by the name git has for it.
        """
        from memsync.core.leaks import PastFile  # noqa: PLC0415  # a commit's hook needs neither
        from memsync.edges.anyrepo.past import LOG, changes_in  # noqa: PLC0415

        ends = self._ends(tips, known)
        told: set[tuple[str, str]] = set()
        for one in changes_in(self._git(*LOG, *_BEYOND, given=ends).split(b"\0")):
            yield one
            if isinstance(one, PastFile):
                told.add((one.path, one.oid))
        raw = self._git("rev-list", "--objects", *_BEYOND, given=ends)
        for line in raw.decode(errors="surrogateescape").splitlines():
            oid, _, path = line.partition(" ")
            if path and (path, oid) not in told:
                yield PastFile(commit="", path=path, oid=oid)

    def _ends(self, tips: Iterable[str], known: Iterable[str]) -> bytes:
        there = [k for k in known if k and k != ZERO and self._git("cat-file", "-t", k, quiet=True)]
        return "".join(f"{line}\n" for line in (*tips, *(f"^{k}" for k in there))).encode()

    def top(self) -> str:
        """Return the top folder of the work tree, or the git directory of a bare repository."""
        if (self._place / ".git").exists():  # as in every hook of a work tree: git starts it there
            return str(self._place)
        top = self._git("rev-parse", "--show-toplevel", quiet=True) or self._git(
            "rev-parse", "--absolute-git-dir"
        )
        return os.fsdecode(top).rstrip("\n")

    def may_take_back(self, changes: Iterable[StagedPath]) -> bool:
        """Whether `taken_back` is worth asking: a path is staged other than committed, and the file is as committed."""
        return any(c.committed and self._file_is(c) for c in changes)

    def taken_back(self, changes: Iterable[StagedPath]) -> tuple[str, ...]:
        """Return the paths that nobody staged and that a commit would put back to an older version.

        Their staged blob is an earlier one of the same path while the file itself equals the last commit's: an index
        that memsync's last commit has not reached yet.
        """
        return tuple(c.path for c in changes if c.committed and self._file_is(c) and self._was(c))

    def _file_is(self, change: StagedPath) -> bool:
        """Whether the file in the folder has the bytes of the last commit's version."""
        import hashlib  # noqa: PLC0415  # 4 ms, and most commits change no file that is as it was

        try:
            raw = Path(self.top(), change.path).read_bytes()
        except (OSError, ValueError):
            return False
        whole = b"blob %d\0" % len(raw) + raw
        return hashlib.sha1(whole, usedforsecurity=False).hexdigest() == change.committed

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

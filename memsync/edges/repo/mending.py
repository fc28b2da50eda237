"""Mending a damaged repository: what is broken is put aside, never deleted, and refs come back from git's own log."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from memsync.edges.repo.refs import INCOMING, MAIN, OID, REMOTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from memsync.edges.repo.child import Child

_LOOSE = re.compile(r"objects/([0-9a-f]{2})/([0-9a-f]{38,62})\b")
_BROKEN_ID = re.compile(
    r"(?:error: |hash mismatch |sha1 mismatch |corrupt |loose object )([0-9a-f]{40,64})\b"
)
_PACK = re.compile(r"(pack-[0-9a-f]{40,64})\.(?:pack|idx)")


def mend_head(gitdir: Path) -> bool:
    """Write HEAD anew where it is gone or empty (a crash without fsync): True if it was. Any other HEAD is the owner's."""
    head = gitdir / "HEAD"
    try:
        if head.stat().st_size:
            return False
    except FileNotFoundError:
        pass
    head.write_text("ref: refs/heads/main\n", encoding="ascii")
    return True


def put_broken_aside(child: Child, gitdir: Path) -> int:
    """Move every object that git's check finds broken to `.git/memsync/broken`; return how many files were moved."""
    answered = child.local("fsck", "--full", "--no-dangling", "--no-progress", seconds=600.0)
    told = f"{answered.errors}\n{answered.text}"
    aside = gitdir / "memsync" / "broken"
    moved = 0
    for place in {*_loose_files(told, gitdir), *_empty_files(gitdir), *_pack_files(told, gitdir)}:
        if place.is_file():
            aside.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(place, aside / f"{place.parent.name}-{place.name}")
            moved += 1
    return moved


def _loose_files(told: str, gitdir: Path) -> Iterator[Path]:
    for folder, name in _LOOSE.findall(told):
        yield gitdir / "objects" / folder / name
    for oid in _BROKEN_ID.findall(told):
        yield gitdir / "objects" / oid[:2] / oid[2:]


def _empty_files(gitdir: Path) -> Iterator[Path]:
    """Give the objects of no bytes: what power loss makes of a file that was never synced (jj-vcs/jj#4423)."""
    for folder in (gitdir / "objects").glob("[0-9a-f][0-9a-f]"):
        yield from (file for file in folder.iterdir() if not file.stat().st_size)


def _pack_files(told: str, gitdir: Path) -> Iterator[Path]:
    for name in set(_PACK.findall(told)):
        yield from (gitdir / "objects" / "pack").glob(f"{name}.*")


def mend_refs(child: Child, gitdir: Path) -> int:
    """Set refs that hold no commit id to the last commit in git's log of them that is still there; return how many."""
    mended = 0
    for name in (INCOMING, REMOTE, MAIN):
        place = gitdir / name
        if not place.is_file() or OID.fullmatch(place.read_text(encoding="ascii", errors="replace").strip()):
            continue
        place.unlink()
        last = next((oid for oid in _logged(gitdir, name) if _is_commit(child, oid)), None)
        if last is not None:
            child.demand("update-ref", name, last)
        mended += 1
    return mended


def _logged(gitdir: Path, name: str) -> Iterator[str]:
    """Give the commits a ref stood at, newest first, by its log."""
    try:
        lines = (gitdir / "logs" / name).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in reversed(lines):
        words = line.split(" ", 2)
        if len(words) > 1 and OID.fullmatch(words[1]):
            yield words[1]


def _is_commit(child: Child, oid: str) -> bool:
    return child.local("cat-file", "-e", f"{oid}^{{commit}}").ok

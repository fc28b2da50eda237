"""What belongs to the store's owner in its git folder: where HEAD is, what is under way, and the index, kept in step."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from memsync.edges.repo.objects import changed_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from memsync.edges.repo.child import Child

    _Change = tuple[str | None, str | None, str]

_NAMED = 100
_DAY = 86_400.0
_UNDER_WAY = (
    ("MERGE_HEAD", "a merge"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("BISECT_LOG", "a bisect"),
)


def pause_reason(gitdir: Path) -> str:
    """Return why memsync keeps its hands off for now (`a merge is under way`), or an empty text."""
    for name, what in _UNDER_WAY:
        if (gitdir / name).exists():
            return f"{what} is under way in this store's git"
    try:
        head = (gitdir / "HEAD").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "git's HEAD cannot be read"
    if head == "ref: refs/heads/main":
        return ""
    where = head.removeprefix("ref: refs/heads/") if head.startswith("ref:") else "no branch"
    return f"git is on {where!r} here, and memsync works on 'main'"


def refresh_index(child: Child, gitdir: Path, old: str | None, new: str) -> bool:
    """Bring the owner's index from commit `old` to `new`, only entries that still equal the old commit's.

    False where somebody else holds the index just now: try again later. What a person has staged stays staged.
    """
    changes = changed_entries(child, old, new)
    if not changes:
        return True
    own = gitdir / "memsync"
    own.mkdir(mode=0o700, exist_ok=True)
    with _held_index(gitdir, own) as held:
        if not held:
            return False
        following = own / "index.next"
        if (gitdir / "index").exists():
            shutil.copyfile(gitdir / "index", following)
        else:
            following.unlink(missing_ok=True)
        env = {"GIT_INDEX_FILE": str(following)}
        stale = _still_old(child, changes, env)
        if stale:
            child.demand("update-index", "-z", "--index-info", feed=_index_info(changes, stale), env=env)
            os.replace(following, gitdir / "index")  # noqa: PTH105 - the same call as git's own
        else:
            following.unlink(missing_ok=True)
    return True


def _still_old(child: Child, changes: Mapping[str, _Change], env: dict[str, str]) -> list[str]:
    entries: dict[str, tuple[str | None, str]] = {}
    named = ["--", *changes] if len(changes) <= _NAMED else []  # more would not fit on a command line
    command = ["--literal-pathspecs", "ls-files", "-s", "-z", "--full-name", *named]
    for line in child.demand(*command, env=env).split(b"\0")[:-1]:
        facts, _, raw = line.partition(b"\t")
        _, oid, stage = facts.decode().split(" ")
        entries[raw.decode("utf-8", "surrogateescape")] = (oid, stage)
    return [
        path for path, (before, _, _) in changes.items() if entries.get(path, (None, "0")) == (before, "0")
    ]


def _index_info(changes: Mapping[str, _Change], paths: list[str]) -> bytes:
    lines: list[bytes] = []
    for path in paths:
        _, after, mode = changes[path]
        facts = f"{mode} {after} 0" if after else f"0 {'0' * 40} 0"
        lines.append(facts.encode() + b"\t" + os.fsencode(path) + b"\0")
    # What goes away first: a file may make room for a folder.
    lines.sort(key=lambda line: not line.startswith(b"0 "))
    return b"".join(lines)


@contextmanager
def _held_index(gitdir: Path, own: Path) -> Iterator[bool]:
    """Hold git's own lock of the index. It is a second name of a file of ours, so a lock that a crash left is known."""
    mark, lock = own / "index.ours", gitdir / "index.lock"
    forget_index_lock(gitdir)
    mark.touch(mode=0o600)
    try:
        os.link(mark, lock)
    except FileExistsError:
        yield False
        return
    except OSError:  # a file system without links: the lock is made as git makes it
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            yield False
            return
    try:
        yield True
    finally:
        lock.unlink(missing_ok=True)


def forget_index_lock(gitdir: Path) -> None:
    """Remove a lock of the index that a killed memsync left; another program's stays. Needs the sync lock."""
    mark, lock = gitdir / "memsync" / "index.ours", gitdir / "index.lock"
    with suppress(OSError):
        if mark.samefile(lock):
            lock.unlink()
    with suppress(OSError):
        (gitdir / "memsync" / "index.next.lock").unlink()


def forget_half_packs(gitdir: Path, now: float) -> None:
    """Remove packs that a git which was killed, or found the disk full, left half-written a day ago or more."""
    with suppress(OSError):
        for place in (gitdir / "objects" / "pack").glob("tmp_*"):
            if now - place.stat().st_mtime > _DAY:
                place.unlink()

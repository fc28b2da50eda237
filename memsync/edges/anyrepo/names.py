"""Where a repository's refs, logs and index point, and moving them all to other objects."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.edges.anyrepo.child import Child
from memsync.errors import Busy, CannotWrite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SENT = ("refs/remotes/", "refs/memsync/remote", "refs/memsync/incoming")
_VETTED = "refs/memsync/remote"
_FOLLOWING = ("refs/remotes/origin/main", "refs/remotes/origin/HEAD")
_POINTING = (
    "ORIG_HEAD",
    "FETCH_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "MERGE_HEAD",
    "AUTO_MERGE",
    "BISECT_HEAD",
)
_ID = re.compile(rb"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")


def all_refs(child: Child) -> dict[str, str]:
    """Return ref → id of all refs but symbolic ones."""
    lines = child.run("for-each-ref", "--format=%(refname) %(objectname) %(symref)").decode().splitlines()
    words = (line.split(" ") for line in lines)
    return {name: oid for name, oid, other in words if not other}


def sent_refs(child: Child) -> dict[str, str]:
    """Return the refs that say what a remote has.

    What git itself last saw of origin's main is left out where memsync has seen since that it was rewritten.
    """
    refs = {name: oid for name, oid in all_refs(child).items() if name.startswith(_SENT)}
    vetted = refs.get(_VETTED)
    for name in _FOLLOWING:
        if vetted and name in refs and not _one_follows(child, vetted, refs[name]):
            del refs[name]
    return refs


def _one_follows(child: Child, one: str, other: str) -> bool:
    base = child.run("merge-base", one, other, quiet=True).strip().decode()
    return base in (one, other)


def move_refs(child: Child, moves: Mapping[str, tuple[str, str]]) -> bool:
    """Move refs (name → old id, new id) in one step; False, and nothing moved, where one stood elsewhere."""
    if not moves:
        return True
    lines = "".join(f"update {name} {new} {old}\n" for name, (old, new) in moves.items())
    told = f"start\n{lines}prepare\ncommit\n".encode()
    answer = child.run("update-ref", "--no-deref", "-m", "memsync: purge", "--stdin", given=told, quiet=True)
    child.run("pack-refs", "--all")
    return b"commit: ok" in answer


def move_logs(gitdir: Path, ids: Mapping[str, str], clean: Callable[[bytes], bytes]) -> int:
    """Let git's logs name the new objects, in words without secrets; return how many logs changed."""
    logs = [p for p in (gitdir / "logs").rglob("*") if p.is_file()]
    heads = [gitdir / name for name in _POINTING if (gitdir / name).is_file()]
    return sum(_rewrite(place, lambda raw: clean(moved(raw, ids))) for place in (*logs, *heads))


def moved(raw: bytes, ids: Mapping[str, str]) -> bytes:
    """Return a text in which every id of 40 digits is the new one."""
    return _ID.sub(lambda m: ids.get(m[0].decode(), m[0].decode()).encode(), raw)


def _rewrite(place: Path, change: Callable[[bytes], bytes]) -> bool:
    try:
        before = place.read_bytes()
        after = change(before)
        if after == before:
            return False
        fresh = place.with_name(f".{place.name}.{os.getpid()}.memsync")
        fresh.write_bytes(after)
        shutil.copymode(place, fresh)
        fresh.replace(place)
    except OSError as error:
        raise CannotWrite(str(place), error.strerror or "cannot be written") from error
    return True


def move_index(root: Path, gitdir: Path, ids: Mapping[str, str], bad: Callable[[bytes], bool]) -> int:
    """Unstage what holds a secret: these paths stand in the index as in the last commit. Returns how many there were.

    Raises Busy where somebody holds the index. The files themselves are not touched.
    """
    if not (gitdir / "index").exists():
        return 0
    own = gitdir / "memsync"
    own.mkdir(mode=0o700, exist_ok=True)
    mark, lock, fresh = own / "index.ours", gitdir / "index.lock", own / "index.purged"
    mark.touch(mode=0o600)
    try:
        os.link(mark, lock)
    except FileExistsError:
        raise Busy("somebody is at work in this store's git") from None
    try:
        fresh.unlink(missing_ok=True)
        count = _fresh_index(root, fresh, ids, bad)
        if fresh.exists():
            fresh.replace(gitdir / "index")
        for place in gitdir.glob("sharedindex.*"):
            place.unlink(missing_ok=True)
    finally:
        lock.unlink(missing_ok=True)
    return count


def _fresh_index(root: Path, fresh: Path, ids: Mapping[str, str], bad: Callable[[bytes], bool]) -> int:
    child = Child(root, from_git={})
    kept: list[bytes] = []
    back: list[bytes] = []
    for entry in child.run("ls-files", "-s", "-z", "--full-name").split(b"\0")[:-1]:
        facts, _, path = entry.partition(b"\t")
        if bad(path):
            back.append(b"")
        elif facts.split()[1].decode() in ids:
            back.append(path)
        else:
            kept.append(entry)
    known = child.run("ls-tree", "-r", "-z", "--full-tree", "HEAD", quiet=True).split(b"\0")[:-1]
    wanted = {path for path in back if path}
    kept += [_index_line(line) for line in known if line.partition(b"\t")[2] in wanted]
    other = Child(root, from_git={"GIT_INDEX_FILE": str(fresh)})
    other.run("update-index", "-z", "--index-info", given=b"".join(line + b"\0" for line in kept))
    other.run("update-index", "-q", "--refresh", quiet=True)
    return len(back)


def _index_line(entry: bytes) -> bytes:
    facts, _, path = entry.partition(b"\t")
    mode, _, oid = facts.split(b" ")
    return b"%s %s 0\t%s" % (mode, oid, path)


def forget_index_lock(gitdir: Path) -> None:
    """Remove a lock of the index that a killed purge left."""
    with suppress(OSError):
        if (gitdir / "memsync" / "index.ours").samefile(gitdir / "index.lock"):
            (gitdir / "index.lock").unlink()

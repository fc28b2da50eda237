"""Refs: where main, the vetted remote and the fetched remote stand, and moving them by compare-and-swap only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.history import GitFailed, Refs, Said
from memsync.edges.repo.child import failed

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.edges.repo.child import Child

MAIN = "refs/heads/main"
REMOTE = "refs/memsync/remote"
INCOMING = "refs/memsync/incoming"
RESCUE = "refs/memsync/rescue/"
_NONE = "0" * 40
OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def refs(child: Child, gitdir: Path) -> Refs:
    """Return the commits of main, of the remote as last vetted, and of what was last fetched; None where there is none.

    Read from git's own files (gitrepository-layout(5)): a cycle looks often, and a child costs milliseconds.
    """
    if (gitdir / "reftable").exists():
        return _asked(child)
    packed: dict[str, str] | None = None
    found: dict[str, str | None] = {}
    for name in (MAIN, REMOTE, INCOMING):
        found[name] = _loose(gitdir / name)
        if found[name] is None:
            packed = _packed(gitdir) if packed is None else packed
            found[name] = packed.get(name)
    return Refs(main=found[MAIN], remote=found[REMOTE], incoming=found[INCOMING])


def _loose(place: Path) -> str | None:
    try:
        text = place.read_text(encoding="ascii", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if OID.fullmatch(text):
        return text
    raise GitFailed("for-each-ref", Said(ok=False, code=1, text=f"reference broken: {place.name}"))


def _packed(gitdir: Path) -> dict[str, str]:
    try:
        lines = (gitdir / "packed-refs").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split(" ", 1) for line in lines if line[:1] not in ("#", "^", ""))
    return {name: oid for oid, name in pairs}


def _asked(child: Child) -> Refs:
    output = child.demand("for-each-ref", "--format=%(refname) %(objectname)", MAIN, REMOTE, INCOMING)
    found = dict(line.split(" ") for line in output.decode().splitlines())
    return Refs(main=found.get(MAIN), remote=found.get(REMOTE), incoming=found.get(INCOMING))


def move(child: Child, name: str, new: str | None, old: str | None, *, reason: str) -> bool:
    """Move a ref from `old` to `new` (None: is not there); False, and nothing moved, where it stood elsewhere."""
    verb = f"delete {name} {old or _NONE}" if new is None else f"update {name} {new} {old or _NONE}"
    feed = f"start\n{verb}\ncommit\n"
    answered = child.local(
        "update-ref", "--create-reflog", "-m", f"memsync: {reason}", "--stdin", feed=feed.encode()
    )
    if answered.ok:
        return True
    if refs_value(child, name) != old:
        return False
    raise failed("update-ref", answered)


def refs_value(child: Child, name: str) -> str | None:
    """Return the commit a ref names, or None."""
    answered = child.local("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return answered.text.strip() if answered.ok else None


def is_ancestor(child: Child, old: str, new: str) -> bool:
    """Whether everything in `old` is in the history of `new` (a commit is its own ancestor)."""
    if old == new:
        return True
    answered = child.local("merge-base", "--is-ancestor", old, new)
    if answered.code not in (0, 1):
        raise failed("merge-base", answered)
    return answered.ok


def merge_bases(child: Child, ours: str, theirs: str) -> tuple[str, ...]:
    """Return the best common ancestors, sorted; empty where the histories have none."""
    answered = child.local("merge-base", "--all", ours, theirs)
    if answered.code not in (0, 1):
        raise failed("merge-base", answered)
    return tuple(sorted(answered.text.split()))


def count(child: Child, old: str | None, new: str | None) -> int:
    """Return how many commits `new` has that `old` has not."""
    if new is None:
        return 0
    span = [new, f"^{old}"] if old else [new]
    return int(child.demand("rev-list", "--count", *span))


def oldest(child: Child, old: str | None, new: str) -> datetime | None:
    """Return when the oldest commit was made that `new` has and `old` has not."""
    span = [new, f"^{old}"] if old else [new]
    times = child.demand("log", "--format=%ct", *span).split()
    return datetime.fromtimestamp(min(map(int, times)), tz=UTC) if times else None


def steps(child: Child, old: str | None, new: str) -> tuple[str, ...]:
    """Return the commits, oldest first, that follow `old` on the way to `new`; the last is `new` itself."""
    span = ["--ancestry-path", new, f"^{old}"] if old else [new]
    found = child.demand("rev-list", "--first-parent", "--reverse", *span).decode().split()
    return tuple(found) or (new,)

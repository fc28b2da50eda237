"""Refs: where main, the vetted remote and the fetched remote stand, and moving them by compare-and-swap only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.history import Refs
from memsync.edges.repo.child import failed
from memsync.edges.repo.objects import WORK_REF

if TYPE_CHECKING:
    from memsync.edges.repo.child import Child

MAIN = "refs/heads/main"
REMOTE = "refs/memsync/remote"
INCOMING = "refs/memsync/incoming"
RESCUE = "refs/memsync/rescue/"
_NONE = "0" * 40


def refs(child: Child) -> Refs:
    """Return the commits of main, of the remote as last vetted, and of what was last fetched; None where there is none."""
    output = child.demand("for-each-ref", "--format=%(refname) %(objectname) %(objecttype)", MAIN, REMOTE, INCOMING)
    found = {}
    for line in output.decode().splitlines():
        name, oid, kind = line.split(" ")
        if kind == "commit":
            found[name] = oid
    return Refs(main=found.get(MAIN), remote=found.get(REMOTE), incoming=found.get(INCOMING))


def move(child: Child, name: str, new: str | None, old: str | None, *, reason: str) -> bool:
    """Move a ref from `old` to `new` (None: is not there); False, and nothing moved, where it stood elsewhere.

    The branch on which `write_commit` builds goes away in the same step: from here the commit is held by `name`.
    """
    verb = f"delete {name} {old or _NONE}" if new is None else f"update {name} {new} {old or _NONE}"
    feed = f"start\n{verb}\ncommit\n"
    answered = child.local("update-ref", "--create-reflog", "-m", f"memsync: {reason}", "--stdin", feed=feed.encode())
    if answered.ok:
        child.local("update-ref", "-d", WORK_REF)
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

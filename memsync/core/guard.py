"""Guards: what looks so much like an accident that a person must say yes before it spreads.

A guard that halted stays so, over restarts and days, until it is acknowledged: one that gave up by itself after a while
has emptied people's notes before (laurent22/joplin#5822).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_FEW = 5
_SHARE = 4  # a quarter
_NAMED = 3


class Guard(StrEnum):
    """What halted."""

    LOCAL_MASS_DELETE = "local-mass-delete"
    REMOTE_MASS_DELETE = "remote-mass-delete"
    FOREIGN_REMOTE = "foreign-remote"
    REMOTE_RECREATED = "remote-recreated"
    PUBLIC_REMOTE = "public-remote"
    ROOT_MISSING = "root-missing"
    ROOT_REPLACED = "root-replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A guard's no: how many of how many, why, and what a person can do.

    `stakes`: what exactly a yes would let happen, and no more: the paths that would go, or the other store's id.
    """

    guard: Guard
    reason: str
    hint: str
    deleted: int = 0
    tracked: int = 0
    stakes: tuple[str, ...] = ()


def mass_deletion(deleted: int, tracked: int) -> bool:
    """Whether so many deletions at once need a person: five or more, and at least a quarter of what there is."""
    return deleted >= _FEW and deleted * _SHARE >= tracked


def emptied(deleted: int, tracked: int) -> bool:
    """Whether nothing would be left of at least two files (one alone may well be the only one, and unwanted)."""
    return tracked > 1 and deleted >= tracked


def some(paths: Sequence[str]) -> str:
    """Name the first three of many."""
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def judge_capture(
    tracked: Collection[str], missing: Collection[str], acknowledged: Collection[str] = ()
) -> Halt | None:
    """Judge the files that vanished from the folder. Those in `acknowledged` were deleted through memsync and don't count."""
    gone = sorted(set(missing) & set(tracked) - set(acknowledged))
    if not (mass_deletion(len(gone), len(tracked)) or emptied(len(gone), len(tracked))):
        return None
    return Halt(
        guard=Guard.LOCAL_MASS_DELETE,
        reason=f"{len(gone)} of {len(tracked)} files are gone from the folder: {some(gone)}",
        hint="If they should be gone, `memsync ack`; else put the folder back. Until then no deletion is recorded.",
        deleted=len(gone),
        tracked=len(tracked),
        stakes=tuple(gone),
    )


def judge_merge(
    ours: Collection[str], removed: Collection[str], acknowledged: Collection[str] = ()
) -> Halt | None:
    """Judge what a merge would take away here. `removed`: MergedTree.removed; `acknowledged`: said so by its commit."""
    gone = sorted(set(removed) & set(ours) - set(acknowledged))
    if not (mass_deletion(len(gone), len(ours)) or emptied(len(gone), len(ours))):
        return None
    return Halt(
        guard=Guard.REMOTE_MASS_DELETE,
        reason=f"the remote would delete {len(gone)} of {len(ours)} files here: {some(gone)}",
        hint="Nothing was deleted. `memsync ack` lets the deletion in.",
        deleted=len(gone),
        tracked=len(ours),
        stakes=tuple(gone),
    )


class RemoteKind(StrEnum):
    """What the other end is, seen from here."""

    EMPTY = "empty"  # no branch yet
    SAME = "same"  # this store
    NEW = "new"  # a store of another id, while ours has never been pushed: join it
    FOREIGN = "foreign"  # no memory store, or another one
    RECREATED = "recreated"  # it was ours, and is empty now


def judge_remote(*, ours: str, theirs: str | None, files: int, pushed_before: bool) -> RemoteKind:
    """Judge a remote by its store's id (`theirs`; None or empty: it has none) and the number of its files.

    `pushed_before`: this store was synced with this remote at least once.
    """
    if not files:
        return RemoteKind.RECREATED if pushed_before else RemoteKind.EMPTY
    if not theirs:
        return RemoteKind.FOREIGN
    if theirs == ours:
        return RemoteKind.SAME
    return RemoteKind.FOREIGN if pushed_before else RemoteKind.NEW


class Relation(StrEnum):
    """How what was fetched relates to what the remote held before."""

    SAME = "same"
    FORWARD = "forward"
    REWRITTEN = "rewritten"  # force-pushed or rolled back: keep the old commit, replay what was never pushed


def judge_rewrite(*, before: str, after: str, is_ancestor: bool) -> Relation:
    """Judge a move of the remote's branch. `is_ancestor`: `before` is an ancestor of `after`. Empty `before`: first fetch."""
    if before == after:
        return Relation.SAME
    return Relation.FORWARD if not before or is_ancestor else Relation.REWRITTEN

"""Restoring: a forgotten memory, or an earlier version of one that is there, out of history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import lookup
from memsync.core import memory as memories
from memsync.core.names import is_memory_path
from memsync.errors import AmbiguousName, BadInput, NoSuchMemory
from memsync.store import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from memsync.flows.revise import Desk
    from memsync.store.parts import Parts


def locate_deleted(name: str, rooms: Sequence[Parts]) -> tuple[Parts, str]:
    """Return the store and path of the one forgotten memory a name means. Raises NoSuchMemory, AmbiguousName."""
    gone = [(room, path, commit) for room in rooms for path, commit in _gone(room).items()]
    paths = [path for _, path, _ in gone]
    wanted = set(lookup.by_path(name.strip(), paths))
    if not wanted and lookup.may_be_id(name):
        wanted = set(lookup.by_id(name, ((path, _id_at(room, commit, path)) for room, path, commit in gone)))
    found = [(room, path) for room, path, _ in gone if path in wanted]
    if not found:
        there = (path for room in rooms for path in room.tree.listing())
        raise NoSuchMemory(name, near=lookup.near(name, (*paths, *there)))
    if len(found) > 1:
        raise AmbiguousName(name, [finding.shown(room, path) for room, path in found])
    return found[0]


def _gone(room: Parts) -> dict[str, str]:
    """Return each forgotten path with the last commit that had it, also where no cycle has captured the deletion yet."""
    gone: dict[str, str] = dict(room.repo.deleted_paths())
    main = room.repo.refs().main
    if main:
        there = room.tree.listing()
        gone |= {
            path: main for path in room.repo.tree(main).files if is_memory_path(path) and path not in there
        }
    return gone


def _id_at(room: Parts, commit: str, path: str) -> str:
    raw = room.repo.content_at(commit, path) or b""
    return memories.read(path, raw.decode(errors="replace")).id


def restore(
    name: str, rooms: Sequence[Parts], *, at: str, desk: Callable[[Parts], Desk]
) -> tuple[Parts, str, str]:
    """Write an earlier version in place; what stands there now stays in history.

    Returns the store, the path, and the revision that stood there before (empty: none).

    Raises NoSuchMemory, BadInput (there is nothing to restore, or no such version), SecretFound.
    """
    from memsync.flows.revise import put, revision_id
    from memsync.store import syncing

    try:
        room, path = finding.locate(name, rooms)
    except NoSuchMemory:
        room, path = locate_deleted(name, rooms)
    current = room.tree.read(path)
    if current is not None and not at:
        raise BadInput(
            "name",
            f"{path} is there already",
            hint=f"Say which version: `memsync history {lookup.stem(path)}`, then --at COMMIT.",
        )
    commit = at or _gone(room)[path]
    raw = room.repo.content_at(commit, path)
    if raw is None:
        raise BadInput(
            "at",
            f"{path} is not in {commit[:12]}",
            hint=f"`memsync history {lookup.stem(path)}` lists its versions.",
        )
    if current is not None:
        syncing.capture_before(room, path)
    put(path, base=current, wanted=raw, desk=desk(room))
    return room, path, "" if current is None else revision_id(current)

"""Finding: from a NAME to the one file it means, in the default store and the private one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from memsync.core import lookup
from memsync.core import memory as memories
from memsync.core.names import is_memory_path, is_standing
from memsync.core.pattern import pattern
from memsync.errors import AmbiguousName, BadInput, NoSuchMemory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from memsync.core.memory import Memory
    from memsync.store.parts import Parts

_LINE = pattern(r":\d+$")


def locate(name: str, rooms: Sequence[Parts]) -> tuple[Parts, str]:
    """Return the store and the path of the one memory this name means.

    A name is a key, an id or its beginning, or a path: relative to its store or absolute, with or without `:line`.
    Raises NoSuchMemory (with what is near), AmbiguousName.
    """
    wanted = name.strip()
    if not wanted or "\x00" in wanted:
        raise BadInput("name", "is empty" if not wanted else "has a NUL character in it")
    found = _by_path(wanted, rooms) or _by_path(_LINE.sub("", wanted), rooms)
    if not found and lookup.may_be_id(wanted):
        found = [(room, p) for room in rooms for p in lookup.by_id(wanted, _ids(room))]
    if not found:
        found = [(room, m.path) for room in rooms for m in every(room) if m.key == wanted]
    if not found:
        raise NoSuchMemory(name, near=lookup.near(wanted, (p for room in rooms for p in room.tree.listing())))
    if len(found) > 1:
        raise AmbiguousName(name, [shown(room, path) for room, path in found])
    return found[0]


def shown(room: Parts, path: str) -> str:
    """Return a path as a person can use it as a NAME: relative, or absolute in the private store."""
    return str(room.root / path) if room.private else path


def _by_path(name: str, rooms: Sequence[Parts]) -> list[tuple[Parts, str]]:
    found = []
    for room in rooms:
        inside = _inside(name, room)
        if inside is not None:
            found += [(room, p) for p in lookup.by_path(inside, room.tree.listing())]
    return found


def _inside(name: str, room: Parts) -> str | None:
    if not os.path.isabs(name):
        return name
    for root in (str(room.root), os.path.realpath(room.root)):
        if name.startswith(root + os.sep):
            return name[len(root) + 1 :].replace(os.sep, "/")
    return None


def every(room: Parts) -> Iterator[Memory]:
    """Read every memory of a store, in the order of their paths; standing documents are none.

    A file that vanishes meanwhile is left out.
    """
    for path in sorted(room.tree.listing()):
        if is_memory_path(path) and not is_standing(path):
            raw = room.tree.read(path)
            if raw is not None:
                yield memories.read(path, raw.decode(errors="replace"), private=room.private)


def _ids(room: Parts) -> Iterator[tuple[str, str]]:
    return ((memory.path, memory.id) for memory in every(room) if memory.id)

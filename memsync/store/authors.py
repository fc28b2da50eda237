"""Authors, wired: which memories other people wrote, so that an assistant is told so."""

from __future__ import annotations

import contextlib
import os
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.value import replace
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from memsync.core.answer import Answer
    from memsync.core.people import Authors
    from memsync.edges.authors import AuthorsFile
    from memsync.store.parts import Parts

_KEPT = "authors.json"


def follow(room: Parts) -> None:
    """Bring what is kept of the history up to date after a cycle. Never fails what it follows."""
    from memsync.core.people import updated

    with contextlib.suppress(MemsyncError, OSError):
        _register(room)
        file = _file(room)
        before, head = file.read(), file.head()
        if head and head != before.known:
            mine = frozenset({_instance(room)})
            file.write(updated(before, file.commits(before.known, head), known=head, me=file.me(), mine=mine))


def author_of(room: Parts) -> Callable[[str], str]:
    """Return what names the other person who wrote a path last; empty for the user's own, and where nobody can tell."""
    authors = _read(room)
    if authors is None or not authors.by:
        return lambda _path: ""
    from memsync.core.people import other_person

    @cache
    def register() -> dict[str, str]:
        return _persons(room)

    def author(path: str) -> str:
        if path not in authors.by:
            return ""
        return other_person(authors, path, register(), person=room.settings.person)

    return author


def _read(room: Parts) -> Authors | None:
    """Return what is kept of the history, read again when the file is another; None where there is none."""
    try:
        found = os.stat(f"{room.state_dir}/{_KEPT}")  # noqa: PTH116  # with each question: pathlib takes as long as the disk
    except OSError:
        return None
    mark = (found.st_ino, found.st_mtime_ns, found.st_size)
    if room.authors is None or room.authors[0] != mark:
        room.authors = (mark, _file(room).read())
    return room.authors[1]


def told(rooms: Sequence[Parts], answer: Answer) -> Answer:
    """Return an answer whose hits say where another person wrote them."""
    author = author_of(rooms[0])
    if not any(author(hit.memory.path) for hit in answer.hits):
        return answer
    hits = []
    for hit in answer.hits:
        by = "" if hit.memory.scope.is_private else author(hit.memory.path)
        hits.append(replace(hit, notes=(f"written by another person: {by}", *hit.notes)) if by else hit)
    return replace(answer, hits=tuple(hits))


def _file(room: Parts) -> AuthorsFile:
    from memsync.edges.authors import AuthorsFile

    return AuthorsFile(room.state_dir / _KEPT, room.root)


def _persons(room: Parts) -> dict[str, str]:
    """Return instance → person as the register has it."""
    from memsync.core.people import REGISTER, person_in

    with contextlib.suppress(OSError):
        names = [place.name for place in (room.root / REGISTER).iterdir() if place.name.endswith(".json")]
        return {n.removesuffix(".json"): person_in(room.tree.read(REGISTER + n) or b"") for n in names}
    return {}


def _register(room: Parts) -> None:
    """Write down who this instance belongs to, where its owner wants it known."""
    from memsync.core.people import place_of, render_instance

    person = room.settings.person
    if not person or room.private:
        return
    path, wanted = place_of(_instance(room)), render_instance(person)
    before = room.tree.read(path)
    if before is None:
        room.tree.create(path, wanted)
    elif before != wanted:
        room.tree.replace(path, wanted, expected=before)


def _instance(room: Parts) -> str:
    from memsync.store import syncing

    return syncing.instance(room)

"""Driving: the merge of one file that git asks for, where its owner merges by hand (gitattributes(5), merge drivers)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.merging import Merged, keep_both, merge_file
from memsync.errors import BadInput, CannotWrite, NotAStore
from memsync.store.gatehouse import room_above
from memsync.store.verdicts import Verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.edges.settings import Settings
    from memsync.store.parts import Parts


def drive(words: Sequence[str], *, cwd: Path, settings: Settings) -> tuple[str, ...]:
    """Merge as a cycle would. `words`: files with the base, ours and theirs, and the path; ours gets the result.

    Returns the paths of twins: these are set aside, and the next cycle brings them to the folder, whatever becomes of
    git's merge. Nothing is written where this raises: BadInput, NotAStore, GateShut, CannotWrite, NoSpace.
    """
    if len(words) != 4:
        raise BadInput("merge-driver", "is called by git, with %O %A %B %P")
    base, ours, theirs = (_read(cwd / word) for word in words[:3])
    room = room_above([cwd], settings)
    if room is None:
        raise NotAStore(str(cwd), why="memsync merges in a memory store only")
    merged = _merged(room, words[3], base, ours, theirs)
    for twin in merged.twins:
        room.tree.set_aside(twin.path, twin.content)
    _write(cwd / words[1], merged.content or b"")
    return tuple(twin.path for twin in merged.twins)


def _merged(room: Parts, path: str, base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """Merge; both versions stay apart where what came of two clean halves holds a secret.

    Git gives an empty file for a base that there is not.
    """
    merged = merge_file(path, base or None, ours, theirs, sealing=room.sealing)
    if merged.content in (base, ours, theirs):
        return merged
    gate = _gate(room)
    refused = gate(path, merged.content or b"").blocks
    gate.keep()
    return keep_both(path, ours, theirs) if refused else merged


def _gate(room: Parts) -> Verdicts:
    try:
        return Verdicts(room)
    except BadInput:
        return Verdicts(room, allowances=())  # a list that can't be read allows nothing


def _read(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise BadInput("merge-driver", f"{place.name} can't be read: {error.strerror}") from error


def _write(place: Path, content: bytes) -> None:
    try:
        place.write_bytes(content)  # git's own temporary file
    except OSError as error:
        raise CannotWrite(str(place), error.strerror or "can't be written") from error

"""Lookup: which file a NAME means. A name is a path, a key, an id, or the beginning of an id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from memsync.core.names import fold, is_memory_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ID_START = re.compile(r"[0-9A-Za-z]{6,26}")


def stem(path: str) -> str:
    """Return the key a path gives: its file name without `.md`."""
    name = path.rsplit("/", 1)[-1]
    return name[:-3] if name.lower().endswith(".md") else name


def by_path(name: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the memories a name means by their paths alone: the very path, else every file with this key."""
    known = [p for p in paths if is_memory_path(p)]
    wanted = fold(name.removeprefix("./"))
    exact = [p for p in known if fold(p) in (wanted, f"{wanted}.md")]
    if exact or "/" in name:
        return tuple(exact)
    key = wanted.removesuffix(".md")
    return tuple(p for p in known if fold(stem(p)) == key or fold(p.rsplit("/", 1)[-1]) == wanted)


def may_be_id(name: str) -> bool:
    """Whether a name could be a memory's id or the beginning (six characters or more) of one."""
    return _ID_START.fullmatch(name) is not None


def by_id(name: str, ids: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the paths whose id begins with the name; `ids` are (path, id). A twin shares its winner's id and is left out."""
    start = name.upper()
    return tuple(path for path, memory_id in ids if memory_id.startswith(start) and ".conflict-" not in path)


def near(name: str, paths: Iterable[str]) -> Sequence[str]:
    """Return up to three keys that look like a name nobody has."""
    keys = sorted({stem(p) for p in paths if is_memory_path(p)})
    from difflib import get_close_matches  # noqa: PLC0415  # only who mistyped a name pays for it: start-up

    return get_close_matches(name, keys, n=3, cutoff=0.6)

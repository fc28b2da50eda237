"""Merged and Twin: what a merge gives back; and the names of twins, which come from content alone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from memsync.core.memory import TWIN_NAME
from memsync.core.names import MAX_PART_BYTES

_SUFFIX = re.compile(r"\.[^./ ]{1,20}\Z")
_ID = re.compile(rb"""^id[ \t]*:[ \t]*["']?([^\s"'#\[{&*!|>]+)["']?[ \t]*(?:#.*)?\r?$""", re.MULTILINE)
_FENCE = re.compile(rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_END = re.compile(rb"^---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A second file that a merge makes: the losing body of a conflict, or a memory that shared another's path."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A merged file. `content` is None where the file goes away; `notes` say what gave way to what, for people."""

    content: bytes | None
    twins: tuple[Twin, ...] = ()
    notes: tuple[str, ...] = ()


def blob_id(content: bytes) -> str:
    """Return the id git gives a blob of this content (SHA-1, 40 hex digits)."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def memory_id(content: bytes) -> str:
    """Return the `id` of a file's frontmatter without parsing the rest; empty where it has none."""
    start = _FENCE.match(content)
    end = _END.search(content, start.end()) if start else None
    if start is None or end is None:
        return ""
    found = _ID.search(content, start.end(), end.start())
    return found[1].decode("utf-8", "replace") if found else ""


def is_twin_path(path: str) -> bool:
    """Whether the path names a twin (`<stem>.conflict-<8 hex digits>.<type>`)."""
    return TWIN_NAME.fullmatch(path.rsplit("/", 1)[-1]) is not None


def twin_path(path: str, content: bytes, *, attempt: int = 0) -> str:
    """Return the path of a twin of `path` that holds `content`: two machines that make it give it one name.

    A twin of a twin is named after the first one's stem, so names don't grow. `attempt` 0 to 4 takes the next eight
    digits of the blob id, for the case that the name is taken by something else.
    """
    digits = blob_id(content)[8 * attempt : 8 * attempt + 8]
    twin = TWIN_NAME.fullmatch(path.rsplit("/", 1)[-1])
    if twin:
        folder = path[: len(path) - len(twin[0])]
        return _named(f"{folder}{twin['stem']}", f".conflict-{digits}", twin["suffix"] or "")
    stem, suffix = _stem(path)
    return _named(stem, f".conflict-{digits}", suffix)


def second_path(path: str, memory: str) -> str:
    """Return the path of a memory whose own path is taken by another one: `<stem>--<last 8 of its id>.md`."""
    stem, suffix = _stem(path)
    tail = re.sub(r"[^\w-]", "-", memory[-8:])
    return _named(stem.removesuffix(f"--{tail}"), f"--{tail}", suffix)


def _stem(path: str) -> tuple[str, str]:
    suffix = _SUFFIX.search(path)
    if suffix is None or path[: suffix.start()].endswith("/") or not suffix.start():
        return path, ""
    return path[: suffix.start()], suffix[0]


def _named(stem: str, mark: str, suffix: str) -> str:
    folder, slash, name = stem.rpartition("/")
    room = MAX_PART_BYTES - len((mark + suffix).encode())
    short = name.encode(errors="surrogateescape")[:room].decode(errors="ignore").rstrip(". ")
    return f"{folder}{slash}{short}{mark}{suffix}"

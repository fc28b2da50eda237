"""Importing: how a file of somebody else's becomes a memory. The file keeps its form; only what it does not say is added."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core import memory as memories
from memsync.core.lookup import stem
from memsync.core.memory import MAX_BYTES, Memory, format_time
from memsync.core.names import slug
from memsync.errors import InvalidMemory

if TYPE_CHECKING:
    from datetime import datetime

ORIGIN = "origin"
"""The frontmatter key of an imported memory that holds the fingerprint of the body it came with."""

_SAY_NOTHING = frozenset({
    "readme", "index", "_index", "notes", "note", "doc", "docs", "main", "overview", "untitled",
    "license", "licence", "copying", "changelog", "changes", "history", "contributing", "authors",
    "security", "todo", "code_of_conduct", "skill",
})  # fmt: skip
_INDEXES = frozenset({"MEMORY.md"})
_ENDINGS = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to take in: its path below the source, and its dates (of git, else of the file), UTC."""

    path: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that can become a memory: what it says, the key it would like, and its body's fingerprint."""

    source: SourceFile
    memory: Memory
    key: str
    print: str
    month: str


def refusal(source: SourceFile, raw: bytes | None) -> str:
    """Return why a file can't be a memory, or an empty text."""
    if source.path.rsplit("/", 1)[-1] in _INDEXES:
        return "is an index of other memories"
    if raw is None:
        return "cannot be read, or is a symbolic link"
    if len(raw) > MAX_BYTES:
        return f"has {len(raw):,} bytes or more; a memory may have {MAX_BYTES:,}"
    if b"\x00" in raw:
        return "is not text"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "is not UTF-8"
    return "" if header.split(text).body.strip() else "is empty"


def candidate(source: SourceFile, raw: bytes) -> Candidate:
    """Return what a file becomes. `raw` has passed refusal."""
    memory = memories.read(_ENDINGS.sub(".md", source.path), raw.decode())
    created = memory.created or source.created
    return Candidate(
        source=source,
        memory=memory,
        key=_key(source.path, memory),
        print=prints_of(memory.text)[0],
        month=f"{created:%Y-%m}",
    )


def imported_text(new: Candidate) -> str:
    """Return the text the memory's file will have: the source's, byte for byte, with what it does not say added.

    Pure: two machines that import the same files with the same dates write the same bytes. The frontmatter gets
    `created`, `updated` and `origin` where it has none and can be changed line by line; nothing else is touched.
    """
    document = header.split(new.memory.text)
    if document.problems:
        return new.memory.text
    updated = (
        None
        if new.memory.updated
        else format_time(max(new.source.updated, new.memory.created or new.source.updated))
    )
    fields = {"created": format_time(new.source.created), "updated": updated, ORIGIN: new.print}
    added = {k: v for k, v in fields.items() if v is not None and k not in document.values}
    try:
        return header.join(header.edit(document, added))
    except InvalidMemory:
        return new.memory.text  # its frontmatter is beyond us, its text is not


def _key(path: str, memory: Memory) -> str:
    """Return a key from the file's name; a name that says nothing is told apart by its folder, or is the title."""
    name = stem(_ENDINGS.sub(".md", path)) if memory.form is not memories.Form.CLAUDE else memory.key
    plain = slug(name)
    if plain not in _SAY_NOTHING and plain:
        return plain
    folder = path.split("/")[-2] if "/" in path else ""
    return slug(f"{folder}-{plain}" if folder else memory.title) or "memory"


def body_print(body: str) -> str:
    """Return the fingerprint of what a body says, 32 hex digits: line ends and blanks at ends of lines don't count."""
    lines = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return hashlib.sha256(lines.encode(errors="surrogatepass")).hexdigest()[:32]


def prints_of(text: str) -> tuple[str, ...]:
    """Return the fingerprints under which a memory of the store is known: its body's, and the one it was imported with."""
    document = header.split(text)
    origin = document.values.get(ORIGIN)
    return (body_print(document.body), *((origin,) if isinstance(origin, str) else ()))

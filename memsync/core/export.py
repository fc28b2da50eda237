"""An export: memories at their paths in the store, as a plain folder or one JSON document, which an import takes back unchanged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.memory import MAX_BYTES
from memsync.core.names import is_memory_path, is_synced_path, synced_problem
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Collection

    from memsync.core.report import Held

NOTE = "memsync-export.json"
"""The file at the top of an exported folder that says what the folder is."""

FORMAT = 1
_FORMAT_KEY = "memsync_export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Files by their paths in the store. `private`: they are the private store's."""

    files: tuple[tuple[str, bytes], ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export did. `path` is where it was written, empty where it was not; `held` files were left out."""

    export: Export
    path: str = ""
    held: tuple[Held, ...] = ()


def is_exported(path: str) -> bool:
    """Whether a file of the store belongs into an export: memories, standing documents and what says which project it is.

    Indexes are made anew and memsync's own files belong to the store they are in.
    """
    return is_memory_path(path) or path.endswith(("/project.md", "/workspace.md"))


def note_of(export: Export) -> bytes:
    """Return the text of the note at the top of an exported folder."""
    return (json.dumps({_FORMAT_KEY: FORMAT, "private": export.private}) + "\n").encode()


def document_of(export: Export) -> str:
    """Return the export as one JSON document. Every file is_text."""
    files = [{"path": path, "text": raw.decode()} for path, raw in export.files]
    return json.dumps(
        {_FORMAT_KEY: FORMAT, "private": export.private, "files": files}, ensure_ascii=False, indent=1
    )


def is_text(raw: bytes) -> bool:
    """Whether a file can be a memory's: UTF-8 without NUL."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in raw


def parse_note(raw: bytes) -> bool:
    """Return whether the folder's export is of a private store. Raises BadInput for another format."""
    return bool(_checked(raw).get("private"))


def parse_document(raw: bytes) -> Export:
    """Read an export's JSON document. Raises BadInput for anything else; paths are judged when they are taken in."""
    shape = _checked(raw)
    files = shape.get("files")
    if not isinstance(files, list):
        raise BadInput("files", "the export has none", hint=_HINT)
    return Export(
        files=tuple(_file(number, file) for number, file in enumerate(files)),
        private=bool(shape.get("private")),
    )


def _file(number: int, file: object) -> tuple[str, bytes]:
    match file:
        case {"path": str(path), "text": str(text)}:
            return path, text.encode(errors="surrogatepass")
    raise BadInput(f"files[{number}]", 'is not {"path", "text"}', hint=_HINT)


def _checked(raw: bytes) -> dict[str, object]:
    try:
        shape = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadInput("PATH", "is no JSON document", hint=_HINT) from None
    found = shape.get(_FORMAT_KEY) if isinstance(shape, dict) else None
    if found is None:
        raise BadInput("PATH", "is no export of memsync", hint=_HINT)
    if found != FORMAT:
        raise BadInput(
            "PATH",
            f"is an export of format {str(found)[:20]}; this memsync reads {FORMAT}",
            hint="Update memsync.",
        )
    return dict(shape)


_HINT = "`memsync export FILE.json` writes one; a folder of markdown is imported as it is."


def refusal(path: str, raw: bytes) -> str:
    """Return why a file of an export can't be taken in, or an empty text."""
    problem = synced_problem(path)
    if problem:
        return problem
    if not is_synced_path(path) or not is_exported(path):
        return "is no place of a memory"
    if len(raw) > MAX_BYTES:
        return f"has {len(raw):,} bytes; a memory may have {MAX_BYTES:,}"
    return "" if is_text(raw) else "is not text in UTF-8"


def other_path(path: str, taken: Collection[str]) -> str:
    """Return the next free path for a memory whose own is another's: `key-2.md`, `key-3.md`, …"""
    stem, dot, ending = path.rpartition(".")
    number = 2
    while f"{stem}-{number}{dot}{ending}" in taken:
        number += 1
    return f"{stem}-{number}{dot}{ending}"

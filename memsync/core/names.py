"""Names: keys made from titles, and the rule for every path that memsync takes in or writes."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

from memsync.core.category import Category, folder_of
from memsync.core.pattern import pattern
from memsync.errors import BadInput

MAX_PART_BYTES = 200
MAX_LEVELS = 8
FULL_FOLDER = 1000
"""A category folder with more memories than this takes new ones in monthly subfolders: a commit costs what its folder has."""
_KEY_BYTES = 80  # of a key that memsync makes; room is left for suffixes
_WINDOWS_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))],
)
_LONE_DOT = pattern(r"(?<![^\W_])\.|\.(?![^\W_])")
_EASY_PART = pattern(
    r"[A-Za-z0-9_-](?:[A-Za-z0-9_. -]{0,118}[A-Za-z0-9_-])?"
)  # nothing in it can be wrong but a device name
_WINDOWS_FORBIDDEN = frozenset('<>:"\\|?*')
# Bidirectional controls, zero-width characters, tags: invisible, so two names could look the same.
_INVISIBLE = pattern(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def slug(text: str) -> str:
    """Return a file name of letters and digits of any script (NFC, lower case) and `-`; may be empty."""
    plain = unicodedata.normalize("NFC", text).lower()
    kept = "".join(c if _is_word(c) else "-" for c in plain)
    kept = _LONE_DOT.sub("-", kept)  # `v1.2` keeps its dot, a sentence's end and `.env` do not
    short = _cut(re.sub(r"-{2,}", "-", kept).strip("-."), _KEY_BYTES).strip("-.")
    first, dot, rest = short.partition(".")
    return f"{first}_{dot}{rest}" if first in _WINDOWS_NAMES else short


def _is_word(char: str) -> bool:
    return char in "_." or unicodedata.category(char)[0] in "LNM"


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")


def check_key(key: str) -> str:
    """Return the key in NFC, or raise BadInput naming what is wrong with it.

    A key that a person gives may use letters and digits of any script, `-`, `_` and `.`.
    """
    name = unicodedata.normalize("NFC", key)
    problem = _key_problem(name)
    if problem:
        raise BadInput(
            "key",
            f"{_shown(key)} {problem}",
            hint="Use letters and digits of any script, `-`, `_` and `.`, at most 180 bytes.",
        )
    return name


def _key_problem(name: str) -> str | None:
    if not name:
        return "is empty"
    if len(name.encode()) > MAX_PART_BYTES - 20:
        return f"has {len(name.encode())} bytes"
    wrong = next((c for c in name if not (_is_word(c) or c == "-")), None)
    if wrong is not None:
        return f"has {wrong!r} in it"
    return part_problem(name)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


def path_problem(path: str) -> str | None:
    """Return why a store-relative path may not be taken in or written, or None where it may."""
    parts = path.split("/")
    if len(parts) > MAX_LEVELS:
        return f"is more than {MAX_LEVELS} levels deep"
    return next((p for p in map(part_problem, parts) if p), None)


def part_problem(part: str) -> str | None:
    """Return why one part of a path may not be taken in, or None. The rule is the same on every system."""
    stem = part[:-3]
    if part[-3:] == ".md" and 4 < len(stem) < 110 and part.isascii() and stem.replace("-", "").isalnum():
        return None  # nearly every memory: what the rules below say of it, in a third of the time; no device has five letters
    if _EASY_PART.fullmatch(part):
        return _DEVICE if part.split(".", 1)[0].rstrip().lower() in _WINDOWS_NAMES else None
    if not part:
        return "has an empty part"
    if len(part.encode(errors="surrogateescape")) > MAX_PART_BYTES:
        return f"has a part longer than {MAX_PART_BYTES} bytes"
    if any(0xD800 <= ord(c) <= 0xDFFF for c in part):
        return "is not UTF-8"
    if part.startswith("."):
        return "starts with a dot"
    if part.endswith((".", " ")):
        return "ends in a dot or a space"
    if any(unicodedata.category(c) == "Cc" for c in part):
        return "has a control character"
    if _INVISIBLE.search(part):
        return "has an invisible character"
    if _WINDOWS_FORBIDDEN & set(part):
        return "has a character that Windows forbids"
    if part.split(".", 1)[0].rstrip().lower() in _WINDOWS_NAMES:
        return _DEVICE
    return None


_DEVICE = "is a device name on Windows"


def synced_problem(path: str) -> str | None:
    """Like path_problem, for a path that is_synced_path let in: memsync's own dot names are no problem."""
    return None if path == ".gitignore" else path_problem(path.removeprefix(".memsync/"))


class _Foldered(Protocol):
    """A core.scope.Scope, which needs this module itself."""

    @property
    def folder(self) -> str: ...


def place_for(scope: _Foldered, category: Category, key: str, count_in_folder: int, month: str) -> str:
    """Return the path of a new memory. `count_in_folder`: memories right in the category's folder; `month` is `2026-11`."""
    folder = f"{scope.folder}/{folder_of(category)}"
    return f"{folder}/{month}/{key}.md" if count_in_folder >= FULL_FOLDER else f"{folder}/{key}.md"


def fold(path: str) -> str:
    """Return the form under which two paths are the same on some system (NFC and case folding)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def is_memory_path(path: str) -> bool:
    """Whether memsync takes this file for a memory, by its path alone.

    Any `.md` is one, but for files below a dot folder, the store's own `README.md` at the top, and `MEMORY.md`,
    `project.md` and `workspace.md`, which are indexes. Standing documents count as well: recall finds them. Below `code-snippets/` and `prompts/` any text file is.
    """
    if path[:1] == "." or "/." in path:
        return False
    folder, _, name = path.rpartition("/")
    if name in _NOT_MEMORIES or path == "README.md":
        return False
    return path.lower().endswith(".md") or bool({"code-snippets", "prompts"} & set(folder.split("/")))


_NOT_MEMORIES = frozenset({"MEMORY.md", "project.md", "workspace.md"})
STANDING = ("project-context.md", "current-tasks.md", "decisions-log.md")
"""The standing documents of a scope: plain markdown, found by recall, merged by block."""


def is_standing(path: str) -> bool:
    """Whether the file is a standing document of the global scope or of a project."""
    parts = path.split("/")
    return parts[-1] in STANDING and (
        len(parts) == 1 or (len(parts) == 3 and parts[0] in ("projects", "workspaces"))
    )


def is_synced_path(path: str) -> bool:
    """Whether memsync captures this file: memories, standing documents, indexes, and its own files in `.memsync/`."""
    parts = path.split("/")
    if parts[0] == ".memsync":
        return len(parts) > 1 and not any(part.startswith(".") for part in parts[1:])
    if parts == [".gitignore"]:
        return True
    if any(part.startswith(".") for part in parts):
        return False
    return path.lower().endswith(".md") or bool({"code-snippets", "prompts"} & set(parts[:-1]))

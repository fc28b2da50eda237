"""Claude Code's own memory: where it keeps it, how a project is told to keep it in a store, and what its index says by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.index_page import is_index

if TYPE_CHECKING:
    from memsync.core.report import ImportReport

SETTING = "autoMemoryDirectory"
"""The key in Claude Code's settings, an absolute folder. In a project's local settings it counts for this user in this project."""

ENABLED, TURNED_OFF = "autoMemoryEnabled", "CLAUDE_CODE_DISABLE_AUTO_MEMORY"
"""The setting and the variable that turn Claude Code's own memory off."""

LOCAL_SETTINGS = ".claude/settings.local.json"
SHARED_SETTINGS = ".claude/settings.json"
KEPT_TITLE = "Notes that stood in Claude's own index"
_LINK = re.compile(r"\s*[-*+]\s+\[.+?\]\((?!\w+:|//)[^\s()]+\.md\).*")
_HEADING = re.compile(r"\s*#{1,6}(?:\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeReport:
    """What `setup claude --native` did, or with `dry_run` would do.

    `folder` is the scope's folder in the store, `settings` the file that names it, `old` the folder Claude used until then
    (empty: none). `adopted` is what came of the old folder's files; they stay where they are.
    """

    project: str
    folder: str
    settings: str
    changed: bool
    dry_run: bool = False
    removed: bool = False
    diff: str = ""
    backup: str = ""
    old: str = ""
    waiting: int = 0  # files of the old folder that a dry run would look at
    adopted: ImportReport | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeSays:
    """What Claude Code's settings say of its memory in a project: the folder as written and the file that names it, and what turns it off.

    Each is empty where nothing does.
    """

    folder: str = ""
    path: str = ""
    off: str = ""


def slug_of(root: str) -> str:
    """Return the name of a project's folder below `~/.claude/projects`: every character but ASCII letters and digits is a dash.

    `root` is the main worktree's folder, so worktrees and subfolders share one. Seen in Claude Code 2.1.329.
    """
    return re.sub(r"[^A-Za-z0-9]", "-", root)


def own_words(page: bytes) -> str:
    """Return what an index says beside its index: prose and points without a link to a file. Empty where it is an index alone."""
    if is_index(page):
        return ""
    lines = page.decode(errors="replace").splitlines()
    kept = [line.rstrip() for line in lines if not _LINK.fullmatch(line)]
    said = "\n".join(kept).strip()
    return said if any(line.strip() and not _HEADING.match(line) for line in kept) else ""

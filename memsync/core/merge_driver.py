"""memsync's merge driver, as git's configuration and attributes name it (gitattributes(5), "Defining a custom merge driver").

It is registered in `.git/config` and `.git/info/attributes` only: a `.gitattributes` comes with every push, so whoever can
push could choose how everybody merges.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVENT = "merge-driver"
ATTRIBUTES = "* -text -ident -filter !working-tree-encoding merge=memsync"
"""Bytes stay as they are whatever a pushed .gitattributes says, and memsync merges."""
_REASON = "# memsync: bytes stay as they are, and memories are merged by memsync. Lines below this one hold over it."


def render_driver(command: Sequence[str]) -> str:
    """Return the driver's command line. `command` are the words that start memsync, the first an absolute path.

    Where that program is gone git is told of a conflict: it stops, this side's version stays in the file without any
    marker, and both versions are in git's index.
    """
    words = " ".join(shlex.quote(word) for word in command).replace("%", "%%")
    gone = "memsync is gone from here, so this was not merged; both versions are in git (git show :2:FILE, :3:FILE):"
    return (
        f"if test -x {shlex.quote(command[0]).replace('%', '%%')}; then {words} hook {EVENT} %O %A %B %P; "
        f'else echo "{gone}" %P >&2; exit 1; fi'
    )


def with_attributes(text: str) -> str:
    """Return an attributes file with memsync's line in it, on top: whatever its owner wrote there holds over it."""
    lines = text.splitlines()
    if ATTRIBUTES in lines:
        return text
    return "\n".join([_REASON, ATTRIBUTES, *(line for line in lines if line != _REASON), ""])

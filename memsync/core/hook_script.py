"""A git hook's script: filled in with the memsync that plants it, and known again as memsync's own."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOOKS = ("pre-commit", "pre-push", "post-merge")
_MARK = b"# memsync git hook ("


def render_hook(script: bytes, command: Sequence[str]) -> bytes:
    """Return the script for one memsync: `command` are the words that start it, the first an absolute path."""
    words = " ".join(shlex.quote(word) for word in command)
    return script.replace(b"@PROGRAM@", shlex.quote(command[0]).encode()).replace(
        b"@MEMSYNC@", words.encode()
    )


def is_ours(script: bytes) -> bool:
    """Whether memsync wrote this hook, so that it may write it anew."""
    return _MARK in script[:200]

"""The environment for a git command: without what a hook or another git left there, which would show its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Which configuration and which programs git uses is the user's; which repository and which index, never.
_KEPT = frozenset({
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH",
})  # fmt: skip


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for reading a repository: messages in English, no lock taken only to be quicker."""
    kept = {k: v for k, v in environment.items() if not k.startswith("GIT_") or k in _KEPT}
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}

"""The environment for a git command: without what a hook or another git left there, which would show its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Which configuration and which programs git uses is the user's; which repository and which index, never.
_KEPT = frozenset({
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH",
})  # fmt: skip


def gits_own(environment: Collection[str], *, kept: Collection[str] = ()) -> list[str]:
    """Return the names of git's own variables, sorted, but for those that are kept."""
    return sorted(name for name in environment if name.startswith("GIT_") and name not in kept)


def without_gits(environment: Mapping[str, str], *, kept: Collection[str] = ()) -> dict[str, str]:
    """Return the environment without git's own variables, but for those that are kept."""
    unwanted = set(gits_own(environment, kept=kept))
    return {name: value for name, value in environment.items() if name not in unwanted}


def scrubbed(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for reading a repository: messages in English, no lock taken only to be quicker."""
    quiet = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return without_gits(environment, kept=_KEPT) | quiet

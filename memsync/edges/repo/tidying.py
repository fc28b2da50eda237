"""Tidying: loose objects into packs. Nothing is ever pruned and no reflog expired: what no ref leads to stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.edges.repo.child import version

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.edges.repo.child import Child

_SECONDS = 600.0
_SAMPLE = "17"  # the folder git itself looks into (git-gc(1), gc.auto)
_FOLDERS = 256
_ROLLING_UP = (2, 32)


def loose(gitdir: Path) -> int:
    """Return about how many loose objects there are, as git reckons it: one folder of 256 is counted."""
    try:
        return _FOLDERS * sum(len(place.name) == 38 for place in (gitdir / "objects" / _SAMPLE).iterdir())
    except OSError:
        return 0


def repack(child: Child) -> None:
    """Put loose objects into a pack, and small packs together. Raises GitFailed; then all is as it was.

    With `--geometric` objects that no ref leads to are packed as well; an older git leaves them loose.
    """
    rolling = ["--geometric=2"] * (version() >= _ROLLING_UP)
    child.demand("repack", "-d", "-q", *rolling, seconds=_SECONDS)

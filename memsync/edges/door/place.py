"""Where a store's door is. Known to both sides, and to an asker before it imports what a socket needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.edges.door.client import LONGEST_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "door"
ROOM = 12
"""Bytes that the name of a socket about to be put in place is longer."""


def door_path(folder: Path, *, environ: Mapping[str, str]) -> Path:
    """Return where the socket of a state folder is: in it, or where that name is too long, in the runtime folder."""
    path = folder / NAME
    if len(os.fsencode(path)) < LONGEST_PATH - ROOM:
        return path
    import hashlib  # noqa: PLC0415  # paths are seldom so long
    import tempfile  # noqa: PLC0415  # the same

    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    near = Path(runtime) / "memsync" / mark
    if runtime.startswith("/") and len(os.fsencode(near)) < LONGEST_PATH - ROOM:
        return near
    return Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()) / f"memsync-{os.getuid()}" / mark  # noqa: S108, PTH112  # 0700 and checked

"""A key in a file of its owner's alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from memsync.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 4096


def read_key(path: Path) -> str:
    """Return the key: the file's one line. Raises BadInput where others may read the file, or it has no such line."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise BadInput("--key-file", f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise BadInput(
            "--key-file", f"{path}: others may read it", hint=f"`chmod 600 {path}`, and make a new key."
        )
    key = raw.decode(errors="replace").strip()
    if not key or len(raw) > _LARGEST or len(key.splitlines()) > 1:
        raise BadInput("--key-file", f"{path}: a key is one line", hint="`openssl rand -hex 32` makes one.")
    return key

"""The tally's file: what each memory counts as, with the stamp it had then. In the cache folder; may be lost at any time."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.core.change import Stamp
from memsync.core.tally import Counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORM = 1


class TallyFile:
    """One store's file. What can't be read is as good as empty, what can't be written is not kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, Counted]:
        """Return what was kept."""
        try:
            form, rows = json.loads(self._path.read_bytes())
            if form != _FORM:
                return {}
            return {
                path: Counted(
                    stamp=Stamp(size=size, mtime_ns=mtime, ctime_ns=ctime, inode=inode),
                    category=kind,
                    sound=sound,
                )
                for path, (size, mtime, ctime, inode, kind, sound) in rows.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def keep(self, rows: Mapping[str, Counted]) -> None:
        """Keep rows in the place of what was there, in one step."""
        told = {
            path: (s.size, s.mtime_ns, s.ctime_ns, s.inode, row.category, row.sound)
            for path, row in rows.items()
            for s in (row.stamp,)
        }
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError, UnicodeEncodeError):
            beside.write_text(json.dumps([_FORM, told]), encoding="ascii")
            beside.replace(self._path)

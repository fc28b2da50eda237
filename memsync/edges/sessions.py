"""Sessions: small files of this machine, one for each session of an assistant. Losing them costs a repetition."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.core.hooks.session import Session, parse_session, render_session

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 14 * 86_400.0
"""Seconds after which a session's file is dropped."""

_LARGEST = 1 << 20


class SessionFiles:
    """Implements core.hooks.session.Sessions in a folder (made when needed, 0700)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, session: str) -> Session:
        """Return what a session was shown; nothing for one without a name."""
        return parse_session(self._bytes(self._path("session", session))) if session else Session()

    def write(self, session: str, state: Session) -> None:
        """Keep it; a session without a name is not kept."""
        if session:
            self._write(self._path("session", session), render_session(state))

    def times_shown(self) -> dict[str, int]:
        """Return in how many sessions each memory was shown, by its place; of the sessions whose files are there."""
        counts: dict[str, int] = {}
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith("session-") and not entry.name.endswith(".tmp"):
                    for place in parse_session(self._bytes(self._folder / entry.name)).shown:
                        counts[place] = counts.get(place, 0) + 1
        return counts

    def write_said(self, session: str, said: str) -> None:
        """Keep an assistant's last words until its session ends; nothing for a session without a name."""
        if session and said.strip():
            self._write(self._path("said", session), said.encode(errors="replace"))

    def take_said(self, session: str) -> str:
        """Return the last words of a session, once."""
        path = self._path("said", session)
        said = self._bytes(path).decode(errors="replace") if session else ""
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return said

    def last_here(self, who: str) -> float | None:
        """Return when somebody was last at work here."""
        try:
            moment = float(self._bytes(self._path("here", who)))
        except ValueError:
            return None
        return moment if 0 < moment < 1e11 else None

    def set_here(self, who: str, moment: float) -> None:
        """Note that somebody is at work here, and drop what is old."""
        self._write(self._path("here", who), f"{moment:.6f}".encode())

    def tidy(self) -> None:
        """Drop the files of sessions nobody came back to."""
        oldest = time.time() - KEPT
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                if (
                    entry.name.startswith(("session-", "said-"))
                    and entry.stat(follow_symlinks=False).st_mtime < oldest
                ):
                    os.unlink(entry.path)  # noqa: PTH108  # scandir gives text

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / f"{kind}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:24]}"

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_LARGEST)
        except OSError:
            return b""

    def _write(self, path: Path, raw: bytes) -> None:
        fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_bytes(raw)
            fresh.replace(path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

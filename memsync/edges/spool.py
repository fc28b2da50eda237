"""Spool: turns of conversations that wait to be looked at, as small files of this machine. Redacted before they come here.

A turn's file is `turn-<number>-<tries>.json`; its number is its time, so that they sort. A name that begins with a dot is of a
write that goes on, or was cut off. What was decided waits in `lessons-<number>.json` until all of it is remembered.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST = 200
"""Turns that wait at most; the oldest go first."""

_LARGEST = 256 * 1024
_TURN = re.compile(r"turn-(?P<number>\d{19}-\d{1,7})-(?P<tries>\d)\.json")
_OLD = 7 * 86_400.0  # seconds after which a prompt without an answer, or a turn nobody looked at, is dropped
_CUT_OFF = 60.0  # seconds after which a write that has no name yet never gets one: who wrote it was killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A turn that waits. `tries` counts how often somebody began to look at it."""

    name: str
    raw: bytes
    tries: int


class Spool:
    """The folder (made when needed, 0700). Files are 0600, whole or not at all. Every method raises OSError only where it says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note_prompt(self, session: str, said: bytes) -> None:
        """Keep what a person said until the assistant has answered; empty bytes take it away. Raises OSError."""
        if said:
            self._write(self._prompt(session), said)
        else:
            self.take_prompt(session)

    def take_prompt(self, session: str) -> bytes:
        """Return what was said, once."""
        path = self._prompt(session)
        said = self._bytes(path)
        with suppress(OSError):
            path.unlink()
        return said

    def put(self, raw: bytes) -> None:
        """Add a turn; the oldest go where there are too many. Raises OSError."""
        self._write(self._folder / f"turn-{time.time_ns():019d}-{os.getpid() % 10**7}-0.json", raw)
        for name in self._names("turn-")[:-MOST]:
            self.drop([name])

    def count(self) -> int:
        """Return how many turns wait."""
        return len(self._names("turn-"))

    def size(self) -> int:
        """Return how many bytes there are in the folder, of whatever is in it."""
        sizes = 0
        for name in self._names(""):
            with suppress(OSError):
                sizes += (self._folder / name).lstat().st_size
        return sizes

    def waiting(self) -> list[Waiting]:
        """Return the turns that wait, oldest first; what is too old, or no turn's name, goes."""
        found = []
        for name in self._names("turn-"):
            match = _TURN.fullmatch(name)
            if match is None or self._is_old(name):
                self.drop([name])
                continue
            found.append(Waiting(name=name, raw=self._bytes(self._folder / name), tries=int(match["tries"])))
        return found

    def begin(self, turn: Waiting) -> str:
        """Note that somebody begins to look at a turn; return its new name. Raises OSError."""
        name = re.sub(r"-\d\.json$", f"-{turn.tries + 1}.json", turn.name)
        (self._folder / turn.name).rename(self._folder / name)
        return name

    def drop(self, names: list[str]) -> None:
        """Take turns, or lessons, away."""
        for name in names:
            with suppress(OSError):
                (self._folder / name).unlink()

    def put_lessons(self, raw: bytes) -> str:
        """Keep what was decided, durably; return its name. Raises OSError."""
        name = f"lessons-{time.time_ns():019d}.json"
        self._write(self._folder / name, raw, durable=True)
        return name

    def lessons(self) -> list[tuple[str, bytes]]:
        """Return what was decided and is perhaps not all remembered, oldest first."""
        return [(name, self._bytes(self._folder / name)) for name in self._names("lessons-")]

    def note_work(self, raw: bytes) -> None:
        """Keep what the last worker did, beside the folder, which is empty when nothing waits. Raises OSError."""
        self._write(self._work(), raw)

    def last_work(self) -> bytes:
        """Return what the last worker did; empty where none was there yet."""
        return self._bytes(self._work())

    def clear(self) -> None:
        """Take everything away."""
        self.drop(self._names(""))
        with suppress(OSError):
            self._work().unlink()

    def tidy(self) -> None:
        """Drop prompts nobody answered and writes that were cut off: they hold what people said."""
        names = self._names("")
        self.drop([n for n in names if n.startswith("prompt-") and self._is_old(n)])
        self.drop([n for n in names if n.startswith(".") and self._is_old(n, _CUT_OFF)])

    def _names(self, start: str) -> list[str]:
        try:
            names = [entry.name for entry in self._folder.iterdir()]
        except OSError:
            return []
        return sorted(n for n in names if n.startswith(start) and (not start or not n.endswith(".tmp")))

    def _work(self) -> Path:
        return self._folder.with_name("learn-last.json")

    def _prompt(self, session: str) -> Path:
        return self._folder / f"prompt-{hashlib.sha256(session.encode(errors='replace')).hexdigest()[:24]}"

    def _is_old(self, name: str, seconds: float = _OLD) -> bool:
        try:
            return time.time() - (self._folder / name).lstat().st_mtime > seconds
        except OSError:
            return False

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_LARGEST)
        except OSError:
            return b""

    def _write(self, path: Path, raw: bytes, *, durable: bool = False) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123  # a descriptor, for its mode
                file.write(raw)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

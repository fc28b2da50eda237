"""Staleness: a memory cites files of its project; what became of them since says whether it may still be true."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST = 50
"""Sources of one memory that are looked at."""

_LINES = re.compile(r":\d+(?:[-:]\d+)?$")
_SYMBOL = re.compile(r"[^\W\d][\w$.]{0,119}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A file or folder of the project, relative to its top, and a symbol in it, empty for the file as a whole."""

    path: str
    symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePast:
    """What history says of a cited path: whether HEAD has it, and the commits that touched it (id, UTC seconds)."""

    there: bool
    touched: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """How much of what a memory cites changed since it was written. `gone` are files, `lost` are `symbol (path)`."""

    cited: int = 0
    changed: int = 0
    commits: int = 0
    gone: tuple[str, ...] = field(default=())
    lost: tuple[str, ...] = field(default=())

    @property
    def says(self) -> str:
        """What is to be told with the memory; empty where nothing changed."""
        parts = []
        if self.changed:
            files, commits = _many(self.cited, "cited file"), _many(self.commits, "commit")
            parts.append(f"{self.changed} of {files} changed in {commits} since")
        if self.gone:
            parts.append(f"gone: {', '.join(self.gone[:3])}")
        if self.lost:
            parts.append(f"no longer there: {', '.join(self.lost[:3])}")
        return "; ".join(parts)


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def cited(sources: Sequence[str]) -> tuple[Cited, ...]:
    """Return the files a memory's `sources` cite: `src/api.ts`, `src/api.ts:12`, `src/api.ts#parseInvoice`, `src/`.

    Addresses, paths out of the project and what is no path are passed over.
    """
    return tuple(dict.fromkeys(filter(None, map(_cited, sources[:MOST]))))


def _cited(source: str) -> Cited | None:
    text = _LINES.sub("", source.strip())
    if "://" in text or "\0" in text or len(text) > 1000:
        return None
    path, mark, symbol = text.partition("#")
    if not mark:
        before, _, after = path.rpartition(":")
        if before and _SYMBOL.fullmatch(after):
            path, symbol = before, after
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    if not parts or ".." in parts or path.startswith(("/", "~")) or ":" in path:
        return None
    return Cited(path="/".join(parts), symbol=symbol if _SYMBOL.fullmatch(symbol) else "")


def judge(
    files: Iterable[Cited], past: Mapping[str, FilePast], *, since: float, lost: Iterable[Cited] = ()
) -> Staleness:
    """Return what became of cited files since a moment (UTC seconds). A path that history never had counts for nothing."""
    known = {c.path: past[c.path] for c in files if c.path in past}
    known = {path: file for path, file in known.items() if file.there or file.touched}
    after = {path: {c for c, when in file.touched if when > since} for path, file in known.items()}
    gone = tuple(path for path, file in known.items() if not file.there)
    return Staleness(
        cited=len(known),
        changed=sum(bool(commits) for commits in after.values()),
        commits=len(set().union(*after.values())) if after else 0,
        gone=gone,
        lost=tuple(f"{c.symbol} ({c.path})" for c in lost if c.path not in gone),
    )

"""Merging sealed bodies: opened in memory, merged as any text, closed again. What can't be opened is kept whole.

A body that only one side changed is taken as it stands, without opening it. Two sealed forms of one text are one text: of
these the greater one holds, on every machine, so that clones don't seal the same words again and again for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.seal import is_armored
from memsync.errors import CannotOpen, CannotSeal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from memsync.core.seal import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A merged body. `contested`: both sides changed the same place; `revived`: an edit beat a deletion within it."""

    text: str
    contested: bool = False
    revived: bool = False


def merge_bodies(
    bodies: Sequence[str], sealing: Sealing | None, weave: Callable[[Sequence[str]], Body], *, known: bool
) -> Body | None:
    """Merge base, loser and winner, each sealed or plain; None where that can't be done on this machine.

    `known`: there is a base. What comes back is sealed where any of the two sides was and both had changed.
    """
    base, loser, winner = bodies
    if loser == winner or (known and loser == base):
        return Body(text=winner)
    if known and winner == base:
        return Body(text=loser)
    opened = _opened(bodies, sealing)
    if opened is None or sealing is None:
        return None
    if opened[1] == opened[2]:
        return Body(text=max(body for body in (loser, winner) if is_armored(body)))
    woven = weave([_plain(text) for text in opened])
    text = woven.text.replace("\n", "\r\n") if "\r\n" in opened[2] else woven.text
    sealed = closed(text, sealing)
    return None if sealed is None else Body(text=sealed, contested=woven.contested, revived=woven.revived)


def closed(text: str, sealing: Sealing | None) -> str | None:
    """Return a text sealed, or None where this machine can't."""
    try:
        return None if sealing is None else sealing.seal(text)
    except CannotSeal:
        return None


def _opened(bodies: Sequence[str], sealing: Sealing | None) -> list[str] | None:
    try:
        return [sealing.open(b) if sealing is not None and is_armored(b) else b for b in bodies]
    except CannotOpen:
        return None


def _plain(text: str) -> str:
    """Return the text as merging takes it: lines end in LF, the last one too."""
    plain = text.replace("\r\n", "\n")
    return plain if plain.endswith("\n") or not plain else f"{plain}\n"

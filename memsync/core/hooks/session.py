"""Session: what one session of an assistant was shown already, and when an assistant was last at work in a scope."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Protocol

from memsync.core.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from memsync.core.memory import Memory

MOST = 500
"""Memories a session remembers to have shown; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a session was shown: place of a memory → mark of its text. Lost, it costs a repetition, nothing more."""

    shown: Mapping[str, str] = field(default_factory=dict)

    def has(self, place: str, memory: Memory) -> bool:
        """Whether this very text was shown."""
        return self.shown.get(place) == mark_of(memory)

    def with_shown(self, memories: Iterable[tuple[str, Memory]]) -> Session:
        """Return the session after some more were shown."""
        added = {place: mark_of(memory) for place, memory in memories}
        rows = [(k, v) for k, v in self.shown.items() if k not in added] + list(added.items())
        return Session(shown=dict(rows[-MOST:]))


class Sessions(Protocol):
    """Sessions of this machine. Nothing raises: what can't be read counts as empty, what can't be written is lost."""

    def read(self, session: str) -> Session:
        """Return what a session was shown."""
        ...

    def write(self, session: str, state: Session) -> None:
        """Keep it."""
        ...

    def last_here(self, who: str) -> float | None:
        """Return when somebody (`instance scope`) was last at work here, in UTC seconds; None: never."""
        ...

    def set_here(self, who: str, moment: float) -> None:
        """Note that somebody is at work here."""
        ...


def mark_of(memory: Memory) -> str:
    """Return a short mark that changes with the memory's text."""
    return hashlib.blake2b(memory.text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def parse_session(raw: bytes) -> Session:
    """Read a session's file. Never raises."""
    try:
        found = json.loads(raw)
        shown = found["shown"]
        return Session(shown={k: v for k, v in shown.items() if isinstance(v, str)})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Session()


def render_session(session: Session) -> bytes:
    """Return the bytes of a session's file."""
    return json.dumps({"shown": dict(session.shown)}).encode()

"""How near memories are in meaning: the port recall asks, and what of a memory its meaning is taken from. The extra `memsync[semantic]` fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from memsync.core.memory import Memory

MOST_TEXT = 4_000
"""Characters of a body whose meaning is taken; of more, the mean says nothing any more."""


class Sense(Protocol):
    """Vectors by content number, derived from the files and gone without loss. Never raises for its disk or its model.

    Documents are positions in `digests`, which has each one's content number (entry.digest_of).
    """

    @property
    def problem(self) -> str:
        """Why there is no answer, in words; empty where there is one."""
        ...

    def near(
        self, question: str, digests: Sequence[int], *, among: Collection[int], most: int
    ) -> Mapping[int, float]:
        """Return the `most` documents among these that are nearest to a question, each with its cosine."""
        ...

    def lacking(self, digests: Sequence[int], *, among: Collection[int]) -> Sequence[int]:
        """Return those documents whose vector is not known yet."""
        ...

    def learn(self, texts: Iterable[tuple[int, tuple[str, ...]]], *, seconds: float) -> int:
        """Work out vectors by content number, for about so long; returns how many. Each part of a text counts alike."""
        ...


def parts_of(memory: Memory) -> tuple[str, ...]:
    """Return what a memory's meaning is taken from: what it is called, and what it says. A short title is not drowned by a long body."""
    called = ", ".join((memory.title, *memory.keywords, *memory.tags))
    return tuple(part for part in (called, memory.body[:MOST_TEXT]) if part.strip())

"""Group: one thing that is asked for, in every word a document may say it by."""

from __future__ import annotations

from memsync.core.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One thing asked for. A document says it by its best alternative. `counts`: it counts for coverage."""

    word: str
    alternatives: tuple[tuple[str, float], ...]
    weight: float = 1.0
    counts: bool = True

"""Place: a store as recall looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from memsync.core.ports import Index, Tree
    from memsync.core.recall.sense import Sense
    from memsync.core.recall.view import View


MOST_REMEMBERED = 2_000
"""Memories that a resident process keeps as they were read."""


class Ahead(Protocol):
    """What is known of a store's files before anybody looks at them one by one."""

    def known(self) -> tuple[View, Mapping[str, Sequence[str]]] | None:
        """Return the index, and which memories have which twins, where it stands for all the files there are; else None.

        Raises IndexLost.
        """
        ...

    def keep(self, contested: Mapping[str, Sequence[str]]) -> None:
        """Keep for the next question that a look found just that."""
        ...


class Remembered:
    """Memories as they were read while one listing was the newest: for a process whose listing stays the same until a file changes."""

    def __init__(self) -> None:
        self._listing: object = None
        self._readings: dict[str, Any] = {}

    def readings(self, listing: object) -> dict[str, Any]:
        """Return what was read under this very listing, by path; to be added to."""
        if listing is not self._listing or len(self._readings) >= MOST_REMEMBERED:
            self._listing, self._readings = listing, {}
        return self._readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A store to look in. `label` is what hits name it by, empty for the default one; `admit` is the gate's word on a file's bytes.

    `rules`, above 0, names what `admit` decides by: what it refused once it would refuse again under the same name.
    `sense`, where there is one, also finds what is near in meaning; `ahead` may save the look,
    `remembered` the reading.
    """

    label: str
    private: bool
    tree: Tree
    index: Index
    admit: Callable[[str, bytes], bool]
    rules: int = 0
    sense: Sense | None = None
    ahead: Ahead | None = None
    remembered: Remembered | None = None

"""Place: a store as recall looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.core.ports import Index, Tree
    from memsync.core.recall.sense import Sense


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A store to look in. `label` is what hits name it by, empty for the default one; `admit` is the gate's word on a file's bytes.

    `rules`, above 0, names what `admit` decides by: what it refused once it would refuse again under the same name.
    `sense`, where there is one, also finds what is near in meaning.
    """

    label: str
    private: bool
    tree: Tree
    index: Index
    admit: Callable[[str, bytes], bool]
    rules: int = 0
    sense: Sense | None = None

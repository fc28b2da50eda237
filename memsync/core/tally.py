"""Tally: how many memories there are of which kind, from what was worked out of each file while its stamp is the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.memory import TWIN_NAME
from memsync.core.names import is_memory_path, is_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from memsync.core.change import Stamp
    from memsync.core.memory import Memory

_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one file counts as. `sound`: nothing is wrong with its frontmatter; what is wrong is not kept, it quotes the file."""

    stamp: Stamp
    category: str
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The memories of a store: how many of each category, the twins, and path and text of what is wrong in frontmatter.

    `rows` is what may be kept for the next time.
    """

    by_category: Mapping[str, int]
    twins: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    rows: Mapping[str, Counted]


def tally(
    listing: Mapping[str, Stamp],
    known: Mapping[str, Counted],
    read: Callable[[str], Memory | None],
    *,
    now_ns: int,
) -> Tally:
    """Count a store's memories. `read` is asked for files whose stamp is another one, and for those that are not sound.

    A stamp of the last two seconds says nothing: such a file is read again the next time.
    """
    rows: dict[str, Counted] = {}
    kinds: Counter[str] = Counter()
    problems: list[tuple[str, str]] = []
    twins: list[str] = []
    for path in sorted(listing):
        row = known.get(path)
        if row is None and (is_standing(path) or not is_memory_path(path)):
            continue
        if row is None or row.stamp != listing[path] or not row.sound:
            memory = read(path)
            if memory is None:
                continue
            row = Counted(stamp=listing[path], category=str(memory.category), sound=not memory.problems)
            problems += [(path, problem) for problem in memory.problems]
        kinds[row.category] += 1
        if ".conflict-" in path and TWIN_NAME.fullmatch(path.rsplit("/", 1)[-1]):
            twins.append(path)
        if max(row.stamp.mtime_ns, row.stamp.ctime_ns) < now_ns - _RACY_NS:
            rows[path] = row
    return Tally(
        by_category=dict(sorted(kinds.items())),
        twins=tuple(twins),
        problems=tuple(problems),
        rows=rows,
    )

"""Plots of a few rows of characters, for a terminal that has blocks and for one that has not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from memsync.cli.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.cli.face import Face

_WIDTH = 24
_LABEL = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"


def bars(counts: Mapping[str, int], face: Face) -> list[str]:
    """Return a line a count: its name, a bar as long as it is large beside the others, and the number."""
    most = max(counts.values(), default=0)
    width = min(max((len(name) for name in counts), default=0), _LABEL)
    return [
        f"  {one_line(name, _LABEL).ljust(width)}  {face.dim(bar(count, most).ljust(_WIDTH))}  {count:,}"
        for name, count in counts.items()
    ]


def bar(count: int, most: int) -> str:
    """Return a bar of at most 24 characters; whatever is there at all has at least a sliver."""
    if not _has_blocks():
        return "#" * max(round(_WIDTH * count / most), 1) if count else ""
    eighths = max(round(_WIDTH * 8 * count / most), 1) if count else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def heights(counts: Sequence[int]) -> str:
    """Return a character a count, as high as it is large; a dot for none."""
    most = max(counts, default=0)
    steps = _HEIGHTS if _has_blocks() else "123456789"
    return "".join(steps[max(0, round(len(steps) * n / most) - 1)] if n else "." for n in counts)


def _has_blocks() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"

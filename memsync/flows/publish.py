"""Publish: a commit becomes main, in steps of which each may be the last: note ahead, compare and swap, settle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.bookkeeping import WriteAhead
from memsync.core.history import Signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.core.history import Entry
    from memsync.core.syncports import Bench


class MainMoved(Exception):
    """Main stood elsewhere than this cycle had seen."""


def write(
    bench: Bench,
    *,
    parents: Sequence[str],
    changes: Mapping[str, bytes | str | Entry | None],
    message: str,
) -> str:
    """Write the objects of a commit and return its id; nothing is visible yet."""
    by = Signed(name=bench.instance, when=bench.now())
    return bench.repo.commit(parents=parents, changes=changes, message=message, by=by)


def publish(
    bench: Bench,
    commit: str,
    base: str | None,
    *,
    shadow: Mapping[str, str | None],
    reason: str,
) -> None:
    """Make a commit main. Raises MainMoved, and changes nothing, where main is no longer `base`."""
    row = WriteAhead(commit=commit, base=base, shadow=shadow)
    bench.book.write_ahead(row)
    bench.crash("after_wal")
    if not bench.repo.move_main(commit, base, reason=reason):
        bench.book.unpublished(row)
        raise MainMoved
    bench.crash("after_ref_merge" if reason == "merge" else "after_ref_local")
    bench.book.published(row)


def replay(bench: Bench) -> None:
    """Finish, or drop, what a killed cycle had noted ahead."""
    rows = bench.book.ahead()
    if not rows:
        return
    main = bench.repo.refs().main
    for row in rows:
        if main is not None and _is_in(bench, row.commit, main):
            bench.book.published(row)
        else:
            bench.book.unpublished(row)


def _is_in(bench: Bench, commit: str, main: str) -> bool:
    return bool(bench.repo.sizes([commit])) and bench.repo.is_ancestor(commit, main)


def refresh_index(bench: Bench) -> bool:
    """Bring the owner's git index along with main; False where somebody holds it: the next cycle tries again."""
    start, end = bench.book.fact("index_from"), bench.book.fact("index_to")
    if not end:
        return True
    old = None if start == "none" else start
    if not bench.repo.refresh_index(old, end):
        return False
    bench.book.note(index_from="", index_to="")
    return True

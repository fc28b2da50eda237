"""Reader: the bytes of blobs for a merge, some known already, the rest read from git in a few large steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from memsync.core.syncports import Repo

_AT_ONCE = 500
_BYTES_AT_ONCE = 16 * 1024 * 1024


class Reader:
    """Gives a blob's bytes by id. `known` are contents that need not be in git."""

    def __init__(self, repo: Repo, known: Mapping[str, bytes] | None = None) -> None:
        self._repo = repo
        self._known = dict(known or {})

    def fetch(self, oids: Iterable[str | None]) -> None:
        """Read these blobs ahead, in one step."""
        missing = {oid for oid in oids if oid is not None and oid not in self._known}
        for batch in batches(self._repo, missing):
            self._known |= self._repo.blobs(batch)

    def __call__(self, oid: str) -> bytes:
        """Return one blob's bytes."""
        if oid not in self._known:
            self._known |= self._repo.blobs([oid])
        return self._known[oid]


def batches(repo: Repo, oids: Iterable[str], sizes: Mapping[str, int] | None = None) -> Iterator[list[str]]:
    """Give blob ids in batches of a bounded number and of bounded bytes together; `sizes` where they are known."""
    if sizes is None:
        sizes = repo.sizes(oids)
    batch: list[str] = []
    total = 0
    for oid in oids:
        size = sizes.get(oid, 0)
        if batch and (len(batch) >= _AT_ONCE or total + size > _BYTES_AT_ONCE):
            yield batch
            batch, total = [], 0
        batch.append(oid)
        total += size
    if batch:
        yield batch


def differing(*sides: Mapping[str, str]) -> set[str]:
    """Return every blob id of the paths at which the sides are not all the same."""
    paths = set().union(*sides)
    found: set[str] = set()
    for path in paths:
        here = {side.get(path) for side in sides}
        if len(here) > 1:
            found |= {oid for oid in here if oid is not None}
    return found

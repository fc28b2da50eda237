"""Heal: a damaged repository is mended from the remote and from the folder. No file of the folder is ever touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.change import blob_id
from memsync.errors import BadInput
from memsync.flows.look import content_problem

if TYPE_CHECKING:
    from memsync.core.syncports import Bench


def heal(bench: Bench, url: str) -> None:
    """Put aside what is broken, fetch it anew, and write again what the folder still has. Raises GateShut, GitFailed."""
    bench.repo.mend_refs()
    bench.repo.put_broken_aside()
    _from_folder(bench)
    if url:
        try:
            bench.repo.fetch(url, refetch=True)
        except BadInput:
            return  # the pull lane tells
    bench.book.note(level="")


def _from_folder(bench: Bench) -> None:
    """Write the blobs again that the folder has and git lost. The gate passed them once, and is asked again."""
    shadow = bench.book.shadow()
    known = bench.repo.sizes(shadow.values())
    for path, oid in shadow.items():
        if oid in known:
            continue
        content = bench.tree.read(path)
        if content is None or blob_id(content) != oid or content_problem(content):
            continue
        if not bench.gate(path, content).blocks:
            bench.repo.put(content)

"""Making the quick copies: after each commit of Whoosh's one for every segment that has none, and the list of them all."""

# ruff: noqa: SLF001  # segments are read through what Whoosh keeps private; it is pinned, and a contract test holds it

from __future__ import annotations

import marshal
import os
import zlib
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from memsync.edges.index.lean import lean_imports
from memsync.edges.index.postings import column_of, of_info, open_index
from memsync.edges.index.quick import HEAD, MAGIC, Segment, copy_path, list_path, packed_list
from memsync.edges.index.warm import COLUMNS, FACTS, lost_if_damaged

with lean_imports():
    from whoosh.reading import SegmentReader

if TYPE_CHECKING:
    from pathlib import Path


@lost_if_damaged
def keep_copies(folder: Path) -> None:
    """Bring the copies up to the newest generation. The caller holds the writer's lock. On a full disk there are none."""
    index = open_index(folder)
    toc = index._read_toc()
    listed = []
    for segment in toc.segments:
        name, documents = str(segment.segment_id()), int(segment.doc_count_all())
        if not documents:
            continue
        path = copy_path(folder, name)
        if not os.path.exists(path):  # noqa: PTH110  # each path is made once, as text
            leaf = SegmentReader(index.storage, toc.schema, segment)
            try:
                if not _write(path, *_copied(leaf, documents)):
                    return
            finally:
                leaf.close()
        deleted = array("I", sorted(segment.deleted_docs()))
        listed.append(Segment(name=name, documents=documents, deleted=deleted.tobytes()))
    _write(list_path(folder, toc.generation), packed_list(listed))
    for old in folder.glob("quick-*"):
        if str(old) != list_path(folder, toc.generation):
            old.unlink(missing_ok=True)


def _copied(leaf: Any, documents: int) -> tuple[bytes, ...]:
    """Return a copy's parts in their order; quick.Copy reads them."""
    terms: list[bytes] = []
    ends = [0]
    ids, weights = array("I"), array("f")
    for (_, term), info in leaf._terms.items():
        some, values = of_info(leaf._terms, info)
        terms.append(term)
        ids.extend(some)
        weights.extend(values)
        ends.append(len(ids))
    directory = _directory(terms, ends)
    stored = [marshal.dumps(leaf._perdoc.stored_fields(n)[FACTS]) for n in range(documents)]
    head = HEAD.pack(
        MAGIC,
        zlib.crc32(directory),
        documents,
        len(terms),
        max(1, len(terms)),
        sum(map(len, terms)),
        len(ids),
    )
    columns = (column_of(leaf, name).tobytes() for name in COLUMNS)
    places = array("I", accumulate(map(len, stored), initial=0))
    return head, directory, ids.tobytes(), weights.tobytes(), *columns, places.tobytes(), *stored


def _directory(terms: list[bytes], ends: list[int]) -> bytes:
    """Return the part in which terms are found: buckets by hash, then by bucket the numbers of the (sorted) terms, then the terms."""
    many = max(1, len(terms))
    buckets: list[list[int]] = [[] for _ in range(many)]
    for number, term in enumerate(terms):
        buckets[zlib.crc32(term) % many].append(number)
    starts = array("I", accumulate(map(len, buckets), initial=0))
    order = array("I", (number for bucket in buckets for number in bucket))
    places = array("I", accumulate(map(len, terms), initial=0))
    parts = (starts, order, places, array("I", ends))
    return b"".join([*(part.tobytes() for part in parts), *terms])


def _write(path: str, *parts: bytes) -> bool:
    """Write a file whole or not at all, as far as a reader can see; False where the disk takes no more."""
    fresh = f"{path}.new"
    try:
        with open(fresh, "wb") as file:  # noqa: PTH123  # each path is made once, as text
            file.writelines(parts)
        os.replace(fresh, path)  # noqa: PTH105  # the same
    except OSError:
        return False
    return True

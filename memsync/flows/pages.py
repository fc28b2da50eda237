"""Pages: where a scope has an index page (`MEMORY.md`), it follows every commit that changes the scope, in that very commit.

No commit is ever made for a page's sake, so machines don't answer each other's pages with more of them: what a page says is
worked out of the tree alone. Which scopes have one is for their owner to say: Claude Code makes one where its own memory
folder is the scope's, and whoever takes the file away is rid of it. A page that is more than an index is never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.change import blob_id
from memsync.core.index_page import Line, folder_of_page, is_index, is_page, line_of, page_of
from memsync.core.names import is_memory_path
from memsync.flows.look import admits
from memsync.flows.reader import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from memsync.core.history import Entry
    from memsync.core.syncports import Bench

    Changes = dict[str, bytes | str | Entry | None]

_KEPT = 20_000
_lines: dict[
    tuple[str, str], Line | None
] = {}  # by path and blob id: what a memory's bytes say never changes


def has_page(*trees: Iterable[str]) -> bool:
    """Whether one of these has an index page."""
    return any(path.endswith("MEMORY.md") and is_page(path) for tree in trees for path in tree)


def with_pages(bench: Bench, before: Mapping[str, str], changes: Changes, *, alone: bool = True) -> Changes:
    """Return the changes of a commit with the pages that follow from them; the same mapping where there is no page to bring.

    `before`: the files of the commit's first parent. Without `alone` nothing is left where pages are all that would change:
    then no commit is due. Raises GateShut.
    """
    pages = [path for path in sorted(before.keys() | changes.keys()) if is_page(path)]
    due = [page for page in pages if _is_due(page, before, changes)]
    if not due:
        return changes
    result = dict(changes)
    made = {page for page in due if _bring(bench, page, before, changes, result)}
    return {} if not alone and result.keys() <= made and made <= before.keys() else result


def _is_due(page: str, before: Mapping[str, str], changes: Changes) -> bool:
    there = changes[page] if page in changes else before.get(page)
    folder = f"{folder_of_page(page)}/"
    return isinstance(there, (str, bytes)) and any(path.startswith(folder) for path in changes)


def _bring(bench: Bench, page: str, before: Mapping[str, str], changes: Changes, result: Changes) -> bool:
    """Let the result have the page as it must be; False for a page that is its author's."""
    if not is_index(_content(bench, changes[page] if page in changes else before[page])):
        return False
    wanted = page_of(_listed(bench, folder_of_page(page), before, changes)).encode()
    if blob_id(wanted) == before.get(page) or not admits(bench)(page, wanted):
        if page in before:
            result.pop(page, None)
        return True
    result[page] = wanted
    return True


def _content(bench: Bench, there: bytes | str | Entry | None) -> bytes:
    if isinstance(there, bytes):
        return there
    return bench.repo.blobs([there])[there] if isinstance(there, str) else b""


def _listed(bench: Bench, folder: str, before: Mapping[str, str], changes: Changes) -> Iterator[Line]:
    """Give the lines of a folder's memories as the commit will have them."""
    after: dict[str, bytes | str] = {**before}
    for path, change in changes.items():
        after.pop(path, None)
        if isinstance(change, (bytes, str)):
            after[path] = change
    inside = {p: c for p, c in after.items() if p.startswith(f"{folder}/") and is_memory_path(p)}
    _read(bench, folder, {p: c for p, c in inside.items() if isinstance(c, str)})
    for path, content in inside.items():
        line = _line(path, content, folder) if isinstance(content, bytes) else _lines[path, content]
        if line is not None:
            yield line


def _read(bench: Bench, folder: str, files: Mapping[str, str]) -> None:
    """Bring the lines of these blobs into memory, those that are not there yet."""
    if len(_lines) > _KEPT:
        _lines.clear()
    missing = {(path, oid) for path, oid in files.items() if (path, oid) not in _lines}
    paths: dict[str, list[str]] = {}
    for path, oid in missing:
        paths.setdefault(oid, []).append(path)
    for batch in batches(bench.repo, paths):
        for oid, content in bench.repo.blobs(batch).items():
            for path in paths[oid]:
                _lines[path, oid] = _line(path, content, folder)


def _line(path: str, content: bytes, folder: str) -> Line | None:
    return line_of(memories.read(path, content.decode("utf-8", "replace")), folder=folder)

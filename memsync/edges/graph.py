"""A knowledge graph's file, as a folder of markdown that is to be taken in. Read only."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from memsync.core.graph import Graph, graph_files
from memsync.core.importing import SourceFile
from memsync.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 64 * 1024 * 1024


class GraphSource:
    """Implements core.ports.Source over a file of the reference memory server."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, in words."""
        return self._graph.problems

    def files(self) -> tuple[SourceFile, ...]:
        """Return one file for each entity, sorted by path. Raises BadInput where the file can't be read."""
        when = datetime.fromtimestamp(int(self._path.stat().st_mtime), UTC) if self._graph.files else None
        return tuple(
            SourceFile(path=path, created=when, updated=when) for path in sorted(self._graph.files) if when
        )

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes."""
        return self._graph.files.get(path)

    @cached_property
    def _graph(self) -> Graph:
        try:
            with self._path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except OSError as error:
            raise BadInput("PATH", f"{self._path}: {(error.strerror or 'cannot be read').lower()}") from error
        if len(raw) > _LARGEST:
            raise BadInput("PATH", f"{self._path} has more than {_LARGEST:,} bytes")
        return graph_files(raw)

"""Meaning: vectors of memories, kept by content number, and how near a question is to them. Needs the extra `memsync[semantic]`.

numpy and the tokenizer are imported with the first question, not with this package. A vector is kept as whole numbers of one
byte: a quarter of the room, and a cosine moves by less than a hundredth.
"""

from __future__ import annotations

import hashlib
import threading
import time
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from memsync.edges.meaning.shelf import Shelf
from memsync.errors import NoModel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

OFF = "off"
_BATCH, _PIECE = 16, 1024
_SCHEME = 1
"""Changes with how a vector is made of a text or kept."""


class Model(Protocol):
    """What makes vectors of texts. Raises NoModel while it can't."""

    name: str

    def embed(self, texts: Sequence[str]) -> Sequence[NDArray[Any]]:
        """Return a vector of one length for each text."""
        ...


def is_installed(setting: str) -> bool:
    """Whether there is anything to import for this setting (`off`, empty for the packaged model, a folder, an Ollama address)."""
    needs = ("numpy",) if setting.startswith("http") else ("numpy", "tokenizers")
    packaged = () if setting else ("wordllama",)
    return setting != OFF and all(find_spec(name) is not None for name in (*needs, *packaged))


@lru_cache(maxsize=2)
def model_of(setting: str) -> Model:
    """Return the model a setting names; the stores of a process share it. Raises NoModel."""
    if setting.startswith("http"):
        from memsync.edges.meaning.ollama import OllamaModel  # noqa: PLC0415  # numpy is imported where it is used

        return OllamaModel(setting)
    from memsync.edges.meaning.static import from_folder, packaged  # noqa: PLC0415  # the same

    found = from_folder(Path(setting).expanduser()) if setting else packaged()
    if found is None:
        raise NoModel("the packaged model", "the extra memsync[semantic] is not installed")
    return found


class Meaning:
    """The vectors of one store, in `folder` (made when needed, 0700). Threads may share it."""

    def __init__(self, folder: Path, setting: str = "") -> None:
        self._folder = folder
        self._setting = setting
        self._lock = threading.Lock()
        self._table: _Table | None = None
        self.problem = ""

    def near(
        self, question: str, digests: Sequence[int], *, among: Collection[int], most: int
    ) -> Mapping[int, float]:
        """Return the `most` documents among these that are nearest to a question, each with its cosine."""
        try:
            with self._lock:
                table = self._opened()
                return table.near(table.model.embed([question])[0], digests, among, most)
        except NoModel as error:
            self.problem = str(error)
            return {}

    def lacking(self, digests: Sequence[int], *, among: Collection[int]) -> Sequence[int]:
        """Return those documents whose vector is not known yet; what was forgotten by all memories is forgotten here."""
        try:
            with self._lock:
                table = self._opened()
                missing = table.missing(digests, among)
                if missing and table.take({digests[d] for d in missing}):
                    missing = table.missing(digests, among)
                table.forget_unused(digests)
                return missing
        except NoModel as error:
            self.problem = str(error)
            return ()

    def learn(self, texts: Iterable[tuple[int, tuple[str, ...]]], *, seconds: float) -> int:
        """Work out vectors by content number, for about so long; returns how many. Each part of a text counts alike."""
        until, count = time.monotonic() + seconds, 0
        batch: list[tuple[int, tuple[str, ...]]] = []
        try:
            with self._lock:
                table = self._opened()
                for number, text in texts:
                    batch.append((number, text))
                    if len(batch) == _BATCH:
                        count += table.learn(batch)
                        batch = []
                        if time.monotonic() > until:
                            break
                return count + (table.learn(batch) if batch else 0)
        except NoModel as error:
            self.problem = str(error)
            return count

    def _opened(self) -> _Table:
        if self._table is None:
            model = model_of(self._setting)
            name = hashlib.sha256(f"{_SCHEME}:{model.name}".encode()).hexdigest()[:16]
            self._table = _Table(model, Shelf(self._folder, name))
        self.problem = ""
        return self._table


class _Table:
    """Rows of whole numbers, one a content. The caller holds the lock."""

    def __init__(self, model: Model, shelf: Shelf) -> None:
        import numpy as np  # noqa: PLC0415  # a tenth of a second and 20 MB: only for who asks for meaning

        self._np = np
        self.model = model
        self._shelf = shelf
        self._places: dict[int, int] = {}
        self._rows: NDArray[Any] = np.zeros((0, 0), np.int8)
        self._scale: NDArray[Any] = np.zeros(0, np.float32)
        self._of: tuple[Sequence[int], NDArray[Any]] | None = (
            None  # the rows of the documents last asked about
        )
        self._complete = False  # whether each of the documents last asked about has a row
        self._add(shelf.all())

    def _add(self, rows: Sequence[tuple[int, bytes]]) -> int:
        """Put vectors into the table; of another length than the others, they are no vectors of this model."""
        np = self._np
        width = self._rows.shape[1] or (len(rows[0][1]) if rows else 0)
        fresh = {n: v for n, v in rows if n not in self._places and len(v) == width}
        if not fresh:
            return 0
        block = np.frombuffer(b"".join(fresh.values()), np.int8).reshape(len(fresh), width)
        length = np.sqrt(np.einsum("ij,ij->i", block, block, dtype=np.float32))
        start = len(self._places)
        if start + len(fresh) > len(self._rows):
            room = max(256, start + len(fresh), len(self._rows) * 5 // 4)
            self._rows = _grown(np, self._rows, (room, width))
            self._scale = _grown(np, self._scale, (room,))
        self._rows[start : start + len(fresh)] = block
        self._scale[start : start + len(fresh)] = 1 / np.maximum(length, 1)
        self._places.update((number, start + i) for i, number in enumerate(fresh))
        self._of = None
        return len(fresh)

    def take(self, numbers: Collection[int]) -> int:
        """Take in what another process has worked out meanwhile."""
        return self._add(self._shelf.some(numbers))

    def learn(self, texts: Sequence[tuple[int, tuple[str, ...]]]) -> int:
        """Work out vectors and write them down."""
        np = self._np
        vectors = iter(self.model.embed([part for _, parts in texts for part in parts]))
        made = []
        for number, parts in texts:
            units = [v / (float(np.sqrt(v @ v)) or 1.0) for _, v in zip(parts, vectors, strict=False)]
            whole = sum(units)
            top = float(np.abs(whole).max(initial=0.0)) or 1.0
            made.append((number, np.rint(whole * (127 / top)).astype(np.int8).tobytes()))
        self._shelf.keep(made)
        return self._add(made)

    def missing(self, digests: Sequence[int], among: Collection[int]) -> list[int]:
        """Return the documents without a row."""
        rows = self._placed(digests)
        if self._complete:
            return []
        asked = self._np.fromiter(among, self._np.int64, len(among))
        lacking: list[int] = asked[rows[asked] < 0].tolist()
        return lacking

    def near(
        self, question: NDArray[Any], digests: Sequence[int], among: Collection[int], most: int
    ) -> dict[int, float]:
        """Return the nearest documents with their cosines."""
        np = self._np
        length = float(np.sqrt(question @ question))
        asked = np.fromiter(among, np.int64, len(among))
        rows = self._placed(digests)[asked]
        asked, rows = asked[rows >= 0], rows[rows >= 0]
        if not len(asked) or not length or len(question) != self._rows.shape[1]:
            return {}
        unit = (question / length).astype(np.float32)
        cosines = np.empty(len(rows), np.float32)
        # Piece by piece: as floats all would be four times as large. Not `@`: BLAS starts threads for so little, and they wait for a core.
        for first in range(0, len(rows), _PIECE):
            part = rows[first : first + _PIECE]
            cosines[first : first + _PIECE] = np.einsum("ij,j->i", self._rows[part].astype(np.float32), unit)
        cosines *= self._scale[rows]
        best = np.argpartition(-cosines, most)[:most] if len(cosines) > most else np.arange(len(cosines))
        return dict(zip(asked[best].tolist(), cosines[best].tolist(), strict=True))

    def _placed(self, digests: Sequence[int]) -> NDArray[Any]:
        """Return each document's row, -1 where it has none; kept for the next question, since an index changes rarely."""
        if self._of is None or self._of[0] is not digests:
            rows = self._np.fromiter((self._places.get(d, -1) for d in digests), self._np.int64, len(digests))
            self._of = (digests, rows)
            self._complete = bool((rows >= 0).all())
        return self._of[1]

    def forget_unused(self, digests: Sequence[int]) -> None:
        """Keep what is kept within twice of what is in use."""
        if len(self._places) <= 2 * len(digests) + 1_000:
            return
        self._shelf.only(digests)
        kept = [
            (number, self._rows[row].tobytes())
            for number in set(digests)
            if (row := self._places.get(number)) is not None
        ]
        self._places, self._rows = {}, self._np.zeros((0, 0), self._np.int8)
        self._scale = self._np.zeros(0, self._np.float32)
        self._add(kept)


def _grown(np: Any, old: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    new: NDArray[Any] = np.zeros(shape, old.dtype)
    if old.size:
        new[: len(old)] = old
    return new

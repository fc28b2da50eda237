"""Static embeddings: one vector for each piece of a word, a text is their weighted mean. No network of neurons, nothing fetched.

The files of the package `wordllama` are read as they lie there; the package itself is never imported: it would look for its
tokenizer in the wrong folder, download it, and configure the logging of whoever imports it.
"""

from __future__ import annotations

import json
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from memsync.errors import NoModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}
_MOST_HEAD = 1 << 20
_SPECIAL = 259
"""Ids below this are LLaMA's special and byte tokens; above, rarer pieces of words have higher ids."""


class StaticModel:
    """A folder with a tokenizer and one `.safetensors`. Raises NoModel where it is none. Threads may share it."""

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        try:
            tensors = _tensors(weights)
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        except (OSError, ValueError, KeyError, struct.error) as error:
            raise NoModel(str(weights.parent), error.__class__.__name__) from error
        except Exception as error:  # the tokenizers library raises nothing more precise
            raise NoModel(str(tokenizer), "its tokenizer can't be read") from error
        vectors = [name for name, tensor in tensors.items() if tensor.ndim == 2]  # rows by pieces of words
        if len(vectors) != 1:
            raise NoModel(str(weights), "it has no table of vectors, or more than one")
        self._vectors = tensors[vectors[0]]
        self._rows = tensors.get("mapping")
        self._worth = self._worths(tensors.get("weights"), is_plain=vectors[0] == "embedding.weight")
        self.name = f"{weights.name}:{weights.stat().st_size}:{vectors[0]}"

    def _worths(self, given: NDArray[Any] | None, *, is_plain: bool) -> NDArray[np.float32]:
        """Return the weight of each piece of a word. Where the model has none of its own, a rarer piece says more (Zipf)."""
        count = len(self._vectors) if self._rows is None else len(self._rows)
        if given is not None:
            return given.astype(np.float32)
        if not is_plain:
            return np.ones(count, np.float32)
        return np.log1p(np.maximum(np.arange(count) - _SPECIAL, 1)).astype(np.float32)

    def embed(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return a vector for each text; zeros for one without a known piece."""
        return [self._mean(self._tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]

    def _mean(self, pieces: list[int]) -> NDArray[np.float32]:
        ids = np.asarray(pieces, np.int64)
        ids = ids[ids < len(self._worth)]
        rows = ids if self._rows is None else self._rows[ids]
        found: NDArray[np.float32] = np.einsum(
            "i,ij->j", self._worth[ids], self._vectors[rows].astype(np.float32)
        )
        return found


def packaged() -> StaticModel | None:
    """Return the model that ships inside the package wordllama; None where the extra is not installed."""
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    return StaticModel(
        folder / "weights" / "l2_supercat_256.safetensors",
        folder / "tokenizers" / "l2_supercat_tokenizer_config.json",
    )


def from_folder(folder: Path) -> StaticModel:
    """Return the model in a folder (`tokenizer.json` and one `.safetensors`, as model2vec and wordllama save them). Raises NoModel."""
    found = sorted(folder.glob("*.safetensors"))
    if len(found) != 1:
        raise NoModel(str(folder), "it has no .safetensors file, or more than one")
    return StaticModel(found[0], folder / "tokenizer.json")


def _tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Map a safetensors file: eight bytes of length, a JSON head, the tensors. Only what is looked up is read from the disk."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > _MOST_HEAD:
            raise ValueError(path)
        head = json.loads(file.read(length))
    size = path.stat().st_size
    found: dict[str, NDArray[Any]] = {}
    for name, told in head.items():
        if name == "__metadata__":
            continue
        start, end = told["data_offsets"]
        if 8 + length + end > size:
            raise ValueError(path)
        kind, shape = np.dtype(_TYPES[told["dtype"]]), tuple(told["shape"])
        found[name] = np.memmap(path, dtype=kind, mode="r", offset=8 + length + start, shape=shape)
    return found

"""A local Ollama as a judge, over loopback HTTP and nothing else. Source: github.com/ollama/ollama, docs/api.md."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 120.0
_QUICK = 2.0  # seconds in which somebody who is there says so
_LARGEST = 1024 * 1024
_SMALL = 9_000_000_000  # bytes of a model that may run unasked on the user's machine
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Ollama:
    """flows.learn.Judge. `model` empty: the smallest that is installed."""

    name = "ollama"

    def __init__(self, url: str, *, model: str, system: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._model = model
        self._system = system
        self._patience = patience

    def answer(self, question: str) -> str | None:
        """Return what the model says; None where nobody answers, or the address is not this machine's."""
        try:
            model = self._model or self._smallest()
            if not model:
                return None
            asked = {"model": model, "system": self._system, "prompt": question, "stream": False, "format": "json",
                     "options": {"temperature": 0}}  # fmt: skip
            said = self._ask("POST", "/api/generate", asked, patience=self._patience).get("response")
        except (OSError, ValueError, http.client.HTTPException, RecursionError):
            return None
        return said if isinstance(said, str) else None

    def found(self) -> str:
        """Return the model that would be asked; empty where nobody answers, or that model is not installed."""
        try:
            if not self._model:
                return self._smallest()
            return self._model if {self._model, f"{self._model}:latest"} & set(self._installed()) else ""
        except (OSError, ValueError, http.client.HTTPException, RecursionError):
            return ""

    def _smallest(self) -> str:
        sizes = self._installed()
        small = {name: size for name, size in sizes.items() if 0 < size <= _SMALL and "embed" not in name}
        return min(small, key=lambda name: small[name]) if small else ""

    def _installed(self) -> dict[str, int]:
        """Return the models that are there, and their bytes. Raises OSError, ValueError."""
        listed = self._ask("GET", "/api/tags", None, patience=_QUICK).get("models")
        return {
            row["name"]: row["size"]
            for row in (listed if isinstance(listed, list) else ())
            if isinstance(row, dict) and isinstance(row.get("name"), str) and isinstance(row.get("size"), int)
        }

    def _ask(self, method: str, path: str, body: dict[str, Any] | None, *, patience: float) -> dict[str, Any]:
        """Return the JSON object of an answer. Raises OSError, ValueError."""
        place = urlsplit(self._url)
        if place.scheme != "http" or place.hostname not in _LOOPBACK:
            raise ValueError(place.scheme)
        line = http.client.HTTPConnection(place.hostname, place.port or 11434, timeout=patience)
        try:
            line.request(
                method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"}
            )
            answer = line.getresponse()
            raw = answer.read(_LARGEST + 1)
            if answer.status != http.client.OK or len(raw) > _LARGEST:
                raise ValueError(answer.status)
            found = json.loads(raw)
        finally:
            line.close()
        if not isinstance(found, dict):
            raise ValueError("no object")  # noqa: TRY004  # what came is wrong, not what was passed
        return found

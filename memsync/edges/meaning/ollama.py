"""A model that Ollama serves on this machine: `http://127.0.0.1:11434/nomic-embed-text`. Never another machine: it is sent memories."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from memsync.errors import NoModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WAIT, _REST = 2.0, 30.0
"""Seconds to wait for an answer; one that did not come is not waited for again for the rest."""

_MOST_REPLY = 64 << 20


class OllamaModel:
    """A model by its address. Raises NoModel for an address that is not this machine's, and while it does not answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 11434
        self._model = parts.path.strip("/")
        if parts.scheme != "http" or not _is_loopback(self._host) or not self._model:
            raise NoModel(url, "only http://127.0.0.1:PORT/MODEL (this machine) is asked")
        self.name = f"ollama:{self._model}"
        self._url = url
        self._silent_until = 0.0

    def embed(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return a vector for each text."""
        if time.monotonic() < self._silent_until:
            raise NoModel(self._url, "it did not answer a moment ago")
        try:
            return self._asked(texts)
        except NoModel:
            self._silent_until = time.monotonic() + _REST
            raise

    def _asked(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        body = json.dumps({"model": self._model, "input": list(texts)})
        connection = HTTPConnection(self._host, self._port, timeout=_WAIT)
        try:
            connection.request("POST", "/api/embed", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            raw = reply.read(_MOST_REPLY)
            if reply.status != 200:  # HTTP's OK
                raise NoModel(self._url, f"it answers {reply.status}")
            found = [np.asarray(v, np.float32) for v in json.loads(raw)["embeddings"]]
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
            raise NoModel(self._url, f"it does not answer ({error.__class__.__name__})") from error
        finally:
            connection.close()
        if len(found) != len(texts) or any(v.ndim != 1 for v in found):
            raise NoModel(self._url, "its answer is no list of vectors")
        return found


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

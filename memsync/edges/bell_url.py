"""A doorbell at a URL: a GET that stays open, or is answered when there is news; a POST rings. Its address is never shown."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from memsync.core.doorbell import Heard, ring_url
from memsync.core.history import Said

if TYPE_CHECKING:
    from collections.abc import Callable

_SILENCE = 120.0  # seconds without a byte; ntfy says every 45 that it is alive
_POST = 5.0
_LINE = 1 << 16
_FAILURES = (OSError, http.client.HTTPException, ValueError)


class Line:
    """One connection that listens. `close` may be called by another thread: then `listen` returns at once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._socket: socket.socket | None = None
        self._closed = False

    def listen(self, heard: Callable[[], None]) -> Said:
        """Listen until the answer ends; `heard` is called once when it begins, and for each ring."""
        try:
            return self._listen(heard)
        except TimeoutError:
            return Said(ok=False, code=-1, text="nothing came for two minutes", timed_out=True)
        except _FAILURES as error:
            return Said(ok=False, code=-1, text=_plain(error))
        finally:
            self.close()

    def close(self) -> None:
        """End listening."""
        self._closed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _listen(self, heard: Callable[[], None]) -> Said:
        connection = _connect(self._url, _SILENCE)
        try:
            connection.connect()
            self._socket = connection.sock
            if self._closed:
                return Said(ok=True)
            _ask(connection, "GET", self._url, {"Accept": "text/event-stream, text/plain;q=0.9, */*;q=0.1"})
            answer = connection.getresponse()
            if answer.status not in (200, 204):
                return Said(ok=False, code=answer.status, text=f"the doorbell answers {answer.status}")
            heard()
            follow = Heard(events=answer.headers.get_content_type() == "text/event-stream")
            while line := answer.readline(_LINE):
                if follow.rings(line.rstrip(b"\r\n")):
                    heard()
            return Said(ok=True)
        finally:
            connection.close()


def press(url: str) -> Said:
    """Ring the bell. What is sent tells nothing but that; nothing is followed elsewhere."""
    place = ring_url(url)
    try:
        connection = _connect(place, _POST)
        try:
            _ask(connection, "POST", place, {"Content-Type": "text/plain"}, body=b"ring")
            status = connection.getresponse().status
        finally:
            connection.close()
    except _FAILURES as error:
        return Said(ok=False, code=-1, text=_plain(error))
    return Said(ok=200 <= status < 300, code=status, text=f"the doorbell answers {status}")


def _connect(url: str, seconds: float) -> http.client.HTTPConnection:
    split = urlsplit(url)
    if split.scheme == "https":
        return http.client.HTTPSConnection(
            split.hostname or "", split.port, timeout=seconds, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(split.hostname or "", split.port, timeout=seconds)


def _ask(
    connection: http.client.HTTPConnection,
    verb: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None = None,
) -> None:
    """Send the question; a user and password in the address go into its header, where no server logs them."""
    split = urlsplit(url)
    if split.username is not None:
        pair = f"{unquote(split.username)}:{unquote(split.password or '')}".encode()
        headers = {**headers, "Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    connection.request(verb, target, body=body, headers={"User-Agent": "memsync", **headers})


def _plain(error: Exception) -> str:
    """Return what failed, in words that can't hold the address."""
    match error:
        case ssl.SSLCertVerificationError():
            return "the doorbell's certificate is not trusted"
        case socket.gaierror():
            return "the doorbell's host is not known here"
        case OSError() if error.strerror:
            return error.strerror.lower()
    return type(error).__name__

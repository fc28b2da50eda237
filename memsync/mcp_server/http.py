"""The server over HTTP, for the user's other machines: a key before anything is read, and only the names it was given."""

from __future__ import annotations

import hmac
import json
import socket
import sys
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.transport_security import TransportSecuritySettings

from memsync.core.listening import bracketed
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from mcp.server import MCPServer

    from memsync.core.listening import Listening

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

PATH = "/mcp"
_GOODBYE = 2  # seconds that requests under way get when the server is stopped


class CannotListen(MemsyncError):
    """The address is taken, or not this machine's."""

    exit_code = 2
    kind = "cannot-listen"


def serve(server: MCPServer[Any], at: Listening) -> None:
    """Serve until SIGINT or SIGTERM; say on stderr where. Raises CannotListen."""
    import uvicorn

    app = Keyed(
        server.streamable_http_app(streamable_http_path=PATH, transport_security=_names(at)), key=at.key
    )
    with _socket(at) as listener:
        port = listener.getsockname()[1]
        keyed = "with the key" if at.key else "without a key: only this machine reaches it"
        sys.stderr.write(f"memsync serves http://{bracketed(at.host)}:{port}{PATH} ({keyed})\n")
        sys.stderr.flush()
        config = uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GOODBYE,
        )
        anyio.run(lambda: uvicorn.Server(config).serve(sockets=[listener]))


def _socket(at: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
    try:
        return socket.create_server((at.host, at.port), family=family)
    except OSError as error:
        raise CannotListen(
            f"{bracketed(at.host)}:{at.port}: {(error.strerror or str(error)).lower()}",
            hint="Another server may listen there: give another --port.",
        ) from error


def _names(at: Listening) -> TransportSecuritySettings:
    """Return which Host and Origin a request may have: a web page elsewhere must not reach a server through the user's browser."""
    hosts = [name for host in at.hosts for name in (host, f"{host}:*")]
    return TransportSecuritySettings(
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts],
    )


class Keyed:
    """An ASGI application that answers `/health` to anybody, and everything else to who knows the key (RFC 6750)."""

    def __init__(self, app: App, *, key: str) -> None:
        self._app = app
        self._wanted = f"Bearer {key}".encode() if key else b""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == "/health":
            await _answer(send, 200, {"status": "ok"})
        elif scope["type"] == "http" and not self._knows(scope):
            await _answer(send, 401, {"error": "this server asks for its key: Authorization: Bearer …"})
        else:
            await self._app(scope, receive, send)

    def _knows(self, scope: Message) -> bool:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return not self._wanted or hmac.compare_digest(given, self._wanted)


async def _answer(send: Send, status: int, shape: dict[str, str]) -> None:
    body = json.dumps(shape, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="memsync"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

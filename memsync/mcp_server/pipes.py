"""Stdio without threads: a client's pipes are read and written by the event loop itself.

The SDK's own transport hands each line that comes, each answer and each flush to a thread; a thread's turn takes about as long
as a search. Only pipes and sockets are served so; whatever else stdin and stdout may be is left to the SDK.
"""

from __future__ import annotations

import asyncio
import os
import select
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

import anyio
from mcp.shared.message import SessionMessage
from mcp.types import jsonrpc_message_adapter
from pydantic import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp.server import MCPServer

_CHUNK = 1 << 16
_MOST = 1 << 20
"""Bytes of requests that wait to be taken; until some are, the client waits."""

_WHOLE = getattr(select, "PIPE_BUF", 512)
"""Bytes that a pipe or socket takes without waiting wherever poll says that it takes any."""


async def serve_stdio(server: MCPServer[Any]) -> None:
    """Serve one client over stdin and stdout until it hangs up."""
    if not (_is_pipe(0) and _is_pipe(1)):
        await server.run_stdio_async()
        return
    low = server._lowlevel_server  # noqa: SLF001  # the SDK has no other way to serve streams of one's own
    with _taken(0, os.O_RDONLY) as reading, _taken(1, os.O_WRONLY) as writing:
        await low.run(_Requests(reading), _Answers(writing), low.create_initialization_options())


def _is_pipe(file: int) -> bool:
    if sys.platform == "win32":
        return False  # its event loop waits for no pipes
    try:
        mode = os.fstat(file).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


@contextmanager
def _taken(file: int, way: int) -> Iterator[int]:
    """Give the wire under another number. Under its own, children read nothing, and what is printed goes to stderr."""
    wire = os.dup(file)  # not inherited
    try:
        other = os.open(os.devnull, way) if way == os.O_RDONLY else os.dup(2)
    except OSError:  # there is no stderr
        other = os.open(os.devnull, way)
    try:
        os.dup2(other, file)
        yield wire
    finally:
        os.dup2(wire, file)
        os.close(other)
        os.close(wire)


def _capacity(file: int) -> int:
    """Return how many bytes a pipe holds; 0 for what is none, and where the system does not say."""
    import fcntl

    try:
        return fcntl.fcntl(file, fcntl.F_GETPIPE_SZ)
    except (OSError, AttributeError):
        return 0


class _Stream:
    """What the SDK asks of a stream besides reading or writing it."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._loop = asyncio.get_running_loop()

    async def aclose(self) -> None:
        """End; the file is closed by who opened it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Requests(_Stream):
    """The client's messages, one a line. One reader at a time."""

    def __init__(self, file: int) -> None:
        super().__init__(file)
        self._lines: list[bytes] = []  # whole ones, the next one last
        self._rest: list[bytes] = []  # pieces of a line that has not ended
        self._ended = False
        self._arrived = asyncio.Event()
        self._waiting = 0
        self._paused = False
        self._loop.add_reader(file, self._read)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        while not self._lines:
            if self._ended:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        line = self._lines.pop()
        self._waiting -= len(line)
        if self._paused and self._waiting <= _MOST and not self._ended:
            self._paused = False
            self._loop.add_reader(self._file, self._read)
        try:
            return SessionMessage(
                jsonrpc_message_adapter.validate_json(line.decode(errors="replace"), by_name=False)
            )
        except ValidationError as error:
            return error  # the SDK's to answer, as it does with its own

    async def receive(self) -> SessionMessage | Exception:
        """Return the next message, or what is wrong with it. Raises EndOfStream."""
        try:
            return await anext(self)
        except StopAsyncIteration:
            raise anyio.EndOfStream from None

    async def aclose(self) -> None:
        """Read no more."""
        self._ended = True
        self._loop.remove_reader(self._file)

    def _read(self) -> None:
        """Take what is there. Called by the loop when there is something, or the client has hung up."""
        try:
            some = os.read(self._file, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            some = b""
        if not some:
            self._loop.remove_reader(self._file)
            self._ended = True
            some = b"\n" * bool(self._rest)
        *ended, rest = some.split(b"\n")
        if ended:
            ended[0] = b"".join((*self._rest, ended[0]))
            self._rest = []
            self._lines[:0] = reversed(ended)
            self._waiting += sum(map(len, ended))
        if rest:
            self._rest.append(rest)
        if self._waiting > _MOST and not self._ended:
            self._paused = True
            self._loop.remove_reader(self._file)
        self._arrived.set()


class _Answers(_Stream):
    """What is sent to the client. A message is on the wire whole before the next one begins."""

    def __init__(self, file: int) -> None:
        super().__init__(file)
        self._turn = anyio.Lock(fast_acquire=True)
        self._room = select.poll()
        self._room.register(file, select.POLLOUT)
        self._capacity = _capacity(file)

    async def send(self, item: SessionMessage, /) -> None:
        """Send a message. Raises BrokenResourceError where the client has hung up."""
        line = item.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
        async with self._turn:
            try:
                left = self._written(line)
                if left:
                    with anyio.CancelScope(shield=True):  # half a message would spoil all that follow
                        await self._rest_written(left)
            except OSError as error:
                raise anyio.BrokenResourceError from error

    def _written(self, line: bytes) -> bytes:
        """Write as much as the client has room for, without waiting; return the rest."""
        at = 0
        while at < len(line) and self._room.poll(0):
            whole = self._capacity if self._capacity and self._is_empty() else _WHOLE
            with suppress(BlockingIOError):
                at += os.write(self._file, line[at : at + whole])
                continue
            break
        return line[at:]

    def _is_empty(self) -> bool:
        """Whether the client has taken everything: then the pipe takes as much as it holds, in one piece."""
        import fcntl
        import termios

        return fcntl.ioctl(self._file, termios.FIONREAD, b"\0" * 4) == b"\0" * 4

    async def _rest_written(self, left: bytes) -> None:
        while left:
            room = asyncio.Event()
            self._loop.add_writer(self._file, room.set)
            try:
                await room.wait()
            finally:
                self._loop.remove_writer(self._file)
            left = self._written(left)

"""Notices: a client that asked is told when a memory changes, whoever changed it, in both eras of the protocol."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourceUpdated
from mcp.types import EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mcp.server import MCPServer
    from mcp.shared.subscriptions import ServerEvent

    from memsync.mcp_server.keeper import Keeper
    from memsync.store import Store

_LOOK = 1.0  # seconds a look for changes takes at most; the server's end waits for it
_AGAIN = 30.0  # seconds until a store that is missing is looked for again
_MOST = 200
"""Of one burst (a first pull, an import) so many memories are told one by one; the index is told in any case."""

ALWAYS = ("memory://index", "memory://recent")


class Notices(InMemorySubscriptionBus):
    """The bus of the modern era, and the subscriptions of the older one. Nothing is watched before somebody listens."""

    def __init__(self, keeper: Keeper) -> None:
        super().__init__()
        self._keeper = keeper
        self._wanted = anyio.Event()
        self._older: dict[Any, set[str]] = {}  # session → the URIs it subscribed to

    def add_to(self, server: MCPServer[Any]) -> None:
        """Register the older era's two requests, which the SDK's server class leaves to its user."""
        low = server._lowlevel_server  # noqa: SLF001  # the SDK has no other way to them
        low.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribed)
        low.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribed)

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        """Take in a listener of the modern era."""
        self._wanted.set()
        return super().subscribe(listener)

    async def _subscribed(self, ctx: Any, params: SubscribeRequestParams) -> EmptyResult:
        self._older.setdefault(ctx.session, set()).add(str(params.uri))
        self._wanted.set()
        return EmptyResult()

    async def _unsubscribed(self, ctx: Any, params: UnsubscribeRequestParams) -> EmptyResult:
        self._older.get(ctx.session, set()).discard(str(params.uri))
        return EmptyResult()

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[None]:
        """Tell of changes while the block runs."""
        self._wanted, self._older = anyio.Event(), {}
        async with anyio.create_task_group() as group:
            group.start_soon(self._tell)
            try:
                yield
            finally:
                group.cancel_scope.cancel()

    async def _tell(self) -> None:
        await self._wanted.wait()
        while True:
            try:
                noticing = await anyio.to_thread.run_sync(self._keeper.ask, "", _watched)
            except MemsyncError:
                await anyio.sleep(_AGAIN)  # there is no store yet
                continue
            with noticing:
                while True:
                    await self._told(await anyio.to_thread.run_sync(noticing.next, _LOOK))

    async def _told(self, paths: frozenset[str]) -> None:
        if not paths:
            return
        for uri in (*ALWAYS, *(f"memory://note/{path}" for path in sorted(paths)[:_MOST])):
            await self.publish(ResourceUpdated(uri=uri))
            for session in [s for s, uris in self._older.items() if uri in uris]:
                try:
                    await session.send_resource_updated(uri)
                except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                    del self._older[session]  # it has hung up


def _watched(store: Store) -> Any:
    return store.noticing()

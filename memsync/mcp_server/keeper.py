"""Keeper: the one thread that has the Store, so that tools may be called from any thread and at any time."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from memsync.errors import Busy, MemsyncError, NotAStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future
    from pathlib import Path

    from memsync.edges.settings import Settings
    from memsync.store import Store

T = TypeVar("T")


class Bug(MemsyncError):
    """Something nobody foresaw. Only its kind is told: its text could hold a memory's."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"a defect in memsync ({kind})",
            hint="The client's log of this server has the place; please report it.",
        )


class Keeper:
    """Opens the store at the first call and asks it one thing at a time.

    Whoosh's searchers, sqlite's connections and git's pipes may not be shared by threads, and MCP calls come from many.
    A store that is not there yet is looked for again at every call, so `memsync init` needs no restart.
    """

    def __init__(self, *, cwd: Path, store: str | None = None, private: bool = True) -> None:
        self.cwd = cwd
        self._named = store
        self._private = private
        self._thread: ThreadPoolExecutor | None = None
        self._settings: Settings | None = None
        self._stores: dict[str, Store] = {}
        self._turn = threading.Lock()  # held by the one thread that uses the stores

    def open(self) -> None:
        """Start the thread; the store waits for the first call."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memsync-store")

    def ask(self, client: str, act: Callable[[Store], T]) -> T:
        """Return what `act` gives when it is handed the store, opened for this client. Raises MemsyncError only."""
        return self._asked(client, act).result()

    async def answer(
        self,
        client: str,
        act: Callable[[Store], T],
        *,
        waiting: Callable[[int], Awaitable[None]],
        quick: Callable[[Store], T | None] | None = None,
    ) -> T:
        """Return the same without keeping a thread waiting.

        `waiting` is called in each second that it takes longer, with the number of seconds. `quick` gives the same as `act` in
        a moment, or None where it would take longer: then nobody waits for a thread's turn, which takes as long as a search.
        """
        if quick is not None and (found := self._at_once(client, quick)) is not None:
            return found
        answer = asyncio.wrap_future(self._asked(client, act))
        for seconds in count(1):
            if (await asyncio.wait((answer,), timeout=1.0))[0]:
                return answer.result()
            await waiting(seconds)
        raise AssertionError

    def _at_once(self, client: str, quick: Callable[[Store], T | None]) -> T | None:
        """Return what `quick` gives where the store is open and nobody asks it anything just now, else None."""
        settings = self._settings
        if self._thread is None or settings is None or not self._turn.acquire(blocking=False):
            return None
        try:
            known = (settings.instance or instance_of(client)) in self._stores
            return self._done(client, quick) if known else None
        finally:
            self._turn.release()

    def _asked(self, client: str, act: Callable[[Store], T]) -> Future[T]:
        if self._thread is None:
            raise Busy("the server is closing")
        return self._thread.submit(self._act, client, act)

    def settings(self) -> Settings:
        """Return this user's settings, read once. Raises BadSettings."""
        if self._settings is None:
            from memsync.edges.settings import load

            self._settings = load(store=self._named)
        return self._settings

    def session(self, client: str) -> str:
        """Return the name of the session that calls: Claude's own, which its hooks say too; else an assistant's day is one."""
        from memsync.store import now

        return os.environ.get("CLAUDE_CODE_SESSION_ID") or f"{instance_of(client)} {now():%Y-%m-%d}"

    def close(self) -> None:
        """Let the call under way end and take no more."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=True, cancel_futures=True)
        self._stores.clear()

    def _act(self, client: str, act: Callable[[Store], T]) -> T:
        with self._turn:
            return self._done(client, act)

    def _done(self, client: str, act: Callable[[Store], T]) -> T:
        try:
            return act(self._store(client))
        except NotAStore:
            self._stores.clear()
            raise
        except MemsyncError:
            raise
        except Exception as error:  # noqa: BLE001  # this door's one boundary: a model must get an answer it can use
            _log(error)
            raise Bug(type(error).__name__) from None

    def _store(self, client: str) -> Store:
        from memsync.store import Store

        settings = self.settings()
        instance = settings.instance or instance_of(client)
        if instance not in self._stores:
            opened = Store.open(settings=settings, instance=instance).with_meaning()
            self._stores[instance] = opened if self._private else opened.without_private()
        return self._stores[instance].staying()


def instance_of(client: str) -> str:
    """Return the name an assistant goes by in memories: what the client calls itself, in plain letters."""
    return re.sub(r"[^a-z0-9._-]+", "-", client.lower()).strip("-.")[:40] or "mcp"


def client_of(ctx: Any) -> str:
    """Return what the client calls itself, in either protocol era; empty where it does not say."""
    params = ctx.session.client_params
    return params.client_info.name if params else ""


def _log(error: BaseException) -> None:
    """Write where it happened to stderr. The error's own words stay out: they may quote a memory or a secret."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    print(f"memsync-mcp: {type(error).__name__}\n{frames}", file=sys.stderr, flush=True)  # noqa: T201  # stdout is the wire

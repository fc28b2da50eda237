"""Resources, prompts and completions: the memories as things a person picks in a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import Completion, ResourceTemplateReference

from memsync.errors import MemsyncError, NoSuchMemory
from memsync.mcp_server import text
from memsync.mcp_server.tools import root_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from mcp.server import MCPServer

    from memsync.core.memory import Memory
    from memsync.mcp_server.keeper import Keeper
    from memsync.store import Store

    T = TypeVar("T")

_NOTE = "memory://note/{+path}"
_RECENT = 20
_INDEX_LINES = 200
_COMPLETIONS = 100  # the protocol's own limit


class Resources:
    """What one server offers beside its tools."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def add_to(self, server: MCPServer[Any]) -> None:
        """Register the resources, prompts and completions."""
        add = server.resource
        add(
            "memory://index",
            name="index",
            title="All memories",
            mime_type="text/markdown",
            description="The memories that are visible here, newest first: path:line, category, title.",
        )(self.index)
        add(
            "memory://recent",
            name="recent",
            title="Recent memories",
            mime_type="text/markdown",
            description="The memories that changed last, with their text.",
        )(self.recent)
        add(
            _NOTE,
            name="note",
            title="One memory",
            mime_type="text/markdown",
            description="A memory's file, by its path in the store.",
        )(self.note)
        server.prompt(name="remember", title="Remember", description="Store something for later sessions.")(
            remember
        )
        server.prompt(
            name="recall", title="Recall", description="Look something up in memory before going on."
        )(recall)
        server.completion()(self.complete)  # type: ignore[no-untyped-call]  # the SDK's decorator has no types

    def index(self) -> str:
        """Return a line for each visible memory, newest first."""
        lines = self._ask(
            lambda store: [
                text.list_line(m, path=_path(store, m)) for m in self._visible(store, _INDEX_LINES + 1)
            ]
        )
        left = ["… and more: memory_recall finds them"] if len(lines) > _INDEX_LINES else []
        return text.framed([*lines[:_INDEX_LINES], *left])

    def recent(self) -> str:
        """Return the newest memories with the beginning of their text."""

        def act(store: Store) -> list[str]:
            blocks = []
            for memory in self._visible(store, _RECENT):
                blocks += [
                    text.list_line(memory, path=_path(store, memory)),
                    memory.body.strip()[: text.WHOLE],
                    "",
                ]
            return blocks

        return text.framed(self._ask(act))

    def note(self, path: str) -> str:
        """Return one memory's whole file."""
        memory = self._ask(lambda store: store.get(path, admitted=True).memory)
        return text.clean(f"{text.facts_of(memory)}\n\n{text.SEALED}" if memory.sensitive else memory.text)

    async def complete(self, ref: Any, argument: Any, context: Any) -> Completion | None:  # noqa: ARG002  # the SDK's signature
        """Return the paths that begin with, or contain, what was typed."""
        if not (isinstance(ref, ResourceTemplateReference) and ref.uri == _NOTE and argument.name == "path"):
            return None
        try:
            found = await anyio.to_thread.run_sync(
                self._ask, lambda store: self._paths(store, argument.value)
            )
        except ResourceError:
            return Completion(values=[])  # no store yet: there is nothing to complete, and nobody to tell
        return Completion(values=found[:_COMPLETIONS], total=len(found), has_more=len(found) > _COMPLETIONS)

    def _paths(self, store: Store, typed: str) -> list[str]:
        paths = [m.path for m in self._visible(store, 10_000)]
        word = typed.casefold()
        return sorted(
            (p for p in paths if word in p.casefold()), key=lambda p: (not p.casefold().startswith(word), p)
        )

    def _visible(self, store: Store, limit: int) -> tuple[Memory, ...]:
        from memsync.core.answer import Query

        asked = Query(text="", limit=limit, scopes=store.visible((), cwd=self._keeper.cwd))
        return store.list(asked, admitted=True)

    def _ask(self, act: Callable[[Store], T]) -> T:
        try:
            return self._keeper.ask("", act)
        except NoSuchMemory as error:
            raise ResourceNotFoundError(text.failure(error)) from None
        except MemsyncError as error:
            raise ResourceError(text.failure(error)) from None


def _path(store: Store, memory: Memory) -> str:
    return str(root_of(store, memory.scope) / memory.path)


def remember(what: str) -> str:
    """Return the request to store something."""
    return (
        f"Remember this with memory_store, as one self-contained memory with a fitting title, category, tags and keywords; "
        f"first look with memory_recall whether something like it is there, and then update that instead:\n\n{what}"
    )


def recall(question: str) -> str:
    """Return the request to look something up."""
    return (
        f"Look this up with memory_recall (other words if nothing is found) and answer from what it gives, citing path:line; "
        f"say so if nothing is stored:\n\n{question}"
    )

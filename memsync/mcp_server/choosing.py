"""Choosing: where a name means several memories, the user is asked which; a client that can't ask gets the list as an error."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field, create_model

from memsync.errors import AmbiguousName, MemsyncError
from memsync.mcp_server.keeper import client_of

_MOST = 8  # a longer list is no choice: then the name has to be said better


class Which(BaseModel):
    """The user's choice: a path, or an empty text where there was nothing to choose."""

    path: str = Field(description="the memory that is meant")


def which(ctx: Context[Any, Any], name: str) -> Which | Elicit[Which]:
    """Return the question to the user where one is needed and can be asked."""
    able = ctx.client_capabilities
    if able is None or able.elicitation is None:
        return Which(path="")
    try:
        ctx.request_context.lifespan_context.ask(client_of(ctx), lambda store: store.get(name))
    except AmbiguousName as error:
        if len(error.paths) <= _MOST:
            told = f"{len(error.paths)} memories are called {name}. Which one is meant?"
            return Elicit(told, _question(error.paths))
    except MemsyncError:
        pass  # the tool itself tells it
    return Which(path="")


def _question(paths: tuple[str, ...]) -> type[Which]:
    choice: Any = Literal.__getitem__(paths)
    return create_model("Which", __base__=Which, path=(choice, Field(description="the memory that is meant")))


Chosen = Annotated[ElicitationResult[Which], Resolve(which)]


def meant(name: str, chosen: Chosen) -> str:
    """Return the name to look for: the path that was chosen, else the name as it was given."""
    return (chosen.data.path if isinstance(chosen, AcceptedElicitation) else "") or name

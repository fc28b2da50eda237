"""Door 2: the same Store over MCP. Six tools, three resources, two prompts; text answers that a model can cite."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memsync.core.listening import Listening


def main(argv: list[str] | None = None) -> int:
    """Serve MCP over stdio until the client hangs up; return the exit code. The wire is stdout; logs go to stderr."""
    given = sys.argv[1:] if argv is None else argv
    match given:
        case []:
            store = None
        case ["--store", store]:
            pass
        case ["--version"]:
            from importlib.metadata import version

            print(f"memsync {version('memsync')}")  # noqa: T201  # nothing is served
            return 0
        case ["--without-roots", *command] if command:
            from memsync.mcp_server import without_roots

            return without_roots.serve(command)
        case _:
            print(_USAGE, file=sys.stderr)  # noqa: T201  # nothing is served
            return 0 if given == ["--help"] else 2
    serve(store)
    return 0


_USAGE = """usage: memsync-mcp [--store PATH] [--version]
       memsync-mcp --without-roots COMMAND [ARGUMENT]...

Serves memsync's memories to an assistant over MCP on stdin and stdout. An assistant starts it: `memsync setup claude`.
With --without-roots it runs another MCP server, as a client would that offers no roots: the filesystem server then keeps
to the folder it was given."""


def serve(store: str | None, at: Listening | None = None) -> None:
    """Serve over stdin and stdout, or over HTTP at an address. `store` is a folder instead of the settings' one."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="memsync-mcp: %(message)s")
    for name in _foreign_git_names():
        del os.environ[name]
    gc.disable()  # importing the SDK makes half a million objects that all stay: looking for garbage costs a fifth of the start
    from memsync.mcp_server.server import build

    server = build(
        cwd=_project_folder() if at is None else _NOWHERE, store=store, private=at is None or at.is_local
    )
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    gc.enable()
    if at is None:
        import anyio

        from memsync.mcp_server.pipes import serve_stdio

        anyio.run(serve_stdio, server)
    else:
        from memsync.mcp_server.http import serve as serve_http

        serve_http(server, at)


_GARBAGE = 10_000
"""Objects after which garbage is looked for; by Python's own 700 that is with each call."""

_NOWHERE = Path(os.path.abspath(os.sep))
"""Where clients over HTTP work is not on this machine: they are in no project but the one they name."""


def _project_folder() -> Path:
    """Return the folder the assistant works in: the client says so, or it started the server there."""
    named = os.environ.get("CLAUDE_PROJECT_DIR", "")
    return Path(named) if Path(named).is_absolute() and Path(named).is_dir() else Path.cwd()


def _foreign_git_names() -> list[str]:
    """Return the GIT_ variables that would point memsync's git at somebody else's repository or index.

    A server started from a git hook or an editor's terminal may have inherited them.
    """
    kept = (
        "GIT_CONFIG",
        "GIT_AUTHOR_",
        "GIT_COMMITTER_",
        "GIT_SSH",
        "GIT_ASKPASS",
        "GIT_PROXY",
        "GIT_SSL",
        "GIT_TRACE",
    )
    return [name for name in os.environ if name.startswith("GIT_") and not name.startswith(kept)]

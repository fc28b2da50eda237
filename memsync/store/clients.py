"""Setting up clients: this machine's programs and folders, given to the flow. Needs no store, only settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.clients import (
    FILES_NAME,
    NAME,
    Launch,
    Reach,
    SetupReport,
    files_launch,
    find_client,
    slot_of,
)
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from memsync.edges.settings import Settings


def setup(
    settings: Settings,
    client: str,
    *,
    environ: Mapping[str, str],
    project_dir: Path,
    scope: str = "user",
    dry_run: bool = False,
    remove: bool = False,
    filesystem: bool = False,
) -> SetupReport:
    """Register memsync's MCP server with a client (claude, codex, copilot, gemini, opencode), or take it out.

    `scope` is user, project or local. `filesystem` adds the filesystem server on the store. `environ` says where the
    client keeps its files (CLAUDE_CONFIG_DIR, CODEX_HOME, COPILOT_HOME). Raises BadInput, CannotWrite, NoSpace, Busy.
    """
    from memsync.edges.clients import ClientFiles, homes
    from memsync.flows.setup import Wish
    from memsync.flows.setup import setup as flow
    from memsync.store import now

    chosen, reach, project = find_client(client), _reach(scope), _project(project_dir)
    wish = Wish(
        client=chosen, reach=reach, slot=slot_of(chosen, reach, homes=homes(environ), project=project),
        launches=_launches(settings, filesystem=filesystem or remove), project=project, remove=remove, dry_run=dry_run,
        stamp=now().strftime("%Y%m%dT%H%M%S%fZ"),
    )  # fmt: skip
    return flow(wish, files=ClientFiles())


def _project(folder: Path) -> str:
    """Return the root of the repository a folder is in: Claude keeps a project's settings under it. Else the folder."""
    real = folder.resolve()
    root = next((place for place in (real, *real.parents) if (place / ".git").exists()), real)
    return str(root)


def _reach(word: str) -> Reach:
    if word not in set(map(str, Reach)):
        raise BadInput(
            "scope", f"{word[:40]!r} is none of a client's scopes", hint=f"Use {', '.join(Reach)}."
        )
    return Reach(word)


def _launches(settings: Settings, *, filesystem: bool) -> tuple[Launch, ...]:
    from memsync.edges.clients import npx_command, server_command

    command, args = server_command()
    own = Launch(name=NAME, command=command, args=args, env=_environment(settings))
    if not filesystem:
        return (own,)
    return own, files_launch(own, npx_command(), str(settings.store.expanduser().absolute()))


def _environment(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return the variables without which the server would not find what this command found.

    A client started from a desktop has none of the terminal's variables, so what came from one is written down.
    """
    from memsync.edges.settings import Settings as Defaults
    from memsync.edges.settings import load

    config = settings.config_file
    named = {"MEMSYNC_CONFIG": str(config)} if config != Defaults().config_file else {}
    plain = load(environ=named)
    for name in ("store", "private"):
        if getattr(settings, name) != getattr(plain, name):
            named[f"MEMSYNC_{name.upper()}"] = str(getattr(settings, name))
    return tuple(named.items())


__all__ = ["FILES_NAME", "NAME", "setup"]

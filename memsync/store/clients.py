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
    launch_of,
    slot_of,
)
from memsync.core.report import Check
from memsync.errors import BadInput, MemsyncError
from memsync.flows.setup import as_found, entry_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from memsync.core.clients import Client, Slot
    from memsync.edges.clients import ClientFiles
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
    return flow(wish, files=ClientFiles(backups=settings.state_dir))


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


def examine(settings: Settings, *, environ: Mapping[str, str], project_dir: Path) -> tuple[Check, ...]:
    """Start memsync's server as each client that knows it would, ask it for the status, and say how that went.

    What this terminal has set for memsync alone is left out of the server's environment, for a client has not set it.
    """
    from memsync.core.clients import Client
    from memsync.edges.clients import ClientFiles, homes

    files, project = ClientFiles(), _project(project_dir)
    plain = {k: v for k, v in environ.items() if not k.startswith("MEMSYNC_")} | {"MEMSYNC_BACKGROUND": "0"}
    checks: list[Check] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for client in Client:
        for reach in Reach:
            try:
                slot = as_found(slot_of(client, reach, homes=homes(environ), project=project), files)
            except BadInput:
                continue  # a client without this reach
            if (slot.path, slot.at) not in seen:
                seen.add((slot.path, slot.at))
                name = f"client {client}" + ("" if reach is Reach.USER else f" ({reach})")
                found = _looked(name, client, slot, settings, files=files, environ=plain, cwd=project)
                told = {check.detail for check in checks}  # one file of two reaches is broken once
                checks += [check for check in found if check.state == "ok" or check.detail not in told]
    return tuple(checks)


def _looked(
    name: str,
    client: Client,
    slot: Slot,
    settings: Settings,
    *,
    files: ClientFiles,
    environ: Mapping[str, str],
    cwd: str,
) -> list[Check]:
    from memsync.edges.probe import call_tool

    again = f"`memsync setup {client}` writes it anew."

    def check(state: str, detail: str, hint: str = "") -> list[Check]:
        return [Check(name=name, state=state, detail=detail, hint=hint)]

    try:
        written = entry_in(slot, files, NAME)
        launch = launch_of(NAME, written)
        if launch is None:
            return check("warn", f"{slot.path}: no server that can be started here", again) if written else []
        if slot.is_shared and not _is_ours(launch, settings):
            return check(
                "warn",
                f"{slot.path} names {launch.command}: not started, for a project may name anything",
                again,
            )
        told = call_tool(launch, "memory_status", cwd=cwd, environ=environ)
    except BadInput as error:  # a file that is broken
        return check("fail", str(error), error.hint)
    except MemsyncError as error:
        return check("fail", f"{slot.path}: {error}", again)
    served = next((line[7:] for line in told.splitlines() if line.startswith("store: ")), "")
    if served != str(settings.store.expanduser().absolute()):
        return check("warn", f"its server uses {served or 'no store'}, this terminal {settings.store}", again)
    return check("ok", f"{launch.command} answers, on {served}")


def _is_ours(launch: Launch, settings: Settings) -> bool:
    """Whether a project's entry starts this memsync and nothing else: whoever wrote the file, it is then no stranger's program."""
    own = _launches(settings, filesystem=False)[0]
    named = launch.command in (own.command, "memsync-mcp") and launch.args == own.args
    return named and launch.env in ((), own.env)


__all__ = ["FILES_NAME", "NAME", "examine", "setup"]

"""Clients: the assistants memsync can be set up in, what their configuration calls a server, and what a setup changes."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAME = "memsync"
FILES_NAME = "memory-files"
FILES_PACKAGE = "@modelcontextprotocol/server-filesystem"


class Client(StrEnum):
    """An assistant whose configuration memsync knows. Claude Code's terminal and its IDE extensions share one file."""

    CLAUDE = "claude"
    CODEX = "codex"
    COPILOT = "copilot"
    GEMINI = "gemini"
    OPENCODE = "opencode"


class Reach(StrEnum):
    """Where a setup counts: for this user everywhere, for all who work on a project, or for this user in one project."""

    USER = "user"
    PROJECT = "project"
    LOCAL = "local"


class Syntax(StrEnum):
    """How a configuration file is written."""

    JSON = "json"
    TOML = "toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a client starts a server. `command` is absolute: programs started from a desktop lack the terminal's PATH."""

    name: str
    command: str
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """The folders in which clients keep their configuration, absolute. `claude` is the folder of `.claude.json`."""

    home: str
    claude: str
    codex: str
    copilot: str
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a file for servers: the names that lead to the object which holds them.

    `is_shared`: the file belongs to a project and is read by all who work on it.
    """

    path: str
    at: tuple[str, ...]
    syntax: Syntax = Syntax.JSON
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One server's entry before and after, as JSON values; None where there is none."""

    slot: Slot
    name: str
    before: Any
    after: Any

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.before != self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupReport:
    """What a setup did, or with `dry_run` would do. `by` is the client's own command where that did it, else empty.

    `diff` shows memsync's entries only: other servers' may hold keys. `backup` is the copy of the file as it was.
    """

    client: Client
    reach: Reach
    path: str
    changed: bool
    dry_run: bool = False
    removed: bool = False
    diff: str = ""
    by: str = ""
    backup: str = ""
    notes: tuple[str, ...] = ()


def find_client(word: str) -> Client:
    """Return the client a word names. Raises BadInput."""
    plain = word.strip().lower().removesuffix("-code").removesuffix("-cli")
    if plain not in set(map(str, Client)):
        raise BadInput("client", f"{word[:40]!r} is not known", hint=f"Clients: {', '.join(Client)}.")
    return Client(plain)


def slot_of(client: Client, reach: Reach, *, homes: Homes, project: str) -> Slot:
    """Return where a client looks for servers. Raises BadInput for a reach it does not have."""
    servers = ("mcpServers",)
    match client, reach:
        case Client.CLAUDE, Reach.USER:
            return Slot(path=f"{homes.claude}/.claude.json", at=servers)
        case Client.CLAUDE, Reach.LOCAL:
            return Slot(path=f"{homes.claude}/.claude.json", at=("projects", project, "mcpServers"))
        case ((Client.CLAUDE | Client.COPILOT), Reach.PROJECT):
            return Slot(path=f"{project}/.mcp.json", at=servers, is_shared=True)
        case Client.COPILOT, Reach.USER:
            return Slot(path=f"{homes.copilot}/mcp-config.json", at=servers)
        case Client.CODEX, Reach.USER:
            return Slot(path=f"{homes.codex}/config.toml", at=("mcp_servers",), syntax=Syntax.TOML)
        case Client.CODEX, Reach.PROJECT:
            path = f"{project}/.codex/config.toml"
            return Slot(path=path, at=("mcp_servers",), syntax=Syntax.TOML, is_shared=True)
        case Client.GEMINI, Reach.USER:
            return Slot(path=f"{homes.home}/.gemini/settings.json", at=servers)
        case Client.GEMINI, Reach.PROJECT:
            return Slot(path=f"{project}/.gemini/settings.json", at=servers, is_shared=True)
        case Client.OPENCODE, Reach.USER:
            return Slot(path=f"{homes.config}/opencode/opencode.json", at=("mcp",))
        case Client.OPENCODE, Reach.PROJECT:
            return Slot(path=f"{project}/opencode.json", at=("mcp",), is_shared=True)
        case _:
            raise BadInput("scope", f"{client} has no {reach} scope", hint="Use user or project.")


def entry(client: Client, reach: Reach, launch: Launch) -> dict[str, Any]:
    """Return a server's entry as this client writes it. A project's `.mcp.json` serves Claude, Copilot and VS Code alike.

    Claude hides tools behind a search unless `alwaysLoad` is set; Codex leaves a server out of the first turn unless it is `required`.
    """
    env = {"env": dict(launch.env)} if launch.env else {}
    match client, reach:
        case (Client.CLAUDE, _) | (Client.COPILOT, Reach.PROJECT):
            return {
                "type": "stdio",
                "command": launch.command,
                "args": list(launch.args),
                **env,
                "alwaysLoad": True,
            }
        case Client.COPILOT, _:
            return {
                "type": "local",
                "command": launch.command,
                "args": list(launch.args),
                **env,
                "tools": ["*"],
            }
        case Client.CODEX, _:
            return {"command": launch.command, "args": list(launch.args), **env, "required": True}
        case Client.GEMINI, _:
            return {"command": launch.command, "args": list(launch.args), **env}
        case _:
            named = {"environment": dict(launch.env)} if launch.env else {}
            return {"type": "local", "command": [launch.command, *launch.args], **named, "enabled": True}


def files_launch(own: Launch, npx: str, store: str) -> Launch:
    """Return how to start the filesystem server on a store: its folders are arguments, no variable names them.

    It is started through memsync's own server, without which it would serve Claude's project in place of the store.
    """
    args = (*own.args, "--without-roots", npx, "-y", FILES_PACKAGE, store)
    return Launch(name=FILES_NAME, command=own.command, args=args)


def launch_of(name: str, written: Any) -> Launch | None:
    """Return how a client would start the server of this entry; None for one over HTTP or one that can't be read."""
    if not isinstance(written, dict):
        return None
    command = written.get("command")
    words = command if isinstance(command, list) else [command, *(written.get("args") or ())]
    env = written.get("env") or written.get("environment") or {}
    if not words or not all(isinstance(w, str) for w in words) or not isinstance(env, dict):
        return None
    return Launch(
        name=name, command=words[0], args=tuple(words[1:]), env=tuple((k, str(v)) for k, v in env.items())
    )


def own_words(edit: Edit) -> tuple[tuple[str, ...], ...]:
    """Return Claude's own commands for an edit, without the program's name; none where they are not to be used.

    `mcp add-json` refuses a name that is taken, so the old entry goes first.
    """
    gone = (("mcp", "remove", "-s", _reach_of(edit.slot), edit.name),) if edit.before is not None else ()
    if edit.after is None:
        return gone
    return (*gone, ("mcp", "add-json", "-s", _reach_of(edit.slot), edit.name, json.dumps(edit.after)))


def _reach_of(slot: Slot) -> str:
    return Reach.LOCAL if slot.at[0] == "projects" else Reach.USER


def diff(edits: Iterable[Edit]) -> str:
    """Return what the edits change, as a unified diff of memsync's own entries. Values of variables are not shown."""
    lines: list[str] = []
    for edit in edits:
        where = f"{edit.slot.path} ({'.'.join((*edit.slot.at[-1:], edit.name))})"
        old, new = _lines(edit.before), _lines(edit.after)
        lines += difflib.unified_diff(
            old, new, fromfile=where, tofile=where, lineterm="", n=len(old) + len(new)
        )
    return "\n".join(lines) + ("\n" if lines else "")


def _lines(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    return json.dumps(_masked(value), indent=2, ensure_ascii=False).split("\n")


def _masked(value: Any) -> Any:
    """Hide the values of variables and headers that memsync did not set: a person may have put a key there."""
    if not isinstance(value, dict):
        return value
    masked = dict(value)
    for part in ("env", "environment", "headers"):
        if isinstance(masked.get(part), dict):
            masked[part] = {k: v if k.startswith("MEMSYNC_") else "…" for k, v in masked[part].items()}
    return masked


def kept_extras(edit: Edit) -> Edit:
    """Return the edit with what a person added to the entry (a timeout, a variable) kept in it.

    An entry of another kind (a server over HTTP under the same name) has nothing to keep.
    """
    if not isinstance(edit.before, dict) or not isinstance(edit.after, dict):
        return edit
    if {"url", "httpUrl", "serverUrl"} & set(edit.before) or edit.before.get("type") not in (
        None,
        edit.after.get("type"),
    ):
        return edit
    merged = {**edit.before, **edit.after}
    for part in ("env", "environment"):
        mine = edit.after.get(part) or {}
        theirs = edit.before.get(part) if isinstance(edit.before.get(part), dict) else {}
        foreign = {k: v for k, v in (theirs or {}).items() if not k.startswith("MEMSYNC_")}
        merged.pop(part, None)
        if foreign or mine:
            merged[part] = {**foreign, **mine}
    return replace(edit, after={k: merged[k] for k in (*edit.before, *edit.after) if k in merged})

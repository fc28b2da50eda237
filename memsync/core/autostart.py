"""Autostart: the files by which a user's system starts the syncer, systemd's unit and launchd's agent, as text."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OURS = "Written by `memsync service install`; `memsync service uninstall` removes it."
_AGAIN = 30  # seconds until it is started again: where another program syncs the store, it takes over when that one ends
_STOP = 20  # seconds for the cycle under way to end


class System(StrEnum):
    """What starts programs for a user here."""

    SYSTEMD = "systemd"
    LAUNCHD = "launchd"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Autostart:
    """One syncer that the system is to start: its name there, the command line, and the variables it needs."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """What `memsync service` did or found. `content` and `commands` tell what a dry run would write and run.

    `current`: the file says what `install` would write now. `note`: what a person should do or know.
    """

    system: System
    name: str
    file: str = ""
    installed: bool = False
    current: bool = False
    enabled: bool = False
    running: bool = False
    changed: bool = False
    dry_run: bool = False
    content: str = ""
    commands: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def unit(of: Autostart) -> str:
    """Return systemd's unit for a user. Source: systemd.unit(5), systemd.service(5), systemd.syntax(7)."""
    lines = [
        f"# {OURS}",
        "[Unit]",
        "Description=memsync, which keeps your memories in sync",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={' '.join(_quoted(word).replace('$', '$$') for word in of.command)}",
        *(f"Environment={_quoted(f'{name}={value}')}" for name, value in sorted(of.environment.items())),
        "Restart=always",
        f"RestartSec={_AGAIN}",
        f"TimeoutStopSec={_STOP}",
        "KillMode=mixed",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "Nice=5",
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    """Return a word as systemd reads it back: in quotes, with C's escapes, and no specifier of its own."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"'


def agent(of: Autostart, *, log: str) -> str:
    """Return launchd's agent as a property list. Source: launchd.plist(5)."""
    shape: dict[str, Any] = {
        "Label": of.name,
        "ProgramArguments": list(of.command),
        "EnvironmentVariables": dict(sorted(of.environment.items())),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": _AGAIN,
        "ExitTimeOut": _STOP,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": log,
    }
    text = plistlib.dumps(shape, sort_keys=False).decode()
    return text.replace("<plist ", f"<!-- {OURS} -->\n<plist ", 1)


_CARRIED = ("HOME", "PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
_GIT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_CONFIG_GLOBAL", "GIT_SSL_CAINFO")
_LEFT = ("MEMSYNC_DOORBELL", "MEMSYNC_CRASH")


def carried(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the syncer needs to find the same settings, store and programs as the one who installs it.

    A doorbell's URL may hold a password: it stays out of the file, and belongs into the settings. So does what can't be
    written on one line.
    """
    wanted = {
        name: value
        for name, value in environment.items()
        if name in (*_CARRIED, *_GIT) or (name.startswith("MEMSYNC_") and name not in _LEFT)
    }
    return {name: value for name, value in wanted.items() if value and is_one_line(value)}


def is_one_line(text: str) -> bool:
    """Whether a text can stand in such a file: nothing in it ends a line or is a control character."""
    return all(c.isprintable() for c in text)


def words_of(commands: Sequence[Sequence[str]]) -> str:
    """Return command lines as text, one a line."""
    return "\n".join(" ".join(words) for words in commands)

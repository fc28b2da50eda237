"""Doorbell: who tells this machine that the remote has news. A ring says nothing but "look now", and is never relied on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

OFF, ON = "", "on"
READY, RING, ALIVE = "ready", "ring", "."
"""The lines of `memsync wait`: it watches from here on; a branch changed; nothing happened, and the line still stands."""

_OFF_WORDS, _ON_WORDS = ("", "0", "false", "no", "off"), ("1", "true", "yes", "on")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SSH = ("ssh", "git+ssh", "ssh+git")
_SCP = re.compile(r"(?:(?P<user>[^/:@\s]+)@)?(?P<host>\[[^\]]+\]|[^/:@\s]+):(?!:|//)(?P<path>.*)")
_STREAMS = ("/raw", "/sse", "/json")


class BellKind(StrEnum):
    """Where a bell hangs: nowhere, at a folder's repository, at the other end of ssh, at a URL."""

    NONE = "none"
    FOLDER = "folder"
    SSH = "ssh"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """A doorbell. `path` is the repository's, at this machine or the host's. `problem`: why there is none, without secrets."""

    kind: BellKind = BellKind.NONE
    path: str = ""
    host: str = ""
    user: str = ""
    port: int | None = None
    url: str = field(default="", repr=False)  # whoever knows it may listen, and it may hold a password
    problem: str = ""


def checked_setting(text: str) -> str:
    """Return the setting `doorbell` in its one form: empty, `on`, or an address. Raises ValueError, which tells nothing of it."""
    plain = text.strip()
    if plain.lower() in _OFF_WORDS:
        return OFF
    if plain.lower() in _ON_WORDS:
        return ON
    split = _split(plain)
    if split is None or any(c.isspace() or not c.isprintable() for c in plain):
        raise ValueError
    return plain


def _split(text: str) -> tuple[str, str] | None:
    """Return an address's scheme and host, or None where it has not both."""
    try:
        split = urlsplit(text)
        host, _ = split.hostname or "", split.port
    except ValueError:
        return None
    known = split.scheme.lower() in (*_SSH, "http", "https")
    return (split.scheme.lower(), host) if known and host and not host.startswith("-") else None


def shown_setting(text: str) -> str:
    """Return the setting for people to read: of a URL the host alone, for the rest of it may open it to anybody."""
    if text in (OFF, ON):
        return text
    split = _split(text)
    return f"{split[0]}://{split[1]}/…" if split else "…"


def bell_of(setting: str, remote: str, *, http_hosts: Collection[str] = ()) -> Bell:
    """Return the bell that a setting means for a store with this remote."""
    if setting == OFF:
        return Bell()
    if setting == ON:
        return _of_remote(remote)
    scheme, host = _split(setting) or ("", "")
    if scheme in _SSH:
        return _of_ssh(setting)
    if scheme == "http" and host not in _LOOPBACK and host not in http_hosts:
        return Bell(
            problem=f"the doorbell is plain http to {host}: use https, or name the host in http_hosts"
        )
    return Bell(kind=BellKind.URL, host=host, url=setting)


def _of_remote(remote: str) -> Bell:
    """Return the bell at the remote itself."""
    if not remote:
        return Bell(problem="the store has no remote")
    scheme = remote.partition("://")[0].lower() if "://" in remote else ""
    if scheme in _SSH:
        return _of_ssh(remote)
    if scheme == "file":
        return Bell(kind=BellKind.FOLDER, path=unquote(remote[len("file://") :]))
    if scheme:
        return Bell(problem=f"a remote over {scheme} has no doorbell of its own: name one, doorbell = URL")
    found = _SCP.fullmatch(remote)
    if found is None:
        return Bell(kind=BellKind.FOLDER, path=remote)
    return _ssh(found["host"].strip("[]"), found["user"] or "", None, found["path"])


def _of_ssh(url: str) -> Bell:
    try:
        split = urlsplit(url)
        host, user, port = split.hostname or "", unquote(split.username or ""), split.port
    except ValueError:
        return Bell(problem="the doorbell is no ssh address")
    path = unquote(split.path)
    return _ssh(host, user, port, path[1:] if path.startswith("/~") else path)


def _ssh(host: str, user: str, port: int | None, path: str) -> Bell:
    if not host or host.startswith("-") or user.startswith("-"):
        return Bell(problem="the doorbell is no ssh address")
    return Bell(kind=BellKind.SSH, host=host, user=user, port=port, path=path)


def ring_url(url: str) -> str:
    """Return where a URL's bell is pressed: without the name of the stream that is listened to, as ntfy has them."""
    place, mark, query = url.partition("?")
    stream = next((s for s in _STREAMS if place.endswith(s)), "")
    return place.removesuffix(stream) + mark + query


class Heard:
    """What a URL's answer says, line by line: any line of plain text is a ring, and so is an event of an event stream.

    Source of the second form: WHATWG HTML, "Server-sent events"; `open` and `keepalive` are ntfy's names for no news.
    """

    def __init__(self, *, events: bool) -> None:
        self._events = events
        self._kind = ""
        self._content = False

    def rings(self, line: bytes) -> bool:
        """Whether this line, without its end, makes the bell ring."""
        if not self._events:
            return bool(line.strip())
        name, _, value = line.decode("utf-8", "replace").strip().partition(":")
        if name == "event":
            self._kind = value.strip()
        elif name == "data":
            self._content = True
        elif not line.strip():
            rings = self._content and self._kind in ("", "message")
            self._kind, self._content = "", False
            return rings
        return False

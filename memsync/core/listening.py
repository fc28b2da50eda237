"""Listening: where the MCP server is to be reached over HTTP, under which names, and with which key."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

from memsync.errors import BadInput

PORT = 8848
LEAST_KEY = 16
"""A key has at least so many characters: it is all that stands between the network and the memories."""

_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An address to listen on (`port` 0: any free one), the names clients may call it by, and the key they must know."""

    host: str = "127.0.0.1"
    port: int = PORT
    names: tuple[str, ...] = ()
    key: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that a request's Host may have, without a port; an IPv6 address in brackets."""
        local = ("127.0.0.1", "localhost", "[::1]") if self.is_local else ()
        own = () if _is_wildcard(self.host) else (bracketed(self.host),)
        return tuple(dict.fromkeys((*local, *own, *map(bracketed, self.names))))


def listening(*, host: str, port: int, names: tuple[str, ...], key: str | None) -> Listening:
    """Return what was asked for. Raises BadInput for an address beyond this machine without a key or a name, or a poor key."""
    for name in (host, *names):
        if not (_address(name) or _HOST.fullmatch(name.lower())):
            raise BadInput(
                "--host" if name == host else "--name", f"{name[:80]!r} is no host name or address"
            )
    if key is not None and (len(key) < LEAST_KEY or not key.isascii() or not key.isprintable() or " " in key):
        raise BadInput(
            "key",
            f"has fewer than {LEAST_KEY} characters, or others than letters, digits and signs",
            hint="`openssl rand -hex 32` makes a good one.",
        )
    wanted = Listening(host=host, port=port, names=tuple(name.lower() for name in names), key=key or "")
    if not wanted.is_local and not key:
        raise BadInput(
            "key",
            f"other machines could reach {host}, and no key keeps them out",
            hint="Give --vault-key NAME or --key-file FILE (mode 0600), or leave --host out and reach this machine through ssh.",
        )
    if not wanted.hosts:
        raise BadInput(
            "--name",
            f"{host} is every address of this machine",
            hint="Give each name that clients will use: --name HOST.",
        )
    return wanted


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nobody else's; a name other than localhost may mean anything."""
    address = _address(host)
    return address.is_loopback if address else host.lower().rstrip(".") == "localhost"


def bracketed(host: str) -> str:
    """Return a host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _is_wildcard(host: str) -> bool:
    address = _address(host)
    return bool(address and address.is_unspecified)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

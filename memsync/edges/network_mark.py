"""NetworkMark: whether this machine's way into the network changed, by what the system writes down about it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_ROUTES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))  # Linux
_RESOLVER = Path("/etc/resolv.conf")  # rewritten when the network changes, on macOS and on most of Linux


def network_mark() -> str:
    """Return a mark that changes with the default routes and the name servers. Cheap; empty where nothing is known."""
    found = []
    for table in _ROUTES:
        with suppress(OSError):
            found += [
                _route(line) for line in table.read_text(encoding="ascii").splitlines() if _leads_out(line)
            ]
    with suppress(OSError):
        status = _RESOLVER.stat()
        found.append(f"{status.st_mtime_ns} {status.st_ino}")
    return "\n".join(sorted(found))


def _leads_out(line: str) -> bool:
    words = line.split()
    default = words[1] == "00000000" if len(words) == 11 else words[:2] == ["0" * 32, "00"]
    return len(words) in (10, 11) and default and words[-1 if len(words) == 10 else 0] != "lo"


def _route(line: str) -> str:
    """Return interface and gateway; counters of use, which change all the time, stay out."""
    words = line.split()
    return f"{words[0]} {words[2]}" if len(words) == 11 else f"{words[-1]} {words[4]}"

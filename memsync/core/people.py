"""People: who wrote a memory last, as far as commits say; whether that is somebody else than the one who reads it.

memsync commits as an instance (`claude-code-3fa9c1`), never as a person. Whoever wants others to know them says so (the setting
`person`): then each instance of theirs has a file in `.memsync/instances/`. Commits made by hand name their author.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from memsync.core.pattern import pattern
from memsync.core.value import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REGISTER = ".memsync/instances/"
_OURS = "@memsync.invalid"
_LONGEST = 60
_INSTANCE = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Who wrote each path last, of those not written by this machine. `known` is the commit up to which that was read.

    `by` maps a path to an instance's name, or to `=` and a person's, for a commit made by hand; `me` is how git calls its user.
    """

    known: str = ""
    me: tuple[str, ...] = ()
    by: Mapping[str, str] = field(default_factory=dict)


def place_of(instance: str) -> str:
    """Return the path of an instance's file in the register."""
    return f"{REGISTER}{instance}.json"


def render_instance(person: str) -> bytes:
    """Return the bytes of an instance's file."""
    return f"{json.dumps({'person': person}, ensure_ascii=False)}\n".encode()


def person_in(raw: bytes) -> str:
    """Return the person an instance's file names, on one line; empty for a file that names none."""
    try:
        found = json.loads(raw.decode())["person"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return _one_line(found) if isinstance(found, str) else ""


def signature(name: str, email: str) -> str:
    """Return a commit's author as Authors keeps it."""
    if email.endswith(_OURS) and _INSTANCE.fullmatch(name):
        return name
    return f"={_one_line(name)}\n{email.strip().lower()[:200]}"


def updated(
    before: Authors,
    commits: Iterable[tuple[str, Iterable[str]]],
    *,
    known: str,
    me: tuple[str, ...],
    mine: frozenset[str],
) -> Authors:
    """Return the authors after some more commits (signature, paths), newest first. `mine` are this machine's instances."""
    fresh: dict[str, str] = {}
    for who, paths in commits:
        for path in paths:
            fresh.setdefault(path, who)
    by = {
        path: who for path, who in {**before.by, **fresh}.items() if who not in mine and not _is_me(who, me)
    }
    return Authors(known=known, me=me, by=by)


def other_person(authors: Authors, path: str, register: Mapping[str, str], *, person: str) -> str:
    """Return the person who wrote a path last where it is somebody else; empty for oneself, and where nobody can tell."""
    by = authors.by.get(path, "")
    if not by or _is_me(by, authors.me):
        return ""
    name = by[1:].partition("\n")[0] if by.startswith("=") else register.get(by, "")
    own = {person.casefold()} if person else {word.casefold() for word in authors.me}
    return "" if name.casefold() in own else name


def _is_me(by: str, me: tuple[str, ...]) -> bool:
    """Whether a commit made by hand is by git's own user: by name or by address."""
    return by.startswith("=") and any(part and part in me for part in by[1:].split("\n"))


def render_authors(authors: Authors) -> bytes:
    """Return the bytes in which this machine keeps them."""
    return json.dumps({"known": authors.known, "me": list(authors.me), "by": dict(authors.by)}).encode()


def parse_authors(raw: bytes) -> Authors:
    """Read them; nothing of bytes that are none."""
    try:
        found = json.loads(raw)
        by = {str(path): str(who) for path, who in found["by"].items()}
        return Authors(known=str(found["known"]), me=tuple(map(str, found["me"])), by=by)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Authors()


def _one_line(text: str) -> str:
    from memsync.core.hooks.block import one_line  # noqa: PLC0415  # most answers name nobody: start-up

    return one_line(text, _LONGEST)

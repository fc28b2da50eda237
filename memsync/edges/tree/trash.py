"""What writes displace: a folder beside the store's git objects, on the same file system, never in `git status`.

Names say everything, so that a crash needs no other record. `n.<nonce>.<path>`: new bytes not in place yet, nobody was told
of them. `x.<nonce>.<path>`: something that was at `path`, or bytes about to go there. `s.<nonce>.<oid>.<path>`: settled;
`oid` is the blob id of the content that was taken in. A path too long for a name stands in a file `p.<nonce>`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from memsync.core.change import Displaced, blob_id
from memsync.core.value import dataclass
from memsync.edges.tree.folders import read_in, write_new

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_READ = 64 * 1024 * 1024
_LONGEST = 180  # bytes of a quoted path; with kind, nonce and oid a name stays within 255
_STALE = 600.0  # seconds after which new bytes that were never put in place belong to somebody who was killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A trash file's name in its parts. `oid` is empty but for settled files; an empty `shown` means: see `p.<nonce>`."""

    kind: str
    nonce: str
    oid: str
    shown: str

    def __str__(self) -> str:
        return ".".join(p for p in (self.kind, self.nonce, self.oid) if p) + "." + self.shown

    def turned(self, kind: str, oid: str = "") -> Name:
        """Return the name the same file has as another kind."""
        return Name(kind=kind, nonce=self.nonce, oid=oid, shown=self.shown)


def parse(text: str) -> Name | None:
    """Read a file name of this folder; None for a file that is not memsync's."""
    kind, _, rest = text.partition(".")
    nonce, _, rest = rest.partition(".")
    oid = ""
    if kind == "s":
        oid, _, rest = rest.partition(".")
    if kind not in ("n", "x", "s") or len(nonce) != 16 or (kind == "s") != (len(oid) == 40):
        return None
    return Name(kind=kind, nonce=nonce, oid=oid, shown=rest)


def new_name(trash: int, path: str) -> Name:
    """Return a fresh name for new bytes of a path; a long path is written down beside it first."""
    import secrets  # noqa: PLC0415  # only who writes pays for it: start-up

    nonce, shown = secrets.token_hex(8), quote(path, safe="")
    if len(shown) > _LONGEST:
        write_new(trash, f"p.{nonce}", path.encode())
        shown = ""
    return Name(kind="n", nonce=nonce, oid="", shown=shown)


def path_of(trash: int, name: Name) -> str:
    """Return the store-relative path a trash file belongs to; empty where that is lost."""
    if name.shown:
        return unquote(name.shown)
    return (read_in(trash, f"p.{name.nonce}", MAX_READ) or b"").decode(errors="replace")


def displaced(trash: int, name: Name, path: str) -> Displaced | None:
    """Return what a trash file holds, read just now; None where it is gone or no regular file."""
    content = read_in(trash, str(name), MAX_READ)
    if content is None:
        return None
    oid = blob_id(content)
    return Displaced(path=path, content=content, oid=oid, token=f"{oid}:{name}")


def found(token: str) -> tuple[Name, str] | None:
    """Return the name a token stands for and the blob id of the content it was given for; None where it is no token."""
    oid, _, text = token.partition(":")
    name = parse(text)
    return None if name is None else (name, oid)


def names(trash: int) -> Iterator[tuple[Name, os.stat_result]]:
    """Give memsync's files of the folder, oldest name first, with their status."""
    for text in sorted(os.listdir(trash)):
        name = parse(text)
        if name is None:
            continue
        try:
            yield name, os.stat(text, dir_fd=trash, follow_symlinks=False)
        except FileNotFoundError:
            continue


def drop(trash: int, name: Name) -> None:
    """Unlink a trash file, and the note of its path where no other file of this nonce needs it."""
    _unlink(trash, str(name))
    if not name.shown and not any(n.nonce == name.nonce for n, _ in names(trash)):
        _unlink(trash, f"p.{name.nonce}")


def _unlink(trash: int, text: str) -> None:
    try:
        os.unlink(text, dir_fd=trash)
    except FileNotFoundError:
        return


def sweep(trash: int, *, now: float, age: float) -> Iterator[Displaced]:
    """Drop what is done with, give what is to be taken in. The write lock is held, so no write is half-way."""
    for name, status in names(trash):
        waited = now - status.st_ctime
        if name.kind == "n":
            if waited > _STALE or status.st_nlink > 1:
                drop(trash, name)
            continue
        if name.kind == "s" and waited <= age:
            continue
        content = displaced(trash, name, path_of(trash, name))
        if content is None:
            continue
        if name.kind == "x" or content.oid != name.oid:
            yield content
        else:
            drop(trash, name)

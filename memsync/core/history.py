"""History, as sync and its flows speak of it: refs, trees, commits, and what a remote answers. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refs:
    """Where a store's refs stand (commit ids; None where there is none).

    `remote` is what was last seen there and vetted, or pushed; `incoming` what was last fetched, not to be trusted yet.
    """

    main: str | None = None
    remote: str | None = None
    incoming: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a tree that is no ordinary file: executable (100755), a link (120000), a submodule (160000)."""

    path: str
    mode: str
    kind: str
    oid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFiles:
    """A commit's tree: ordinary files (100644) as path → blob id, and the odd entries."""

    files: Mapping[str, str] = field(default_factory=dict)
    odd: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitNote:
    """A commit's words: `author` and `committer` as `name <mail>`, and the whole message."""

    commit: str
    author: str
    committer: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a push would send: blobs (id → one path they have), their sizes in bytes, and the commits, oldest first."""

    blobs: Mapping[str, str]
    sizes: Mapping[str, int]
    commits: tuple[CommitNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What git said of a command that goes to a remote. `text` is redacted; `timed_out`: it was ended for being too slow."""

    ok: bool
    code: int = 0
    text: str = ""
    timed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """A remote's branches, as asked: `main` is its commit or None, `others` the names of further branches."""

    said: Said
    main: str | None = None
    others: tuple[str, ...] = ()


class RemoteKind(StrEnum):
    """What is at a URL."""

    EMPTY = "empty"
    STORE = "store"
    FOREIGN = "foreign"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """What is at a URL; `store_id` where it is a memory store, `detail` says why where it is out of reach or refuses."""

    kind: RemoteKind
    store_id: str = ""
    detail: str = ""
    marker: bytes = b""  # the bytes of its .memsync/store.json, where it is a store


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who commits, and when: an instance's id, never a host's or a person's name."""

    name: str
    when: datetime


class GitFailed(MemsyncError):
    """A git command on the store's own repository, one that had to succeed, did not. `said` is safe to show."""

    kind = "git-failed"

    def __init__(self, verb: str, said: Said) -> None:
        super().__init__(
            f"git {verb} ended with {said.code}: {said.text[:500]}",
            hint="`memsync doctor` looks at the repository.",
            verb=verb,
        )
        self.verb = verb
        self.said = said


class MissingObject(GitFailed):
    """An object that the history refers to is not in the repository, or is broken there."""

    kind = "missing-object"

    def __init__(self, oid: str) -> None:
        super().__init__("cat-file", Said(ok=False, code=1, text=f"bad object {oid}"))
        self.oid = oid

"""Scope: who a memory is for, and which folder of which store holds it."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from memsync.core.names import part_problem
from memsync.core.value import dataclass
from memsync.errors import BadInput

_NAME = re.compile(r"[\w][\w.-]{0,119}")


class ScopeKind(StrEnum):
    """The kinds of audience a memory can have."""

    GLOBAL = "global"
    PROJECT = "project"
    PRIVATE = "private"
    WORKSPACE = "workspace"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """An audience. `name` is the folder's name for a project (`app-0123456789abcdef`), a workspace or a channel."""

    kind: ScopeKind
    name: str = ""

    @property
    def folder(self) -> str:
        """The scope's folder relative to its store, with `/` and without a final one."""
        match self.kind:
            case ScopeKind.GLOBAL | ScopeKind.PRIVATE:
                return "global"
            case ScopeKind.PROJECT:
                return f"projects/{self.name}"
            case ScopeKind.WORKSPACE:
                return f"workspaces/{self.name}"
            case ScopeKind.CHANNEL:
                return f"channels/{self.name}"

    @property
    def is_private(self) -> bool:
        """Whether the memory lives in the second store, the one that has no remote of a team."""
        return self.kind is ScopeKind.PRIVATE

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)


GLOBAL = Scope(kind=ScopeKind.GLOBAL)
PRIVATE = Scope(kind=ScopeKind.PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeWord:
    """A scope as a person writes it; `project` and `project:NAME` still have to be looked up."""

    kind: ScopeKind
    name: str = ""


def parse_scope(text: str) -> ScopeWord:
    """Read `project`, `project:NAME`, `global`, `private`, `workspace:NAME` or `channel:NAME`.

    Raises BadInput for anything else.
    """
    word, colon, name = unicodedata.normalize("NFC", text.strip()).partition(":")
    try:
        kind = ScopeKind(word)
    except ValueError:
        raise BadInput("scope", f"{text!r} is not a scope", hint=_SCOPES) from None
    if kind in (ScopeKind.GLOBAL, ScopeKind.PRIVATE):
        if colon:
            raise BadInput("scope", f"{kind} takes no name", hint=_SCOPES)
        return ScopeWord(kind=kind)
    if colon and (not _NAME.fullmatch(name) or part_problem(name)):
        raise BadInput("scope", f"{name!r} is not a name", hint=_SCOPES)
    if not colon and kind is not ScopeKind.PROJECT:
        raise BadInput("scope", f"{kind} needs a name, as in {kind}:NAME", hint=_SCOPES)
    return ScopeWord(kind=kind, name=name)


_FOLDERS = {"projects": ScopeKind.PROJECT, "workspaces": ScopeKind.WORKSPACE, "channels": ScopeKind.CHANNEL}
_SCOPES = "Scopes are project, project:NAME, global, private, workspace:NAME and channel:NAME."


def folder_of_path(path: str, *, private: bool = False) -> str:
    """Return the folder of the scope a file belongs to, as `scope_of_path(…).folder` says it."""
    if not private:
        kind, _, rest = path.partition("/")
        name, slash, _ = rest.partition("/")
        if kind in _FOLDERS and slash and name:
            return f"{kind}/{name}"
    return GLOBAL.folder


def scope_of_path(path: str, *, private: bool = False) -> Scope:
    """Return the scope a file belongs to, from its path relative to the store.

    Files outside every scope's folder (a hand-made note at the top, say) are global.
    """
    if private:
        return PRIVATE
    first, _, rest = path.partition("/")
    name, slash, _ = rest.partition("/")
    if first in _FOLDERS and slash and name:
        return Scope(kind=_FOLDERS[first], name=name)
    return GLOBAL

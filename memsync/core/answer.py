"""Query, Hit and Answer: what is asked of the memories, and what comes back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core.value import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.category import Category
    from memsync.core.memory import Memory
    from memsync.core.scope import Scope


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    RECENCY = "recency"
    IMPORTANCE = "importance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question. Empty `text` lists the newest. `scopes` are the ones to look in, nearest first; the store resolved them.

    `since` and `until` are UTC and bound `updated` (else `created`, else the file's time); `budget` is in tokens.
    """

    text: str
    scopes: tuple[Scope, ...] = ()
    all_projects: bool = False
    limit: int = 10
    offset: int = 0
    categories: tuple[Category, ...] = ()
    tags: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
    sort: Sort = Sort.RELEVANCE
    budget: int | None = None
    explain: bool = False
    pinned: bool = False  # only the pinned ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A memory that answers. `line` is the 1-based line of its file where `snippet` stands; `score` is above 0.

    `store` is empty for the default store, else the path of the one that has it. `updated` falls back to the file's time.
    `why` says in words what made it match (filled where explain was asked); `notes` are things to tell with it:
    contested, superseded by, refuted, from another person.
    """

    memory: Memory
    score: float
    line: int
    snippet: str
    updated: datetime
    store: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What recall found. No hits: nothing relevant. `weak`: the best is doubtful. `more`: hits left out by limit or budget."""

    query: str
    hits: tuple[Hit, ...] = ()
    weak: bool = False
    more: int = 0
    problems: tuple[str, ...] = ()

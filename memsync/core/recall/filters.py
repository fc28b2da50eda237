"""Which documents a question may be answered from: scopes first, then what the asker narrowed it to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.recall.entry import AUTHOR, CATEGORY, FLAG, SCOPE, TAG
from memsync.core.recall.text import runs, terms_of
from memsync.core.scope import GLOBAL
from memsync.core.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from memsync.core.answer import Query
    from memsync.core.recall.entry import Entry
    from memsync.core.recall.query import ParsedQuery
    from memsync.core.recall.view import View
    from memsync.core.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options and the operators in the text ask for together."""

    categories: frozenset[str]
    tags: tuple[str, ...]
    by: str
    since: float
    until: float
    paths: tuple[str, ...]
    nots: tuple[str, ...]
    pinned: bool = False

    def admits(self, entry: Entry) -> bool:
        """Whether an entry passes what is no term: times and paths."""
        if not self.since <= entry.updated < self.until:
            return False
        if not self.paths:
            return True
        return all(
            p in entry.path.casefold() or any(s.casefold().startswith(p) for s in entry.sources)
            for p in self.paths
        )


def wanted(query: Query, parsed: ParsedQuery) -> Wanted:
    """Put the query's options and its text's operators together; both narrow."""
    return Wanted(
        categories=frozenset(map(str, (*query.categories, *parsed.categories))),
        tags=tuple(dict.fromkeys(tag.lstrip("#").casefold() for tag in (*query.tags, *parsed.tags))),
        by=(parsed.by or query.by).casefold(),
        since=max(_seconds(query.since, 0.0), _seconds(parsed.since, 0.0)),
        until=min(_seconds(query.until, float("inf")), _seconds(parsed.until, float("inf"))),
        paths=tuple(p.casefold() for p in parsed.paths),
        nots=parsed.nots,
        pinned=query.pinned,
    )


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return moment.timestamp() if moment else otherwise


def visible_scopes(query: Query, parsed: ParsedQuery) -> tuple[Scope, ...]:
    """Return the scopes to look in, nearest first; none given: what is global. `scope:` in the text narrows them."""
    scopes = query.scopes or (GLOBAL,)
    if not parsed.scopes:
        return scopes
    return tuple(s for s in scopes if any(_meant(word, s) for word in parsed.scopes))


def _meant(word: str, scope: Scope) -> bool:
    kind, _, name = word.partition(":")
    return kind == scope.kind and (not name or scope.name == name or scope.name.rpartition("-")[0] == name)


def allowed(view: View, want: Wanted, *, folders: Iterable[str], all_projects: bool) -> AbstractSet[int]:
    """Return the documents of these scope folders that pass every filter which is a term; not to be changed."""
    terms = {SCOPE + folder for folder in folders}
    if all_projects:
        terms.update(view.terms(SCOPE + "projects/"))
    found = view.having(frozenset(terms))
    if want.categories:
        found = found & view.having(frozenset(CATEGORY + c for c in want.categories))
    for tag in want.tags:
        found = found & set(view.postings(TAG + tag)[0])
    if want.pinned:
        found = found & set(view.postings(FLAG + "pinned")[0])
    if want.by:
        found = found & set(view.postings(AUTHOR + want.by)[0])
    for word in want.nots:
        terms_of_it = [t[0][0] for t in map(terms_of, runs(word)) if t]
        if len(terms_of_it) == 1:
            found = found - set(view.postings(terms_of_it[0])[0])
    return found

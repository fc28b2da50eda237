"""The question as groups of terms: each thing asked for, and the terms that would say it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from memsync.core.recall.entry import DAY
from memsync.core.recall.group import Group
from memsync.core.recall.kindred import kindred
from memsync.core.recall.lexicon import synonyms
from memsync.core.recall.score import lent_terms
from memsync.core.recall.stem import stem
from memsync.core.recall.text import PART, fold, runs, terms_of
from memsync.core.recall.when import dates_in, days_and_months
from memsync.core.recall.words import QUESTION, UNINDEXED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from memsync.core.recall.query import ParsedQuery
    from memsync.core.recall.view import View

SYNONYM, TYPO, ENDING, JOINED, DATE = 0.3, 0.7, 0.6, 0.8, 1.0
"""How much an alternative counts beside the word itself."""

MAX_GROUPS = 64
"""Words of a question that are looked up; of a longer one, the rarest would be no better known."""

MAX_NEAR = 6

COMMON, FEW = 0.02, 150
"""Share of all memories that may have a word of general English that stands for another; so few may always have it."""


def groups_of(parsed: ParsedQuery, view: View, *, now: datetime) -> tuple[Group, ...]:
    """Return what is asked for. Question words are dropped, unless nothing else is left."""
    text = " ".join((*parsed.words, *parsed.phrases))
    dated = tuple(_dated(words, days_and_months(span)) for words, span in dates_in(text, now=now))
    spent = {word for group in dated for word in group.word.split()}
    asked = [r for r in dict.fromkeys(runs(text)) if r.lower() not in spent]
    content = [r for r in asked if r.lower() not in QUESTION] or (
        [] if dated else [r for r in asked if r.lower() not in UNINDEXED]
    )
    found = [group for run in content[:MAX_GROUPS] for group in _known_groups(run, view)]
    return (*dated, *_joined(content, found, view))


def groups_like(terms: Mapping[str, float], view: View, *, most: int = 30) -> tuple[Group, ...]:
    """Return a memory's own most telling terms as a question: what is like it?"""
    telling = lent_terms([(1.0, terms)], view, asked=frozenset(), most=most)
    return tuple(
        Group(word=term, alternatives=((term, 1.0),), weight=weight) for term, weight in telling.items()
    )


def _dated(words: str, days: Iterable[str]) -> Group:
    own = [(term, PART) for run in runs(words) for term, _ in terms_of(run)]
    return Group(word=words, alternatives=(*((DAY + day, DATE) for day in days), *own))


def _known_groups(run: str, view: View) -> Sequence[Group]:
    """Return the groups of a word or compound; the next question that has it is told the same."""
    known = view.memo.get(("groups", run))
    if isinstance(known, list):
        return known
    found = _groups(run, view)
    view.memo.keep(("groups", run), found, size=100 * len(found) + 50)
    return found


def _groups(run: str, view: View) -> list[Group]:
    terms = terms_of(run)
    if not terms:
        return []
    if len(terms) == 1:
        return [_word(run.lower(), terms[0][0], view)]
    if not fold(run).isascii():
        return [Group(word=term, alternatives=((term, 1.0),), weight=weight) for term, weight in terms]
    (whole, _), *parts = terms
    if run.lower().lstrip("v")[:1].isdigit() and not any(t.isalpha() for t, _ in parts):
        return [Group(word=run, alternatives=terms)]
    named = [
        Group(word=term, alternatives=((term, 1.0), (whole, 1.0)), weight=PART)
        for term, _ in parts
        if term not in QUESTION
    ]
    return [Group(word=run, alternatives=((whole, 1.0),), counts=not named), *named]


def _word(word: str, term: str, view: View) -> Group:
    known = view.frequency(term) > 0
    near = () if known or len(term) < 4 or not term.isascii() else _near(term, view)
    alternatives: dict[str, float] = {}
    for other, weight in (*_kin(term, view), *((other, SYNONYM) for other in synonyms(term)), *near):
        alternatives[other] = max(weight, alternatives.get(other, 0.0))
    others = sorted(alternatives.items(), key=lambda a: -a[1])
    return Group(word=word, alternatives=((term, 1.0), *others))


def _kin(term: str, view: View) -> list[tuple[str, float]]:
    """Return what general English has for a word, but for what so many memories say that it tells nothing and takes long."""
    most = max(FEW, COMMON * view.count)
    return [(other, worth) for other, worth in kindred(term) if 0 < view.frequency(other) <= most]


def _near(term: str, view: View) -> list[tuple[str, float]]:
    """Return known terms that an unknown one may have been meant for: a slip of a letter or two, or another ending.

    A word of four letters is one slip from too many others (talk, task, tale), so there only another ending counts.
    """
    slips = 2 if len(term) >= 8 else 1 if len(term) >= 5 else 0
    found = []
    for head in dict.fromkeys((term[:2], term[1] + term[0])):
        for known in view.terms(head):
            if len(known) > len(term) + slips and known.startswith(term):
                found.append((ENDING - 0.01 * (len(known) - len(term)), known))
            elif (
                slips
                and abs(len(known) - len(term)) <= slips
                and len(known) > 3
                and (far := slips_between(term, known, slips)) <= slips
            ):
                found.append((TYPO - 0.15 * (far - 1), known))
    return [
        (known, weight)
        for weight, known in sorted(found, key=lambda f: (-f[0], f[1]))[:MAX_NEAR]
        if weight > 0
    ]


def slips_between(one: str, other: str, most: int) -> int:
    """Return how many letters must be changed, added, dropped or swapped with their neighbour; `most + 1` for more than `most`.

    Optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > most:
            return most + 1
        before, row = row, new
    return min(row[-1], most + 1)


def _joined(content: list[str], groups: list[Group], view: View) -> tuple[Group, ...]:
    """Add what two neighbouring words say as one: "front end" also finds frontend."""
    extra: list[Group] = []
    for first, second in pairwise(content):
        if first.isalpha() and second.isalpha() and first.isascii() and second.isascii() and len(extra) < 8:
            term = stem((first + second).casefold())
            if view.frequency(term):
                extra.append(
                    Group(word=f"{first} {second}", alternatives=((term, 1.0),), weight=JOINED, counts=False)
                )
    return (*groups, *extra)

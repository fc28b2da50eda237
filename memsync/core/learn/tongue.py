"""Tongue: what a language's words tell of a sentence. One value for each language; `rules` knows none by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from memsync.core.learn.lesson import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language. Patterns are looked for in one sentence with plain apostrophes.

    `marks`: small words that tell it from others. `filler`: what leads up to a statement and may go; `lead_in` and
    `stressed`: that somebody wants it kept, before and after it. `corrects`: a sentence sets something right; `states`,
    `exact` and `contrast`: there is something in it to be set right. `code`, `passing`, `doubtful`, `points`: it is about the
    code in front of them, about now, about nothing certain, or about what was said before. `reason`: it says why the one
    before it is so. `hollow`: words that say nothing alone. `here`: it speaks of this project; `me`: of the person.
    """

    marks: frozenset[str]
    filler: re.Pattern[str]
    lead_in: re.Pattern[str]
    stressed: re.Pattern[str]
    corrects: re.Pattern[str]
    states: re.Pattern[str]
    exact: re.Pattern[str]
    contrast: re.Pattern[str]
    code: re.Pattern[str]
    passing: re.Pattern[str]
    doubtful: re.Pattern[str]
    points: re.Pattern[str]
    reason: re.Pattern[str]
    rules: tuple[tuple[Kind, re.Pattern[str]], ...]
    hollow: frozenset[str]
    here: re.Pattern[str]
    me: re.Pattern[str]


def any_case(pattern: str) -> re.Pattern[str]:
    """Return a pattern that minds no case."""
    return re.compile(pattern, re.IGNORECASE)


def tongue_of(text: str, tongues: Sequence[Tongue], *, otherwise: Tongue) -> Tongue:
    """Return the language whose small words are most in a text; `otherwise` where two have as many, or hardly any are there."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = [sum(word in tongue.marks for word in words) for tongue in tongues]
    most = max(counts, default=0)
    return tongues[counts.index(most)] if most and counts.count(most) == 1 else otherwise


def words(text: str) -> frozenset[str]:
    """Return a text's words as a set."""
    return frozenset(text.split())


def ruled(rows: Iterable[tuple[Kind, str]], *, with_case: Kind) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    """Return rules, compiled; those of one kind mind the case, for names have capitals."""
    return tuple(
        (kind, re.compile(pattern, 0 if kind is with_case else re.IGNORECASE)) for kind, pattern in rows
    )

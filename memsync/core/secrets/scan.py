"""find(text): every secret of a text, from all readings of it, with overlaps settled."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets import (
    assigned,
    blocks,
    encoded,
    forms,
    links,
    manifests,
    nearby,
    shapes,
    stated,
    views,
)
from memsync.core.secrets.addresses import addresses
from memsync.core.secrets.judgement import looks_random
from memsync.core.secrets.rules import BLOCK, Span, lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OTHER_RULES = (
    "private-key",
    "url-password",
    "url-token",
    "authorization-header",
    "basic-auth-header",
    "key-header",
    "cookie",
    "password",
    "assigned-secret",
    "stated-secret",
    "encoded-too-large",
    "seed-phrase",
    "prefixed-token",
    "vendor-secret",
    "kubernetes-secret",
)
"""Rules that are code rather than rows of a table."""

_GENERIC = frozenset(
    (
        "password",
        "assigned-secret",
        "stated-secret",
        "vendor-key",
        "prefixed-token",
        "vendor-secret",
        "kubernetes-secret",
        "sk-key",
        "key-header",
        "authorization-header",
        "url-token",
    )
)
_MARK = re.compile(r"\[REDACTED:([a-z0-9-]{1,40})\]")


@cache
def rule_names() -> frozenset[str]:
    """Return the id of every rule."""
    return frozenset(OTHER_RULES) | {row.rule for row in shapes.SHAPES}


def find(text: str, *, marks: frozenset[str] = frozenset()) -> tuple[Span, ...]:
    """Return the secrets of a text, sorted by place. What stands in a `[REDACTED:rule]` mark of a known rule is none.

    `marks` are further names that marks may have. Time and memory grow with the length of the text and no faster.
    """
    found = list(_whole(text, encoded.DEPTH, [encoded.LARGEST]))
    return tuple(_settle(_without_marks(text, found, marks)))


def _whole(text: str, depth: int, budget: list[int]) -> Iterator[Span]:
    raw = list(_plainly(text))
    yield from raw
    view = views.plain(text)
    if view is not None:
        yield from (_moved(span, view, text) for span in _plainly(view.text))
    together = views.joined(text)
    if together is not None:
        yield from _joined(together, raw)
    if depth:
        yield from _unpacked(text, None, depth, budget)
        if view is not None:
            yield from _unpacked(view.text, view, depth, budget)
        if together is not None:
            yield from _unpacked(together.text, together, depth, budget)


def _plainly(text: str) -> Iterator[Span]:
    lower = lowered(text)
    yield from shapes.tokens(text)
    yield from nearby.nearby(text)
    yield from blocks.private_keys(text)
    yield from manifests.manifests(text)
    yield from addresses(text, lower)
    yield from forms.queries(text, lower)
    said = links.without_targets(text)
    lower = lower if said is text else lowered(said)
    yield from assigned.assigned(said, lower)
    yield from assigned.commands(said, lower)
    yield from forms.forms(said, lower)
    yield from stated.stated(said, lower)


def _moved(span: Span, view: views.View, text: str) -> Span:
    start, end = view.origin(span.start, span.end)
    if text.count("**", start, end) % 2 and text.startswith("**", end):
        end += 2  # the bold letters end with the secret
    return Span(span.rule, span.level, start, end, span.value)


def _joined(view: views.View, raw: list[Span]) -> Iterator[Span]:
    """Yield tokens that go over a break. Words of prose that only happen to follow a token are no part of it."""
    known = {(span.start, span.rule) for span in raw}
    starts = {span.start for span in raw}
    for span in shapes.tokens(view.text):
        pieces = view.crossings(span.start, span.end)
        if len(pieces) < 2:
            continue
        pieces = _belonging(span, pieces, view, starts)
        end = span.start + sum(map(len, pieces))
        start, stop = view.origin(span.start, end)
        whole = (start, span.rule) in known
        if len(pieces) > 1 and (not whole or looks_random(pieces[-1])):
            yield Span(span.rule, span.level, start, stop, view.text[span.start : end])


def _belonging(span: Span, pieces: list[str], view: views.View, starts: set[int]) -> list[str]:
    """Return the pieces of a token without a next token of its own, and without words of the text that follows."""
    position = span.start + len(pieces[0])
    for number, piece in enumerate(pieces[1:], 1):
        if view.origin(position, position + 1)[0] in starts:
            pieces = pieces[:number]
            break
        position += len(piece)
    while len(pieces) > 1 and _is_word(pieces[-1]):
        pieces.pop()
    return pieces


def _is_word(piece: str) -> bool:
    return piece.strip("_-.=+/").isalpha() and (piece.islower() or piece.istitle()) and len(piece) < 16


def _unpacked(text: str, view: views.View | None, depth: int, budget: list[int]) -> Iterator[Span]:
    for start, end, meant in encoded.inner_texts(text):
        where = view.origin(start, end) if view else (start, end)
        budget[0] -= len(meant)
        if budget[0] < 0:
            yield Span("encoded-too-large", BLOCK, *where, text[start:end])
            return
        first = next((span for span in _whole(meant, depth - 1, budget) if span.level == BLOCK), None)
        if first is not None:
            yield Span(first.rule, BLOCK, *where, text[start:end])


def _without_marks(text: str, spans: list[Span], marks: frozenset[str]) -> Iterable[Span]:
    places = [m.span() for m in _MARK.finditer(text) if m[1] in rule_names() or m[1] in marks]
    if not places:
        return spans
    return [piece for span in spans for piece in _cut(text, span, places)]


def _cut(text: str, span: Span, places: list[tuple[int, int]]) -> Iterator[Span]:
    """Yield what of a span lies outside of the marks."""
    position = span.start
    touched = [place for place in places if place[0] < span.end and span.start < place[1]]
    if not touched:
        yield span
        return
    for first, last in [*touched, (span.end, span.end)]:
        if first - position >= 4 and any(c.isalnum() for c in text[position:first]):
            yield Span(span.rule, span.level, position, first, text[position:first])
        position = max(position, last)


def _settle(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, sorted, without those that lie within one that says as much or more."""
    ranked: dict[tuple[bool, bool], list[Span]] = {}
    for span in spans:
        ranked.setdefault((span.level != BLOCK, span.rule in _GENERIC), []).append(span)
    kept: list[Span] = []
    for rank in sorted(ranked):
        reach, news = -1, []
        sweep = [
            *((s.start, 0, -s.end, s.rule, s) for s in kept),
            *((s.start, 1, -s.end, s.rule, s) for s in ranked[rank]),
        ]
        for _, new, _, _, span in sorted(sweep, key=lambda row: row[:4]):
            if not new or span.end > reach:
                news.append(span)
            reach = max(reach, span.end)
        kept = news
    return kept

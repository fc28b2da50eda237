"""Merging frontmatter: key by key, on the raw lines, so that what nobody changed stays as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core.header import Block, Document
from memsync.core.memory import parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SETS = frozenset({"tags", "keywords", "aliases", "links", "supersedes", "sources"})
_QUIET = frozenset({"category", "importance", "instance", "status", "pinned", "sensitive"})
"""Keys that say how a memory is kept. Of two values one holds and the other is noted; any other text is kept in a twin."""

_ORDER = (
    "id",
    "title",
    "name",
    "description",
    "category",
    "tags",
    "keywords",
    "importance",
    "instance",
    "created",
    "updated",
    "status",
    "pinned",
    "sensitive",
    "supersedes",
    "sources",
    "aliases",
    "links",
)
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")
_NOTE_LENGTH = 120
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedHeader:
    """A merged header with its fences; empty where there is none. `contested`: a text was changed by both."""

    opening: str = ""
    blocks: tuple[Block, ...] = ()
    closing: str = ""
    notes: tuple[str, ...] = ()
    contested: bool = False

    @property
    def text(self) -> str:
        """The header as it stands in the file."""
        return self.opening + "".join(b.lead + b.raw for b in self.blocks) + self.closing


def whole(document: Document) -> MergedHeader:
    """Return a document's own header."""
    return MergedHeader(opening=document.opening, blocks=document.blocks, closing=document.closing)


def merge_headers(base: Document, loser: Document, winner: Document) -> MergedHeader | None:
    """Merge three headers; None where one can't be read and both sides changed it. Of `loser` the header gives way."""
    texts = [whole(d).text for d in (base, loser, winner)]
    if texts[1] in (texts[0], texts[2]):
        return whole(winner)
    if texts[2] == texts[0]:
        return whole(loser)
    if loser.problems or winner.problems:
        return None
    return _by_key(header.split("") if base.problems else base, loser, winner)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What becomes of one key."""

    raw: str | None
    note: str = ""
    contested: bool = False


def _by_key(base: Document, loser: Document, winner: Document) -> MergedHeader:
    found = [{b.key: b for b in d.blocks} for d in (base, loser, winner)]
    blocks: list[Block] = []
    notes: list[str] = []
    contested = False
    for key in _order([[b.key for b in d.blocks] for d in (loser, winner)]):
        three = tuple(side.get(key) for side in found)
        choice = _choose(key, three, (base, loser, winner))
        if choice.raw is None:
            continue
        lead = _lead(*("" if b is None else b.lead for b in three))
        blocks.append(Block(lead=lead, key=key, raw=choice.raw))
        notes += [choice.note] if choice.note else []
        contested = contested or choice.contested
    fences = winner if winner.header else loser
    if not blocks:
        return MergedHeader(notes=tuple(notes), contested=contested)
    return MergedHeader(
        opening=fences.opening,
        blocks=tuple(blocks),
        closing=fences.closing,
        notes=tuple(notes),
        contested=contested,
    )


def _order(sides: Sequence[Sequence[str | None]]) -> list[str | None]:
    """Return both sides' keys in the order both agree on; where they don't, in memsync's own order."""
    first, second = sides
    in_both = set(first) & set(second)
    shared = [k for k in first if k in in_both]
    if shared != [k for k in second if k in in_both]:
        return sorted(set(first) | set(second), key=_rank)
    out: list[str | None] = []
    runs = [_runs(side, in_both) for side in sides]
    for n in range(len(shared) + 1):
        out += [k for run in sorted((r[n] for r in runs if r[n]), key=lambda run: _rank(run[0])) for k in run]
        out += shared[n : n + 1]
    return [*[k for k in out if k is not None], *[k for k in out if k is None]]


def _runs(keys: Sequence[str | None], shared: set[str | None]) -> list[list[str | None]]:
    runs: list[list[str | None]] = [[]]
    for key in keys:
        if key in shared:
            runs.append([])
        else:
            runs[-1].append(key)
    return runs


def _rank(key: str | None) -> tuple[int, str]:
    if key is None:
        return len(_ORDER) + 1, ""
    return (_ORDER.index(key), "") if key in _ORDER else (len(_ORDER), key)


def _choose(key: str | None, three: Sequence[Block | None], documents: Sequence[Document]) -> _Choice:
    base, loser, winner = three
    if loser is None or winner is None:
        left = winner if loser is None else loser
        untouched = base is not None and left is not None and (left.raw, left.lead) == (base.raw, base.lead)
        return _Choice(None if left is None or untouched else left.raw)
    old = None if base is None else base.raw
    if loser.raw in (winner.raw, old):
        return _Choice(winner.raw)
    if winner.raw == old:
        return _Choice(loser.raw)
    return _both_changed(str(key), (loser, winner), documents)


def _both_changed(key: str, blocks: tuple[Block, Block], documents: Sequence[Document]) -> _Choice:
    """Decide a key that both changed, by what kind of value it has."""
    values = [d.values.get(key) for d in documents]
    if values[1] == values[2]:
        return _Choice(max(b.raw for b in blocks))
    if key in SETS:
        words = [_words(value) for value in values]
        if all(w is not None for w in words):
            return _Choice(_set_block(key, [w or [] for w in words], documents[2]))
    ranks = [_comparable(key, value) for value in values[1:]]
    if ranks[0] is not None and ranks[1] is not None:
        first = (ranks[0] < ranks[1]) == (
            key == "created"
        )  # of two births the earlier, of all else the later
        return _Choice(blocks[0 if first else 1].raw)
    if ranks != [None, None]:
        return _Choice(blocks[0 if ranks[1] is None else 1].raw)
    note = f"{key}: {_shown(values[2])} was taken, {_shown(values[1])} gave way"
    return _Choice(blocks[1].raw, note=note, contested=key not in _QUIET)


def _comparable(key: str, value: object) -> float | None:
    """Return a time or a counter as a number; None for anything else, which has no natural order."""
    if not isinstance(value, str) or key in _QUIET or key == "id":
        return None
    if _NUMBER.fullmatch(value):
        return float(value)
    moment = parse_time(value)
    return None if moment is None else (moment - _OLDEST).total_seconds()


def _words(value: object) -> list[str] | None:
    """Return a list of words; None where the value is not one."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return list(value)
    return None


def _set_block(key: str, words: Sequence[list[str]], winner: Document) -> str:
    """Return the key's lines with the merged set: what a side removed stays removed, what either added is in."""
    base, first, second = words
    kept = [w for w in base if w in first and w in second]
    added = sorted({w for w in [*first, *second] if w not in base})
    changed = header.edit(winner, {key: list(dict.fromkeys([*kept, *added]))})
    return next(b.raw for b in changed.blocks if b.key == key)


def _lead(base: str, loser: str, winner: str) -> str:
    """Merge the comments above a key; where both changed them, both are kept."""
    if loser in (base, winner):
        return winner
    if winner == base:
        return loser
    lines = winner.splitlines(keepends=True)
    return "".join(
        [*lines, *(line for line in loser.splitlines(keepends=True) if line.strip() and line not in lines)]
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _NOTE_LENGTH else text[: _NOTE_LENGTH - 1] + "…"


def updated_of(values: Mapping[str, object]) -> datetime:
    """Return when a document says it was changed; the oldest time there is where it does not say."""
    value = values.get("updated")
    return (parse_time(value) if isinstance(value, str) else None) or _OLDEST

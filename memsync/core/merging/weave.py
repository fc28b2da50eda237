"""Weaving: three sequences of blocks become one (diff3), with rules that fit notes rather than programs.

Edits of neighbouring blocks both hold; what both insert at one place is kept from both; an edited block beats its
deletion. Only a block that both changed differently is a conflict: then the winner's is taken, and the caller is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from memsync.core.merging.alignment import align
from memsync.core.merging.blocks import BlockKind, Cut, Part, gap_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How strict a weave is. `both_insert`: two insertions at one place are both kept; `touching`: edits that touch
    each other conflict (source code); `sections`: what both inserted alike is kept once, and headings stay with their text.
    """

    both_insert: bool = True
    touching: bool = False
    sections: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Woven:
    """A woven text and whether the winner's block had to be taken somewhere. `revived`: an edit beat a deletion."""

    cut: Cut
    conflict: bool
    revived: bool = False


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Base blocks `start` to `stop` become the side's blocks `low` to `high`."""

    start: int
    stop: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block of the result, and its index in base, loser and winner where it is there."""

    part: Part
    at: tuple[int | None, int | None, int | None]


class _Weaver:
    """One weave: goes through both lists of hunks from the front."""

    def __init__(self, base: Cut, loser: Cut, winner: Cut, rules: Rules) -> None:
        self._cuts = (base, loser, winner)
        self._rules = rules
        self._matched = (_matches(base, loser), _matches(base, winner))
        self._hunks = (_hunks(base, loser, self._matched[0]), _hunks(base, winner, self._matched[1]))
        self.out: list[_Placed] = []
        self.conflict = False
        self.revived = False

    def weave(self) -> None:
        position = 0
        queue = [list(reversed(side)) for side in self._hunks]
        while queue[0] or queue[1]:
            taken = _next(queue, touching=self._rules.touching)
            start = min(h.start for side in taken for h in side)
            stop = max(h.stop for side in taken for h in side)
            self._keep(position, start)
            self._settle(start, stop, taken)
            position = stop
        self._keep(position, len(self._cuts[0].parts))

    def _keep(self, start: int, stop: int) -> None:
        mine, other = self._matched
        for index in range(start, stop):
            self.out.append(_Placed(self._cuts[0].parts[index], (index, mine[index], other[index])))

    def _settle(self, start: int, stop: int, taken: tuple[list[_Hunk], list[_Hunk]]) -> None:
        if not taken[0] or not taken[1]:
            side = 1 if taken[1] else 0
            self.out += self._applied(start, stop, taken[side], side)
            return
        loser, winner = (self._applied(start, stop, taken[side], side) for side in (0, 1))
        if _texts(loser) == _texts(winner):
            self.out += [
                _Placed(w.part, (None, lo.at[1], w.at[2])) for lo, w in zip(loser, winner, strict=True)
            ]
        elif not self._rules.touching and any(map(_deletes, taken)):
            self.revived = True
            self.out += winner if _deletes(taken[0]) else loser
        elif start == stop and self._rules.both_insert:
            self.out += _both(loser, winner, sections=self._rules.sections)
        else:
            self.conflict = True
            self.out += winner

    def _applied(self, start: int, stop: int, hunks: Sequence[_Hunk], side: int) -> list[_Placed]:
        """Return what one side makes of base blocks `start` to `stop`."""
        out: list[_Placed] = []
        position = start
        for hunk in [*hunks, _Hunk(stop, stop, 0, 0)]:
            out += [self._one(self._matched[side][i], side, i) for i in range(position, hunk.start)]
            out += [self._one(i, side, None) for i in range(hunk.low, hunk.high)]
            position = hunk.stop
        return out

    def _one(self, index: int | None, side: int, base: int | None) -> _Placed:
        part = self._cuts[side + 1].parts[index or 0]
        return _Placed(part, (base, index, None) if side == 0 else (base, None, index))


def weave(base: Cut, loser: Cut, winner: Cut, rules: Rules) -> Woven:
    """Weave three cuts. Deterministic in (base, loser, winner): symmetric if the caller always finds the same winner.

    A block that stands in the base twice, and of which each side took one, may look like two removals. What both sides
    say never goes: then they are woven without a base, which brings back what only one of them removed.
    """
    weaver = _Weaver(base, loser, winner, rules)
    weaver.weave()
    if not weaver.conflict and _said(loser.parts) & _said(winner.parts) - _said(p.part for p in weaver.out):
        base = common(loser, winner)
        weaver = _Weaver(base, loser, winner, rules)
        weaver.weave()
    cuts = (base, loser, winner)
    lead = merged_text(*(c.lead for c in cuts))
    tail = merged_text(*(c.parts[-1].gap if c.parts else "" for c in cuts))
    parts = tuple(_with_gaps(weaver.out, cuts, tail))
    return Woven(cut=Cut(lead=lead, parts=parts), conflict=weaver.conflict, revived=weaver.revived)


def common(loser: Cut, winner: Cut) -> Cut:
    """Return what two texts have in common, in place of a base that is not known."""
    pairs = align([p.text for p in loser.parts], [p.text for p in winner.parts])
    return Cut(lead=winner.lead, parts=tuple(winner.parts[j] for _, j in pairs))


def _said(parts: Iterable[Part]) -> set[str]:
    """Return the texts that hold a letter or digit: of rules, brackets and blank lines one is as good as another."""
    return {p.text for p in parts if any(map(str.isalnum, p.text))}


def merged_text(base: str, loser: str, winner: str) -> str:
    """Return the three-way merge of a text as a whole; of two changes the longer holds, then the winner's."""
    if loser in (winner, base):
        return winner
    return loser if winner == base or len(loser) > len(winner) else winner


def _with_gaps(out: Sequence[_Placed], cuts: tuple[Cut, Cut, Cut], tail: str) -> Iterator[Part]:
    for before, after in pairwise(out):
        yield Part(kind=before.part.kind, text=before.part.text, gap=_gap(before, after, cuts))
    if out:
        yield Part(kind=out[-1].part.kind, text=out[-1].part.text, gap=tail)


def _gap(before: _Placed, after: _Placed, cuts: tuple[Cut, Cut, Cut]) -> str:
    """Return the blank lines between two blocks as the versions have them that hold them side by side."""
    found = [
        cut.parts[i].gap if i is not None and j == i + 1 else None
        for cut, i, j in zip(cuts, before.at, after.at, strict=True)
    ]
    base, loser, winner = found
    if loser is not None and winner is not None:
        return merged_text(loser if base is None else base, loser, winner)
    known = next((gap for gap in (winner, loser, base) if gap is not None), None)
    return gap_between(before.part, after.part, usual=_usual(after, before, cuts)) if known is None else known


def _usual(after: _Placed, before: _Placed, cuts: tuple[Cut, Cut, Cut]) -> str | None:
    """Return the gap that `after` has behind a block of the same kind as `before`, in a version that holds it."""
    for cut, index in zip(reversed(cuts), reversed(after.at), strict=True):
        if index and cut.parts[index - 1].kind is before.part.kind:
            return cut.parts[index - 1].gap
    return None


def _matches(base: Cut, side: Cut) -> list[int | None]:
    pairs = dict(align([p.text for p in base.parts], [p.text for p in side.parts]))
    return [pairs.get(i) for i in range(len(base.parts))]


def _hunks(base: Cut, side: Cut, matched: Sequence[int | None]) -> tuple[_Hunk, ...]:
    hunks: list[_Hunk] = []
    start = low = 0
    for index, at in [*enumerate(matched), (len(matched), len(side.parts))]:
        if at is None:
            continue
        if start < index or low < at:
            hunks += _refined(base, side, _Hunk(start, index, low, at))
        start, low = index + 1, at + 1
    return tuple(hunks)


def _refined(base: Cut, side: Cut, hunk: _Hunk) -> list[_Hunk]:
    """Split a hunk block by block where it deletes only, or where each block was replaced by one of its kind."""
    count = hunk.stop - hunk.start
    if hunk.low == hunk.high:
        return [_Hunk(hunk.start + n, hunk.start + n + 1, hunk.low, hunk.low) for n in range(count)]
    pairs = [(hunk.start + n, hunk.low + n) for n in range(count)]
    if hunk.high - hunk.low == count and all(base.parts[i].kind is side.parts[j].kind for i, j in pairs):
        return [_Hunk(i, i + 1, j, j + 1) for i, j in pairs]
    return [hunk]


def _next(queue: list[list[_Hunk]], *, touching: bool) -> tuple[list[_Hunk], list[_Hunk]]:
    """Take the next hunk, with every hunk of either side that overlaps what is taken. Queues hold the front last."""
    heads = [(side[-1].start, side[-1].stop, which) for which, side in enumerate(queue) if side]
    first = min(heads)[2]
    taken: tuple[list[_Hunk], list[_Hunk]] = ([], [])
    taken[first].append(queue[first].pop())
    start, stop = taken[first][0].start, taken[first][0].stop
    grown = True
    while grown:
        grown = False
        for which, side in enumerate(queue):
            if side and _meets(side[-1], start, stop, touching=touching):
                hunk = side.pop()
                taken[which].append(hunk)
                start, stop, grown = min(start, hunk.start), max(stop, hunk.stop), True
    return taken


def _meets(hunk: _Hunk, start: int, stop: int, *, touching: bool) -> bool:
    if touching:
        return hunk.start <= stop and start <= hunk.stop
    if start == stop == hunk.start == hunk.stop:
        return True
    return hunk.start < stop and start < hunk.stop


def _deletes(hunks: Sequence[_Hunk]) -> bool:
    return all(h.low == h.high for h in hunks)


def _texts(placed: Sequence[_Placed]) -> list[str]:
    return [p.part.text for p in placed]


# ---- two insertions at one place ----------------------------------------------------------------


def _both(loser: list[_Placed], winner: list[_Placed], *, sections: bool) -> list[_Placed]:
    """Keep both insertions. What is alike in both is kept once, where `sections`; the order comes from the content."""
    if not sections:
        return _ordered(loser, winner)
    pairs = align(_comparable(loser, "loser"), _comparable(winner, "winner"))
    out: list[_Placed] = []
    i = j = 0
    bullets = {p.part.text for p in winner if p.part.kind is BlockKind.BULLET}
    for a, b in [*pairs, (len(loser), len(winner))]:
        mine = [p for p in loser[i:a] if p.part.kind is not BlockKind.BULLET or p.part.text not in bullets]
        out += _sections(mine, winner[j:b])
        if a < len(loser):
            out.append(_Placed(winner[b].part, (None, loser[a].at[1], winner[b].at[2])))
        i, j = a + 1, b + 1
    return out


def _comparable(run: Sequence[_Placed], side: str) -> list[str]:
    """Return the texts; a block without a letter or digit (a rule, a fence's end) is unlike any of the other side."""
    return [p.part.text if any(map(str.isalnum, p.part.text)) else f"\0{side}{n}" for n, p in enumerate(run)]


def _sections(first: list[_Placed], second: list[_Placed]) -> list[_Placed]:
    """Put what belongs to the section above before new sections, so that no block slips under a foreign heading."""
    (first_top, first_rest), (second_top, second_rest) = _at_heading(first), _at_heading(second)
    return _ordered(first_top, second_top) + _ordered(first_rest, second_rest)


def _at_heading(run: list[_Placed]) -> tuple[list[_Placed], list[_Placed]]:
    at = next((n for n, p in enumerate(run) if p.part.kind is BlockKind.HEADING), len(run))
    return run[:at], run[at:]


def _ordered(first: list[_Placed], second: list[_Placed]) -> list[_Placed]:
    """Put the deeper indented run first (it belongs to the bullet above), then the one whose text sorts first."""
    runs = sorted((r for r in (first, second) if r), key=lambda r: (-r[0].part.indent, _texts(r)))
    return [p for run in runs for p in run]

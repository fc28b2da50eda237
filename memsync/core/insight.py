"""Insight: a store in figures, and the memories that a person should look at again. Pure: entries and counts in, values out."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from memsync.core.memory import Status
from memsync.core.recall.fold import same, words_of
from memsync.core.scope import scope_of_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from memsync.core.memory import Memory
    from memsync.core.recall.entry import Entry
    from memsync.core.usage import Speed, Usage

DAY = 86_400.0
AGES = (
    ("a day", DAY),
    ("a week", 7 * DAY),
    ("a month", 30 * DAY),
    ("a quarter", 91 * DAY),
    ("a year", 365 * DAY),
)
"""Since when a memory stands as it is: at most so long."""

OLDER = "longer"
_TOP = 5
_RARE = 3  # words of a memory by which it is compared with others
_CROWD = 40  # memories with a rare word in common; more have it by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Memories by what they are, and how recall served on this machine. `most`: (key, title, count), best first."""

    memories: int
    by_category: Mapping[str, int]
    by_scope: Mapping[str, int]
    by_age: Mapping[str, int]
    by_status: Mapping[str, int]
    recalled: int
    most: tuple[tuple[str, str, int], ...]
    speeds: Mapping[str, Speed]
    counted_since: float


def tally(entries: Sequence[tuple[Entry, bool]], usage: Usage, *, now: float) -> Stats:
    """Count entries, each with whether it is of the private store. `now` is in UTC seconds."""
    used = [(use.count, e) for e, _ in entries if (use := usage.uses.get(e.id or e.path))]
    most = sorted(used, key=lambda pair: (-pair[0], pair[1].path))[:_TOP]
    ages = Counter(_age(now - entry.updated) for entry, _ in entries)
    return Stats(
        memories=len(entries),
        by_category=_ordered(Counter(entry.category for entry, _ in entries)),
        by_scope=_ordered(Counter(str(scope_of_path(e.path, private=private)) for e, private in entries)),
        by_age={name: ages[name] for name in (*(name for name, _ in AGES), OLDER)},
        by_status=_ordered(Counter(entry.status for entry, _ in entries)),
        recalled=len(used),
        most=tuple((entry.key, entry.title, count) for count, entry in most),
        speeds=dict(sorted(usage.speeds.items())),
        counted_since=usage.since,
    )


def _age(seconds: float) -> str:
    return next((name for name, most in AGES if seconds <= most), OLDER)


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


# ---- what to look at again ----------------------------------------------------------------------


class DoubtKind(StrEnum):
    """Why a memory should be looked at again."""

    CONTESTED = "contested"
    STALE = "stale"
    CANDIDATE = "candidate"
    DUPLICATE = "duplicate"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A memory to look at again. `others` are its twins, or the memories that say the same; `says` is the reason in words."""

    kind: DoubtKind
    memory: Memory
    others: tuple[Memory, ...] = ()
    says: str = ""
    store: str = ""

    @property
    def mark(self) -> str:
        """Changes with what the doubt is about: a person's word on it counts as long as it stays the same."""
        texts = "\0".join([str(self.kind), *(f"{m.path}\0{m.text}" for m in (self.memory, *self.others))])
        return hashlib.blake2b(texts.encode(errors="surrogatepass"), digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What doubts are judged by. `stale`: path → reason; `until`: unused is what is older than this (UTC seconds)."""

    usage: Usage
    stale: Mapping[str, str] = field(default_factory=dict)
    until: float = 0.0


def doubts(memories: Sequence[Memory], known: Known, *, store: str = "") -> list[Doubt]:
    """Return what should be looked at again among one store's memories, the gravest first."""
    return [
        Doubt(kind=kind, memory=memory, others=others, says=says, store=store)
        for kind, memory, others, says in (
            *_contested(memories),
            *((DoubtKind.STALE, m, (), known.stale[m.path]) for m in memories if m.path in known.stale),
            *(
                (DoubtKind.CANDIDATE, m, (), "not confirmed yet")
                for m in memories
                if m.status is Status.CANDIDATE
            ),
            *_duplicates(memories),
            *_unused(memories, known),
        )
    ]


_Words = tuple[str, frozenset[str]]  # a scope, and the words of a memory there
_Found = tuple[DoubtKind, "Memory", tuple["Memory", ...], str]


def _contested(memories: Sequence[Memory]) -> Iterable[_Found]:
    by_path = {m.path: m for m in memories}
    twins: defaultdict[str, list[Memory]] = defaultdict(list)
    for memory in memories:
        winner = memory.path.rpartition(".conflict-")[0] if memory.is_twin else ""
        suffix = memory.path[memory.path.rfind(".") :] if memory.is_twin else ""
        if winner + suffix in by_path:
            twins[winner + suffix].append(memory)
    for path, others in sorted(twins.items()):
        yield DoubtKind.CONTESTED, by_path[path], tuple(others), "two machines changed it in different ways"


def _unused(memories: Sequence[Memory], known: Known) -> Iterable[_Found]:
    if not known.usage.since or known.usage.since > known.until:
        return  # recalls are not counted for long enough to say that a memory never came
    for memory in memories:
        moment = memory.updated or memory.created
        old = moment is not None and moment.timestamp() <= known.until
        if old and not memory.pinned and memory.status is Status.ACTIVE and known.usage.of(memory) is None:
            yield DoubtKind.UNUSED, memory, (), "never recalled on this machine"


def _duplicates(memories: Sequence[Memory]) -> Iterable[_Found]:
    """Yield groups that say the same: the one to keep, and the others. Only what shares a rare word is compared."""
    active = [m for m in memories if m.status is Status.ACTIVE and not m.is_twin and not m.sensitive]
    groups: dict[tuple[str, frozenset[str]], list[Memory]] = {}
    for memory in active:
        groups.setdefault((str(memory.scope), words_of(memory)), []).append(memory)
    leader = {key: key for key in groups}
    for one, other in _alike(list(groups)):
        first, second = _led(leader, one), _led(leader, other)
        if first is not second and same(one[1], other[1]):
            leader[second] = first
            groups[first] += groups.pop(second)
    for group in groups.values():
        if len(group) > 1:
            best, *others = sorted(group, key=_worth, reverse=True)
            yield DoubtKind.DUPLICATE, best, tuple(others), "says the same as others"


def _led(leader: Mapping[_Words, _Words], key: _Words) -> _Words:
    while leader[key] is not key:
        key = leader[key]
    return key


def _alike(keys: Sequence[_Words]) -> Iterable[tuple[_Words, _Words]]:
    """Yield pairs of one scope that share one of their rarest words, each pair once."""
    known = Counter(word for _, words in keys for word in words)
    by_word: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, (scope, words) in enumerate(keys):
        shared = sorted((w for w in words if known[w] > 1), key=lambda w: (known[w], w))
        for word in shared[:_RARE]:
            by_word[scope, word].append(number)
    pairs = (pair for group in by_word.values() if len(group) <= _CROWD for pair in combinations(group, 2))
    return ((keys[one], keys[other]) for one, other in dict.fromkeys(pairs))


def _worth(memory: Memory) -> tuple[bool, float, float, str]:
    moment = memory.updated or memory.created
    return memory.pinned, memory.importance, moment.timestamp() if moment else 0.0, memory.path

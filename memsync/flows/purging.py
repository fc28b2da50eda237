"""Purging: which objects hold a secret → the same objects without it, and which old ones must go. Deterministic, so re-runnable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from memsync.core.gate import Level, judge, redact_clean
from memsync.core.gitobjects import references, rewritten, tree_entries
from memsync.core.marks import mark_of
from memsync.core.secrets.judgement import looks_random, strength
from memsync.flows.gatekeeping import LARGEST, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from memsync.core.gate import Finding
    from memsync.core.gitobjects import TreeEntry
    from memsync.flows.leaks import Gate

_BATCH = 500
_SHORTEST = 8  # bytes of a value that is looked for wherever it stands


class Objects(Protocol):
    """A repository's objects. The real one is edges.anyrepo.objects.Objects."""

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield (id, kind) of every object that is here, in a ref or not."""
        ...

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind and content; ("", b"") where there is none."""
        ...

    def put(self, kind: str, raw: bytes) -> str:
        """Write an object and return its id."""
        ...


@dataclass(slots=True, kw_only=True)
class Secrets:
    """What is to be taken out. It holds secrets, in memory only: no field of it is ever shown or written.

    `values` (bytes → rule) are looked for everywhere; `flagged` are ids of objects in which the gate finds something
    that, an ordinary word, is a secret only there.
    """

    values: dict[bytes, str] = field(default_factory=dict)
    flagged: set[str] = field(default_factory=set)
    named: bool = False  # whether a file's name is one

    def __bool__(self) -> bool:
        return bool(self.values or self.flagged or self.named)

    def pattern(self) -> re.Pattern[bytes] | None:
        """Return what finds any of the values; None where there are none."""
        longest = sorted(self.values, key=len, reverse=True)
        return re.compile(b"|".join(map(re.escape, longest))) if longest else None


def blocking(text: str, gate: Gate) -> list[Finding]:
    """Return what must not stay in a text: what blocks and no allowance, for whatever memory, covers."""
    anywhere = {(a.rule, a.fingerprint) for a in gate.allowances}
    found = judge(gate.scanner.scan(text), ()).findings
    return [f for f in found if f.level is Level.BLOCK and (f.rule, f.fingerprint) not in anywhere]


def take_note(text: str, gate: Gate, secrets: Secrets) -> bool:
    """Add what is found in a text to the values that are looked for; return whether anything was found."""
    found = blocking(text, gate)
    for f in found:
        value = text[f.start : f.end]
        if len(value.encode()) >= _SHORTEST and (looks_random(value) or strength(value) >= 2):
            secrets.values[value.encode()] = f.rule
    return bool(found)


def find_secrets(objects: Objects, kinds: Iterable[tuple[str, str]], gate: Gate, secrets: Secrets) -> None:
    """Look at these objects (id, kind), and note what must go. Those known to be clean are not read. Raises GateShut."""
    names: dict[bytes, bool] = {}
    every = iter(kinds)
    while batch := list(islice(every, _BATCH)):
        marks = {oid: _mark(oid, kind, gate) for oid, kind in batch}
        clean = gate.known.clean(list(marks.values()))
        passed: list[bytes] = []
        for oid, _ in batch:
            if marks[oid] in clean:
                continue
            if _is_clean(oid, objects, gate, secrets, names):
                passed.append(marks[oid])
        gate.known.keep(passed)


def _is_clean(oid: str, objects: Objects, gate: Gate, secrets: Secrets, names: dict[bytes, bool]) -> bool:
    kind, raw = objects.read(oid)
    if kind == "tree":
        here = {e.name for e in tree_entries(raw)}
        names |= {name: take_note(as_text(name), gate, secrets) for name in here - names.keys()}
        secrets.named |= any(names[name] for name in here)
        return not any(names[name] for name in here)
    if len(raw) > LARGEST or not take_note(as_text(raw), gate, secrets):
        return True
    secrets.flagged.add(oid)
    return False


def _mark(oid: str, kind: str, gate: Gate) -> bytes:
    return mark_of(
        f"a {kind} to keep", oid.encode(), rules=f"{gate.rules}\0{gate.allowances!r}", key=gate.key
    )


# ---- the same objects without it ----------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Rewriting:
    """Writes, for each object that holds a secret or refers to one that does, the same without. `kept` stay as they are."""

    objects: Objects
    gate: Gate
    secrets: Secrets
    kept: Collection[bytes]  # ids, as bytes
    done: dict[str, str] = field(default_factory=dict)  # old id → new id, or the same
    kinds: dict[str, str] = field(default_factory=dict)  # of those that changed
    names: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def changed(self) -> dict[str, str]:
        """Old id → new id of what is not as it was."""
        return {old: new for old, new in self.done.items() if old != new}

    def all(self, oids: Iterable[str]) -> None:
        """Rewrite these objects, and all they refer to first."""
        for oid in oids:
            self._one(oid)

    def _one(self, oid: str) -> None:
        waiting: list[tuple[str, str, bytes]] = []
        self._open(oid, waiting)
        while waiting:
            oid, kind, raw = waiting[-1]
            needs = [r for r in references(kind, raw) if r not in self.done]
            for need in needs:
                self._open(need, waiting)
            if waiting[-1][0] == oid:
                waiting.pop()
                self._close(oid, kind, raw)

    def _open(self, oid: str, waiting: list[tuple[str, str, bytes]]) -> None:
        if oid in self.done:
            return
        kind, raw = ("", b"") if bytes.fromhex(oid) in self.kept else self.objects.read(oid)
        if kind:
            waiting.append((oid, kind, raw))
        else:
            self.done[oid] = oid

    def _close(self, oid: str, kind: str, raw: bytes) -> None:
        if oid in self.done:
            return  # two others needed it
        words = self.words if oid in self.secrets.flagged else self.plain
        fresh = rewritten(kind, raw, ids=self.done, words=words, name=self._name)
        self.done[oid] = oid if fresh == raw else self.objects.put(kind, fresh)
        if fresh != raw:
            self.kinds[oid] = kind

    def words(self, raw: bytes) -> bytes:
        """Return a text without what the gate finds in it, and without the values."""
        if len(raw) > LARGEST:
            return self.plain(raw)
        text = as_text(raw)
        if not blocking(text, self.gate):
            return self.plain(raw)
        return self.plain(redact_clean(text, lambda shown: blocking(shown, self.gate))[0].encode())

    def plain(self, raw: bytes) -> bytes:
        """Return bytes in which each value is a mark."""
        pattern = self.secrets.pattern()
        if pattern is None:
            return raw
        return pattern.sub(lambda m: f"[REDACTED:{self.secrets.values[m[0]]}]".encode(), raw)

    def _name(self, entry: TreeEntry) -> bytes:
        """Return a name, or where it is a secret another one, made of what the file holds."""
        if entry.name not in self.names:
            bad = self.plain(entry.name) != entry.name or bool(blocking(as_text(entry.name), self.gate))
            self.names[entry.name] = b"redacted-%s.md" if bad else entry.name
        known = self.names[entry.name]
        return known if known == entry.name else known % entry.oid[:8].encode()


def to_remove(rewriting: Rewriting) -> Sequence[str]:
    """Return the ids of old objects that must go, those that refer to others first."""
    order = {"tag": 0, "commit": 1, "tree": 2, "blob": 3}
    return sorted(rewriting.changed, key=lambda oid: order[rewriting.kinds[oid]])

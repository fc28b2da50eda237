"""Leaks: every version of every file, every name and every message that history holds → findings with their commits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from memsync.core.gate import judge, redact, redact_clean
from memsync.core.leaks import MESSAGE, HistoryReport, Leak, PastCommit
from memsync.core.marks import mark_of
from memsync.flows.gatekeeping import LARGEST, TOO_LARGE, as_text, inspect_text, without_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from memsync.core.gate import Allowance, Finding
    from memsync.core.leaks import History, PastFile
    from memsync.core.ports import Scanner
    from memsync.flows.gatekeeping import Clean

_BATCH = 500
_AROUND = 60  # characters of the line on either side of a secret that an excerpt shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What texts of history are judged with. `known` remembers clean objects by id, under `rules` and a `key`.

    `memory_id` gives the id that a file's text names, for allowances.
    """

    scanner: Scanner
    allowances: Sequence[Allowance]
    known: Clean
    rules: str
    key: bytes
    memory_id: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Suspect:
    """An object with findings, each with its redacted line."""

    findings: tuple[tuple[Finding, str], ...]
    memory_id: str


@dataclass(slots=True)
class _Look:
    """What a look through history has seen so far. Of clean texts nothing is kept but ids."""

    seen: set[bytes] = field(default_factory=set)  # ids of objects, as bytes
    paths: set[int] = field(default_factory=set)  # hashes of paths
    suspects: dict[str, _Suspect] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)  # (object, path) → its oldest commit
    named: dict[str, tuple[tuple[Finding, ...], str]] = field(
        default_factory=dict
    )  # path → findings, oldest commit
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    scanned: int = 0


def scan_history(history: History, gate: Gate) -> HistoryReport:
    """Look through all refs, stashes, reflogs, and the objects that are in none; each object is read once at most.

    Raises GateShut if the scanner fails.
    """
    look = _Look()
    every = history.changes()
    while batch := list(islice(every, _BATCH)):
        _take_in(batch, look, history, gate)
    rest = ((oid, size) for oid, _, size in history.others(look.seen))
    while some := list(islice(rest, _BATCH)):
        _read([oid for oid, _ in some], look, history, gate)
        look.places |= {(oid, ""): "" for oid, _ in some if oid in look.suspects}
    leaks = tuple(_leaks(look, gate))
    sent = history.sent({leak.commit for leak in leaks} - {""})
    told = tuple(replace(leak, sent=leak.commit in sent) for leak in leaks)
    return HistoryReport(leaks=told, scanned=look.scanned, unreadable=tuple(look.unreadable))


def _take_in(batch: Sequence[PastCommit | PastFile], look: _Look, history: History, gate: Gate) -> None:
    words: dict[str, str] = {}
    fresh: dict[str, None] = {}
    for one in batch:
        oid = one.commit if isinstance(one, PastCommit) else one.oid
        if bytes.fromhex(oid) not in look.seen:
            look.seen.add(bytes.fromhex(oid))
            if isinstance(one, PastCommit):
                words[oid] = one.words
            else:
                fresh[oid] = None
    _scan_all(((oid, text.encode()) for oid, text in words.items()), list(words), look, gate)
    _read(list(fresh), look, history, gate)
    for one in batch:
        if isinstance(one, PastCommit):
            if one.commit in look.suspects:
                look.places[one.commit, MESSAGE] = one.commit
            continue
        if one.oid in look.suspects:
            look.places[one.oid, one.path] = one.commit
        _name(one, look, gate)


def _name(one: PastFile, look: _Look, gate: Gate) -> None:
    if one.path in look.named:
        look.named[one.path] = (look.named[one.path][0], one.commit)
    elif hash(one.path) not in look.paths:
        look.paths.add(hash(one.path))
        look.scanned += 1
        if found := gate.scanner.scan("", path=one.path):
            look.named[one.path] = (found, one.commit)


def _read(oids: Sequence[str], look: _Look, history: History, gate: Gate) -> None:
    """Scan objects that are not known to be clean."""
    marks = {oid: _mark(oid, gate) for oid in oids}
    clean = gate.known.clean(list(marks.values()))
    wanted = [oid for oid in oids if marks[oid] not in clean]
    contents = history.contents(wanted, most=LARGEST) if wanted else ()
    _scan_all(contents, [], look, gate)


def _scan_all(
    contents: Iterable[tuple[str, bytes | None]], cached: Sequence[str], look: _Look, gate: Gate
) -> None:
    """Scan contents; those named in `cached` may be known to be clean."""
    clean = gate.known.clean([_mark(oid, gate) for oid in cached])
    passed: list[bytes] = []
    for oid, raw in contents:
        mark = _mark(oid, gate)
        if mark in clean:
            continue
        look.scanned += 1
        if raw is None:
            look.unreadable.append((oid, TOO_LARGE))
            continue
        suspect = _scan(raw, gate)
        if suspect.findings:
            look.suspects[oid] = suspect
        else:
            passed.append(mark)
    gate.known.keep(passed)


def _mark(oid: str, gate: Gate) -> bytes:
    return mark_of("an object", oid.encode(), rules=gate.rules, key=gate.key)


def _scan(raw: bytes, gate: Gate) -> _Suspect:
    text = as_text(raw)
    findings = inspect_text(text, scanner=gate.scanner).findings
    if not findings:
        return _Suspect((), "")
    told = tuple((f, _excerpt(text, f, findings, gate)) for f in findings)
    return _Suspect(told, gate.memory_id(text))


def _excerpt(text: str, finding: Finding, findings: Sequence[Finding], gate: Gate) -> str:
    """Return what stands around a finding on its line, every secret in it redacted."""
    end = text.find("\n", finding.end)
    first = max(text.rfind("\n", 0, finding.start) + 1, finding.start - _AROUND)
    last = min(len(text) if end < 0 else end, finding.end + _AROUND)
    near = [
        replace(f, start=max(f.start, first) - first, end=min(f.end, last) - first)
        for f in findings
        if f.start < last and first < f.end
    ]
    return redact_clean(redact(text[first:last], near), gate.scanner.scan)[0].strip()


def _leaks(look: _Look, gate: Gate) -> Iterator[Leak]:
    """Yield a leak for each finding at each path that no allowance covers."""
    for (oid, path), commit in look.places.items():
        suspect = look.suspects[oid]
        excerpts = {(f.rule, f.start, f.end): excerpt for f, excerpt in suspect.findings}
        found = (replace(f, path=path) for f, _ in suspect.findings)
        for f in judge(found, gate.allowances, memory_id=suspect.memory_id).findings:
            shown = redact_clean(path, gate.scanner.scan)[0] if path in look.named else path
            excerpt = excerpts[f.rule, f.start, f.end]
            yield Leak(finding=replace(f, path=shown), commit=commit, blob=oid, excerpt=excerpt)
    for findings, commit in look.named.values():
        for f in without_names(judge(findings, gate.allowances).findings, scanner=gate.scanner):
            yield Leak(finding=f, commit=commit)

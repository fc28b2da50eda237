"""The one way through the gate: bytes under a name → Verdict. Remember, capture, scan, hooks and the push gate all use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from memsync.core.gate import Finding, Level, Verdict, judge, redact_clean
from memsync.core.marks import mark_of, rules_of
from memsync.core.seal import parted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from memsync.core.gate import Allowance
    from memsync.core.ports import Scanner

LARGEST = 16 * 1024 * 1024
"""Bytes that are scanned at most. What is larger is not let through: a store takes no file over 1 MiB anyway."""

TOO_LARGE = "too-large-to-scan"
UNSEALED = "unsealed"
"""The rule that finds a memory which says that it is sensitive and can be read by everyone. No allowance covers it."""


def inspect(
    path: str,
    raw: bytes,
    *,
    scanner: Scanner,
    allowances: Sequence[Allowance] = (),
    memory_id: str = "",
    in_store: bool = True,
) -> Verdict:
    """Return the verdict on a file's bytes and its name; raises GateShut if the scan fails.

    Offsets count the characters of `as_text(raw)`. Bytes that are no UTF-8 and binary files are scanned as well; of a sealed
    memory all but what age has encrypted.
    `in_store`: the file is, or is to be, a store's, where what says that it is sensitive must be sealed.
    """
    if len(raw) > LARGEST:
        return too_large(path)
    text = as_text(raw)
    shown, unsealed = parted(text)
    verdict = inspect_text(shown, path=path, scanner=scanner, allowances=allowances, memory_id=memory_id)
    if in_store and path and unsealed:
        return replace(verdict, findings=(*verdict.findings, _whole_file(path, UNSEALED)))
    return verdict


def _whole_file(path: str, rule: str) -> Finding:
    """Return a finding that is of no place in the text, and that no allowance can be made for."""
    return Finding(path=path, rule=rule, level=Level.BLOCK, line=0, start=0, end=0, fingerprint="")


def too_large(path: str) -> Verdict:
    """Return the verdict on what has too many bytes to be scanned: it does not pass."""
    return Verdict(findings=(_whole_file(path, TOO_LARGE),))


def inspect_text(
    text: str, *, scanner: Scanner, path: str = "", allowances: Sequence[Allowance] = (), memory_id: str = ""
) -> Verdict:
    """Return the verdict on a text and, where it has one, its name."""
    return judge(scanner.scan(text, path=path), allowances, memory_id=memory_id)


def as_text(raw: bytes) -> str:
    """Return the bytes as the text that is scanned: UTF-8 with its mistakes replaced.

    A stray byte never hides what stands around it, and no first byte makes the rest be read otherwise: UTF-16 is read
    through its NULs, which the rules pass over.
    """
    return raw.decode("utf-8", "replace")


def redacted(
    text: str, *, scanner: Scanner, allowances: Sequence[Allowance] = (), memory_id: str = "", path: str = ""
) -> tuple[str, tuple[Finding, ...]]:
    """Return the text with every finding, warnings too, redacted, and those findings; what an allowance covers stays."""
    return redact_clean(
        text, lambda shown: judge(scanner.scan(shown, path=path), allowances, memory_id=memory_id).findings
    )


def without_names(findings: Sequence[Finding], *, scanner: Scanner) -> tuple[Finding, ...]:
    """Return findings as they may be shown: a path that holds a secret itself is redacted."""
    if all(f.line for f in findings):
        return tuple(findings)
    shown = {f.path: redact_clean(f.path, scanner.scan)[0] for f in findings}
    return tuple(replace(f, path=shown[f.path]) for f in findings)


class Clean(Protocol):
    """What is remembered of texts that passed: marks, never texts."""

    def clean(self, marks: Sequence[bytes]) -> frozenset[bytes]:
        """Return those of the marks that are known to be clean."""
        ...

    def keep(self, marks: Iterable[bytes]) -> None:
        """Remember texts that are clean."""
        ...


@dataclass(frozen=True, slots=True)
class Sight:
    """A text to be looked at: its name, what stands for its bytes (they themselves, or an object's id), and what reads them.

    `read` gives None for what is too large to be read at all; `kind` keeps ids and texts apart.
    """

    path: str
    stamp: bytes
    read: Callable[[], bytes | None]
    kind: str = "text"


def in_hand(path: str, raw: bytes) -> Sight:
    """Return a text that is read already, to be looked at."""
    return Sight(path, raw, lambda: raw)


def inspect_all(
    sights: Iterable[Sight],
    *,
    scanner: Callable[[], Scanner],
    allowances: Sequence[Allowance] = (),
    known: Clean,
    rules: str,
    key: bytes,
    memory_id: Callable[[str, bytes], str] = lambda _path, _raw: "",
    in_store: bool = True,
) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdict on each text, reading and scanning only what `known` has not seen clean under these rules.

    What was found clean is remembered at the end of each batch of 200. `memory_id` gives a file's id, for allowances;
    `scanner` is asked for when the first is needed.
    """
    every = iter(sights)
    while batch := list(islice(every, 200)):
        marks = [
            mark_of(s.path, s.stamp, rules=rules_of(s.kind, in_store=in_store, ruleset=rules), key=key)
            for s in batch
        ]
        seen = known.clean(marks)
        fresh: list[bytes] = []
        for sight, mark in zip(batch, marks, strict=True):
            verdict = Verdict()
            if mark not in seen:
                raw = sight.read()
                verdict = too_large(sight.path)
                if raw is not None:
                    named = memory_id(sight.path, raw)
                    verdict = inspect(
                        sight.path, raw, scanner=scanner(), allowances=allowances, memory_id=named, in_store=in_store
                    )  # fmt: skip
            if not verdict.findings and not verdict.allowed:
                fresh.append(mark)
            yield sight.path, verdict
        known.keep(mark for mark in fresh if mark not in seen)


def refused(
    contents: Iterable[tuple[str, bytes]], *, scanner: Scanner, allowances: Sequence[Allowance] = ()
) -> tuple[Finding, ...]:
    """Return the findings that must keep a set of files (a push, a staged index) from passing; empty: it may."""
    return tuple(
        finding
        for path, raw in contents
        for finding in inspect(path, raw, scanner=scanner, allowances=allowances).findings
        if finding.level is Level.BLOCK
    )

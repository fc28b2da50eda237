"""detect-secrets' `.secrets.baseline`, read: which findings of a file it knows. It is never written here.

Source: detect_secrets/core/baseline.py of version 1.5: `{"results": {path: [{"type", "hashed_secret", "line_number",
"is_secret"?}]}}`, `hashed_secret` being the SHA-1 of the value, without a key.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from memsync.core.gate import Finding

_LARGEST = 32 * 1024 * 1024  # bytes
_SHA1 = re.compile(r"[0-9a-f]{40}")
_TOKEN = re.compile(r"[^\s\"'`<>(){}\[\],;]+")
_PART = re.compile(r"[^\s\"'`<>(){}\[\],;=:@]+")
_MOST = 400  # characters of a token


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One entry: a value's SHA-1 at a path and a line. `is_secret`: somebody audited it and said that it is one."""

    path: str
    line: int
    kind: str
    sha1: str
    is_secret: bool = False


def parse_baseline(raw: bytes) -> tuple[Known, ...]:
    """Return a baseline's entries. Raises BadInput where the bytes are no baseline."""
    if len(raw) > _LARGEST:
        raise BadInput("baseline", f"has {len(raw):,} bytes; {_LARGEST:,} are the most")
    try:
        results = json.loads(raw)["results"]
        return tuple(_known(path, entry) for path, entries in results.items() for entry in entries)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(
            "baseline",
            "is no .secrets.baseline",
            hint="`detect-secrets scan` writes one (version 1.0 and later).",
        ) from None


def _known(path: str, entry: dict[str, Any]) -> Known:
    sha1, line = str(entry["hashed_secret"]), int(entry.get("line_number") or 0)
    if not _SHA1.fullmatch(sha1):
        raise ValueError(sha1)
    name = str(path).replace("\\", "/").removeprefix("./")
    return Known(
        path=name,
        line=line,
        kind=str(entry.get("type", "")),
        sha1=sha1,
        is_secret=entry.get("is_secret") is True,
    )


def matching(text: str, findings: Sequence[Finding], known: Known) -> tuple[Finding, ...]:
    """Return the findings whose value the entry stands for: the text still holds a value with this SHA-1, and it is theirs.

    A value counts as a finding's where the two overlap in more than half of each: the first line of a private key, which
    is all that detect-secrets hashes, stands for no key.
    """
    places = [(a, b) for a, b in _values(text, findings) if _sha1(text[a:b]) == known.sha1]
    return tuple(f for f in findings if any(_same(f, a, b) for a, b in places))


def _values(text: str, findings: Iterable[Finding]) -> Iterator[tuple[int, int]]:
    """Yield the places that may be what detect-secrets hashed: the findings themselves, and the words around them."""
    for finding in findings:
        if finding.end <= finding.start:
            continue
        yield finding.start, finding.end
        start = max(text.rfind("\n", 0, finding.start) + 1, finding.start - _MOST)
        end = text.find("\n", finding.end)
        end = min(len(text) if end < 0 else end, finding.end + _MOST)
        for pattern in (_TOKEN, _PART):
            yield from (match.span() for match in pattern.finditer(text, start, end))


def _sha1(value: str) -> str:
    return hashlib.sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _same(finding: Finding, start: int, end: int) -> bool:
    both = min(finding.end, end) - max(finding.start, start)
    return both * 2 > finding.end - finding.start and both * 2 > end - start

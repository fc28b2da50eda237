"""Texts inside of texts: base64, hexadecimal and gzip, unpacked within bounds."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH = 3
"""How often a text is unpacked again."""
LARGEST = 2 * 1024 * 1024
"""Characters unpacked from one scan, all depths together. What has more is not scanned and so must not pass."""

_PEEK = 96  # letters that show whether it is text at all


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(r"[A-Za-z0-9+/_-]{22,}+={0,2}"), re.compile(
        r"(?<![0-9A-Za-z])(?:0x)?((?:[0-9a-f]{2}){18,}+|(?:[0-9A-F]{2}){18,}+)(?![0-9A-Za-z])"
    )


def inner_texts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of every run that is text (or gzip of text) in base64 or hexadecimal."""
    if max(map(len, text.split()), default=0) < 22:
        return
    base64_runs, hex_runs = _patterns()
    for match in base64_runs.finditer(text):
        run = match[0]
        meant = _from_base64(run)
        if meant is not None:
            yield match.start(), match.end(), meant
    for match in hex_runs.finditer(text):
        head = bytes.fromhex(match[1][: _PEEK // 2 * 2])
        if _is_text(head):
            yield (
                match.start(),
                match.end(),
                bytes.fromhex(match[1][: LARGEST * 2]).decode("utf-8", "replace"),
            )


def _from_base64(run: str) -> str | None:
    head = _decode(run[:_PEEK])
    if head is None:
        return None
    if head[:2] == b"\x1f\x8b" or head[:2] in (b"x\x9c", b"x\xda", b"x\x01"):
        return _inflate(_decode(run[: LARGEST * 2]) or b"")
    if not _is_text(head):
        return None
    whole = _decode(run)
    return None if whole is None else whole.decode("utf-8", "replace")


def _decode(run: str) -> bytes | None:
    bare = run.rstrip("=").translate(_STANDARD)
    bare = bare[: len(bare) - 1] if len(bare) % 4 == 1 else bare
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return None


_STANDARD = str.maketrans("-_", "+/")


def _is_text(raw: bytes) -> bool:
    """Return whether the first bytes are text: printable ASCII, but for an odd one."""
    odd = sum(not (32 <= byte < 127 or byte in (9, 10, 13)) for byte in raw)
    return odd * 12 <= len(raw)


def _inflate(packed: bytes) -> str | None:
    try:
        raw = zlib.decompressobj(47).decompress(packed, LARGEST + 1)
    except zlib.error:
        return None
    return raw.decode("utf-8", "replace")

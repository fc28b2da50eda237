"""ULID: a memory's identity; sorts by the millisecond it was made. Source: github.com/ulid/spec."""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def make_ulid(milliseconds: int, randomness: bytes) -> str:
    """Return 26 characters from 48 bits of Unix milliseconds and 10 bytes of randomness."""
    number = (milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(randomness[:10])
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Whether the text is a ULID in its canonical upper-case form."""
    return _ULID.fullmatch(text) is not None

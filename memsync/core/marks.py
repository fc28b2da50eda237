"""Marks: what stands for a text that the gate passed. Light to import: a hook asks for nothing else at most commits."""

from __future__ import annotations

from hashlib import blake2b

RULESET = "13-803228ee1fc6"
"""The rules' name, as memsync.core.secrets.RULESET_VERSION makes it; a test keeps them equal."""


def mark_of(path: str, raw: bytes, *, rules: str, key: bytes) -> bytes:
    """Return 20 bytes that stand for a text under a name and a set of rules; nobody without the key can guess the text."""
    words = (rules.encode(), path.encode("utf-8", "surrogateescape"), raw)
    hashed = blake2b(key=key[:64], digest_size=20)
    for word in words:
        hashed.update(len(word).to_bytes(8, "big") + word)
    return hashed.digest()


def rules_of(kind: str, *, in_store: bool, ruleset: str = RULESET) -> str:
    """Return by what a text of a kind (`text`, or `object`: an id stands for it) is judged, in a store or elsewhere."""
    return f"{ruleset}{' sealed' if in_store else ''} {kind}"

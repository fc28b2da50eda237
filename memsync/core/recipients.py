"""The store's list of who may open its sealed memories, `.memsync/recipients`: one age recipient a line, as `age -R` reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memsync.core.seal import RECIPIENTS
from memsync.errors import BadInput

_KEY = re.compile(
    r"age1[02-9ac-hj-np-z]{58}"  # X25519: Bech32 of 32 bytes
    r"|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]{60,2000}={0,2}"
)
_START = 24
"""Characters of a key that its label repeats: a line that says by itself whose key it is survives every merge of the list."""

_NAMED = re.compile(rf"# (?P<start>age1[a-z0-9]{{{_START - 4}}}) is (?P<label>.*)")
_LARGEST = 256 * 1024  # bytes
_LABEL_LENGTH = 80
_HEAD = b"""\
# Who may open the sealed memories of this store: age recipients, changed with `memsync vault recipient`.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who may open sealed memories: a public key, and whose it is in words."""

    key: str
    label: str = ""


def parse_key(text: str) -> Recipient:
    """Read a public key as a person gives it: an age one, or an ssh one with or without its comment. Raises BadInput."""
    words = text.split(maxsplit=2)
    key = " ".join(words[:2]) if words and words[0].startswith("ssh-") else text.strip()
    if key.upper().startswith("AGE-SECRET-KEY-"):
        raise BadInput(
            "KEY",
            "is a secret key",
            hint="Its public key begins with age1. Whoever saw the secret one can open everything: make another.",
        )
    if not _KEY.fullmatch(key):
        raise BadInput("KEY", "is no age recipient", hint="It looks like age1… or ssh-ed25519 AAAA…")
    return Recipient(key=key, label=_label(words[2] if key.startswith("ssh-") and len(words) > 2 else ""))


def _label(text: str) -> str:
    return " ".join(re.sub(r"[^\w .,@:()'/+-]", " ", text).split())[:_LABEL_LENGTH]


def parse_recipients(raw: bytes) -> tuple[Recipient, ...]:
    """Return who is listed, each key once. Raises BadInput naming the line: half a list is no list."""
    if len(raw) > _LARGEST:
        raise BadInput(RECIPIENTS, f"has {len(raw):,} bytes; {_LARGEST:,} are the most")
    lines = _lines(raw)
    labels = {found["start"]: _label(found["label"]) for line in lines if (found := _NAMED.fullmatch(line))}
    listed: dict[str, Recipient] = {}
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        try:
            given = parse_key(line)
        except BadInput as error:
            raise BadInput(RECIPIENTS, f"line {number} {error.problem}", hint=error.hint) from None
        label = given.label or labels.get(given.key[:_START], "")
        listed.setdefault(given.key, Recipient(key=given.key, label=label))
    return tuple(listed.values())


def _lines(raw: bytes) -> list[str]:
    try:
        return [line.strip() for line in raw.decode().split("\n")]
    except UnicodeDecodeError:
        raise BadInput(RECIPIENTS, "is not UTF-8") from None


def with_recipient(raw: bytes | None, new: Recipient) -> bytes:
    """Return the list with one more at its end; one that is listed stays as it is."""
    before = _HEAD if raw is None else raw
    if any(known.key == new.key for known in parse_recipients(before)):
        return before
    ended = before if before.endswith(b"\n") or not before else before + b"\n"
    label = _label(new.label)
    if new.key.startswith("ssh-"):
        return ended + f"{new.key} {label}".rstrip().encode() + b"\n"
    named = f"# {new.key[:_START]} is {label}\n" if label else ""
    return ended + f"{new.key}\n{named}".encode()


def without_recipient(raw: bytes, key: str) -> bytes:
    """Return the list without a key and without the comment that says whose it is."""
    gone = (key, f"# {key[:_START]} is ")
    lines = raw.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.strip().startswith(gone)).encode()


def chosen(listed: tuple[Recipient, ...], name: str) -> Recipient:
    """Return the one a key, its beginning or a label means. Raises BadInput where that is none, or more than one."""
    wanted = name.strip()
    found = [r for r in listed if wanted in (r.key, r.label)] or [
        r for r in listed if len(wanted) >= 8 and r.key.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    problem = "is not on the list" if not found else f"names {len(found)} of the list"
    raise BadInput("KEY", f"{wanted[:60]!r} {problem}", hint="`memsync vault recipient list` shows it.")

"""Vault: names of values that live outside git. A memory says `secret://NAME`; only `memsync vault get` says the value."""

from __future__ import annotations

import re
from enum import StrEnum

from memsync.errors import BadInput

LARGEST = 64 * 1024
"""Bytes of a value in UTF-8; what is larger is a file and no secret."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?")


class Place(StrEnum):
    """Where values are kept. `auto`: the system's keyring where there is one that can be trusted, else the sealed file."""

    AUTO = "auto"
    KEYRING = "keyring"
    FILE = "file"
    HASHICORP = "hashicorp"


def reference(name: str) -> str:
    """Return what a memory writes in a value's place."""
    return f"secret://{name}"


def check_name(name: str) -> str:
    """Return the name of a value, without `secret://`, or raise BadInput. A name is no path, in no kind of vault."""
    bare = name.removeprefix("secret://")
    if _NAME.fullmatch(bare) and ".." not in bare:
        return bare
    raise BadInput(
        "NAME",
        "is no name for a value",
        hint="Use 1 to 100 letters, digits, `-`, `_` and `.`, as in stripe-live.",
    )


def check_value(value: str) -> str:
    """Return the value, or raise BadInput where it can't be kept. Never shows any of it."""
    if not value:
        raise BadInput("value", "is empty", hint="`memsync vault rm NAME` takes a value away.")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise BadInput("value", "is not valid Unicode") from None
    if size > LARGEST:
        raise BadInput("value", f"has {size:,} bytes; {LARGEST:,} are the most")
    if "\x00" in value:
        raise BadInput("value", "has a NUL character in it")
    return value


def suggested_name(rule: str) -> str:
    """Return a name for a value that the gate found, made of the rule that found it and of nothing else."""
    plain = re.sub(r"[^a-z0-9]+", "-", rule.lower()).strip("-")[:60]
    return plain or "a-name"

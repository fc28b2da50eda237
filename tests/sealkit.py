"""Sealing for tests that want no library: unlike age in strength only. The same text is never sealed to the same bytes."""

from __future__ import annotations

import base64
import itertools
import json
import textwrap
from dataclasses import dataclass, field

from memsync.core.recipients import parse_recipients
from memsync.core.seal import BEGIN, END
from memsync.errors import CannotOpen, CannotSeal

HEAD = b"age-encryption.org/v1\n-> test\n\n--- " + b"A" * 43 + b"\n"


@dataclass
class PlainSealing:
    """Opens what is sealed for `me`; seals for `names`, and with none of them for nobody."""

    me: str = "me"
    names: tuple[str, ...] = ("me",)
    serial: itertools.count = field(default_factory=lambda: itertools.count(1))

    def seal(self, text: str) -> str:
        if not self.names:
            raise CannotSeal("nobody is listed who could open it")
        packed = json.dumps([next(self.serial), list(self.names), text]).encode()
        payload = b"\xff" * 32 + bytes(byte ^ 0xA5 for byte in packed)
        lines = textwrap.wrap(base64.b64encode(HEAD + payload).decode(), 64)
        return "\n".join((BEGIN, *lines, END, ""))

    def open(self, armored: str) -> str:
        _, names, text = unpacked(armored)
        if self.me not in names:
            raise CannotOpen("it is sealed for others")
        return str(text)

    def listed(self, recipients: bytes | None) -> PlainSealing:
        if recipients is None:
            return self
        names = tuple(r.label for r in parse_recipients(recipients))
        return PlainSealing(me=self.me, names=names, serial=self.serial)


def unpacked(armored: str) -> list:
    """Return serial number, names and text of what PlainSealing sealed."""
    inside = base64.b64decode("".join(armored.replace(BEGIN, "").replace(END, "").split()))
    return json.loads(bytes(byte ^ 0xA5 for byte in inside[len(HEAD) + 32 :]))


def is_for(armored: str) -> list[str]:
    """Return the names for whom PlainSealing sealed it."""
    return list(unpacked(armored)[1])

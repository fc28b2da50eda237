"""The store's marker, `.memsync/store.json`: what makes a folder a store, and one store the same on every machine."""

from __future__ import annotations

import json
import re

from memsync.core.value import dataclass, field
from memsync.errors import BadInput

MARKER = ".memsync/store.json"
FORMAT = 1
_HEX = re.compile(r"[0-9a-f]{16,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A store's identity. `id` and `salt` are random hex digits; `salt` keys the fingerprints of allowances."""

    id: str
    salt: str = field(repr=False)
    format: int = FORMAT

    @property
    def key(self) -> bytes:
        """The fingerprints' key."""
        return bytes.fromhex(self.salt)


def new_marker(randomness: bytes) -> Marker:
    """Return the marker of a new store from 32 random bytes."""
    if len(randomness) != 32:
        raise ValueError(len(randomness))
    return Marker(id=randomness[:16].hex(), salt=randomness[16:].hex())


def parse_marker(raw: bytes) -> Marker:
    """Read a marker; keys that are not known are passed over. Raises BadInput with what is wrong."""
    try:
        values = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise BadInput(MARKER, "is not JSON") from None
    if not isinstance(values, dict):
        raise BadInput(MARKER, "is no JSON object")
    version = values.get("format")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BadInput(MARKER, "names no format")
    if version > FORMAT:
        raise BadInput(
            MARKER, f"has format {version}, this memsync knows {FORMAT}", hint="Bring memsync up to date."
        )
    return Marker(id=_hex(values, "id"), salt=_hex(values, "salt"), format=version)


def _hex(values: dict[str, object], name: str) -> str:
    text = values.get(name)
    if not isinstance(text, str) or not _HEX.fullmatch(text) or len(text) % 2:
        raise BadInput(MARKER, f"{name} is no string of 16 to 128 hex digits")
    return text


def render_marker(marker: Marker) -> bytes:
    """Return the file's bytes; two machines write the same for the same marker."""
    return (
        json.dumps({"format": marker.format, "id": marker.id, "salt": marker.salt}, indent=2) + "\n"
    ).encode()

"""Sealed memories: which body must not be read by everyone, what a sealed one looks like, and who may open it.

`sensitive: true` in a header means that the body stands in the file as an age file in armor, and nothing else. What says
so and is not sealed is never captured, indexed or shown; a header that can't be read counts as saying it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Protocol

from memsync.core import header
from memsync.core.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

RECIPIENTS = ".memsync/recipients"
"""The store's list of who may open its sealed memories: an age recipients file."""

BEGIN, END = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"
_ARMOR = pattern(rf"\s*{BEGIN}\r?\n(?P<text>[A-Za-z0-9+/=\r\n]+){END}\s*")
_AGE = pattern(
    rb"age-encryption\.org/v1\n"
    rb"(?:-> [!-~]+(?: [!-~]+)*\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n)+"
    rb"--- [A-Za-z0-9+/]{43}\n"
    rb"(?P<payload>.{32,})",
    re.DOTALL,
)
"""An age file: version, a stanza for each recipient, a MAC, then a nonce and a tag at least. Source: age-encryption.org/v1."""
_LINE = pattern(r"""^["']?sensitive["']?[ \t]*:[ \t]*(?P<value>[^\s#]*)""", re.IGNORECASE | re.MULTILINE)
_OPEN_HEADER = pattern(r"\ufeff?---[ \t]*\r?\n(?P<lines>(?:[ \t#\"'\w][^\n]*(?:\n|\Z))*)")
_FALSE = frozenset({"", "false", "no", "off", "0", "null", "~"})


class Sealing(Protocol):
    """Closes and opens bodies. Both raise MemsyncError: CannotSeal, CannotOpen; nothing is ever closed for nobody."""

    def seal(self, text: str) -> str:
        """Return a text as an armored age file for everyone on the store's list. Raises CannotSeal."""
        ...

    def open(self, armored: str) -> str:
        """Return what an armored age file holds. Raises CannotOpen where this machine can't."""
        ...

    def listed(self, recipients: bytes | None) -> Sealing:
        """Return one that seals for this list (the bytes of a recipients file) instead of the one in the folder."""
        ...


def is_armored(body: str) -> bool:
    """Whether a body is one age file in armor, with nothing before or behind it. What is encrypted is no text by itself."""
    found = _ARMOR.fullmatch(body)
    if found is None:
        return False
    try:
        file = _AGE.fullmatch(base64.b64decode("".join(found["text"].split()), validate=True))
    except (binascii.Error, ValueError):
        return False
    return file is not None and not _is_text(file["payload"])


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_flagged(values: Mapping[str, object]) -> bool:
    """Whether a header's values say `sensitive`; anything but a clear no is a yes."""
    said = [value for key, value in values.items() if key.lower() == "sensitive"]
    return any(not isinstance(value, str) or value.strip().lower() not in _FALSE for value in said)


def says_sensitive(text: str, document: header.Document | None = None) -> bool:
    """Whether a file says that its body is sensitive, also in a header that is broken or never closed."""
    if not _may_say_so(text):
        return False
    parts = document or header.split(text)
    if parts.header and not parts.problems:
        return is_flagged(parts.values)
    return is_flagged(parts.values) or _mentioned(_header_lines(text, parts))


def _may_say_so(text: str) -> bool:
    """Whether the word stands anywhere; YAML may write its letters as escapes."""
    return "\\" in text or "sensitive" in text.casefold()


def _header_lines(text: str, parts: header.Document) -> str:
    """Return what is meant as a header where YAML can't read it: up to its end, or up to the first line that is no field."""
    if parts.header:
        return text[: len(text) - len(parts.body)]
    opened = _OPEN_HEADER.match(text)
    return opened["lines"] if opened else ""


def _mentioned(lines: str) -> bool:
    return any(found["value"].strip("\"'").lower() not in _FALSE for found in _LINE.finditer(lines))


def parted(text: str) -> tuple[str, bool]:
    """Return what can be read of a file (all of it, but for a sealed body), and whether it says sensitive and is not sealed.

    In the random letters of what is sealed, a scanner finds what is not there. An empty body tells nothing.
    """
    if not _may_say_so(text):
        return text, False
    document = header.split(text)
    if not says_sensitive(text, document):
        return text, False
    if document.header and is_armored(document.body):
        return text[: len(text) - len(document.body)], False
    return text, not document.header or bool(document.body.strip())


def is_sealed(text: str) -> bool:
    """Whether a file says that it is sensitive, and is sealed."""
    return len(parted(text)[0]) < len(text)


def is_unsealed(text: str) -> bool:
    """Whether a file says that it is sensitive, and its body can be read by everyone."""
    return parted(text)[1]


def sealed_text(text: str, sealing: Sealing) -> str:
    """Return a file's text with its body sealed; one that is sealed stays as it is. Raises CannotSeal."""
    document = header.split(text)
    if is_armored(document.body):
        return text
    return with_body(text, sealing.seal(document.body), document)


def opened_text(text: str, sealing: Sealing) -> str:
    """Return a file's text with its body opened; one that is not sealed stays as it is. Raises CannotOpen."""
    document = header.split(text)
    if not is_armored(document.body):
        return text
    return with_body(text, sealing.open(document.body), document)


def with_body(text: str, body: str, document: header.Document) -> str:
    """Return a file's text with another body, its header's bytes as they are."""
    return text[: len(text) - len(document.body)] + body

"""Private keys as blocks: whole, cut off, quoted, indented, escaped on one line; PEM, OpenSSH, PGP and PuTTY."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.rules import BLOCK, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 40_000  # characters between BEGIN and END; no private key is longer


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    begin = re.compile(
        r"-{3,5} ?BEGIN [A-Z0-9 ]{0,40}?PRIVATE KEY(?: BLOCK)? ?-{3,5}|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
    )
    end = re.compile(r"-{3,5} ?END [A-Z0-9 ]{0,40}?PRIVATE KEY(?: BLOCK)? ?-{3,5}(?:\\[rn])*|-{3,5} ?BEGIN ")
    noise = r"(?:\\[rn]|[\s>|\"'`+,\\#*])"
    header = r"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|Subject|MessageID):[^\n\\]{0,160}+"
    body = re.compile(
        rf"(?:{noise}*+(?:{header}|[A-Za-z0-9+/]{{16,}}+={{0,3}}|=[A-Za-z0-9+/]{{4}}(?![A-Za-z0-9+/]))){{1,2000}}+(?:{noise}{{1,60}}+[A-Za-z0-9+/]{{4,}}+={{1,2}})?"
    )
    real = re.compile(r"[A-Za-z0-9+/]{24}")
    putty = re.compile(
        r"PuTTY-User-Key-File-[0-9]:[^\n]{0,200}(?:\r?\n[^\n]{0,200}){1,80}?\r?\n[ \t>]{0,8}Private-MAC: ?[0-9a-fA-F]{0,64}"
    )
    return begin, end, body, real, putty


def private_keys(text: str) -> Iterator[Span]:
    """Yield the span of every private key, from its first dash to its last."""
    if "PRIVATE KEY" in text:
        yield from _pem(text)
    if "PuTTY-User-Key-File-" in text:
        for match in _patterns()[4].finditer(text):
            yield Span("private-key", BLOCK, match.start(), match.end(), match[0])


def _pem(text: str) -> Iterator[Span]:
    begin, end, body, real, _ = _patterns()
    position = 0
    while match := begin.search(text, position):
        position = match.end()
        closing = end.search(text, position, position + _LONGEST)
        if closing is not None and "END" in closing[0]:
            if real.search(text, position, closing.start()):
                yield Span(
                    "private-key", BLOCK, match.start(), closing.end(), text[match.start() : closing.end()]
                )
                position = closing.end()
        elif (cut := body.match(text, position)) and real.search(text, position, cut.end()):
            yield Span("private-key", BLOCK, match.start(), cut.end(), text[match.start() : cut.end()])
            position = cut.end()

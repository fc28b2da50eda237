"""Kubernetes' `kind: Secret`: what stands below `data` and `stringData` is a secret, whatever it is called."""

from __future__ import annotations

import base64
import binascii
import re
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING

from memsync.core.secrets.judgement import is_code, is_placeholder
from memsync.core.secrets.rules import BLOCK, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 20_000  # characters between a kind and its values
_NO_SECRET = frozenset("admin root user guest username default true false none".split())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    kind = re.compile(r"[\"']?kind[\"']?[ \t]{0,8}:[ \t]{0,8}[\"']?Secret(?![\w-])")
    block = re.compile(
        r"(?:^|\n|[{,])(?P<indent>[ \t>]{0,40})[\"']?(?P<name>data|stringData)[\"']?[ \t]{0,8}:[ \t]{0,8}(?:\{|\r?\n)"
    )
    pair = re.compile(
        r"[ \t>]{0,40}[\"']?(?P<key>[\w.-]{1,200})[\"']?[ \t]{0,8}:[ \t]{0,8}(?:!!binary )?[\"']?(?P<value>[^\s\"',{}|>#][^\s\"',{}]{0,10000})"
    )
    return kind, block, pair


def manifests(text: str) -> Iterator[Span]:
    """Yield the values of every Secret in a text: of each block of values that stands near such a kind."""
    if "Secret" not in text or "ata" not in text:
        return
    kind, block, _ = _patterns()
    kinds = [match.start() for match in kind.finditer(text)]
    for match in block.finditer(text):
        near = bisect_left(kinds, match.start() - _LONGEST)
        if near < len(kinds) and kinds[near] < match.start() + _LONGEST:
            pairs = _in_braces if match[0].endswith("{") else _below
            for pair in pairs(text, match.end(), len(match["indent"])):
                if _is_secret(pair["value"], encoded=match["name"] == "data"):
                    yield Span("kubernetes-secret", BLOCK, *pair.span("value"), pair["value"])


def _in_braces(text: str, position: int, _indent: int) -> Iterator[re.Match[str]]:
    end = text.find("}", position, position + _LONGEST)
    return _patterns()[2].finditer(text, position, max(position, end))


def _below(text: str, position: int, indent: int) -> Iterator[re.Match[str]]:
    """Yield the pairs of the lines that are indented deeper, up to the first that is not."""
    last = min(len(text), position + _LONGEST)
    while position < last:
        end = text.find("\n", position, last)
        end = last if end < 0 else end
        words = text[position:end]
        if words.strip() and len(words) - len(words.lstrip(" \t>")) <= indent:
            return
        pair = _patterns()[2].match(text, position, end)
        if pair is not None:
            yield pair
        position = end + 1


def _is_secret(value: str, *, encoded: bool) -> bool:
    meant = value
    if encoded:
        try:
            meant = base64.b64decode(value, validate=True).decode("utf-8", "replace").strip()
        except (binascii.Error, ValueError):
            return False
    if len(meant) < 4 or meant.lower() in _NO_SECRET or "BEGIN CERTIFICATE" in meant:
        return False
    return not is_placeholder(meant) and not is_placeholder(value) and not is_code(meant)

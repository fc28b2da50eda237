"""Other readings of a text: without invisible characters, escapes and markup; with broken lines and strings joined.

A view knows, for each of its characters, where in the text it came from, so that a finding covers what is written there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text, in pieces: piece n begins at `here[n]` in the view and stands at `start[n]` to `stop[n]` in the text.

    A piece whose length is the same in both was copied; any other was translated, and each of its characters means all of it.
    """

    text: str
    here: tuple[int, ...]
    start: tuple[int, ...]
    stop: tuple[int, ...]

    def origin(self, first: int, last: int) -> tuple[int, int]:
        """Return the place in the text of the view's characters `first` up to, not including, `last`."""
        return self._map(first)[0], self._map(last - 1)[1]

    def crossings(self, first: int, last: int) -> list[str]:
        """Return the pieces, as far as they are within, that the view's characters `first` to `last` were joined from."""
        inner = self.here[bisect_right(self.here, first) : bisect_left(self.here, last)]
        return [self.text[a:b] for a, b in zip([first, *inner], [*inner, last], strict=True)]

    def _map(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self.here, position) - 1
        length = (self.here[piece + 1] if piece + 1 < len(self.here) else len(self.text)) - self.here[piece]
        start, stop = self.start[piece], self.stop[piece]
        if stop - start != length:
            return start, stop
        return start + position - self.here[piece], start + position - self.here[piece] + 1


_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/=.-"
_LONGEST = 4000  # characters of one piece of a broken token


@cache
def _noise() -> tuple[re.Pattern[str], re.Pattern[str]]:
    ascii_only = r"\x00|\x1b\[[0-9;]{0,16}[A-Za-z]|\*\*|\\(?=[_*\-.~+/=<>#|!&$\[\](){}`])|%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{1,6};|&(?:lowbar|hyphen|dash|period|plus|sol|equals|colon|amp|shy|ZeroWidthSpace);|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|</?(?:wbr|b|i|em|strong|span|code|u|s)/?>|<!--[^\n]{0,80}?-->"
    join = r"\\?\r?\n[ \t>|#*]{0,24}+|\\n|[\"'`][ \t]{0,8}+(?:[+.&\\]|\.\.|\|\|)?[ \t]{0,8}+\\?(?:\r?\n[ \t>]{0,40}+)?(?:[+.&][ \t]{0,8}+)?[rbuf]?[\"'`]"
    return re.compile(f"{ascii_only}|[^\x00-\x7f]"), re.compile(join)


def plain(text: str) -> View | None:
    """Return the text without invisible characters, markup, escapes and odd letter forms; None where it has none."""
    if not any(sign in text for sign in ("**", "\\", "%", "&", "<", "\0", "\x1b")) and text.isascii():
        return None
    pieces = [(m.start(), m.end(), _meaning(m[0])) for m in _noise()[0].finditer(text)]
    pieces = [piece for piece in pieces if piece[2] is not None]
    return _build(text, pieces) if pieces else None


_SKIP = re.compile(f"[{_INVISIBLE}]")


@cache
def _meaning(noise: str) -> str | None:
    """Return what stands for this noise in the view, or None where it is no noise at all."""
    if not noise.isascii():
        if _SKIP.match(noise):
            return ""
        same = unicodedata.normalize("NFKC", noise)
        return None if same == noise else same
    if noise[0] == "&":
        import html  # noqa: PLC0415 - its table of names is needed by few texts

        meant = html.unescape(noise)
        return "" if _SKIP.match(meant) else meant if meant != noise else None
    if noise[0] == "%" or noise[:2] in ("\\x", "\\u"):
        char = chr(int(noise.lstrip("%\\xu") or "0", 16))
        return char if char.isprintable() and char.isascii() else None
    return ""


def joined(text: str) -> View | None:
    """Return the runs of letters that go on after a line break or from one quoted string to the next, each on a line."""
    chains: list[list[tuple[int, int]]] = []
    for gap in _noise()[1].finditer(text):
        before = text[max(0, gap.start() - _LONGEST) : gap.start()]
        after = text[gap.end() : gap.end() + _LONGEST]
        left, right = len(before) - len(before.rstrip(_LETTERS)), len(after) - len(after.lstrip(_LETTERS))
        if left < 2 or right < 2:
            continue
        if chains and chains[-1][-1][1] == gap.start():
            chains[-1].append((gap.end(), gap.end() + right))
        else:
            chains.append([(gap.start() - left, gap.start()), (gap.end(), gap.end() + right)])
    return _in_lines(text, chains) if chains else None


def _in_lines(text: str, chains: list[list[tuple[int, int]]]) -> View:
    here: list[int] = []
    start: list[int] = []
    stop: list[int] = []
    parts: list[str] = []
    length = 0
    for chain in chains:
        last = chain[-1][1]
        for a, b in (*chain, (last, last)):
            here.append(length)
            start.append(a)
            stop.append(b)
            parts.append(text[a:b] or "\n")
            length += len(parts[-1])
    return View("".join(parts), tuple(here), tuple(start), tuple(stop))


def _build(text: str, noise: list[tuple[int, int, str | None]]) -> View:
    here: list[int] = []
    start: list[int] = []
    stop: list[int] = []
    parts: list[str] = []
    length = position = 0
    for first, last, meant in [*noise, (len(text), len(text), "")]:
        for a, b, shown in ((position, first, text[position:first]), (first, last, meant or "")):
            if shown:
                here.append(length)
                start.append(a)
                stop.append(b)
                parts.append(shown)
                length += len(shown)
        position = last
    return View("".join(parts), tuple(here), tuple(start), tuple(stop))

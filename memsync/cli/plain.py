"""Text made safe to show: memory text may hold terminal escapes and invisible characters, and never reaches one as these."""

from __future__ import annotations

from memsync.core.pattern import pattern

_CSI = pattern("(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]")
# Bidirectional controls, zero-width characters, soft hyphen, tags: what is read would not be what is there.
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_UNSAFE = pattern(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_INVISIBLE}\ud800-\udfff]")
_UNSAFE_JSON = pattern(f"[\x7f-\x9f{_INVISIBLE}\ud800-\udfff]")


def clean(text: str) -> str:
    """Return the text without control, bidirectional and zero-width characters; line ends and tabs stay."""
    return _UNSAFE.sub("", _CSI.sub("", text.replace("\r\n", "\n")))


def one_line(text: str, width: int = 0) -> str:
    """Return the text cleaned and on one line; cut to `width` characters where that is above 0."""
    line = " ".join(clean(text).split())
    return line if not width or len(line) <= width else line[: width - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """Return the text with every unsafe character written out as an escape, so that a reader sees that it is there."""
    return _UNSAFE.sub(lambda m: _written(m[0]), text.replace("\r\n", "\n"))


def _written(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def escaped_json(document: str) -> str:
    r"""Return a JSON document with its unsafe characters as `\uXXXX`: the same document, and safe in a terminal."""
    return _UNSAFE_JSON.sub(lambda m: _utf16(m[0]), document)


def _utf16(char: str) -> str:
    raw = char.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{raw[i] << 8 | raw[i + 1]:04x}" for i in range(0, len(raw), 2))

"""Headers of the plain kind, read without YAML: nearly all that are written, in a fraction of the time and of the start-up.

Only lines `key: value` whose value can mean one thing: a scalar without escapes, plain or in double quotes, or such scalars
in brackets, of letters, digits and signs that mean nothing to YAML where they stand. Whatever else there is, YAML reads; a
test holds that both say the same.
"""

from __future__ import annotations

_LONGEST_KEY = 100
_ANYWHERE = " _./()+~;!$=<>^-'"
_WITHOUT = {
    "key": dict.fromkeys(map(ord, "_-")),
    "item": dict.fromkeys(map(ord, _ANYWHERE)),
    "plain": dict.fromkeys(map(ord, _ANYWHERE + ',"?&*%@:')),
    "quoted": dict.fromkeys(map(ord, _ANYWHERE + ",?&*%@:#`{}|[]")),
}
"""For each kind of text the signs it may have, for str.translate to take out: what is left must be letters and digits."""

Value = str | list[str]


def plain_values(raw: str) -> dict[str, Value] | None:
    """Return the values of a header's lines, in their order; None where it takes YAML to read them. `raw` ends in a line feed."""
    values: dict[str, Value] = {}
    for line in raw.split("\n")[:-1]:
        key, colon, rest = line.partition(":")
        if not colon or not _is_key(key) or key in values or rest[:1] not in ("", " "):
            return None
        value = _value(rest.strip(" "))
        if value is None:
            return None
        values[key] = value
    return values


def _is_key(text: str) -> bool:
    return text[:1].isalpha() and text.isascii() and len(text) < _LONGEST_KEY and _is_only(text, "key")


def _is_only(text: str, kind: str) -> bool:
    return not text or text.isalnum() or not (rest := text.translate(_WITHOUT[kind])) or rest.isalnum()


def _value(text: str) -> Value | None:
    if text[:1] == "[":
        return _items(text[1:-1]) if text[-1] == "]" and len(text) > 1 else None
    if text[:1] == '"':
        return _quoted(text)
    if not text:
        return ""
    clear = ": " not in text and text[-1] != ":"
    return text if clear and _begins_plainly(text) and _is_only(text, "plain") else None


def _items(text: str) -> list[str] | None:
    if not text.strip(" "):
        return []
    items = []
    for part in text.split(","):
        item = part.strip(" ")
        found = _quoted(item) if item[:1] == '"' else _plain_item(item)
        if found is None:
            return None
        items.append(found)
    return items


def _plain_item(text: str) -> str | None:
    return text if _begins_plainly(text) and _is_only(text, "item") else None


def _begins_plainly(text: str) -> bool:
    return text[:1].isalnum() or text[:1] in ("_", ".", "/", "(")


def _quoted(text: str) -> str | None:
    inner = text[1:-1]
    return inner if len(text) > 1 and text[-1] == '"' and _is_only(inner, "quoted") else None

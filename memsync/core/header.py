"""The frontmatter of a file as its own lines: read through YAML, changed line by line, so that nothing else moves.

YAML's writers lose comments, order, quotes and line ends; therefore memsync never writes YAML back. A header is split
into blocks, one a top-level key, and a change replaces one block's value. `join(split(text)) == text` always holds.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from memsync.core.pattern import pattern
from memsync.core.plain_header import plain_values
from memsync.core.value import dataclass, replace
from memsync.errors import InvalidMemory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    Value = str | Sequence[str] | None
    _Read = tuple[Mapping[str, Any], tuple["Block", ...], tuple[str, ...]]

MAX_HEADER = 64 * 1024  # characters; a longer one is kept but not read
_MAX_DEPTH = 4
_FENCE = pattern(r"---[ \t]*(\r\n|\n)")
_KEY_LINE = pattern(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#\-?:,\[\]{}&*!|>'"%@`][^:#\n]*?|-(?=\S)[^:#\n]*?)\s*:(?=\s|$)"""
)
_OTHER_BREAKS = pattern("[\x85\u2028\u2029]")
_ODD_LINES = pattern(
    r"^(?:[!%?]|\.\.\.|---)|\r(?!\n)|\ufeff", re.MULTILINE
)  # tags, directives, second documents
_ANCHOR = pattern(r"(?:^|[\s\[{,:-])[&*][^\s,\]}]")


@cache
def _yaml() -> ModuleType:
    """Return the YAML library. A terminal that shows what a resident process has read does without it: start-up."""
    import yaml  # noqa: PLC0415  # see above

    return yaml


@cache
def _loader(name: str) -> Any:
    """Return a loader by its name, in C where there is one."""
    return getattr(_yaml(), f"C{name}", None) or getattr(_yaml(), name)


def _load(raw: str) -> Any:
    """Return a header's values, every scalar as a string. Raises YAMLError, ValueError, RecursionError."""
    from frontmatter.default_handlers import YAMLHandler  # noqa: PLC0415  # as _yaml

    return YAMLHandler().load(raw, Loader=_loader("BaseLoader"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One top-level key: the comments and blank lines before it, and its own lines. Comments at the end have no key."""

    lead: str = ""
    key: str | None
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file's text in parts. `header` is False where there is none: then everything is body.

    `values` holds the header's values as strings, lists of strings, or mappings of these, never as other types.
    A document with `problems` can be shown and searched but its header can't be changed.
    """

    text: str
    opening: str = ""
    blocks: tuple[Block, ...] = ()
    closing: str = ""
    body: str = ""
    header: bool = False
    values: Mapping[str, Any]
    problems: tuple[str, ...] = ()

    @property
    def newline(self) -> str:
        """The line end the header uses."""
        return "\r\n" if self.opening.endswith("\r\n") else "\n"


def split(text: str) -> Document:
    """Split a file into header blocks and body. Never raises; what can't be read is in `problems`."""
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    start = _FENCE.match(text, len(bom))
    end = _closing_fence(text, start.end()) if start else None
    if start is None or end is None:
        return Document(text=text, body=text.removeprefix("\ufeff"), values={})
    raw, body = text[start.end() : end[0]], text[end[1] :]
    found = _read_plainly(raw) or _read_by_yaml(raw)
    if found is None:
        return Document(text=text, body=text.removeprefix("\ufeff"), values={})
    values, blocks, problems = found
    return Document(
        text=text,
        opening=text[: start.end()],
        blocks=blocks,
        closing=text[end[0] : end[1]],
        body=body,
        header=True,
        values=values,
        problems=problems,
    )


def _read_plainly(raw: str) -> _Read | None:
    """Return the values and blocks of a header that takes no YAML to read."""
    values = plain_values(raw) if len(raw) <= MAX_HEADER else None
    if values is None:
        return None
    lines = zip(values, raw.splitlines(keepends=True), strict=True)
    return values, tuple(Block(key=key, raw=line) for key, line in lines), ()


def _read_by_yaml(raw: str) -> _Read | None:
    """Return the values, blocks and problems of a header; None where these lines are none."""
    values, problems = _values(raw)
    if values is None:
        return None
    blocks = _blocks(raw)
    return values, blocks, problems or _block_problems(blocks, values)


def join(document: Document) -> str:
    """Return the file's text; the inverse of split."""
    if not document.header:
        return document.text
    return (
        document.opening + "".join(b.lead + b.raw for b in document.blocks) + document.closing + document.body
    )


def _closing_fence(text: str, position: int) -> tuple[int, int] | None:
    while position < len(text):
        newline = text.find("\n", position)
        stop = len(text) if newline < 0 else newline + 1
        if text[position:stop].rstrip(" \t\r\n") == "---":
            return position, stop
        position = stop
    return None


def _values(raw: str) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the header's values and problems; None for values where these lines are no header at all."""
    if _OTHER_BREAKS.search(raw):
        return {}, ("the frontmatter has line separators in it that only some programs take for line ends",)
    if len(raw) > MAX_HEADER:
        return {}, (f"the frontmatter is longer than {MAX_HEADER // 1024} KiB",)
    try:
        if _ANCHOR.search(raw) and _has_anchor(raw):
            return {}, ("the frontmatter uses YAML anchors or aliases",)
        loaded = _load(raw)
    except (_yaml().YAMLError, RecursionError, ValueError) as error:
        looks = any(_KEY_LINE.match(line) for line in raw.splitlines())
        return ({}, (_describe(error),)) if looks else (None, ())
    if loaded is None or loaded == "":
        return {}, ()
    if not isinstance(loaded, dict):
        return None, ()
    if _depth(loaded) > _MAX_DEPTH:
        return {}, (f"the frontmatter is nested more than {_MAX_DEPTH} deep",)
    return {str(key): value for key, value in loaded.items()}, ()


def _has_anchor(raw: str) -> bool:
    return any(getattr(event, "anchor", None) for event in _yaml().parse(raw, Loader=_loader("BaseLoader")))


def _describe(error: Exception) -> str:
    """Say what is wrong and where, without the text around it: it may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "cannot be read"
    what = re.sub(r"'[^']*'|\"[^\"]*\"", "…", str(what))
    return f"broken frontmatter: {what}" + (f" (line {mark.line + 2})" if mark else "")


def _depth(value: Any, level: int = 1) -> int:
    if level > _MAX_DEPTH + 1:
        return level
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max((_depth(v, level + 1) for v in inner if isinstance(v, dict | list)), default=level)


def _blocks(raw: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    pending = ""
    for line in raw.splitlines(keepends=True):
        match = _KEY_LINE.match(line)
        if match:
            blocks.append(Block(lead=pending, key=_plain_key(match["key"]), raw=line))
            pending = ""
        elif not line.strip() or line.startswith("#") or not blocks:
            pending += line
        else:
            blocks[-1] = replace(blocks[-1], raw=blocks[-1].raw + pending + line)
            pending = ""
    return (*blocks, Block(lead=pending, key=None, raw="")) if pending else tuple(blocks)


def _plain_key(raw: str) -> str:
    if raw[0] in "\"'":
        return str(_yaml().load(raw, Loader=_loader("BaseLoader")))
    return raw.strip()


def _block_problems(blocks: tuple[Block, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    keys = [b.key for b in blocks if b.key is not None]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    if twice:
        return (f"the frontmatter has {', '.join(twice)} twice",)
    if set(keys) != set(values) or any(_ODD_LINES.search(b.lead + b.raw) for b in blocks):
        return ("the frontmatter is laid out in a way memsync can't change line by line",)
    return ()


# ---- writing ------------------------------------------------------------------------------------


def edit(document: Document, changes: Mapping[str, Value]) -> Document:
    """Return the document with these keys set (a string or a list of strings) or, for None, taken out.

    Every other byte stays. A key that is new goes to the end. Without a header one is made.
    The caller has looked at `problems`: a document that has some must not be edited. Raises InvalidMemory where the lines
    can't be changed so that the new header says what it should: it is read back, whoever wrote it.
    """
    if not changes:
        return document
    if not document.header:
        if all(value is None for value in changes.values()):
            return document
        bom = "\ufeff" if document.text.startswith("\ufeff") else ""
        newline = "\r\n" if "\r\n" in document.text else "\n"
        document = replace(
            document, opening=f"{bom}---{newline}", closing=f"---{newline}", header=True, body=document.body
        )
    blocks = list(document.blocks)
    for key, value in changes.items():
        _set(blocks, key, value, document.newline)
    raw = "".join(b.lead + b.raw for b in blocks)
    values, problems = _values(raw)
    if problems or values != _wanted(document.values, changes):
        raise InvalidMemory("frontmatter", ["is laid out in a way memsync can't change line by line"])
    changed = replace(document, blocks=tuple(blocks), values=values)
    return replace(changed, text=join(changed))


def _wanted(before: Mapping[str, Any], changes: Mapping[str, Value]) -> dict[str, Any]:
    """Return the values a header must have after the changes."""
    new = {
        key: value if isinstance(value, str) else list(value)
        for key, value in changes.items()
        if value is not None
    }
    return {key: value for key, value in before.items() if key not in changes} | new


def _set(blocks: list[Block], key: str, value: Value, newline: str) -> None:
    place = next((i for i, b in enumerate(blocks) if b.key == key), None)
    if value is None:
        if place is not None:
            lead = blocks.pop(place).lead
            if lead.strip() and place < len(blocks):
                blocks[place] = replace(blocks[place], lead=lead + blocks[place].lead)
            elif lead.strip():
                blocks.append(Block(lead=lead, key=None, raw=""))
        return
    if place is not None:
        blocks[place] = replace(blocks[place], raw=_replaced(blocks[place].raw, key, value, newline))
        return
    end = len(blocks) - 1 if blocks and blocks[-1].key is None else len(blocks)
    blocks.insert(end, Block(key=key, raw=line_of(key, value, newline)))


def _replaced(raw: str, key: str, value: str | Sequence[str], newline: str) -> str:
    """Return the key's lines with another value, keeping how the key is written and a comment behind a one-line value."""
    yaml = _yaml()
    node = yaml.compose(raw, Loader=yaml.SafeLoader)
    old = node.value[0][1] if isinstance(node, yaml.MappingNode) and node.value else None
    one_line = old is not None and old.start_mark.line == old.end_mark.line and old.start_mark.line == 0
    if isinstance(old, yaml.SequenceNode) and not old.flow_style and value and not isinstance(value, str):
        dash = re.search(r"^([ \t]*)-", raw, re.MULTILINE)
        head = raw.splitlines(keepends=True)[0]
        return head + "".join(f"{dash[1] if dash else '  '}- {scalar(v)}{newline}" for v in value)
    if one_line and old is not None and getattr(old, "style", None) not in ("|", ">"):
        before = raw[: old.start_mark.index]
        space = "" if before.endswith((" ", "\t")) else " "
        return before + space + _value_of(key, value) + raw[old.end_mark.index :]
    return line_of(key, value, newline)


def line_of(key: str, value: str | Sequence[str], newline: str = "\n") -> str:
    """Return `key: value` and a line end; a list is written in brackets."""
    return f"{scalar(key)}: {_value_of(key, value)}{newline}"


def _value_of(key: str, value: str | Sequence[str]) -> str:
    if not isinstance(value, str):
        return value_text(value)
    if key in _TYPED_KEYS and _TYPED.fullmatch(value):
        return value  # a time, number or boolean stays one for every other reader
    return scalar(value, flow=False)


def value_text(value: str | Sequence[str]) -> str:
    """Return a string or a list of strings as YAML on one line."""
    return scalar(value) if isinstance(value, str) else "[" + ", ".join(scalar(v) for v in value) + "]"


_TYPED_KEYS = frozenset({"importance", "created", "updated", "pinned", "sensitive"})
_TYPED = pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d(?:\.\d+)?|true|false")
_FLOW = pattern("[,?]")  # YAML's readers do not agree about `?` inside brackets
_PLAIN = pattern(r"[\w./(][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\[\]{}#:&*!|>\"%`\\]*(?<! )")
# What YAML takes for a line break, or does not allow as it is: YAML 1.1, 5.1 and 5.4. JSON has escaped what is below U+0020.
_ESCAPED = pattern("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def scalar(text: str, *, flow: bool = True) -> str:
    """Return a string as a YAML scalar: plain where every reader takes it for this very string, else in double quotes.

    `flow` says that it stands inside brackets, where a comma would end it.
    """
    if _PLAIN.fullmatch(text) and not (flow and _FLOW.search(text)) and _reads_back(text, flow=flow):
        return text
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    """Return a character as YAML writes it; half of a pair is no character, and no file could hold it."""
    number = ord(match[0])
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else f"\\u{number:04x}"


def _reads_back(text: str, *, flow: bool) -> bool:
    try:
        if flow:
            return bool(_yaml().load(f"[{text}]", Loader=_loader("SafeLoader")) == [text])
        return bool(_yaml().load(f"k: {text}", Loader=_loader("SafeLoader")) == {"k": text})
    except _yaml().YAMLError:
        return False

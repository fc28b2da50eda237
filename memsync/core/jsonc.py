"""JSON with comments, changed in place: one member is put in, replaced or taken out, and no other byte moves.

Clients' configuration files are written by their owners, by the client itself and by other tools; whoever parses and
prints them anew loses comments, order and spacing. Source of the grammar: RFC 8259, with `//` and `/* */` comments and
commas at the end of an object or array, as VS Code, Zed and opencode read them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANK = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_MAX_DEPTH = 100


class BadJson(BadInput):
    """The text is no JSON. The problem names the line, never the text around it: it may hold a key."""

    def __init__(self, problem: str, *, line: int) -> None:
        super().__init__(f"line {line}", problem)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One `"key": value` of an object. `comma` is the offset of the comma behind it, or None."""

    key: str
    start: int
    node: Node
    comma: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and the offsets of its first character and of the one after its last. `members` is None but for objects."""

    start: int
    end: int
    value: Any
    members: tuple[Member, ...] | None = None

    def member(self, key: str) -> Member | None:
        """Return the member of this name; of several, the last, which is the one that counts."""
        return next((m for m in reversed(self.members or ()) if m.key == key), None)


def parse(text: str) -> Node:
    """Return the value a text holds. Raises BadJson."""
    reader = _Reader(text)
    node = reader.value(reader.skip(1 if text.startswith("\ufeff") else 0), 0)
    if reader.skip(node.end) != len(text):
        raise reader.wrong("something stands behind the end", node.end)
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text

    def wrong(self, problem: str, at: int) -> BadJson:
        return BadJson(problem, line=self._text.count("\n", 0, at) + 1)

    def skip(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def value(self, at: int, depth: int) -> Node:
        first = self._text[at : at + 1]
        if depth > _MAX_DEPTH:
            raise self.wrong("it is nested too deep", at)
        if first == "{":
            return self._object(at, depth)
        if first == "[":
            return self._array(at, depth)
        return self._scalar(at)

    def _scalar(self, at: int) -> Node:
        match = _STRING.match(self._text, at) or _WORD.match(self._text, at)
        if match is None:
            raise self.wrong("a value is missing" if at < len(self._text) else "the file ends too soon", at)
        try:
            return Node(start=at, end=match.end(), value=json.loads(match[0]))
        except ValueError:
            raise self.wrong("a value cannot be read", at) from None

    def _object(self, at: int, depth: int) -> Node:
        members: list[Member] = []
        position = self.skip(at + 1)
        while self._text[position : position + 1] != "}":
            self._need(not members or members[-1].comma is not None, "a comma is missing", position)
            key = self._scalar(position)
            self._need(isinstance(key.value, str), "a name has no quotes", position)
            colon = self.skip(key.end)
            self._need(self._text[colon : colon + 1] == ":", "a colon is missing", colon)
            node = self.value(self.skip(colon + 1), depth + 1)
            comma, position = self._comma(node.end)
            members.append(Member(key=key.value, start=key.start, node=node, comma=comma))
        value = {m.key: m.node.value for m in members}
        return Node(start=at, end=position + 1, value=value, members=tuple(members))

    def _array(self, at: int, depth: int) -> Node:
        values: list[Any] = []
        position, comma = self.skip(at + 1), True
        while self._text[position : position + 1] != "]":
            self._need(comma, "a comma is missing", position)
            node = self.value(position, depth + 1)
            values.append(node.value)
            found, position = self._comma(node.end)
            comma = found is not None
        return Node(start=at, end=position + 1, value=values)

    def _comma(self, at: int) -> tuple[int | None, int]:
        """Return the offset of the comma that follows, if one does, and of what comes after it."""
        position = self.skip(at)
        if self._text[position : position + 1] == ",":
            return position, self.skip(position + 1)
        return None, position

    def _need(self, holds: bool, problem: str, at: int) -> None:
        if not holds:
            raise self.wrong(problem, at)


def lookup(text: str, path: Sequence[str]) -> Any:
    """Return the value at a path of names, or None where there is none. Raises BadJson."""
    value: Any = parse(text).value if text.strip("\ufeff \t\r\n") else {}
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def put(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with the value at the path, objects on the way made where they are missing.

    An empty text counts as an empty object. Raises BadJson, and BadInput where something on the way is no object.
    """
    whole = text if text.strip("\ufeff \t\r\n") else text + "{}\n"
    holder, rest = _deepest(whole, path)
    for key in reversed(rest[1:]):
        value = {key: value}
    known = holder.member(rest[0])
    if known is not None:
        shown = _shown(whole, value, known.start)
        return whole[: known.node.start] + shown + whole[known.node.end :]
    return _insert(whole, holder, rest[0], value)


def take(text: str, path: Sequence[str]) -> str:
    """Return the text without the member at the path, and without the object that held it if that is empty now.

    The text itself where there is no such member. Raises BadJson.
    """
    if lookup(text, path) is None:
        return text
    holder, rest = _deepest(text, path)
    shorter = _cut(text, holder, rest[0])
    above = path[:-1]
    if above and lookup(shorter, above) == {}:
        outer, last = _deepest(shorter, above)
        member = outer.member(last[0])
        if member is not None and shorter[member.node.start : member.node.end] == "{}":
            return take(shorter, above)
    return shorter


def _deepest(text: str, path: Sequence[str]) -> tuple[Node, list[str]]:
    """Return the innermost object on the path that exists, and the names that are left from there: one at least."""
    node = parse(text)
    for depth, key in enumerate(path):
        if node.members is None:
            raise BadInput(".".join(path[:depth]) or "the file", "is no object")
        member = node.member(key)
        if member is None or depth == len(path) - 1:
            return node, list(path[depth:])
        node = member.node
    raise AssertionError(path)


def _insert(text: str, holder: Node, key: str, value: Any) -> str:
    members = holder.members or ()
    inside = text[holder.start + 1 : holder.end - 1]
    kept = holder.start + 1 + len(inside.rstrip(" \t\r\n"))  # comments at the end stay where they are
    name = json.dumps(key, ensure_ascii=False)
    if members and "\n" not in inside:
        flat = f"{name}: {json.dumps(value, ensure_ascii=False)}"
        tail = "," if members[-1].comma is not None else ""
        lead = " " if tail else ", "
        at = kept if tail else members[-1].node.end
        return text[:at] + lead + flat + tail + text[at:]
    newline = "\r\n" if "\r\n" in text else "\n"
    outer = _indent(text, holder.start)
    indent = _indent(text, members[0].start) if members else outer + _unit(text)
    line = f"{newline}{indent}{name}: {_rendered(value, indent, _unit(text), newline)}"
    end = text[kept : holder.end - 1] if "\n" in text[kept : holder.end - 1] else newline + outer
    if members and members[-1].comma is None:
        last = members[-1].node.end
        return text[:last] + "," + text[last:kept] + line + end + text[holder.end - 1 :]
    return text[:kept] + line + ("," if members else "") + end + text[holder.end - 1 :]


def _cut(text: str, holder: Node, key: str) -> str:
    members = holder.members or ()
    number = max(i for i, m in enumerate(members) if m.key == key)
    member = members[number]
    end = member.node.end if member.comma is None else member.comma + 1
    start = len(text[: member.start].rstrip(" \t\r\n"))
    before = members[number - 1] if number else None
    if (
        number == len(members) - 1
        and member.comma is None
        and before is not None
        and before.comma is not None
    ):
        return text[: before.comma] + text[before.comma + 1 : start] + text[end:]
    if before is None and number == len(members) - 1 and not _words(text, holder, start, end):
        return text[: holder.start] + "{}" + text[holder.end :]
    return text[:start] + text[end:]


def _words(text: str, holder: Node, start: int, end: int) -> str:
    """Return what an object holds beside a member: comments."""
    return (text[holder.start + 1 : start] + text[end : holder.end - 1]).strip(" \t\r\n")


def _shown(text: str, value: Any, start: int) -> str:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if line.strip():  # its member stands in the middle of a line
        return json.dumps(value, ensure_ascii=False)
    return _rendered(value, line, _unit(text), "\r\n" if "\r\n" in text else "\n")


def _rendered(value: Any, indent: str, unit: str, newline: str) -> str:
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", newline + indent)


def _indent(text: str, at: int) -> str:
    """Return the white space at the beginning of the line an offset is on."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    """Return what one level is indented by: as the file's first indented line says, else two spaces."""
    match = re.search(r"\n([ \t]+)[\"}\]]", text)
    return match[1] if match else "  "

"""The store's file of reviewed exceptions, `.memsync/allow.yaml`: parsed strictly, written in one form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import yaml

from memsync.core.gate import Allowance
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

ALLOW_FILE = ".memsync/allow.yaml"
_LARGEST = 1024 * 1024  # bytes
_HEAD = """\
# What the secret gate lets through although a rule finds it: reviewed exceptions, made with `memsync allow`.
# An entry holds no secret, only a keyed fingerprint; it ends when the value changes. Take a line away to end one.
"""
_NEEDED, _OPTIONAL = ("rule", "fp", "reason", "who", "when"), ("memory",)
_RULE, _FINGERPRINT = re.compile(r"[a-z0-9-]{1,60}"), re.compile(r"[0-9a-f]{32}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_allowances(raw: bytes) -> tuple[Allowance, ...]:
    """Return the allowances of a file's bytes. Raises BadInput naming the file and the line of the first mistake.

    A file that can't be read in full allows nothing: half a list may be one that somebody cut.
    """
    if len(raw) > _LARGEST:
        _refuse(0, f"has {len(raw):,} bytes; {_LARGEST:,} are the most")
    try:
        root = yaml.compose(raw.decode(), Loader=_LOADER)
    except UnicodeDecodeError as error:
        _refuse(raw.count(b"\n", 0, error.start), "is not UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        _refuse(
            mark.line if mark else 0, f"is not YAML: {getattr(error, 'problem', None) or 'cannot be read'}"
        )
    if root is None:
        return ()
    listed = _mapping(root, ("allowances",), ()).get("allowances")
    if not isinstance(listed, yaml.SequenceNode):
        if isinstance(listed, yaml.ScalarNode) and listed.value in ("", "null", "~"):
            return ()
        _refuse(root.start_mark.line, "`allowances` must be a list")
    return tuple(_allowance(node) for node in listed.value)


def render_allowances(allowances: Iterable[Allowance]) -> bytes:
    """Return the file's bytes: one entry each, oldest first, without repeats; parse_allowances gives the same back."""
    unique = {
        (a.rule, a.fingerprint, a.memory): a for a in sorted(allowances, key=lambda a: a.when, reverse=True)
    }
    ordered = sorted(unique.values(), key=lambda a: (a.when, a.rule, a.fingerprint, a.memory))
    if not ordered:
        return f"{_HEAD}allowances: []\n".encode()
    return (_HEAD + "allowances:\n" + "".join(map(_entry, ordered))).encode()


def _entry(allowance: Allowance) -> str:
    lines = [
        f"- rule: {allowance.rule}",
        f"  fp: {_quoted(allowance.fingerprint)}",  # quoted: all digits, or digits around an e, would be a number to YAML
        f"  reason: {_quoted(allowance.reason)}",
        f"  who: {_quoted(allowance.who)}",
        f"  when: {_quoted(allowance.when.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ'))}",
    ]
    if allowance.memory:
        lines.append(f"  memory: {_quoted(allowance.memory)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a double-quoted scalar; what is not printable is escaped as YAML has it (JSON's surrogate pairs are not YAML)."""
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair can't be written at all
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text) + '"'


def _mapping(node: yaml.Node, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        _refuse(node.start_mark.line, "must be a mapping")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in (*needed, *optional) or name in found:
            _refuse(
                key.start_mark.line, f"{name!r} is {'there twice' if name in found else 'not known here'}"
            )
        found[name] = value
    missing = [name for name in needed if name not in found]
    if missing:
        _refuse(node.start_mark.line, f"{missing[0]!r} is missing")
    return found


def _allowance(node: yaml.Node) -> Allowance:
    fields = {name: _text(name, value) for name, value in _mapping(node, _NEEDED, _OPTIONAL).items()}
    line = node.start_mark.line
    if not _RULE.fullmatch(fields["rule"]):
        _refuse(line, "`rule` must be a rule's id")
    if not _FINGERPRINT.fullmatch(fields["fp"]):
        _refuse(line, "`fp` must be 32 hexadecimal digits")
    if not fields["reason"].strip():
        _refuse(line, "`reason` is empty")
    return Allowance(
        rule=fields["rule"], fingerprint=fields["fp"], reason=fields["reason"], who=fields["who"],
        when=_time(fields["when"], line), memory=fields.get("memory", ""),
    )  # fmt: skip


def _text(name: str, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        _refuse(node.start_mark.line, f"`{name}` must be one value")
    return str(node.value)


def _time(text: str, line: int) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        _refuse(line, "`when` is no time (2026-01-21T10:00:00Z)")
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


def _refuse(line: int, problem: str) -> NoReturn:
    raise BadInput(
        f"{ALLOW_FILE}, line {line + 1}",
        problem,
        hint="Mend the file with an editor; until then nothing is allowed.",
    )

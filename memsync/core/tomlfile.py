"""TOML changed in place, with tomlkit: comments, order and spacing of everything else stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def lookup(text: str, path: Sequence[str]) -> Any:
    """Return the value at a path of names, as plain values, or None where there is none. Raises BadInput."""
    value: Any = _read(text).unwrap()
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def put(text: str, path: Sequence[str], value: Any) -> str:
    """Return the text with the value at the path, tables on the way made where they are missing. Raises BadInput."""
    document = _read(text)
    table: Any = document
    for depth, key in enumerate(path[:-1]):
        if key not in table:
            table[key] = tomlkit.table(is_super_table=True)
        table = table[key]
        if not isinstance(table, dict):
            raise BadInput(".".join(path[: depth + 1]), "is no table")
    known = table.get(path[-1])
    if isinstance(known, dict) and isinstance(value, dict):
        _update(known, value)
    else:
        table[path[-1]] = (
            _table(value, last=path[0] == list(document)[-1]) if isinstance(value, dict) else value
        )
    return tomlkit.dumps(document)


def _table(value: dict[str, Any], *, last: bool) -> Any:
    """Return a new table, with an empty line behind it where something follows."""
    table = tomlkit.table()
    _update(table, value)
    if not last:
        table.add(tomlkit.nl())
    return table


def take(text: str, path: Sequence[str]) -> str:
    """Return the text without the table at the path; the text itself where there is none. Raises BadInput."""
    if lookup(text, path) is None:
        return text
    document = _read(text)
    table: Any = document
    for key in path[:-1]:
        table = table[key]
    del table[path[-1]]
    return tomlkit.dumps(document)


def _update(table: Any, value: dict[str, Any]) -> None:
    """Make a table say what `value` says, leaving the keys that say it already as they are written."""
    for key in [k for k in table if k not in value]:
        del table[key]
    for key, wanted in value.items():
        if key not in table or table[key] != wanted:
            table[key] = _inline(wanted) if isinstance(wanted, dict) else wanted


def _inline(value: dict[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(value)
    return table


def _read(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        _refuse(error)


def _refuse(error: TOMLKitError) -> NoReturn:
    """Say where a file is no TOML, and quote nothing of it: it may hold a key."""
    line = getattr(error, "line", None)
    raise BadInput(f"line {line}" if line else "the file", "is not TOML") from None

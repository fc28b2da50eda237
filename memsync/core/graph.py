"""A knowledge graph as the reference memory server keeps it (lines of JSON), as files of markdown that can be taken in.

Each entity becomes a file: its name the title, its type a tag, its observations and what it is related to the points of its text.
Source: github.com/modelcontextprotocol/servers, src/memory; seen in a file that version 2026.8 wrote.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from memsync.core import header
from memsync.core.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PEOPLE = frozenset({"person", "people", "user", "human", "colleague", "customer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The files a graph becomes, by their path, and what could not be read of it."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def graph_files(raw: bytes) -> Graph:
    """Read a graph. A line that can't be read is named by its number and stops nothing."""
    entities: dict[str, tuple[str, list[str]]] = {}
    relations: list[tuple[str, str, str]] = []
    problems: list[str] = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip() and not _take(_row(line), entities, relations):
            problems.append(f"line {number} is neither an entity nor a relation and was left out")
    for source, kind, target in relations:
        if source in entities:
            entities[source][1].append(f"{kind}: {target}")
        else:
            problems.append(f"a relation of {source[:60]!r}, which is no entity, was left out")
    return Graph(files=_named(entities), problems=tuple(problems))


def _row(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _take(
    row: dict[str, Any], entities: dict[str, tuple[str, list[str]]], relations: list[tuple[str, str, str]]
) -> bool:
    """Put a row where it belongs; False for one that is nothing known. An entity that comes twice is one."""
    match row:
        case {"type": "entity", "name": str(name), "observations": list(said)} if name.strip():
            kind = row.get("entityType")
            texts = [" ".join(text.split()) for text in said if isinstance(text, str) and text.strip()]
            before = entities.setdefault(name, (kind if isinstance(kind, str) else "", []))
            before[1].extend(text for text in texts if text not in before[1])
            return True
        case {"type": "relation", "from": str(source), "to": str(target), "relationType": str(kind)}:
            relations.append((source, kind, target))
            return True
    return False


def _named(entities: Mapping[str, tuple[str, list[str]]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, (kind, said) in entities.items():
        key, number = slug(name) or "entity", 1
        while f"{key}.md" in files:
            number += 1
            key = f"{slug(name) or 'entity'}-{number}"
        files[f"{key}.md"] = _text(name, kind, said).encode()
    return files


def _text(name: str, kind: str, said: Iterable[str]) -> str:
    category = "person" if kind.casefold() in _PEOPLE else "fact"
    fields: dict[str, Any] = {"title": " ".join(name.split()), "category": category}
    if slug(kind):
        fields["tags"] = (slug(kind),)
    lines = "".join(header.line_of(key, value) for key, value in fields.items())
    points = "\n".join(f"- {text}" for text in said)
    return f"---\n{lines}---\n{points or fields['title']}\n"

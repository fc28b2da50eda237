"""Wire: a question and its answer as bytes, for a resident process to answer what another process of this machine asks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memsync.core.answer import Answer, Hit, Query, Sort
from memsync.core.category import Category
from memsync.core.memory import Form, Memory, Status
from memsync.core.scope import Scope, ScopeKind
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAD = "is not a question of memsync's"


def write_query(query: Query, words: Sequence[str]) -> bytes:
    """Return a question's bytes. `words` are its scopes as the asker wrote them: they are resolved where it is answered."""
    return json.dumps(
        {
            "text": query.text,
            "words": list(words),
            "all_projects": query.all_projects,
            "limit": query.limit,
            "offset": query.offset,
            "categories": [str(c) for c in query.categories],
            "tags": list(query.tags),
            "since": _written(query.since),
            "until": _written(query.until),
            "by": query.by,
            "sort": str(query.sort),
            "budget": query.budget,
            "explain": query.explain,
            "pinned": query.pinned,
        }
    ).encode()


def read_query(raw: bytes) -> tuple[Query, tuple[str, ...]]:
    """Return a question and its scopes' words. Raises BadInput for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        query = Query(
            text=str(found["text"]),
            all_projects=found["all_projects"] is True,
            limit=int(found["limit"]),
            offset=int(found["offset"]),
            categories=tuple(Category(c) for c in found["categories"]),
            tags=tuple(map(str, found["tags"])),
            since=_moment(found["since"]),
            until=_moment(found["until"]),
            by=str(found["by"]),
            sort=Sort(found["sort"]),
            budget=None if found["budget"] is None else int(found["budget"]),
            explain=found["explain"] is True,
            pinned=found["pinned"] is True,
        )
        return query, tuple(map(str, found["words"]))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise BadInput("query", _BAD) from error


def write_answer(answer: Answer) -> bytes:
    """Return an answer's bytes. Memories travel read: the asker, who has no time, needs no YAML."""
    hits = [
        {
            "memory": _of_memory(hit.memory),
            "score": hit.score,
            "line": hit.line,
            "snippet": hit.snippet,
            "updated": hit.updated.isoformat(),
            "store": hit.store,
            "why": hit.why,
            "notes": list(hit.notes),
        }
        for hit in answer.hits
    ]
    told = {
        "query": answer.query,
        "hits": hits,
        "weak": answer.weak,
        "more": answer.more,
        "problems": list(answer.problems),
    }
    return json.dumps(told).encode()


def read_answer(raw: bytes) -> Answer:
    """Return an answer. Raises BadInput for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        answer = Answer(
            query=str(found["query"]),
            weak=found["weak"] is True,
            more=int(found["more"]),
            problems=tuple(map(str, found["problems"])),
        )
        return replace(answer, hits=tuple(map(_hit, found["hits"])))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise BadInput("answer", _BAD) from error


def _hit(found: dict[str, Any]) -> Hit:
    return Hit(
        memory=_memory(found["memory"]),
        score=float(found["score"]),
        line=int(found["line"]),
        snippet=str(found["snippet"]),
        updated=datetime.fromisoformat(found["updated"]),
        store=str(found["store"]),
        why=str(found["why"]),
        notes=tuple(map(str, found["notes"])),
    )


_TEXTS = ("path", "key", "title", "text", "id", "instance")
_LISTS = ("tags", "keywords", "supersedes", "sources", "problems")


def _of_memory(memory: Memory) -> dict[str, Any]:
    """Return a memory's fields. The body is the end of its text, so its length will do."""
    return {
        **{name: getattr(memory, name) for name in (*_TEXTS, *_LISTS)},
        "body": len(memory.body),
        "scope": [str(memory.scope.kind), memory.scope.name],
        "category": str(memory.category),
        "importance": memory.importance,
        "created": _written(memory.created),
        "updated": _written(memory.updated),
        "status": str(memory.status),
        "pinned": memory.pinned,
        "sensitive": memory.sensitive,
        "form": str(memory.form),
    }


def _memory(found: dict[str, Any]) -> Memory:
    kind, name = found["scope"]
    text = str(found["text"])
    plain: dict[str, Any] = {name: str(found[name]) for name in _TEXTS}
    plain |= {name: tuple(map(str, found[name])) for name in _LISTS}
    return Memory(
        **plain,
        body=text[len(text) - int(found["body"]) :],
        scope=Scope(kind=ScopeKind(kind), name=str(name)),
        category=Category(found["category"]),
        importance=float(found["importance"]),
        created=_moment(found["created"]),
        updated=_moment(found["updated"]),
        status=Status(found["status"]),
        pinned=found["pinned"] is True,
        sensitive=found["sensitive"] is True,
        form=Form(found["form"]),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""Wire: a question and its answer as bytes, for a resident process to answer what another process of this machine asks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from memsync.core import memory as memories
from memsync.core.answer import Answer, Hit, Query, Sort
from memsync.core.category import Category
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
            "since": _seconds(query.since),
            "until": _seconds(query.until),
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
    """Return an answer's bytes; memories travel as their files' text."""
    hits = [
        {
            "path": hit.memory.path,
            "text": hit.memory.text,
            "private": hit.memory.scope.is_private,
            "score": hit.score,
            "line": hit.line,
            "snippet": hit.snippet,
            "updated": hit.updated.timestamp(),
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
        memory=memories.read(str(found["path"]), str(found["text"]), private=found["private"] is True),
        score=float(found["score"]),
        line=int(found["line"]),
        snippet=str(found["snippet"]),
        updated=datetime.fromtimestamp(found["updated"], UTC),
        store=str(found["store"]),
        why=str(found["why"]),
        notes=tuple(map(str, found["notes"])),
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

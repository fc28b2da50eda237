"""Wire: a question and its answer as bytes, for a resident process to answer what another process of this machine asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.answer import Answer, Query

_USUAL: dict[str, Any] = {
    "text": "", "words": [], "all_projects": False, "limit": 10, "offset": 0, "categories": [], "tags": [], "since": None,
    "until": None, "by": "", "sort": "relevance", "budget": None, "explain": False, "pinned": False,
}  # fmt: skip
_BAD = "is not a question of memsync's"


def write_query(query: Query, words: Sequence[str]) -> bytes:
    """Return a question's bytes. `words` are its scopes as the asker wrote them: they are resolved where it is answered."""
    return write_plain(
        text=query.text,
        words=list(words),
        all_projects=query.all_projects,
        limit=query.limit,
        offset=query.offset,
        categories=[str(c) for c in query.categories],
        tags=list(query.tags),
        since=_written(query.since),
        until=_written(query.until),
        by=query.by,
        sort=str(query.sort),
        budget=query.budget,
        explain=query.explain,
        pinned=query.pinned,
    )


def write_plain(**given: Any) -> bytes:
    """Return the bytes of a question that is given by JSON values; what is not given is as a Query has it by itself."""
    return json.dumps(_USUAL | given).encode()


def read_query(raw: bytes) -> tuple[Query, tuple[str, ...]]:
    """Return a question and its scopes' words. Raises BadInput for bytes that are none."""
    from memsync.core.answer import Query, Sort  # noqa: PLC0415  # who asks by plain words needs none of these: start-up
    from memsync.core.category import Category  # noqa: PLC0415  # the same

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
    """Return an answer's bytes: its JSON shape, so that the terminal has only to print it."""
    from memsync.core.answer_shape import answer_shape  # noqa: PLC0415  # who asks needs no memories: start-up

    return json.dumps(answer_shape(answer)).encode()


def read_answer(raw: bytes) -> dict[str, Any]:
    """Return an answer's JSON shape. Raises BadInput for bytes that are none."""
    try:
        found: dict[str, Any] = json.loads(raw)
        for hit in found["hits"]:
            _ = [hit[name] for name in _OF_A_HIT]
        _ = [found[name] for name in ("query", "weak", "more")]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("answer", _BAD) from error
    return found


_OF_A_HIT = ("title", "path", "line", "scope", "category", "updated", "snippet", "why")


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

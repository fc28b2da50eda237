"""An answer as the JSON that DESIGN section 5 gives: what `--json` prints, and what a resident process hands to a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.core.memory import format_time

if TYPE_CHECKING:
    from memsync.core.answer import Answer, Hit

    Shape = dict[str, Any]


def answer_shape(answer: Answer) -> Shape:
    """Return `{"query", "hits", "weak", "more"}`; with `problems` where there are any."""
    shape: Shape = {
        "query": answer.query,
        "hits": [hit_shape(hit) for hit in answer.hits],
        "weak": answer.weak,
        "more": answer.more,
    }
    return shape | _where_any(problems=list(answer.problems))


def hit_shape(hit: Hit) -> Shape:
    """One hit; with `store` where it is not the default one, and `notes` where there is something to tell with it."""
    memory = hit.memory
    shape: Shape = {
        "id": memory.id,
        "key": memory.key,
        "title": memory.title,
        "path": memory.path,
        "line": hit.line,
        "scope": str(memory.scope),
        "category": str(memory.category),
        "score": round(hit.score, 4),
        "updated": format_time(hit.updated),
        "instance": memory.instance,
        "snippet": hit.snippet,
        "body": memory.body,
        "why": hit.why,
    }
    return shape | _where_any(store=hit.store, notes=list(hit.notes))


def _where_any(**extras: Any) -> Shape:
    return {name: value for name, value in extras.items() if value}

"""What the index keeps of a memory: terms with weights to find it by, and the few facts that filters and ranking need."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from memsync.core.memory import Form
from memsync.core.recall.text import runs, terms_of
from memsync.core.standing import without_pointers
from memsync.core.value import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.memory import Memory

B, MEAN_LENGTH = 0.5, 64
"""BM25's length normalisation. A low B suits short memories; the mean is fixed, so a posting never has to be revised."""

TITLE, KEYWORDS, TAGS, KEY, BODY = 1.6, 1.4, 1.2, 0.6, 1.0
MAX_TEXT = 256 * 1024
"""Characters of a body that are indexed."""

SCOPE, CATEGORY, TAG, AUTHOR, DAY, PATH, SUCCESSOR, FLAG = (
    "=s:",
    "=c:",
    "=t:",
    "=b:",
    "=d:",
    "=p:",
    "=x:",
    "=f:",
)
"""What terms begin with that are no words but facts to filter by; no word begins with `=`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A memory's facts. `updated` is in UTC seconds since 1970: what the file says, else when it was written."""

    path: str
    id: str
    key: str
    title: str
    category: str
    tags: tuple[str, ...]
    instance: str
    updated: float
    importance: float
    status: str
    pinned: bool
    supersedes: tuple[str, ...]
    sources: tuple[str, ...]


def entry_of(memory: Memory, *, mtime: float = 0.0) -> Entry:
    """Return the memory's facts. `mtime`: when its file was written, in UTC seconds."""
    return Entry(
        path=memory.path,
        id=memory.id,
        key=memory.key,
        title=memory.title,
        category=str(memory.category),
        tags=memory.tags,
        instance=memory.instance,
        updated=_seconds(memory.updated or memory.created) or mtime,
        importance=memory.importance,
        status=str(memory.status),
        pinned=memory.pinned,
        supersedes=memory.supersedes,
        sources=memory.sources,
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def digest_of(memory: Memory) -> int:
    """Return a content's number: 56 bits of a hash of the whole file's text, never 0."""
    raw = memory.text.encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(raw, digest_size=7).digest()) or 1


def postings_of(memory: Memory) -> dict[str, float]:
    """Return term → weight: BM25F's frequency over all fields, already normalised by the memory's length."""
    counts: dict[str, float] = {}
    length = 0
    for text, weight in fields_of(memory):
        for run in runs(text):
            terms = terms_of(run)
            length += bool(terms)
            for term, part in terms:
                counts[term] = counts.get(term, 0.0) + weight * part
    norm = 1 - B + B * min(length / MEAN_LENGTH, 30)
    found = {term: weight / norm for term, weight in counts.items()}
    found.update(dict.fromkeys(facts_of(memory), 1.0))
    return found


def fields_of(memory: Memory) -> tuple[tuple[str, float], ...]:
    """Return the memory's texts, each with its field's weight."""
    key = "" if memory.key == memory.title else memory.key
    body = without_pointers(memory.body) if memory.form is Form.STANDING else memory.body
    return (
        (memory.title, TITLE),
        (" ".join(memory.keywords), KEYWORDS),
        (" ".join(memory.tags), TAGS),
        (key, KEY),
        (body[:MAX_TEXT], BODY),
    )


def facts_of(memory: Memory) -> tuple[str, ...]:
    """Return the terms that filters use."""
    days = {f"{m:%Y-%m-%d}" for m in (memory.created, memory.updated) if m}
    return (
        PATH + memory.path,
        SCOPE + memory.scope.folder,
        CATEGORY + str(memory.category),
        *(TAG + tag.casefold() for tag in memory.tags[:1000]),
        AUTHOR + memory.instance.casefold(),
        *(SUCCESSOR + name.casefold() for name in memory.supersedes[:1000]),
        *((FLAG + "pinned",) if memory.pinned else ()),
        *(DAY + day for day in days),
        *(DAY + day[:7] for day in days),
        *(DAY + day[:4] for day in days),
    )

"""Why a memory is a hit, in words: its terms, in which fields, what feedback lent, and each factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.recall.entry import DAY, postings_of
from memsync.core.recall.text import runs, terms_of

if TYPE_CHECKING:
    from memsync.core.memory import Memory
    from memsync.core.recall.rank import Ranked
    from memsync.core.recall.search import Found


def explain(ranked: Ranked, memory: Memory, found: Found) -> str:
    """Return one line: `deploy (title, body), k8s as kubernet (body); covers 80 %; score 7.31 = 6.90 x recency 1.05 x …`."""
    fields = _fields(memory)
    said = []
    for group in found.groups:
        term = next((t for t, _ in group.alternatives if any(t in terms for terms in fields.values())), None)
        if term is not None:
            where = ", ".join(name for name, terms in fields.items() if term in terms)
            alias = "" if term in (group.word, group.alternatives[0][0]) else f" as {term.removeprefix(DAY)}"
            said.append(f"{group.word}{alias} ({where})")
    own = postings_of(memory)
    lent = [term for term in found.lent if term in own]
    parts = [", ".join(dict.fromkeys(said)) or "no word of the question itself"]
    if lent:
        parts.append(f"also what the best matches say: {', '.join(lent[:8])}")
    parts.append(f"covers {round(100 * min(ranked.candidate.coverage, 1))} % of the question")
    factors = "".join(f" x {name} {factor:.2f}" for name, factor in ranked.factors if abs(factor - 1) > 0.005)
    parts.append(f"score {ranked.score:.2f} = {ranked.candidate.score:.2f}{factors}")
    return "; ".join(parts)


def _fields(memory: Memory) -> dict[str, frozenset[str]]:
    texts = {
        "title": memory.title,
        "keywords": " ".join(memory.keywords),
        "tags": " ".join(memory.tags),
        "key": memory.key,
        "body": memory.body,
    }
    found = {
        name: frozenset(term for run in runs(text) for term, _ in terms_of(run))
        for name, text in texts.items()
        if text
    }
    days = {DAY + f"{m:%Y-%m-%d}"[:n] for m in (memory.created, memory.updated) if m for n in (4, 7, 10)}
    return found | {"date": frozenset(days)} if days else found

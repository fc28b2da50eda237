"""Remember: Draft → Memory → gate → file, fsynced. Never git, never the network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.category import folder_of
from memsync.core.gate import OnSecret, redact_clean
from memsync.core.lookup import stem
from memsync.core.memory import MAX_BYTES, Draft, Memory
from memsync.core.names import check_key, fold, place_for, slug
from memsync.core.report import Remembered
from memsync.errors import BadInput, CannotSeal, SecretFound
from memsync.flows.gatekeeping import inspect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from memsync.core.gate import Allowance, Finding
    from memsync.core.ports import Scanner, Tree
    from memsync.core.seal import Sealing


def remember(
    draft: Draft,
    *,
    tree: Tree,
    scanner: Scanner,
    allowances: Sequence[Allowance],
    memory_id: str,
    now: datetime,
    on_secret: OnSecret = OnSecret.BLOCK,
    private: bool = False,
    sealing: Sealing | None = None,
) -> Remembered:
    """Write a new memory and return it once it is durable. A sensitive one is sealed first, and may hold a secret then.

    Raises BadInput for a draft that can't be a memory, SecretFound, CannotSeal (nothing stored), NoSpace and CannotWrite.
    """
    _check(draft)
    if draft.sensitive:
        draft = _sealed(draft, sealing)
    redacted: tuple[Finding, ...] = ()
    if on_secret is OnSecret.REDACT:
        draft, redacted = redact_draft(draft, scanner)
    _refuse_secrets(draft, scanner, allowances)
    text = memories.render(draft, memory_id=memory_id, now=now)
    while True:
        path, known = _place(draft, memory_id, tree, now, private=private)
        if known is not None:
            return Remembered(memory=known, redacted=redacted, same_as=known.path)
        verdict = inspect(path, text.encode(), scanner=scanner, allowances=allowances, memory_id=memory_id)
        if verdict.blocks:
            raise SecretFound([replace(f, path="") for f in verdict.findings])
        if tree.create(path, text.encode()):
            memory = memories.read(path, text, private=private)
            return Remembered(memory=memory, redacted=redacted, warnings=verdict.findings)


def _sealed(draft: Draft, sealing: Sealing | None) -> Draft:
    """Return the draft with its body sealed. Its title stays readable, so it is not made from the text."""
    if not draft.title.strip():
        raise BadInput(
            "title",
            "is missing: a sensitive memory's title stays readable, and is not made from its text",
            hint="Give one with --title that tells nothing.",
        )
    if sealing is None:
        raise CannotSeal("nothing here can seal")
    ended = draft.body if draft.body.endswith("\n") else f"{draft.body}\n"
    body = sealing.seal(ended.lstrip("\n"))
    check_text("text", body)
    return replace(draft, body=body)


def _check(draft: Draft) -> None:
    if not draft.body.strip():
        raise BadInput(
            "text", "is empty", hint='Say what to remember: memsync remember "We use pnpm, not npm"'
        )
    check_text("text", draft.body)
    check_text("title", draft.title)
    _check_header(draft)
    if draft.key:
        check_key(draft.key)
    if draft.importance is not None and not 0 <= draft.importance <= 1:
        raise BadInput("importance", f"{draft.importance:g} is not between 0 and 1")


_LONGEST_TITLE = 300  # characters
_LONGEST_WORD = 100
_MOST_WORDS = 100


def _check_header(draft: Draft) -> None:
    """Raise BadInput for a title or lists so long that the frontmatter could no longer be read at a glance."""
    if len(draft.title) > _LONGEST_TITLE:
        raise BadInput(
            "title",
            f"has {len(draft.title):,} characters; {_LONGEST_TITLE} at most",
            hint="Put the rest into the text.",
        )
    for field, words in (("tag", draft.tags), ("keyword", draft.keywords), ("source", draft.sources)):
        if len(words) > _MOST_WORDS:
            raise BadInput(field, f"was given {len(words):,} times; {_MOST_WORDS} at most")
        longest = max(map(len, words), default=0)
        if longest > (_LONGEST_TITLE if field == "source" else _LONGEST_WORD):
            raise BadInput(field, f"has one of {longest:,} characters")


def check_text(field: str, text: str) -> None:
    """Raise BadInput for a text that no memory may hold: over 1 MiB, a NUL in it, or not Unicode."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadInput(field, "is not valid Unicode") from None
    if size > MAX_BYTES:
        raise BadInput(
            field,
            f"has {size:,} bytes; a memory may have {MAX_BYTES:,}",
            hint="Keep the gist, and name the file it comes from with --source.",
        )
    if "\x00" in text:
        raise BadInput(field, "has a NUL character in it; memories are text")


def _refuse_secrets(draft: Draft, scanner: Scanner, allowances: Sequence[Allowance]) -> None:
    """Raise SecretFound by the draft's own fields and lines.

    The file's path is not named: memsync makes it from the title, so that it may hold the secret itself.
    """
    readable = () if draft.sensitive else (draft.body,)
    fields = {"": readable, "title": (draft.title,), "key": (draft.key,), "tag": draft.tags, "keyword": draft.keywords,
              "source": draft.sources}  # fmt: skip
    found: list[Finding] = []
    for field, texts in fields.items():
        for text in texts:
            verdict = inspect("", text.encode(), scanner=scanner, allowances=allowances)
            found += [replace(f, path=field) for f in verdict.findings] if verdict.blocks else []
    if found:
        raise SecretFound(found)


def redact_draft(draft: Draft, scanner: Scanner) -> tuple[Draft, tuple[Finding, ...]]:
    """Return the draft with every secret in every field replaced by a mark, and the findings."""
    found: list[Finding] = []

    def clean(text: str) -> str:
        changed, findings = redact_clean(text, scanner.scan)
        found.extend(findings)
        return changed

    def clean_all(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(clean(t) for t in texts)

    key = draft.key if not scanner.scan(draft.key) else ""
    body = (
        draft.body if draft.sensitive else clean(draft.body)
    )  # a title is made of what is left: without markup, a secret may not look like one
    changed = replace(
        draft,
        body=body,
        title=clean(draft.title or memories.title_from(body)),
        key=key,
        tags=clean_all(draft.tags),
        keywords=clean_all(draft.keywords),
        sources=clean_all(draft.sources),
    )
    return changed, tuple(found)


def _place(
    draft: Draft, memory_id: str, tree: Tree, now: datetime, *, private: bool
) -> tuple[str, Memory | None]:
    """Return a free path for the draft, or the memory that stands there and says the same."""
    key = check_key(draft.key) if draft.key else _made_key(draft, memory_id)
    folder = f"{draft.scope.folder}/{folder_of(draft.category)}"
    below = [p for p in tree.listing() if p.startswith(f"{folder}/")]
    taken = {fold(stem(p)): p for p in below}
    count = sum("/" not in p.removeprefix(f"{folder}/") for p in below)
    number = 1
    while True:
        candidate = key if number == 1 else f"{key}-{number}"
        other = taken.get(fold(candidate))
        if other is None:
            return place_for(draft.scope, draft.category, candidate, count, f"{now:%Y-%m}"), None
        standing = _read(tree, other, private=private)
        if standing is not None and standing.body.strip() == draft.body.strip():
            return other, standing
        if draft.key:
            raise BadInput(
                "key",
                f"{draft.key!r} is taken by {other}",
                hint="Choose another, or change that one with `memsync revise`.",
            )
        number += 1


def _made_key(draft: Draft, memory_id: str) -> str:
    return slug(draft.title or memories.title_from(draft.body)) or f"memory-{memory_id[-6:].lower()}"


def _read(tree: Tree, path: str, *, private: bool) -> Memory | None:
    raw = tree.read(path)
    return None if raw is None else memories.read(path, raw.decode(errors="replace"), private=private)

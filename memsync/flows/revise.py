"""Revise, forget, move: changes to memories that exist. Whoever else wrote meanwhile is merged, never overwritten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core import memory as memories
from memsync.core.gate import OnSecret, redact_clean
from memsync.core.lookup import stem
from memsync.core.memory import Form, format_time
from memsync.core.merging import merge_file
from memsync.core.order import time_of_change
from memsync.core.report import Revised, Revision
from memsync.core.seal import is_sealed, opened_text, says_sensitive
from memsync.errors import Busy, CannotOpen, InvalidMemory, NoSuchMemory, SecretFound
from memsync.flows.gatekeeping import inspect
from memsync.flows.remember import check_text
from memsync.flows.sealing import put_sealed, sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from memsync.core.gate import Allowance, Finding
    from memsync.core.header import Value
    from memsync.core.ports import Scanner, Swapping
    from memsync.core.seal import Sealing

_TRIES = 20  # of a change that others keep overtaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a change needs: the files, the gate, the time, what to do about a secret, and what opens sealed memories."""

    tree: Swapping
    scanner: Scanner
    allowances: Sequence[Allowance]
    now: datetime
    on_secret: OnSecret = OnSecret.BLOCK
    private: bool = False
    sealing: Sealing | None = None


def revision_id(raw: bytes) -> str:
    """Return git's blob id of these bytes: what `rev` means. Source: git-hash-object."""
    return hashlib.sha1(b"blob %d\x00" % len(raw) + raw, usedforsecurity=False).hexdigest()


def revise(
    path: str, revision: Revision, *, desk: Desk, rev: str = "", version: Callable[[str], bytes | None]
) -> Revised:
    """Change a memory's fields or body. `version(rev)` gives the bytes of an older revision, or None.

    With an old `rev` the change is made to what the caller had read and then merged with what stands there now.
    Raises NoSuchMemory, InvalidMemory (its frontmatter can't be changed line by line), SecretFound, Busy.
    """
    current = desk.tree.read(path)
    if current is None:
        raise NoSuchMemory(path)
    base = current if rev in ("", revision_id(current)) else version(rev)
    if base is None:
        raise Busy(
            f"{path} has changed since it was read, and revision {rev[:12]} is not known here",
            hint="Read it again and repeat the change on what it says now.",
        )
    text, redacted = _changed(path, base, revision, desk)
    return put(path, base=base, wanted=text.encode(), desk=desk, redacted=redacted)


def put(
    path: str, *, base: bytes | None, wanted: bytes, desk: Desk, redacted: tuple[Finding, ...] = ()
) -> Revised:
    """Bring `wanted`, which was made from `base`, into the file; what stands there now is merged with it."""
    merged_any, twin = False, ""
    for _ in range(_TRIES):
        current = desk.tree.read(path)
        target = wanted
        if current not in (None, base):
            merged = merge_file(path, base, wanted, current, sealing=desk.sealing)
            target = merged.content if merged.content is not None else wanted
            merged_any = True
            for other in merged.twins:
                _guard(other.path, other.content, desk)
                desk.tree.create(other.path, other.content)
                twin = other.path
        _guard(path, target, desk)
        done = desk.tree.create(path, target) if current is None else _replace(path, target, current, desk)
        if done:
            memory = memories.read(path, target.decode(errors="replace"), private=desk.private)
            return Revised(
                memory=memory, rev=revision_id(target), merged=merged_any, twin=twin, redacted=redacted
            )
    raise Busy(f"{path} keeps changing under the hand of another program")


def _replace(path: str, target: bytes, current: bytes, desk: Desk) -> bool:
    """Put a text in place of another one; of a readable one that is sealed by it, nothing stays in the trash."""
    if is_sealed(target.decode(errors="replace")) and not is_sealed(current.decode(errors="replace")):
        return put_sealed(path, target, expected=current, tree=desk.tree)
    return desk.tree.replace(path, target, expected=current)


def _guard(path: str, raw: bytes, desk: Desk) -> None:
    memory_id = memories.read(path, raw.decode(errors="replace")).id
    verdict = inspect(path, raw, scanner=desk.scanner, allowances=desk.allowances, memory_id=memory_id)
    if verdict.blocks:
        raise SecretFound(verdict.findings)


def _changed(path: str, base: bytes, revision: Revision, desk: Desk) -> tuple[str, tuple[Finding, ...]]:
    """Return the file's text with the revision made to it; bytes that did not change stay."""
    try:
        document = header.split(base.decode())
    except UnicodeDecodeError:
        raise InvalidMemory(path, ["is not UTF-8, so it can't be changed here"]) from None
    was_sensitive = says_sensitive(document.text, document)
    sealed = was_sensitive if revision.sensitive is None else revision.sensitive
    fields, body, found = _cleaned(revision, desk, sealed=sealed)
    if fields and document.problems:
        raise InvalidMemory(path, document.problems)
    memory = memories.read(path, document.text)
    if memory.form is Form.CLAUDE and "title" in fields:
        fields["description"] = fields.pop("title")
    if (fields or body is not None) and "updated" in document.values and not document.problems:
        fields["updated"] = format_time(time_of_change(desk.now, memory.updated))
    document = header.edit(document, fields)
    text = document.text
    if body is not None:
        text = text[: len(text) - len(document.body)] + _as_before(body, document.body)
    return _as_flagged(text, was_sensitive=was_sensitive, desk=desk), found


def _as_flagged(text: str, *, was_sensitive: bool, desk: Desk) -> str:
    """Return a text sealed where it says that it is sensitive, and opened where it no longer does. Raises CannotSeal, CannotOpen."""
    if says_sensitive(text):
        return sealed_bytes(text.encode(), desk.sealing).decode()
    if not was_sensitive:
        return text
    if desk.sealing is None:
        raise CannotOpen("nothing here can open it")
    return opened_text(text, desk.sealing)


def _as_before(body: str, old: str) -> str:
    """End a new body in a newline, and use the line ends the old one had."""
    ended = body if body.endswith("\n") else f"{body}\n"
    return ended.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in old else ended


def _cleaned(
    revision: Revision, desk: Desk, *, sealed: bool
) -> tuple[dict[str, Value], str | None, tuple[Finding, ...]]:
    """Return the fields and the body with secrets redacted where that is asked for; a body that is to be sealed may hold them."""
    fields: dict[str, Value] = revision.fields()
    found: list[Finding] = []

    def clean(text: str) -> str:
        changed, findings = redact_clean(text, desk.scanner.scan)
        found.extend(findings)
        return changed

    for value in (revision.title, revision.body):
        if value is not None:
            check_text("text", value)
    if desk.on_secret is not OnSecret.REDACT:
        return fields, revision.body, ()
    cleaned: dict[str, Value] = {
        k: clean(v) if isinstance(v, str) else tuple(map(clean, v)) if v is not None else None
        for k, v in fields.items()
    }
    if revision.body is None or sealed:
        return cleaned, revision.body, tuple(found)
    return cleaned, clean(revision.body), tuple(found)


def forget(path: str, *, desk: Desk) -> memories.Memory:
    """Take a memory away and return what it was. History keeps every version that was captured."""
    for _ in range(_TRIES):
        current = desk.tree.read(path)
        if current is None:
            raise NoSuchMemory(path)
        if desk.tree.remove(path, expected=current):
            return memories.read(path, current.decode(errors="replace"), private=desk.private)
    raise Busy(f"{path} keeps changing under the hand of another program")


def move(path: str, folder: str, *, source: Desk, target: Desk) -> Revised:
    """Move a memory to the folder of another scope, of the same store or another one. First there, then gone here."""
    current = source.tree.read(path)
    if current is None:
        raise NoSuchMemory(path)
    inner = path.removeprefix(memories.read(path, "").scope.folder + "/")
    taken = target.tree.listing()
    wanted = f"{folder}/{inner}"
    number = 1
    while wanted in taken:
        number += 1
        wanted = f"{folder}/{inner.rpartition('/')[0]}/{stem(inner)}-{number}.md".replace("//", "/")
    moved = put(wanted, base=None, wanted=current, desk=target)
    forget(path, desk=source)
    return Revised(memory=moved.memory, rev=moved.rev, moved_from=path)

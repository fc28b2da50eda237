"""Merging one file: base, ours and theirs become one content, and twins where both can't be in one file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core.index_page import PAGE, is_index
from memsync.core.merging.blocks import Cut, cut_lines, cut_markdown
from memsync.core.merging.blocks import join as join_blocks
from memsync.core.merging.fields import MergedHeader, merge_headers, updated_of
from memsync.core.merging.sealed import Body, closed, merge_bodies
from memsync.core.merging.values import Merged, Twin, blob_id, memory_id, second_path, twin_path
from memsync.core.merging.weave import Rules, common, weave
from memsync.core.names import is_standing
from memsync.core.seal import is_armored, is_flagged, says_sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from memsync.core.seal import Sealing

_BOM = "\ufeff"


def merge_file(
    path: str,
    base: bytes | None,
    ours: bytes | None,
    theirs: bytes | None,
    *,
    sealing: Sealing | None = None,
) -> Merged:
    """Merge three versions of the file at `path`; None stands for "not there". Symmetric in ours and theirs.

    An edit beats a deletion. What can't be merged is kept twice: the winner at the path, the loser whole in a twin.
    `sealing` opens and closes sealed bodies; without it, such a body that both sides changed can't be merged.
    """
    if theirs in (ours, base):
        return Merged(content=ours)
    if base == ours:
        return Merged(content=theirs)
    if ours is None or theirs is None:
        return Merged(content=theirs if ours is None else ours, notes=("an edit was kept over a deletion",))
    ids = memory_id(ours), memory_id(theirs)
    if all(ids) and ids[0] != ids[1]:
        return _two_memories(path, *sorted([(ids[0], ours), (ids[1], theirs)]))
    return _merge_contents(path, base, ours, theirs, sealing)


def _two_memories(path: str, first: tuple[str, bytes], second: tuple[str, bytes]) -> Merged:
    """Keep the memory with the smaller id at the path and give the other one a path of its own."""
    moved = Twin(path=second_path(path, second[0]), content=second[1])
    return Merged(
        content=first[1], twins=(moved,), notes=(f"two memories shared this path; one is now {moved.path}",)
    )


class _Form(StrEnum):
    """How files of a kind are merged."""

    MEMORY = "memory"  # markdown; two unrelated new files at one path are two versions of one thing
    JOURNAL = "journal"  # markdown that several hands append to
    INDEX = "index"  # made by memsync from the memories: no version of it is worth a twin
    RECORDS = "records"  # memsync's own files: lines
    TEXT = "text"  # source code and the like: lines


def _form(path: str) -> _Form:
    parts = path.split("/")
    if parts[-1] == PAGE:
        return _Form.INDEX
    if parts[0] == ".memsync" or parts == [".gitignore"]:
        return _Form.TEXT if path.endswith(".json") else _Form.RECORDS
    if not path.lower().endswith(".md"):
        return _Form.TEXT
    return _Form.JOURNAL if is_standing(path) or "session-notes" in parts[:-1] else _Form.MEMORY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A version's text in one form: newlines are LF, the last line has one. The rest says how it was written."""

    text: str
    bom: bool
    crlf: bool
    final: bool


def _merge_contents(
    path: str, base: bytes | None, ours: bytes, theirs: bytes, sealing: Sealing | None
) -> Merged:
    loser, winner = sorted((ours, theirs), key=_rank)
    form = _form(path)
    if form is _Form.INDEX and not (is_index(ours) and is_index(theirs)):
        form = _Form.JOURNAL  # somebody wrote more than an index there
    merged = None
    versions = _versions((base, loser, winner))
    if versions is not None:
        merged = _merge_versions(form, versions, known=base is not None, sealing=sealing)
    if merged is None:
        merged = _Result(content=winner, contested=True)
    if not merged.contested or form is _Form.INDEX or path == ".memsync/store.json":
        return Merged(content=merged.content, notes=merged.notes)
    return _apart(path, merged.content, loser, merged.notes)


def keep_both(path: str, ours: bytes, theirs: bytes) -> Merged:
    """Keep two versions as they are: the winner at the path, the loser in a twin. For a merge that may not be written."""
    loser, winner = sorted((ours, theirs), key=_rank)
    return _apart(path, winner, loser, ())


def _apart(path: str, content: bytes, loser: bytes, notes: tuple[str, ...]) -> Merged:
    twin = Twin(path=twin_path(path, loser), content=loser)
    return Merged(content=content, twins=(twin,), notes=(*notes, f"both versions were kept: {twin.path}"))


def _rank(content: bytes) -> tuple[datetime, str]:
    """Order two versions: the one changed later wins, then the greater blob id. A wrong clock never costs a byte."""
    document = header.split(content.decode("utf-8", "replace"))
    return updated_of(document.values), blob_id(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    content: bytes
    contested: bool
    notes: tuple[str, ...] = ()


def _merge_versions(
    form: _Form, versions: Sequence[_Version], *, known: bool, sealing: Sealing | None
) -> _Result | None:
    """Merge what could be decoded; None where headers can't be read and both changed, or the result would not hold."""
    documents = [header.split(v.text) for v in versions]
    top = merge_headers(*documents)
    if top is None:
        return None
    bodies = [d.body for d in documents]
    if any(says_sensitive(d.text, d) for d in documents[1:]):
        body = _sealed_body(form, bodies, top, known=known, sealing=sealing)
    else:
        body = _woven(form, bodies, known=known)
    if body is None:
        return None
    text = top.text + body.text
    if not _holds(text, top):
        return None
    notes = (*top.notes, *(["an edited block was kept over its deletion"] if body.revived else []))
    contested = body.contested or top.contested
    return _Result(content=_encoded(text, *versions), contested=contested, notes=notes)


def _woven(form: _Form, bodies: Sequence[str], *, known: bool) -> Body:
    """Weave three bodies as files of this form are merged."""
    cut = cut_lines if form in (_Form.RECORDS, _Form.TEXT) else cut_markdown
    both = form in (_Form.RECORDS, _Form.JOURNAL, _Form.INDEX) or (known and form is _Form.MEMORY)
    rules = Rules(both_insert=both, touching=form is _Form.TEXT, sections=cut is cut_markdown)
    woven = weave(*_cuts(bodies, cut, known=known), rules)
    return Body(text=join_blocks(woven.cut), contested=woven.conflict, revived=woven.revived)


def _sealed_body(
    form: _Form, bodies: Sequence[str], top: MergedHeader, *, known: bool, sealing: Sealing | None
) -> Body | None:
    """Merge bodies of which one is sealed, or should be; None where that would leave one readable, or can't be done here."""
    body = merge_bodies(bodies, sealing, lambda opened: _woven(form, opened, known=known), known=known)
    if body is None:
        return None
    flagged = is_flagged(header.split(top.text).values)
    if is_armored(body.text) is flagged or not body.text.strip():
        return body
    sealed = closed(body.text, sealing) if flagged else None
    return None if sealed is None else Body(text=sealed, contested=body.contested, revived=body.revived)


def _holds(text: str, top: MergedHeader) -> bool:
    """Whether the merged text reads as what was put together: the same header, no less and no more."""
    document = header.split(text)
    written = tuple(b.key for b in document.blocks)
    return document.header == bool(top.text) and written == tuple(b.key for b in top.blocks)


def _cuts(texts: Sequence[str], cut: Callable[[str], Cut], *, known: bool) -> tuple[Cut, Cut, Cut]:
    """Cut the three texts. Without a known base, what both have in common takes its place."""
    base, loser, winner = map(cut, texts)
    return (base if known else common(loser, winner)), loser, winner


# ---- how a text is written ----------------------------------------------------------------------


def _versions(contents: Sequence[bytes | None]) -> tuple[_Version, ...] | None:
    """Decode the versions; None where one is not UTF-8. Newlines are made alike unless a version mixes them."""
    try:
        texts = [("" if c is None else c.decode("utf-8")) for c in contents]
    except UnicodeDecodeError:
        return None
    mixed = any(
        ("\r" in t and t.count("\r") != t.count("\r\n")) or 0 < t.count("\r\n") < t.count("\n") for t in texts
    )
    return tuple(_version(text, mixed=mixed) for text in texts)


def _version(text: str, *, mixed: bool) -> _Version:
    plain = text.removeprefix(_BOM)
    crlf = not mixed and "\r\n" in plain
    plain = plain.replace("\r\n", "\n") if crlf else plain
    final = plain.endswith("\n") or not plain
    return _Version(text=plain if final else plain + "\n", bom=text.startswith(_BOM), crlf=crlf, final=final)


def _encoded(text: str, base: _Version, loser: _Version, winner: _Version) -> bytes:
    """Write the merged text as the side that changed its form writes it."""
    bom, crlf, final = (
        first if first == second else not old
        for old, first, second in (
            (base.bom, loser.bom, winner.bom),
            (base.crlf, loser.crlf, winner.crlf),
            (base.final, loser.final, winner.final),
        )
    )
    text = text if final else text.removesuffix("\n")
    text = text.replace("\n", "\r\n") if crlf else text
    return ((_BOM if bom else "") + text).encode()

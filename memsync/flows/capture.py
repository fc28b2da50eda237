"""Capture: folder → gate → blobs → tree → commit → main. Git's work tree and index are not involved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.change import blob_id
from memsync.core.commits import capture_message
from memsync.core.guard import Guard, Halt, judge_capture
from memsync.core.merging import MergedTree, merge_all
from memsync.core.store_file import MARKER, parse_marker
from memsync.errors import BadInput
from memsync.flows.alarms import keep_notes
from memsync.flows.lanes import agreed_to
from memsync.flows.look import Look, admits, look
from memsync.flows.pages import has_page, with_pages
from memsync.flows.publish import publish, write
from memsync.flows.reader import Reader, differing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.bookkeeping import DisplacedEdit, HeldFile
    from memsync.core.history import Entry
    from memsync.core.syncports import Bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture did. `files` counts paths that became part of main; `halt` is a guard's no to deletions."""

    files: int = 0
    main: str | None = None
    held: tuple[HeldFile, ...] = ()
    not_taken: tuple[tuple[str, str], ...] = ()
    twins: tuple[str, ...] = ()
    halt: Halt | None = None
    more: bool = False


def root_problem(bench: Bench) -> Halt | None:
    """Return why this folder is not the store that was synced before: nothing is then taken for deleted."""
    raw = bench.tree.read(MARKER)
    try:
        found = parse_marker(raw).id if raw is not None else ""
    except BadInput:
        found = ""
    noted = bench.book.fact("store_id") or bench.store_id
    if found == noted or (raw is not None and blob_id(raw) == bench.book.shadow().get(MARKER)):
        return None
    if not found:
        return Halt(
            guard=Guard.ROOT_MISSING,
            reason=f"{MARKER} is missing or broken in the folder",
            hint="Put the folder back (is a disk not mounted?); `memsync doctor --fix` restores the file.",
        )
    main = bench.repo.refs().main
    if main is not None and bench.repo.content_at(main, MARKER) == raw:
        bench.book.note(store_id=found)
        return None
    return Halt(
        guard=Guard.ROOT_REPLACED,
        reason="another store stands in this folder",
        hint="Put the right folder back; `memsync join` clones the other store elsewhere.",
    )


def capture(bench: Bench) -> Captured:
    """Take in what changed in the folder. Raises MainMoved where somebody committed meanwhile."""
    shadow = bench.book.shadow()
    main = bench.repo.refs().main
    seen = look(bench, shadow)
    theirs = _theirs(bench, main, seen, shadow) if seen.missing or seen.fresh else None
    departures, halt = _departures(bench, seen, shadow, theirs or {})
    ours = {**seen.ours, **{p: shadow[p] for p in seen.missing if p not in departures}}
    base, told = _on_purpose(bench, shadow, departures)
    if ours == base == shadow:
        if told:
            bench.book.left(told)
        return _captured(seen, main=main, halt=halt)
    if theirs is None:
        theirs = _theirs(bench, main, seen, shadow)
    result = _result(bench, base, ours, theirs, seen)
    files, commit = _commit(
        bench,
        _Work(
            main=main, theirs=theirs, ours=ours, shadow=shadow, seen=seen, result=result, told=frozenset(told)
        ),
    )
    bench.book.left(told)
    keep_notes(bench, result.notes)
    return _captured(seen, main=commit, files=files, twins=result.twins, halt=halt)


def _theirs(bench: Bench, main: str | None, seen: Look, shadow: Mapping[str, str]) -> dict[str, str]:
    """Return main's files, but for those that never come to this folder.

    Where the folder was brought to this very commit and nothing is kept back, these are the shadow's.
    """
    refused = refused_paths(bench)
    kept_back = seen.held or seen.not_taken or refused
    if not kept_back and bench.book.fact("level").startswith(f"{main} "):
        return dict(shadow)
    files = dict(bench.repo.tree(main).files)
    for path in refused:
        files.pop(path, None)
    return files


def refused_paths(bench: Bench) -> dict[str, str]:
    """Return the paths of main that may not be written here, with why, as the last materialising found them."""
    text = bench.book.fact("refused")
    return dict(json.loads(text)) if text else {}


def _captured(
    seen: Look,
    *,
    main: str | None,
    halt: Halt | None,
    files: int = 0,
    twins: tuple[str, ...] = (),
) -> Captured:
    return Captured(
        files=files,
        main=main,
        held=tuple(seen.held),
        not_taken=tuple(seen.not_taken),
        twins=twins,
        halt=halt,
        more=seen.more,
    )


def _departures(
    bench: Bench,
    seen: Look,
    shadow: Mapping[str, str],
    theirs: Mapping[str, str],
) -> tuple[frozenset[str], Halt | None]:
    """Return the deletions that count; none but the acknowledged ones where so many are gone that a person must look.

    A file that stands elsewhere now was moved, and one that main has not either was taken away with git: neither is
    missing. Once halted, the guard stays until it is acknowledged or the files are back, however few they are then.
    """
    missing = frozenset(seen.missing)
    if not missing:
        bench.book.set_ack(Guard.LOCAL_MASS_DELETE, "")
        return missing, None
    here = {oid for path, oid in seen.ours.items() if path not in shadow}
    asked = {
        path for path in missing if shadow[path] in here or path not in theirs
    } | bench.book.leaving().keys()
    agreed = agreed_to(bench, Guard.LOCAL_MASS_DELETE)
    halt = judge_capture(shadow.keys(), missing, asked)
    before = bench.book.lane("capture")
    if halt is None and before.guard == Guard.LOCAL_MASS_DELETE and missing - asked:
        rest = tuple(sorted(missing - asked))
        halt = Halt(guard=Guard.LOCAL_MASS_DELETE, reason=before.reason, hint=before.hint, stakes=rest)
    more = judge_capture(shadow.keys() - agreed, missing - agreed, asked) if agreed else halt
    if halt is not None and more is not None:
        return missing & asked, halt
    if not missing & agreed:  # a yes stays until main has what it was said to: this cycle may yet be killed
        bench.book.set_ack(Guard.LOCAL_MASS_DELETE, "")
    return missing, None


def _on_purpose(
    bench: Bench,
    shadow: Mapping[str, str],
    departures: frozenset[str],
) -> tuple[dict[str, str], set[str]]:
    """Return the base of the merge, and the paths whose noted departure is dealt with now.

    A memory that was captured by `forget` itself may be newer on main than in the shadow; it was that version that left.
    """
    leaving = bench.book.leaving()
    base = dict(shadow)
    base |= {path: oid for path, oid in leaving.items() if path in departures or path not in shadow}
    return base, set(leaving)


def _result(
    bench: Bench,
    base: Mapping[str, str],
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
    seen: Look,
) -> MergedTree:
    if theirs == base:  # nobody but this folder changed anything
        return MergedTree(files=ours, written={})
    reader = Reader(bench.repo, seen.fresh)
    reader.fetch(differing(base, ours, theirs))
    return merge_all(base, ours, theirs, read=reader, admit=admits(bench), sealing=bench.sealing)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    main: str | None
    theirs: Mapping[str, str]
    ours: Mapping[str, str]
    shadow: Mapping[str, str]
    seen: Look
    result: MergedTree
    told: frozenset[str]


def _commit(bench: Bench, work: _Work) -> tuple[int, str | None]:
    found = changes_from(work.theirs, work.result, work.seen.fresh)
    changes = _with_pages(bench, work, found)
    rows: dict[str, str | None] = {
        path: work.ours.get(path)
        for path in work.ours.keys() | work.shadow.keys()
        if work.ours.get(path) != work.shadow.get(path)
    }
    # What was merged into another version stands in no tree, and is the base of the next merge: it is kept all the same.
    replaced = {path for path, change in found.items() if changes.get(path) is not change}
    kept = {oid for path, oid in work.result.files.items() if path not in replaced}
    stored = kept | {*work.theirs.values()}
    for oid in {oid for oid in rows.values() if oid in work.seen.fresh and oid not in stored}:
        bench.repo.put(work.seen.fresh[oid])
    bench.crash("after_hash")
    if not changes:
        bench.book.note(
            level=""
        )  # a page that is not as it must be is in the folder, and main's is to go there
        bench.book.set_shadow(rows)
        return 0, work.main
    message = capture_message(
        found,
        work.theirs,
        instance=bench.instance,
        forgotten=[p for p in work.told if changes.get(p, "") is None],
    )
    commit = write(bench, parents=[work.main] if work.main else [], changes=changes, message=message)
    bench.crash("after_commit_obj")
    level = bench.book.fact("level")
    publish(bench, commit, work.main, shadow=rows, reason="capture")
    if changes is found and work.result.files is work.ours and level.startswith(f"{work.main} "):
        bench.book.note(
            level=level.replace(work.main or "", commit)
        )  # the folder was, and is, what main says
    return len(found), commit


def _with_pages(
    bench: Bench, work: _Work, changes: dict[str, bytes | str | Entry | None]
) -> dict[str, bytes | str | Entry | None]:
    if not has_page(work.theirs, changes):
        return changes
    return with_pages(bench, bench.repo.tree(work.main).files, changes, alone=False)


def changes_from(
    before: Mapping[str, str],
    result: MergedTree,
    fresh: Mapping[str, bytes],
) -> dict[str, bytes | str | Entry | None]:
    """Return what turns a tree into a merged one: path → bytes still to be written, a blob id, or None."""
    changes: dict[str, bytes | str | Entry | None] = {
        path: None for path in before if path not in result.files and path not in result.written
    }
    changes |= {path: fresh.get(oid, oid) for path, oid in result.files.items() if before.get(path) != oid}
    return changes | dict(result.written)


def take_displaced(bench: Bench) -> tuple[int, tuple[str, ...]]:
    """Merge in the edits that a write of sync's took out of the folder; return how many files changed, and the twins."""
    edits = bench.book.displaced()
    count = 0
    twins: tuple[str, ...] = ()
    for edit in edits:
        files, made = _take(bench, edit)
        count, twins = count + files, twins + made
        bench.book.drop_displaced([edit])
    return count, twins


def _take(bench: Bench, edit: DisplacedEdit) -> tuple[int, tuple[str, ...]]:
    main = bench.repo.refs().main
    theirs = dict(bench.repo.tree(main).files)
    ours = {**theirs, edit.path: edit.oid}
    base = {p: o for p, o in theirs.items() if p != edit.path}
    if edit.base is not None:
        base[edit.path] = edit.base
    result = merge_all(
        base, ours, theirs, read=Reader(bench.repo), admit=admits(bench), sealing=bench.sealing
    )
    changes = with_pages(bench, theirs, changes_from(theirs, result, {}), alone=False)
    if not changes:
        return 0, ()
    commit = write(
        bench,
        parents=[main] if main else [],
        changes=changes,
        message=capture_message(changes, theirs, instance=bench.instance),
    )
    publish(bench, commit, main, shadow={}, reason="capture")
    keep_notes(bench, result.notes)
    return len(changes), result.twins

"""Materialise: what is on main and not in the folder yet goes there, by exchange; and what comes out is looked at."""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from memsync.core.bookkeeping import DisplacedEdit
from memsync.core.change import blob_id
from memsync.core.merging import twin_path
from memsync.core.vet import vet
from memsync.errors import CannotSeal, CannotWrite, GateShut, MemsyncError, NoSpace
from memsync.flows.look import content_problem
from memsync.flows.reader import batches
from memsync.flows.sealing import needs_sealing, sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from memsync.core.change import Displaced
    from memsync.core.history import TreeFiles
    from memsync.core.syncports import Bench

_ROWS_AT_ONCE = 200
LEAST_FREE = 32 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Materialised:
    """What was written. `edits`: somebody wrote meanwhile, so another capture is due; `problems`: path and why not."""

    files: int = 0
    edits: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def materialise(bench: Bench, main: str | None, *, keep: Collection[str] = ()) -> Materialised:
    """Bring the folder to main, but for what is held, what may not be written here, and what somebody is editing.

    `keep` are paths where something stands that memsync does not take in, and so must not write over.
    """
    done = Materialised()
    held = bench.book.held().keys() | set(keep)
    mark = f"{main} {hashlib.sha256(repr(sorted(held)).encode()).hexdigest()[:16]}"
    if main is None or bench.book.fact("level") == mark:
        return done
    if bench.free() < LEAST_FREE:
        raise NoSpace("the store's disk")
    tree = bench.repo.tree(main)
    shadow = bench.book.shadow()
    done.refused = refused(bench, tree, shadow)
    wanted = {p: o for p, o in tree.files.items() if p not in done.refused}
    due = [
        p for p in sorted(shadow.keys() | wanted.keys()) if shadow.get(p) != wanted.get(p) and p not in held
    ]
    # What goes away first: a file may make room for a folder of the same name.
    _write(bench, [p for p in due if p not in wanted], shadow=shadow, wanted=wanted, contents={}, done=done)
    arriving = [p for p in due if p in wanted]
    for batch in batches(bench.repo, list(dict.fromkeys(wanted[p] for p in arriving))):
        contents = bench.repo.blobs(batch)
        here = [p for p in arriving if wanted[p] in contents]
        new = _create(bench, [p for p in here if p not in shadow], wanted, contents, done)
        overwritten = [p for p in here if p in shadow or p in new]
        _write(bench, overwritten, shadow=shadow, wanted=wanted, contents=contents, done=done)
    bench.book.note(
        refused=json.dumps(done.refused) if done.refused else "",
        level="" if done.edits or done.problems else mark,
    )
    bench.crash("after_materialise")
    return done


def refused(bench: Bench, tree: TreeFiles, shadow: Mapping[str, str]) -> dict[str, str]:
    """Return the paths of a tree that may not be written here, with why. What stands in the folder is not judged again."""
    sizes = bench.repo.sizes({oid for path, oid in tree.files.items() if shadow.get(path) != oid})
    files = [("100644", "blob", oid, sizes.get(oid), path) for path, oid in tree.files.items()]
    odd = [(entry.mode, entry.kind, entry.oid, None, entry.path) for entry in tree.odd]
    return dict(vet([*files, *odd]).refused)


def _create(
    bench: Bench,
    paths: list[str],
    wanted: Mapping[str, str],
    contents: Mapping[str, bytes],
    done: Materialised,
) -> set[str]:
    """Write files that are new here; return those whose place was taken, for the exchange."""
    if not paths:
        return set()
    bench.crash("before_exchange")
    try:
        taken = set(bench.tree.create_all([(path, contents[wanted[path]]) for path in paths]))
    except CannotWrite:
        return set(paths)  # one of them can't be written: the exchange tells which, and writes the others
    bench.crash("after_exchange")
    rows = {path: wanted[path] for path in paths if path not in taken}
    bench.book.set_shadow(rows)
    done.files += len(rows)
    _forgotten_meanwhile(bench, rows, done)
    return taken


def _forgotten_meanwhile(bench: Bench, rows: Mapping[str, str], done: Materialised) -> None:
    """Take away again what was written anew while somebody forgot it: between its capture and its going, it looked missing.

    A `forget` that notes it later than this looks by itself whether the file came back.
    """
    leaving = bench.book.leaving() if rows else {}
    back = [path for path, oid in rows.items() if leaving.get(path) == oid]
    if back:
        done.edits += 1
        _write(bench, back, shadow=rows, wanted={}, contents={}, done=done)


def _write(
    bench: Bench,
    paths: list[str],
    *,
    shadow: Mapping[str, str],
    wanted: Mapping[str, str],
    contents: Mapping[str, bytes],
    done: Materialised,
) -> None:
    rows: dict[str, str | None] = {}
    for path in paths:
        want = wanted.get(path)
        try:
            if _exchange(bench, path, shadow.get(path), contents[want] if want else None, done):
                rows[path] = want
                done.files += 1
        except CannotWrite as error:
            done.problems.append((path, error.why))
        except MemsyncError:
            bench.book.set_shadow(rows)
            raise
        if len(rows) >= _ROWS_AT_ONCE:
            bench.book.set_shadow(rows)
            rows = {}
    bench.book.set_shadow(rows)


def _exchange(bench: Bench, path: str, expected: str | None, new: bytes | None, done: Materialised) -> bool:
    """Put one file in place and look at what came out; False where somebody's edit is there, to be captured first."""
    want = blob_id(new) if new is not None else None
    there = bench.tree.read(path)
    now = blob_id(there) if there is not None else None
    if now == want:
        return True
    if now is not None and now != expected:
        done.edits += 1
        return False
    bench.crash("before_exchange")
    out = bench.tree.swap(path, new)
    bench.crash("after_exchange")
    if out is None or out.oid in (expected, want):
        if out is not None:
            bench.tree.settle(out.token)
        return True
    done.edits += 1
    _keep(bench, out, expected, {path: want})
    return False


def _keep(bench: Bench, out: Displaced, base: str | None, shadow: Mapping[str, str | None]) -> None:
    """Keep bytes nobody expected: in git, for the next capture to merge; or beside, where the gate says no."""
    came_out, out = out, _sealed(bench, out)
    if _passes(bench, out.path, out.content):
        bench.repo.put(out.content)
        bench.book.add_displaced(DisplacedEdit(path=out.path, oid=out.oid, base=base), shadow)
    else:
        bench.tree.create(twin_path(out.path, out.content), out.content)
        bench.book.set_shadow(shadow)
    if out is came_out:
        bench.tree.settle(out.token)
    else:
        bench.tree.purge(out.token)


def _sealed(bench: Bench, out: Displaced) -> Displaced:
    """Return what came out, sealed where it should be; as it is where that can't be done: the gate then keeps it from git."""
    if not needs_sealing(out.content):
        return out
    try:
        content = sealed_bytes(out.content, bench.sealing)
    except CannotSeal:
        return out
    return replace(out, content=content, oid=blob_id(content))


def _passes(bench: Bench, path: str, content: bytes) -> bool:
    try:
        return not content_problem(content) and not bench.gate(path, content).blocks
    except GateShut:
        return False


def take_trash(bench: Bench) -> int:
    """Take in what a killed cycle, or a program with an old file still open, left in the trash; return how many edits."""
    edits = 0
    found = bench.tree.trash_listing(now=bench.now().timestamp())
    shadow = bench.book.shadow() if found else {}
    for out in found:
        past = bench.book.past(out.path)
        if out.oid == shadow.get(out.path) or out.oid in past:
            bench.tree.settle(out.token)
            continue
        edits += 1
        _keep(bench, out, _closest(bench, out, (shadow.get(out.path), *past)), {})
    return edits


def _closest(bench: Bench, out: Displaced, candidates: tuple[str | None, ...]) -> str | None:
    """Return the version an edit was most likely made from: the one it shares most lines with; the newest of equals."""
    known = bench.repo.sizes([oid for oid in candidates if oid])
    oids = [oid for oid in dict.fromkeys(candidates) if oid in known]
    if len(oids) < 2:
        return oids[0] if oids else None
    contents = bench.repo.blobs(oids)
    lines = out.content.splitlines()
    return max(oids, key=lambda oid: difflib.SequenceMatcher(None, contents[oid].splitlines(), lines).ratio())

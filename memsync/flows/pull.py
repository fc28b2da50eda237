"""Pull: ask → fetch → vet → merge in memory → main, by compare-and-swap. The folder follows later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.commits import forgotten_in, merge_message, replay_message
from memsync.core.guard import (
    Guard,
    Halt,
    Relation,
    RemoteKind,
    judge_merge,
    judge_remote,
    judge_rewrite,
    some,
)
from memsync.core.merging import merge_all
from memsync.core.store_file import MARKER, parse_marker
from memsync.core.trouble import classify
from memsync.errors import BadInput
from memsync.flows.alarms import keep_notes, raise_alarms
from memsync.flows.capture import changes_from
from memsync.flows.lanes import Halted, Troubled, agreed_to
from memsync.flows.look import admits
from memsync.flows.pages import with_pages
from memsync.flows.publish import publish, write
from memsync.flows.reader import Reader, differing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.core.history import Entry, Heads, Refs, Said, TreeFiles
    from memsync.core.merging import MergedTree
    from memsync.core.syncports import Bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull brought: commits received, files whose contents were merged, twins that were made."""

    received: int = 0
    merged: int = 0
    twins: tuple[str, ...] = ()


def pull(bench: Bench, url: str) -> Pulled:
    """Bring main up to the remote. Raises Troubled, Halted, MainMoved."""
    with bench.away():
        heads = bench.repo.ask(url)
    checked(heads.said, "ls-remote")
    _notice_address(bench, url)
    refs = bench.repo.refs()
    there = _main_of(bench, heads, refs)
    if there is None:
        return Pulled()
    if there != refs.remote:
        refs = _fetch(bench, url, refs)
        relation = _vet(bench, refs)
        if relation is Relation.REWRITTEN and refs.main is not None:
            return _replay(bench, refs)
        bench.repo.move_remote(refs.incoming, refs.remote)
        bench.book.note(ever_synced="yes")
        refs = bench.repo.refs()
    return _merge(bench, refs)


def _notice_address(bench: Bench, url: str) -> None:
    """Where the address is another one, nothing that was known of the old remote counts: no deletion is carried over."""
    before = bench.book.fact("remote_url")
    if before == url:
        return
    if before:
        refs = bench.repo.refs()
        if refs.remote is not None:
            bench.repo.rescue(refs.remote, f"{_stamp(bench)}-address-changed")
            bench.repo.move_remote(None, refs.remote)
    bench.book.note(remote_url=url)


def _stamp(bench: Bench) -> str:
    return bench.now().strftime("%Y%m%dT%H%M%S%f")


def checked(said: Said, operation: str) -> None:
    """Raise Troubled for a command to the remote that failed."""
    if not said.ok:
        raise Troubled(classify(operation, -9 if said.timed_out else said.code, said.text))


def _main_of(bench: Bench, heads: Heads, refs: Refs) -> str | None:
    """Return the remote's main, or None where it has no branch yet."""
    if heads.main is not None:
        return heads.main
    if heads.others:
        raise Halted(_foreign(f"the remote has no branch main, but {', '.join(heads.others[:3])}"))
    if (
        judge_remote(ours=bench.store_id, theirs=None, files=0, pushed_before=refs.remote is not None)
        is RemoteKind.RECREATED
    ):
        if not bench.book.ack(Guard.REMOTE_RECREATED):
            raise Halted(
                Halt(
                    guard=Guard.REMOTE_RECREATED,
                    reason="the remote was synced before, and is empty now",
                    hint="If it was made anew on purpose, `memsync ack` sends everything again.",
                )
            )
        bench.book.set_ack(Guard.REMOTE_RECREATED, "")
        bench.repo.move_remote(None, refs.remote)
    return None


def _foreign(reason: str, store: str = "") -> Halt:
    return Halt(
        guard=Guard.FOREIGN_REMOTE,
        reason=reason,
        stakes=(store,) if store else (),
        hint="Nothing was sent. Give this store a remote of its own: git remote set-url origin URL",
    )


def _fetch(bench: Bench, url: str, refs: Refs) -> Refs:
    with bench.away():
        said = bench.repo.fetch(url, first=refs.remote is None)
    checked(said, "fetch")
    bench.crash("after_fetch")
    return bench.repo.refs()


def _vet(bench: Bench, refs: Refs) -> Relation:
    """Judge what was fetched: is it this store, and does it follow what was there? Raises Halted where it is not."""
    incoming = refs.incoming or ""
    raw = bench.repo.content_at(incoming, MARKER)
    theirs = _store_id(raw)
    before = refs.remote is not None or bool(bench.book.fact("ever_synced"))
    ours = bench.book.fact("store_id") or bench.store_id
    kind = judge_remote(ours=ours, theirs=theirs, files=1, pushed_before=before)
    if kind is RemoteKind.FOREIGN:
        if not theirs and bench.book.ack(Guard.FOREIGN_REMOTE) != "adopt":
            raise Halted(
                _foreign(
                    "the remote is no memory store" if raw is None else "the remote's store file is broken"
                )
            )
        given = bench.book.ack(Guard.FOREIGN_REMOTE)
        if given != "adopt" and theirs not in agreed_to(bench, Guard.FOREIGN_REMOTE):
            raise Halted(_foreign("the remote is another memory store", theirs))
        bench.book.set_ack(Guard.FOREIGN_REMOTE, "")
    follows = refs.remote is not None and bench.repo.is_ancestor(refs.remote, incoming)
    return judge_rewrite(before=refs.remote or "", after=incoming, is_ancestor=follows)


def _store_id(raw: bytes | None) -> str:
    try:
        return parse_marker(raw).id if raw is not None else ""
    except BadInput:
        return ""


def _merge(bench: Bench, refs: Refs) -> Pulled:
    main, remote = refs.main, refs.remote
    if remote is None or remote == main:
        return Pulled()
    if main is None:
        raise_alarms(bench, bench.repo.tree(remote).files)
        publish(bench, remote, None, shadow={}, reason="merge")
        return Pulled(received=bench.repo.count(None, remote))
    bases = bench.repo.merge_bases(main, remote)
    if remote in bases:
        return Pulled()
    received = bench.repo.count(main, remote)
    ours, theirs = bench.repo.tree(main), bench.repo.tree(remote)
    if main in bases:
        gone = [path for path in ours.files if path not in theirs.files]
        _guard(bench, ours, theirs, gone, notes_from=main, remote=remote)
        raise_alarms(bench, _new(theirs.files, ours))
        publish(bench, remote, main, shadow={}, reason="merge")
        return Pulled(received=received)
    base = bench.repo.tree(bases[0] if bases else None)
    result = merged_trees(bench, base, ours, theirs)
    _guard(bench, ours, theirs, result.removed, notes_from=bases[0] if bases else None, remote=remote)
    changes = {**changes_from(ours.files, result, {}), **odd_changes(base, ours, theirs)}
    changes |= _same_store(bench, ours, theirs)
    changes = with_pages(bench, ours.files, changes)
    message = merge_message(
        {p: c for p, c in changes.items() if p in result.merged}, result.twins, instance=bench.instance
    )
    raise_alarms(bench, _new(result.files, ours), result.written)
    commit = write(bench, parents=[main, remote], changes=changes, message=message)
    bench.crash("after_merge_obj")
    keep_notes(bench, result.notes)
    publish(bench, commit, main, shadow={}, reason="merge")
    return Pulled(received=received, merged=len(result.merged), twins=result.twins)


def _new(files: Mapping[str, str], ours: TreeFiles) -> dict[str, str]:
    """Return what is in a tree and not in ours."""
    return {path: oid for path, oid in files.items() if ours.files.get(path) != oid}


def merged_trees(bench: Bench, base: TreeFiles, ours: TreeFiles, theirs: TreeFiles) -> MergedTree:
    """Merge three trees, reading what is needed of git in a few steps."""
    reader = Reader(bench.repo)
    reader.fetch(differing(base.files, ours.files, theirs.files))
    return merge_all(
        base.files, ours.files, theirs.files, read=reader, admit=admits(bench), sealing=bench.sealing
    )


def odd_changes(base: TreeFiles, ours: TreeFiles, theirs: TreeFiles) -> dict[str, bytes | str | Entry | None]:
    """Return what the other side did to entries that are no ordinary files: they stay in the tree as they are."""
    was, mine, other = ({entry.path: entry for entry in side.odd} for side in (base, ours, theirs))
    changes: dict[str, bytes | str | Entry | None] = {}
    for path in was.keys() | other.keys():
        if was.get(path) != other.get(path) and mine.get(path) == was.get(path) and path not in ours.files:
            changes[path] = other.get(path)
    return {path: entry for path, entry in changes.items() if entry is not None or path not in theirs.files}


def _same_store(bench: Bench, ours: TreeFiles, theirs: TreeFiles) -> dict[str, str]:
    """Two machines that began a store each: the one that had never sent anything takes the other's identity."""
    other = theirs.files.get(MARKER)
    if other is None or ours.files.get(MARKER) == other:
        return {}
    bench.book.note(joining=_store_id(bench.repo.blobs([other])[other]))
    return {MARKER: other}


def _guard(
    bench: Bench,
    ours: TreeFiles,
    theirs: TreeFiles,
    removed: Sequence[str],
    *,
    notes_from: str | None,
    remote: str,
) -> None:
    """Raise Halted where so much would be deleted here that a person must look. What only moved is not deleted."""
    arrived = {oid for path, oid in theirs.files.items() if path not in ours.files}
    removed = [path for path in removed if ours.files.get(path) not in arrived]
    told = forgotten_in(bench.repo.notes(notes_from, remote)) if removed else frozenset()
    halt = judge_merge(ours.files.keys(), removed, told)
    agreed = agreed_to(bench, Guard.REMOTE_MASS_DELETE)
    if halt is not None and judge_merge(ours.files.keys() - agreed, set(removed) - agreed, told) is not None:
        bench.repo.rescue(remote, f"{_stamp(bench)}-mass-deletion")
        raise Halted(halt)


def _replay(bench: Bench, refs: Refs) -> Pulled:
    """Bring over only what was never sent, onto what is there now: the remote's history was rewritten.

    An ordinary merge would send the old history again, with whatever somebody took out of it on purpose. What was never
    sent is what main has beyond the old remote's commit; where a killed pull never merged that one, beyond what both had:
    else all that it brought would look as if it had been deleted here.
    """
    old, new, main = refs.remote or "", refs.incoming or "", refs.main or ""
    bases = bench.repo.merge_bases(main, old)
    base, ours, theirs = (bench.repo.tree(commit) for commit in (bases[0] if bases else None, main, new))
    result = merged_trees(bench, base, ours, theirs)
    back = list(result.removed) if bench.repo.is_ancestor(new, old) else []
    if set(back) - agreed_to(bench, Guard.REMOTE_MASS_DELETE):
        raise Halted(
            Halt(
                guard=Guard.REMOTE_MASS_DELETE,
                hint="Nothing was deleted. `memsync ack` follows the remote.",
                reason=f"the remote went back to an earlier state, which would delete {len(back)} files here: {some(back)}",
                deleted=len(back),
                tracked=len(ours.files),
                stakes=tuple(back),
            )
        )
    _guard(bench, ours, theirs, result.removed, notes_from=None, remote=new)
    for commit, name in ((old, "remote"), (main, "main")):
        bench.repo.rescue(commit, f"{_stamp(bench)}-rewritten-{name}")
    changes = {**changes_from(theirs.files, result, {}), **odd_changes(base, theirs, ours)}
    changes = with_pages(bench, theirs.files, changes, alone=False)
    raise_alarms(bench, _new(result.files, ours), result.written)
    if changes:
        message = replay_message(len(changes), why="Follow a rewritten remote", instance=bench.instance)
        commit = write(bench, parents=[new], changes=changes, message=message)
    else:
        commit = new
    bench.crash("after_merge_obj")
    keep_notes(bench, result.notes)
    publish(bench, commit, main, shadow={}, reason="merge")
    bench.repo.move_remote(new, old)
    return Pulled(received=bench.repo.count(old, new), merged=len(result.merged), twins=result.twins)

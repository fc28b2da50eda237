"""Push: gate on everything that would leave → push, never forced. A remote that moved on means: merge and try again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.commits import replay_message
from memsync.core.guard import Guard, Halt
from memsync.core.project import shown_url
from memsync.core.trouble import Effect, classify
from memsync.errors import GateShut
from memsync.flows.lanes import Halted, Troubled
from memsync.flows.look import content_problem
from memsync.flows.pages import with_pages
from memsync.flows.publish import publish, write
from memsync.flows.reader import batches

if TYPE_CHECKING:
    from memsync.core.history import CommitNote, Entry, Outgoing, Refs
    from memsync.core.syncports import Bench

_BYTES_AT_ONCE = 32 * 1024 * 1024
_MESSAGE = "commit-message.txt"


class Raced(Exception):
    """Somebody pushed first."""


def push(bench: Bench, url: str) -> int:
    """Send what the remote has not; return how many commits were sent. Raises Troubled, Halted, Raced, GateShut, MainMoved."""
    refs = bench.repo.refs()
    if refs.main is None or refs.main == refs.remote:
        return 0
    if refs.remote is not None and not bench.repo.is_ancestor(refs.remote, refs.main):
        return 0  # the pull lane could not merge it yet
    refs, sent, size = _gated(bench, refs)
    main = refs.main
    if main is None or main == refs.remote:
        return 0
    _check_readers(bench, url)
    before = refs.remote
    for commit in _stops(bench, before, main, size):
        _send(bench, url, commit, first=before is None)
        bench.repo.move_remote(commit, before)
        bench.book.note(ever_synced="yes", remote_url=url, readers_known=url)
        before = commit
    return sent


def _check_readers(bench: Bench, url: str) -> None:
    """Ask once of each address whether everybody can read it, before anything is sent there. Raises Halted.

    Whoever gave git the address by hand was not asked by `memsync init`.
    """
    if bench.book.fact("readers_known") == url:
        return
    with bench.away():
        public = bench.repo.is_public(url)
    if public and not bench.book.ack(Guard.PUBLIC_REMOTE):
        raise Halted(
            Halt(
                guard=Guard.PUBLIC_REMOTE,
                reason=f"anyone can read {shown_url(url)}",
                hint="Nothing was sent. Make the repository private; if these memories are for everybody, `memsync ack`.",
            )
        )
    bench.book.set_ack(Guard.PUBLIC_REMOTE, "")
    if public:
        bench.book.note(readers_known=url)  # a person said yes; of others it is noted once the push went well


def _stops(bench: Bench, old: str | None, new: str, size: int) -> tuple[str, ...]:
    """Return the commits to push one after the other: one, but for a large amount, which a server may refuse at once."""
    count = -(-size // _BYTES_AT_ONCE)
    if count <= 1:
        return (new,)
    steps = bench.repo.steps(old, new)
    stride = max(1, len(steps) // count)
    return (*steps[stride - 1 : -1 : stride], new)


def _send(bench: Bench, url: str, commit: str, *, first: bool) -> None:
    bench.crash("before_push")
    with bench.away():
        said = bench.repo.push(url, commit, first=first)
    bench.crash("after_push")
    if said.ok:
        return
    met = classify("push", -9 if said.timed_out else said.code, said.text)
    if met.effect is Effect.RETRY:
        raise Raced
    raise Troubled(met)


def _gated(bench: Bench, refs: Refs) -> tuple[Refs, int, int]:
    """Return the refs, and how many commits and bytes would leave, with nothing among them that the gate refuses."""
    main = refs.main or ""
    leaving = bench.repo.outgoing(refs.remote, main)
    bad = offending(bench, leaving)
    words = any(_bad_words(bench, note) for note in leaving.commits)
    if not bad and not words:
        return refs, len(leaving.commits), sum(leaving.sizes.values())
    _rebuild(bench, refs, bad)
    return bench.repo.refs(), 1, 0


def offending(bench: Bench, leaving: Outgoing) -> dict[str, str]:
    """Return the blobs (id → a path) that must not leave. Raises GateShut if the scanner fails: then nothing leaves."""
    bad: dict[str, str] = {}
    for batch in batches(bench.repo, list(leaving.blobs), leaving.sizes):
        for oid, content in bench.repo.blobs(batch).items():
            path = leaving.blobs[oid]
            if bench.gate(path, content).blocks:
                bad[oid] = path
                bench.quarantine(oid, path, content)
    return bad


def _bad_words(bench: Bench, note: CommitNote) -> bool:
    text = f"{note.author}\n{note.committer}\n{note.message}".encode()
    return bool(content_problem(text)) or bench.gate(_MESSAGE, text).blocks


def _rebuild(bench: Bench, refs: Refs, bad: dict[str, str]) -> None:
    """Put one commit in the place of those that were never sent: their tree, but for what the gate refuses.

    A refused version gives way to the one the remote has, or goes from the tree; in the folder it stays, held.
    """
    main = refs.main or ""
    ours, theirs = bench.repo.tree(main), bench.repo.tree(refs.remote)
    wanted: dict[str, str] = {}
    for path, oid in ours.files.items():
        kept = theirs.files.get(path) if oid in bad else oid
        if kept is not None:
            wanted[path] = kept
    changes: dict[str, bytes | str | Entry | None] = {p: None for p in theirs.files if p not in wanted}
    changes |= {p: o for p, o in wanted.items() if theirs.files.get(p) != o}
    changes |= {e.path: e for e in ours.odd if e not in theirs.odd and e.oid not in bad}
    changes = with_pages(bench, theirs.files, changes)
    message = replay_message(
        len(changes), why="Send memories without what the gate refused", instance=bench.instance
    )
    commit = write(bench, parents=[refs.remote] if refs.remote else [], changes=changes, message=message)
    shadow = {p: wanted.get(p) for p, o in ours.files.items() if o in bad}
    publish(bench, commit, main, shadow=shadow, reason="gate")


__all__ = ["GateShut", "Raced", "offending", "push"]

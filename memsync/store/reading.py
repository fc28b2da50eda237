"""Reading: memories, lists and the status, out of a store's files."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.value import replace
from memsync.errors import BadInput, MemsyncError, NoSuchMemory, Withheld
from memsync.store.finding import every
from memsync.store.parts import ALLOW_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from memsync.core.answer import Answer, Query
    from memsync.core.change import Stamp
    from memsync.core.gate import Finding, Verdict
    from memsync.core.memory import Memory
    from memsync.core.recall.evaluate import Evaluation
    from memsync.core.report import Reading
    from memsync.flows.recall import Place
    from memsync.store.parts import Parts
    from memsync.store.verdicts import Verdicts

_NEVER = datetime.min.replace(tzinfo=UTC)


def reading(room: Parts, path: str, *, admitted: bool = False) -> Reading:
    """Return a memory with its revision, and the twins that contest it.

    `admitted`: it is for an assistant; raises Withheld where the gate would not let it be shown.
    """
    from memsync.core.report import Reading
    from memsync.flows.revise import revision_id

    raw = room.tree.read(path)
    if raw is None:
        raise NoSuchMemory(path)
    if admitted:
        _admit(room, path, raw)
    memory = memories.read(path, raw.decode(errors="replace"), private=room.private)
    start = path.rsplit(".", 1)[0] + ".conflict-"
    twins = tuple(sorted(p for p in room.tree.listing() if p.startswith(start)))
    return Reading(
        memory=memory,
        rev=revision_id(raw),
        raw=raw,
        store=str(room.root) if room.private else "",
        contested_by=twins,
        alarm=() if admitted else _alarm(room, path, raw),
    )


def _admit(room: Parts, path: str, raw: bytes) -> None:
    gate = _Gate(room)
    verdict = gate.verdict(path, raw)
    gate.keep()
    if verdict.blocks:
        raise Withheld(path, verdict.findings)


def _alarm(room: Parts, path: str, raw: bytes) -> tuple[Finding, ...]:
    """Return what sync found in a memory that is kept from assistants, or held back; by its notes, without a look."""
    from memsync.core.change import blob_id

    try:
        row = room.book.alarms().get(path) or room.book.held().get(path)
    except MemsyncError:
        return ()  # notes that can't be read keep no memory from its owner
    return row.findings if row is not None and row.oid == blob_id(raw) else ()


def filtered(rooms: Sequence[Parts], query: Query, *, admitted: bool = False) -> tuple[Memory, ...]:
    """Return the memories that pass the query's filters, newest first, from its offset to its limit; its text is not looked at.

    Standing documents are no memories: recall finds them, a list of memories has them not. `admitted`: only what the gate
    lets an assistant be shown.
    """
    found = [
        (_moment(m, listing), m)
        for room in rooms
        for listing in (room.tree.listing(),)
        for m in memories_of(room)
    ]
    kept = [(moment, m) for moment, m in found if _passes(m, moment, query)]
    newest = sorted(kept, key=lambda pair: pair[0], reverse=True)
    some = (m for _, m in newest)
    if admitted:
        return tuple(islice(_admitted(rooms, some), query.offset, query.offset + query.limit))
    return tuple(_veiled(rooms, islice(some, query.offset, query.offset + query.limit)))


def _veiled(rooms: Sequence[Parts], found: Iterable[Memory]) -> Iterator[Memory]:
    """Yield memories for a person's list: one whose text has a secret is named, and its title, made of the text, is not shown."""
    gates = {room.private: _Gate(room) for room in rooms}
    for memory in found:
        clean = gates[memory.scope.is_private](memory.path, memory.text.encode())
        yield memory if clean else replace(memory, title="(a secret is in it)", tags=(), keywords=())
    for gate in gates.values():
        gate.keep()


def _admitted(rooms: Sequence[Parts], found: Iterable[Memory]) -> Iterator[Memory]:
    gates = {room.private: _Gate(room) for room in rooms}
    for memory in found:
        if gates[memory.scope.is_private](memory.path, memory.text.encode()):
            yield memory
    for gate in gates.values():
        gate.keep()


def memories_of(room: Parts) -> Iterator[Memory]:
    """Read every memory of a store but its standing documents."""
    return (memory for memory in every(room) if memory.form is not memories.Form.STANDING)


def _moment(memory: Memory, listing: Mapping[str, Stamp]) -> datetime:
    stamp = memory.updated or memory.created
    if stamp is not None:
        return stamp
    seen = listing.get(memory.path)
    return datetime.fromtimestamp(seen.mtime_ns / 1e9, tz=UTC) if seen else _NEVER


def _passes(memory: Memory, moment: datetime, query: Query) -> bool:
    in_scope = (
        not query.scopes
        or memory.scope in query.scopes
        or (query.all_projects and memory.scope.kind == "project")
    )
    return (
        in_scope
        and (not query.categories or memory.category in query.categories)
        and all(tag in memory.tags for tag in query.tags)
        and (query.since is None or moment >= query.since)
        and (query.until is None or moment <= query.until)
        and (not query.by or memory.instance == query.by)
    )


def recall(
    rooms: Sequence[Parts], query: Query, *, now: datetime, cwd: Path | None = None, by: str = ""
) -> Answer:
    """Answer a question from these stores; what the gate would hold is not let into an index.

    With the asker's folder, memories of its project are told to be stale where files they cite changed. `by` is counted
    as the one who asked.
    """
    begin = time.perf_counter()
    answer = answered(rooms, query, now=now)
    if cwd is not None and any(hit.memory.sources for hit in answer.hits):
        from memsync.store.citing import with_staleness

        answer = with_staleness(answer, rooms[0], cwd)
    note(rooms[0], answer, begin, now=now, by=by)
    return answer


def answered(rooms: Sequence[Parts], query: Query, *, now: datetime) -> Answer:
    """Answer a question from these stores, and tell what other people wrote; files that memories cite are not looked at."""
    from memsync.flows.recall import recall as flow
    from memsync.store.authors import told

    gates = [_Gate(room) for room in rooms]
    answer = flow(query, places=_places(rooms, gates), now=now)
    for gate in gates:
        gate.keep()
    return told(rooms, answer)


def note(room: Parts, answer: Answer, begin: float, *, now: datetime, by: str = "") -> None:
    """Count an answer to a question that began at `begin` (of time.perf_counter). Never raises, and waits for nobody.

    A list of the newest answers no question.
    """
    if not answer.query.strip():
        return
    from memsync.core.usage import line_of

    took = (time.perf_counter() - begin) * 1000
    line = line_of(answer, at=now.timestamp(), milliseconds=took, by=by or room.instance)
    with suppress(MemsyncError):
        room.usage.note(line)


def related(rooms: Sequence[Parts], path: str, query: Query, *, private: bool, now: datetime) -> Answer:
    """Return the memories most like the one at a path of the default store, or of the private one."""
    from memsync.flows.recall import related as flow

    return flow(path, query, places=places(rooms), private=private, now=now)


def evaluate(rooms: Sequence[Parts], questions: str, query: Query, *, now: datetime) -> Evaluation:
    """Ask questions with known answers and measure. Raises BadInput naming the line that can't be read."""
    from memsync.core.recall.evaluate import parse_cases
    from memsync.flows.evaluate import evaluate_cases
    from memsync.flows.meanings import learn_all
    from memsync.flows.recall import take_in

    cases = parse_cases(questions)
    for room in rooms:
        room.by_meaning = True
    asked = places(rooms)
    for place in asked:
        take_in(place)
        learn_all(place)
    return evaluate_cases(cases, query, places=asked, now=now)


def places(rooms: Sequence[Parts]) -> list[Place]:
    """Return the stores as recall looks at them."""
    return _places(rooms, [_Gate(room) for room in rooms])


def _places(rooms: Sequence[Parts], gates: Sequence[_Gate]) -> list[Place]:
    return [_place(room, gate, rules=rules_of(room)) for room, gate in zip(rooms, gates, strict=True)]


def _place(room: Parts, gate: _Gate, *, rules: int) -> Place:
    from memsync.flows.recall import Place
    from memsync.store.kept import KnownAhead, TreeOnce

    return Place(
        label=str(room.root) if room.private else "",
        private=room.private,
        tree=room.tree,
        index=room.index,
        admit=gate,
        rules=rules,
        sense=room.meaning if room.by_meaning else None,
        remembered=room.remembered,
        ahead=KnownAhead(room, room.tree, rules=rules) if isinstance(room.tree, TreeOnce) else None,
    )


def rules_of(room: Parts) -> int:
    """Return a number for what the gate decides by: memsync's version, and the store's allowances."""
    state = room.tree.state()
    if state is not None and room.rules is not None and room.rules[0] is state:
        return room.rules[1]
    from hashlib import blake2b

    from memsync.edges.door.client import VERSION

    allowed = room.tree.read(ALLOW_FILE) or b""
    rules = int.from_bytes(blake2b(VERSION.encode() + b"\0" + allowed, digest_size=7).digest()) or 1
    room.rules = (state, rules)
    return rules


class _Gate:
    """Whether a store's files may be indexed. The rules are imported for the first file: most questions look at none."""

    def __init__(self, room: Parts) -> None:
        self._room = room
        self._verdicts: Verdicts | None = None

    def __call__(self, path: str, raw: bytes) -> bool:
        return not self.verdict(path, raw).blocks

    def verdict(self, path: str, raw: bytes) -> Verdict:
        """Return what the gate says of a file."""
        if self._verdicts is None:
            self._verdicts = self._quick()
        return self._verdicts(path, raw)

    def keep(self) -> None:
        """Write down what was passed, for the next time."""
        if self._verdicts is not None:
            self._verdicts.keep()

    def _quick(self) -> Verdicts:
        from memsync.store.verdicts import Verdicts

        try:
            return Verdicts(self._room, quick=True)
        except BadInput:
            return Verdicts(
                self._room, allowances=(), quick=True
            )  # a broken list allows nothing; `status` says that it is broken

"""Hooks: what an assistant is told without having asked, and what is kept of its session. Needs no network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from memsync.core import memory as memories
from memsync.core.answer import Answer, Query
from memsync.core.brief import Brief, Document, Matter, brief, for_summary
from memsync.core.hooks.block import Shown, one_line, prompt_block
from memsync.core.hooks.question import questions_of
from memsync.core.hooks.session import Session, Sessions
from memsync.core.memory import Status
from memsync.core.names import STANDING, is_memory_path, is_standing
from memsync.core.value import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from memsync.core.answer import Hit
    from memsync.core.hooks.call import Call
    from memsync.core.memory import Memory
    from memsync.core.scope import Scope
    from memsync.flows.recall import Place

ASKED = 6
"""Hits that are asked for a prompt; the budget and what was shown already leave fewer."""

ENOUGH = 3
"""Memories after which no further sentence of a prompt is asked."""

CLOSE = 0.5
"""An unasked memory must score at least this share of the best one."""

_NEWS = 40  # files read at most to tell what is new
_PINNED, _RECENT = 8, 8


class Recall(Protocol):
    """How recall is asked: flows.recall with its places and clock filled in. Raises BadInput."""

    def __call__(self, query: Query) -> Answer:
        """Return the answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a hook works with. `root` makes a place the model can open; `author` names another person who wrote a path, or is empty.

    `status` may raise nothing: an empty tuple of notices is an answer. `nonce` was drawn for this one call.
    """

    place: Place
    root: str
    private_root: str
    scopes: tuple[Scope, ...]
    recall: Recall
    sessions: Sessions
    notices: Callable[[], tuple[str, ...]]
    author: Callable[[str], str]
    now: datetime
    nonce: str


def on_prompt(call: Call, room: Room) -> str:
    """Return what recall has for a prompt and this session was not shown yet; empty for nothing relevant, or only doubtful."""
    _here(call, room)
    hits = _recalled(call.prompt, room)
    if not hits:
        return ""
    session = room.sessions.read(call.session)
    fresh = [s for s in (_of_hit(hit, room) for hit in hits) if not session.has(_key(s), s.memory)]
    text, taken = prompt_block(fresh, now=room.now, nonce=room.nonce)
    if taken:
        room.sessions.write(call.session, session.with_shown((_key(s), s.memory) for s in taken))
    return text


def _recalled(prompt: str, room: Room) -> list[Hit]:
    """Return what answers the prompt, or, where nothing answers all of it, its sentences; nothing doubtful, nothing refuted."""
    found: dict[tuple[str, str], Hit] = {}
    for question in questions_of(prompt):
        answer = room.recall(Query(text=question, scopes=room.scopes, limit=ASKED))
        if answer.weak:
            continue
        for hit in answer.hits:
            if hit.score >= CLOSE * answer.hits[0].score and hit.memory.status is not Status.REFUTED:
                found.setdefault((hit.store, hit.memory.path), hit)
        if len(found) >= ENOUGH:
            break
    return list(found.values())


def on_start(call: Call, room: Room) -> str:
    """Return the brief. After a compaction or a clear the session begins anew: what it was shown is out of its mind."""
    told = _brief(call, room)
    known = (
        Session() if call.source in ("", "startup", "clear", "compact") else room.sessions.read(call.session)
    )
    room.sessions.write(call.session, known.with_shown((_key(s), s.memory) for s in told.shown))
    _here(call, room)
    return told.text


def before_compaction(call: Call, room: Room) -> str:
    """Return what the summariser is told to keep."""
    _here(call, room)
    return for_summary(_matter(call, room), now=room.now, nonce=room.nonce)


def _brief(call: Call, room: Room) -> Brief:
    return brief(_matter(call, room), now=room.now, nonce=room.nonce)


def _who(call: Call, room: Room) -> str:
    return f"{call.client} {room.scopes[0] if room.scopes else ''}"


def _here(call: Call, room: Room) -> None:
    room.sessions.set_here(_who(call, room), room.now.timestamp())


# ---- what there is to tell ----------------------------------------------------------------------


def _matter(call: Call, room: Room) -> Matter:
    last = room.sessions.last_here(_who(call, room))
    pinned = room.recall(Query(text="", scopes=room.scopes, limit=_PINNED, pinned=True))
    recent = room.recall(Query(text="", scopes=room.scopes, limit=_RECENT))
    return Matter(
        notices=room.notices(),
        news=tuple(_news(room, last)) if last else (),
        documents=tuple(_documents(room)),
        pinned=tuple(
            _of_hit(h, room) for h in pinned.hits if h.memory.status in (Status.ACTIVE, Status.CANDIDATE)
        ),
        recent=tuple(_of_hit(h, room) for h in recent.hits if not is_standing(h.memory.path)),
        last_here=datetime.fromtimestamp(last, UTC) if last else None,
    )


def _news(room: Room, last: float) -> Iterator[Shown]:
    """Yield what was written into the store's files since, newest first, by whomever: this assistant was not here.

    A file's own time on this machine counts, not what it says: what a sync brought in today is new today.
    """
    folders = tuple(f"{scope.folder}/" for scope in room.scopes if not scope.is_private)
    since = int(last * 1e9)
    fresh = [
        (stamp.mtime_ns, path)
        for path, stamp in room.place.tree.listing().items()
        if stamp.mtime_ns > since
        and is_memory_path(path)
        and (path.startswith(folders) or "/" not in path)
        and not is_standing(path)
    ]
    for moment, path in sorted(fresh, reverse=True)[:_NEWS]:
        memory = _read(room.place, path)
        if memory is not None and memory.status in (Status.ACTIVE, Status.CANDIDATE):
            yield _shown(memory, room, when=datetime.fromtimestamp(moment / 1e9, UTC))


def _documents(room: Room) -> Iterator[Document]:
    """Yield the standing documents, the nearest scope's first."""
    for scope in room.scopes:
        if scope.is_private:
            continue
        folder = "" if scope.folder == "global" else f"{scope.folder}/"
        for name in STANDING:
            memory = _read(room.place, folder + name)
            if memory is not None:
                yield Document(
                    name=name, place=f"{room.root}/{memory.path}", scope=str(scope.kind), body=memory.body
                )


def _read(place: Place, path: str) -> Memory | None:
    """Return a memory as its file is now; None where the gate would hold it, so that no secret reaches a model."""
    raw = place.tree.read(path)
    if raw is None or not place.admit(path, raw):
        return None
    return memories.read(path, raw.decode(errors="replace"), private=place.private)


def _of_hit(hit: Hit, room: Room) -> Shown:
    return replace(_shown(hit.memory, room, when=hit.updated), notes=hit.notes)


def _shown(memory: Memory, room: Room, *, when: datetime | None) -> Shown:
    root = room.private_root if memory.scope.is_private else room.root
    author = "" if memory.scope.is_private else room.author(memory.path)
    return Shown(
        memory=memory,
        place=f"{root}/{one_line(memory.path, 400)}:{memory.body_line}",
        when=when,
        author=author,
    )


def _key(shown: Shown) -> str:
    return shown.place.rpartition(":")[0]

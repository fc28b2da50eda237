"""Hooks, wired: an assistant's event in, the bytes it reads out. Fails open: a hook never stops an assistant."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.hooks.call import Call, Event, read_call
from memsync.core.hooks.reply import context, permission
from memsync.core.store_file import MARKER
from memsync.errors import MemsyncError
from memsync.store.kept import for_one_call
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.core.answer import Answer, Query
    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings
    from memsync.flows.hooks import Room
    from memsync.flows.recall import Place

_PATIENCE = (
    0.05  # seconds a hook waits for another process that writes the index; then it reads the files itself
)

_LOOKING = (Event.START, Event.PROMPT, Event.BEFORE_COMPACTION)

call_of = read_call


def assistant_hook(event: str, payload: bytes, *, environ: Mapping[str, str], settings: Settings) -> bytes:
    """Return what the hook prints for an event, empty for nothing. Never raises: what goes wrong is one line on stderr.

    A resident process is asked when there is one; without it the work is done here, with the same result.
    """
    try:
        call = read_call(event, payload, environ=environ, cwd=_cwd())
        if call is None:
            _tell(f"{event}: this input is not understood, so nothing was recalled")
            return b""
        if call.event in (Event.PERMISSION, Event.TOOL):
            return permission(call, reads=settings.approve_reads, writes=settings.approve_writes)
        root = Path(os.path.abspath(settings.store))  # a link in the path is part of the store's name
        parts = Parts(root, settings=settings, instance=settings.instance or str(call.client))
        _ = parts.marker
        private = Parts(settings.private, settings=settings, instance=parts.instance, private=True)
        if call.event in _LOOKING:
            for_one_call(parts)
            if (private.root / MARKER).is_file():
                for_one_call(private)
        return answered(call, parts, private)
    except MemsyncError as error:
        _tell(f"{error} {error.hint}")
    except OSError as error:
        _tell(f"nothing was recalled: {error.strerror or type(error).__name__}")
    except Exception as error:  # noqa: BLE001  # a hook that fails would stop or delay the assistant
        _tell(f"nothing was recalled: a defect in memsync ({type(error).__name__}); please report it")
    return b""


def _tell(text: str) -> None:
    """Say one line to the user; the model does not see a hook's stderr."""
    try:
        plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        sys.stderr.write(f"memsync: {plain[:400]}\n")
    except (OSError, ValueError, AttributeError):
        return


def _cwd() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  # a hook starts without pathlib
    except OSError:
        return ""


def answered(call: Call, parts: Parts, private: Parts) -> bytes:
    """Return the answer to one call. Raises MemsyncError and OSError."""
    told = _answer(call, parts, private)
    if parts.settings.learn:
        _overhear(call, parts)
    return told


def _overhear(call: Call, parts: Parts) -> None:
    """Keep what auto-learn may look at later. What goes wrong with it costs no answer."""
    from memsync.store.overhearing import overhear

    try:
        overhear(call, parts)
    except (MemsyncError, OSError) as error:
        _tell(f"nothing is learned from this turn: {error}")


def _answer(call: Call, parts: Parts, private: Parts) -> bytes:
    from memsync.flows import hooks as flow

    settings = parts.settings
    _somebody_works(call, parts)
    match call.event:
        case Event.START if settings.hook_brief:
            return context(call, flow.on_start(call, _room(call, parts, private)))
        case Event.PROMPT if settings.hook_recall:
            return context(call, flow.on_prompt(call, _room(call, parts, private)))
        case Event.BEFORE_COMPACTION if settings.hook_brief:
            return context(call, flow.before_compaction(call, _room(call, parts, private)))
        case Event.AFTER_COMPACTION | Event.TURN_END | Event.END if settings.session_notes:
            from memsync.store.session_notes import keep

            keep(call, parts)
        case Event.PERMISSION | Event.TOOL:
            return permission(call, reads=settings.approve_reads, writes=settings.approve_writes)
    return b""


def _somebody_works(call: Call, parts: Parts) -> None:
    """Tell the syncer that a session begins or goes on: what other machines learned is wanted soon."""
    from memsync.store import ringing

    if call.event is Event.START:
        ringing.call(parts)
    elif call.event is Event.PROMPT:
        ringing.stir(parts)


def _room(call: Call, parts: Parts, private: Parts) -> Room:
    from memsync.edges.sessions import SessionFiles
    from memsync.flows.hooks import Room
    from memsync.store import scopes
    from memsync.store.authors import author_of
    from memsync.store.clock import now
    from memsync.store.reading import places

    rooms = (parts, private) if (private.root / MARKER).is_file() else (parts,)
    for room in rooms:
        _impatient(room)
    sessions = SessionFiles(parts.state_dir / "sessions")
    if call.event is Event.START:
        sessions.tidy()
    looked_in = places(rooms)
    cwd = Path(call.cwd) if call.cwd and Path(call.cwd).is_dir() else None
    return Room(
        place=looked_in[0],
        root=str(parts.root),
        private_root=str(private.root),
        scopes=scopes.visible(parts, (), cwd) if cwd else _nowhere(),
        recall=partial(_recall, parts, looked_in),
        sessions=sessions,
        notices=partial(_notices, parts),
        author=author_of(parts),
        now=now(),
        nonce=os.urandom(4).hex(),
    )


def _nowhere() -> tuple[Scope, ...]:
    from memsync.core.scope import GLOBAL, PRIVATE

    return (PRIVATE, GLOBAL)


def _impatient(room: Parts) -> None:
    from memsync.edges.index import MemoryIndex

    if "index" not in vars(room):  # a resident's index has its warm parts and is kept
        room.index = MemoryIndex(room.cache_dir / "index", patience=_PATIENCE)


def _recall(parts: Parts, looked_in: Sequence[Place], query: Query) -> Answer:
    from memsync.flows.recall import recall
    from memsync.store.clock import now
    from memsync.store.reading import note

    begin = time.perf_counter()
    answer = recall(query, places=looked_in, now=now())
    if query.text:
        note(parts, answer, begin, now=now(), by="hook")
    return answer


def _notices(parts: Parts) -> tuple[str, ...]:
    """Return what a person should know of the store's sync; nothing where it can't be told just now."""
    from memsync.core.brief import notices_of
    from memsync.store import syncing
    from memsync.store.clock import now

    try:
        found = syncing.status(parts)
    except (MemsyncError, OSError):
        return ()
    return notices_of(
        held=found.held,
        lanes=found.lanes,
        unsynced=found.unsynced if found.remote else 0,
        since=found.since,
        now=now(),
    )

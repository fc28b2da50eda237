"""Answering: what a resident process (the syncer, the MCP server) does with a question that comes to its door."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.store_file import MARKER
from memsync.core.wire import read_query, write_answer
from memsync.errors import BadSettings, MemsyncError
from memsync.store.kept import for_a_resident
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_GOODBYE = 1.0  # seconds for the socket to be taken away; left behind, it is stale and hurts nobody


def serve_door(parts: Parts, stop: Callable[[], bool]) -> threading.Thread:
    """Answer hooks and terminals for this store in a thread of its own until `stop()`; returns the thread, started.

    Call it while the store's resident lock is held. Where the door can't be opened, askers do their work themselves.
    """
    thread = threading.Thread(target=_serve, args=(parts, stop), name="memsync-door", daemon=True)
    thread.start()
    return thread


@contextmanager
def open_door(parts: Parts) -> Iterator[None]:
    """Serve the door while the block runs; not for a private store, which the default store's door answers for."""
    if parts.private:
        yield
        return
    ended = threading.Event()
    thread = serve_door(parts, ended.is_set)
    try:
        yield
    finally:
        ended.set()
        thread.join(_GOODBYE)


def _serve(parts: Parts, stop: Callable[[], bool]) -> None:
    from memsync.edges.door import client
    from memsync.edges.door.place import door_path
    from memsync.edges.door.server import Door

    try:
        path = door_path(parts.state_dir, environ=os.environ)
        resident = Resident(parts)
        door = Door(path, resident.answer)
        if not door.open():
            return
    except (OSError, MemsyncError):
        return
    posted = _is_the_settings_store(parts)
    with suppress(OSError):
        if posted:
            client.post(os.environ, config=str(parts.settings.config_file), door=str(path))
    threading.Thread(target=_learn, args=(resident,), name="memsync-meanings", daemon=True).start()
    try:
        door.serve(stop)
    finally:
        if posted:
            client.take_down(os.environ, door=str(path))
        resident.close()


def _learn(resident: Resident) -> None:
    """Learn what the stores' memories mean, so that no question has to; what is learned is kept for every process."""
    from memsync.flows.meanings import learn_all
    from memsync.store.reading import places

    with suppress(MemsyncError, OSError):
        for room in resident.rooms():
            own = Parts(room.root, settings=room.settings, instance=room.instance, private=room.private)
            own.by_meaning = True
            for place in places([own]):
                learn_all(place)


def _is_the_settings_store(parts: Parts) -> bool:
    """Whether this is the store that settings and environment name, rather than one named on the command line."""
    from memsync.edges.settings import load

    try:
        loaded = load()
    except BadSettings:
        return False
    return loaded.store == parts.settings.store == parts.root and loaded.private == parts.settings.private


class Resident:
    """Answers one question at a time, in one thread: Whoosh's searchers may not be shared. It has edges of its own."""

    def __init__(self, parts: Parts) -> None:
        self._parts = Parts(parts.root, settings=parts.settings, instance=parts.instance)
        self._private = Parts(
            parts.settings.private, settings=parts.settings, instance=parts.instance, private=True
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memsync-answers")

    def answer(self, kind: str, facts: Mapping[str, str], body: bytes) -> bytes | None:
        """Return the answer to a question of this kind; None where the asker has to see for itself."""
        try:
            return self._thread.submit(self._answer, kind, facts, body).result()
        except RuntimeError:
            return None  # the door is closing

    def close(self) -> None:
        """Take no more questions."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _answer(self, kind: str, facts: Mapping[str, str], body: bytes) -> bytes | None:
        try:
            for room in self.rooms():
                for_a_resident(room)
            match kind:
                case "hook":
                    return self._hook(facts, body)
                case "recall":
                    return self._recall(facts, body)
        except (MemsyncError, OSError):
            return None  # the asker meets the same trouble, and has a person to tell it to
        except Exception:  # noqa: BLE001  # a resident outlives whatever one question does to it; the asker does the work
            return None
        return None

    def _hook(self, facts: Mapping[str, str], body: bytes) -> bytes | None:
        from memsync.store.hooks import answered, call_of

        call = call_of(facts.get("event", ""), body, environ=facts, cwd=facts.get("cwd", ""))
        return answered(call, self._parts, self._private) if call else b""

    def _recall(self, facts: Mapping[str, str], body: bytes) -> bytes | None:
        from memsync.store import scopes
        from memsync.store.reading import recall

        if not self._is_meant(facts):
            return None
        query, words = read_query(body)
        cwd, now = Path(facts["cwd"]), datetime.fromisoformat(facts["now"])
        visible = scopes.visible(self._parts, words, cwd)
        asked = replace(query, scopes=visible)
        return write_answer(recall(self.rooms(), asked, now=now, cwd=cwd, by="cli"))

    def _is_meant(self, facts: Mapping[str, str]) -> bool:
        """Whether the asker's stores are ours. Who came by the signpost names none: environment and settings are the same."""
        ours = {"store": str(self._parts.root), "private": str(self._private.root)}
        return all(facts.get(name, own) == own for name, own in ours.items())

    def rooms(self) -> tuple[Parts, ...]:
        """Return the default store, and the private one where it exists."""
        private = (self._private,) if (self._private.root / MARKER).is_file() else ()
        return (self._parts, *private)

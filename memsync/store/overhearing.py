"""Overhearing: what a hook keeps of a turn for auto-learn, where the user agreed to it. Light: hooks import it.

Texts are redacted before they touch the disk; nothing is judged here, a detached worker does that.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from memsync.core.gate import redact_clean
from memsync.core.hooks.call import Event
from memsync.core.learn.turn import Turn, answered_of, render_turn, said_of
from memsync.edges.spool import Spool

if TYPE_CHECKING:
    from memsync.core.hooks.call import Call
    from memsync.store.parts import Parts

EVERY = 5
"""Turns after which a worker looks at them together; the end of a session does not wait for so many."""

LEARN_LOCK = "learn"


def spool_of(parts: Parts) -> Spool:
    """Return the spool of a store on this machine."""
    return Spool(parts.state_dir / "spool")


def overhear(call: Call, parts: Parts) -> None:
    """Keep a prompt until its answer is there, then both as a turn; start the worker now and then. Raises MemsyncError, OSError."""
    if not call.session:
        return
    spool = spool_of(parts)
    match call.event:
        case Event.PROMPT:
            spool.note_prompt(call.session, _clean(said_of(call.prompt), parts).encode(errors="replace"))
        case Event.TURN_END:
            said = spool.take_prompt(call.session).decode(errors="replace") or _clean(
                said_of(call.prompt), parts
            )
            if said:
                spool.put(render_turn(_turn(call, parts, said)))
                if spool.count() >= EVERY:
                    start(parts)
        case Event.START | Event.END if spool.count():
            start(parts)


def _turn(call: Call, parts: Parts, said: str) -> Turn:
    answered = _clean(answered_of(call.said), parts)
    return Turn(
        session=call.session,
        client=str(call.client),
        cwd=call.cwd,
        user=said,
        assistant=answered,
        when=time.time(),
    )


def _clean(text: str, parts: Parts) -> str:
    return redact_clean(text, parts.spans.scan)[0] if text else ""


def start(parts: Parts) -> None:
    """Leave a worker behind that outlives the hook; none where one is at work."""
    if parts.lock(LEARN_LOCK).is_held():
        return
    subprocess.Popen(
        [sys.executable, "-P", "-m", "memsync", "--store", str(parts.root), "learn", "--detached"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=parts.state_dir,
        close_fds=True,
    )

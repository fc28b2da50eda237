"""Session notes: what a session of an assistant ended with, kept as a memory, one note for each instance and day.

Only where the setting `session_notes` says so: what an assistant says may quote anything the user showed it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.category import Category
from memsync.core.gate import OnSecret, redact_clean
from memsync.core.hooks.call import Event
from memsync.core.hooks.note import appended, draft_of, key_of, section
from memsync.core.names import place_for
from memsync.core.report import Revision

if TYPE_CHECKING:
    from memsync.core.hooks.call import Call
    from memsync.core.scope import Scope
    from memsync.store.parts import Parts


def keep(call: Call, parts: Parts) -> None:
    """Keep a compaction's summary, or at a session's end the assistant's last words. Secrets in it are replaced by marks before it touches the disk.

    Raises MemsyncError. The end of a turn is only noted on this machine: the next turn replaces it.
    """
    from memsync.edges.sessions import SessionFiles

    sessions = SessionFiles(parts.state_dir / "sessions")
    match call.event:
        case Event.TURN_END:
            sessions.write_said(call.session, redact_clean(call.said, parts.spans.scan)[0])
        case Event.AFTER_COMPACTION if call.summary.strip():
            _append(call, parts, call.summary)
        case Event.END if (said := sessions.take_said(call.session)).strip():
            _append(call, parts, said)


def _append(call: Call, parts: Parts, text: str) -> None:
    from memsync.flows.revise import revise, revision_id
    from memsync.store import changing, remembering, ringing, scopes
    from memsync.store.clock import now

    moment = now()
    scope = _scope(call, parts)
    key = key_of(moment, parts.instance)
    path = place_for(scope, Category.SESSION, key, 0, "")
    said = section(text, moment=moment, after_compaction=call.event is Event.AFTER_COMPACTION)
    before = parts.tree.read(path)
    if before is None:
        scopes.plant_project(parts, scope)
        draft = draft_of(said, key=key, scope=scope, instance=parts.instance, moment=moment)
        remembering.remember(parts, draft, on_secret=OnSecret.REDACT)
    else:
        body = memories.read(path, before.decode(errors="replace")).body
        revise(
            path,
            Revision(body=appended(body, said)),
            desk=changing.desk(parts, OnSecret.REDACT),
            rev=revision_id(before),
            version=lambda _: None,
        )
    ringing.ring(parts)


def _scope(call: Call, parts: Parts) -> Scope:
    from memsync.core.scope import GLOBAL
    from memsync.store import scopes

    return scopes.resolve(parts, None, Path(call.cwd)) if call.cwd and Path(call.cwd).is_dir() else GLOBAL

"""Remembering, wired: an id, the time, the quick rules; and a line in the journal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from memsync.flows import remember as flow
from memsync.store.clock import new_id, now

if TYPE_CHECKING:
    from memsync.core.gate import OnSecret
    from memsync.core.memory import Draft
    from memsync.core.report import Remembered
    from memsync.store.parts import Parts


def remember(room: Parts, draft: Draft, *, on_secret: OnSecret) -> Remembered:
    """Write a new memory and return it once it is durable. Raises what flows.remember raises."""
    done = flow.remember(
        replace(draft, instance=draft.instance or room.instance),
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        memory_id=new_id(),
        now=now(),
        on_secret=on_secret,
        private=room.private,
        sealing=room.sealing if draft.sensitive else None,
    )
    if not done.same_as:
        _note(room, done)
    return done


def _note(room: Parts, done: Remembered) -> None:
    from memsync.core.change import Step, blob_id
    from memsync.store import journal

    after = blob_id(done.memory.text.encode())
    journal.note(room, "remember", now(), [Step(path=done.memory.path, before="", after=after)])

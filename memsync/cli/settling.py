"""Settling a memory that was up for review: the store's own everyday calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from memsync.cli.plain import one_line
from memsync.cli.sources import given_text
from memsync.core.insight import DoubtKind
from memsync.core.report import Revision
from memsync.core.settling import Action, merged
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.insight import Doubt
    from memsync.core.memory import Memory
    from memsync.store import Store


def settle(store: Store, face: Face, doubt: Doubt, action: Action, *, text: str | None) -> str:
    """Do it and return what was done, in words. `text` is the new text of a revision; without it the editor opens.

    Raises what the store's calls raise: SecretFound, BadInput, Busy.
    """
    name, shown = _name(doubt, doubt.memory), one_line(doubt.memory.key)
    match action:
        case Action.KEEP if doubt.kind is DoubtKind.CONTESTED:
            store.resolve(name)
            return f"kept {shown}; the other version is in history"
        case Action.KEEP:
            store.insights.keep(doubt)
            return f"kept {shown}"
        case Action.FORGET:
            store.forget(name)
            return f"forgot {shown}; `memsync restore` brings it back"
        case Action.PROMOTE:
            store.revise(name, Revision(status="active"))
            return f"confirmed {shown}"
        case Action.MERGE if doubt.kind is DoubtKind.CONTESTED:
            store.resolve(name, both=True)
            return f"kept all texts in {shown}"
        case Action.MERGE:
            _merge(store, doubt)
            return f"kept {shown} for {len(doubt.others) + 1} that said the same"
        case Action.REVISE:
            _revise(store, face, doubt, text)
            return f"revised {shown}"
        case _:
            assert_never(action)


def _merge(store: Store, doubt: Doubt) -> None:
    """Let the best take over what the others had, then take them away: killed in between, none is lost."""
    revision = merged(doubt.memory, doubt.others)
    if revision != Revision():
        store.revise(_name(doubt, doubt.memory), revision)
    for other in doubt.others:
        store.forget(_name(doubt, other))


def _revise(store: Store, face: Face, doubt: Doubt, text: str | None) -> None:
    words = () if text is None else (text,)
    given = given_text(words, file=None, edit=text is None, face=face, begin_with=doubt.memory.body)
    if given is None or not given.text.strip():
        raise BadInput("text", "is empty", hint="`--forget` takes a memory away.")
    reading = store.get(_name(doubt, doubt.memory))
    store.revise(_name(doubt, doubt.memory), Revision(body=given.text), rev=reading.rev)


def _name(doubt: Doubt, memory: Memory) -> str:
    return f"{doubt.store}/{memory.path}" if doubt.store else memory.path

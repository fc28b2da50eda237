"""Resolve and undo: ending a contradiction, and taking back the last change. Both only ever add to history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core.memory import TWIN_NAME
from memsync.core.merging import merge_file
from memsync.core.seal import is_sealed, opened_text, says_sensitive
from memsync.errors import BadInput, GuardHalted, NoSuchMemory
from memsync.flows.revise import forget, put, revision_id
from memsync.flows.sealing import sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from memsync.core.change import Step
    from memsync.core.report import Revised
    from memsync.flows.revise import Desk


def winner_of(path: str) -> str:
    """Return the path a twin contests: `a.conflict-0123abcd.md` → `a.md`; any other path is its own."""
    folder, slash, name = path.rpartition("/")
    twin = TWIN_NAME.fullmatch(name)
    return f"{folder}{slash}{twin['stem']}{twin['suffix'] or ''}" if twin else path


def twins_of(path: str, listing: Sequence[str]) -> tuple[str, ...]:
    """Return the twins that contest a path, sorted."""
    return tuple(sorted(p for p in listing if p != path and winner_of(p) == path))


def resolve(path: str, *, desk: Desk, both: bool = False) -> Revised:
    """End the contradiction about a memory: what `path` names (the winner or one of its twins) is kept, the other twins go.

    With `both`, the bodies of the twins are put below the winner's. Every version stays in history.
    Raises BadInput where nothing contests the memory.
    """
    winner = winner_of(path)
    twins = twins_of(winner, list(desk.tree.listing()))
    if not twins:
        raise BadInput("name", f"nothing contests {winner}", hint="`memsync status` lists what is contested.")
    current, kept = desk.tree.read(winner), desk.tree.read(path)
    if kept is None:
        raise NoSuchMemory(path)
    if both:
        texts = [
            _opened(desk.tree.read(t) or b"", desk) for t in (winner if current is not None else path, *twins)
        ]
        kept = _with_bodies(texts[0], [header.split(text).body for text in texts[1:]])
        kept = sealed_bytes(kept, desk.sealing) if any(map(says_sensitive, texts)) else kept
    done = put(winner, base=current, wanted=kept, desk=desk)
    for twin in twins:
        forget(twin, desk=desk)
    return done


def _opened(raw: bytes, desk: Desk) -> str:
    """Return a file's text, with its body opened where it is sealed. Raises CannotOpen."""
    text = raw.decode(errors="replace")
    return opened_text(text, desk.sealing) if desk.sealing is not None and is_sealed(text) else text


def _with_bodies(text: str, bodies: Sequence[str]) -> bytes:
    for body in bodies:
        if body.strip() and body.strip() not in text:
            text = f"{text.rstrip()}\n\n{body.strip()}\n"
    return text.encode()


def undo(steps: Sequence[Step], *, desk: Desk, version: Callable[[str], bytes | None]) -> None:
    """Take back a change: each path gets what it said before; what somebody added since is merged, never lost.

    Raises GuardHalted where a memory that the change made has been changed since: taking it back would lose that.
    """
    for step in steps:
        _undo_step(step, desk, version)


def _undo_step(step: Step, desk: Desk, version: Callable[[str], bytes | None]) -> None:
    current = desk.tree.read(step.path)
    same = current is not None and revision_id(current) == step.after
    before = version(step.before) if step.before else None
    after = current if same else version(step.after) if step.after else None
    if (step.before and before is None) or (step.after and after is None):
        raise GuardHalted(
            "unknown-version",
            f"{step.path}: the version to go back to is not known here",
            path=step.path,
            hint=f"`memsync history {step.path}` lists the versions there are.",
        )
    if before is None:
        if current is not None and not same:
            raise GuardHalted(
                "changed-since",
                f"{step.path} was changed by somebody since it was made",
                path=step.path,
                hint="Look at it, then forget or revise it by name.",
            )
        if current is not None:
            forget(step.path, desk=desk)
        return
    if current is None:
        put(step.path, base=None, wanted=before, desk=desk)
        return
    merged = merge_file(step.path, after, before, current, sealing=desk.sealing)
    put(step.path, base=current, wanted=merged.content if merged.content is not None else before, desk=desk)
    for twin in merged.twins:
        desk.tree.create(twin.path, twin.content)

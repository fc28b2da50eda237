"""What `doctor` looks at of the assistants beside their servers: learning from their sessions, and Claude Code's own memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.hooks.block import age
from memsync.core.learn.outcome import parse_work
from memsync.core.report import Check
from memsync.errors import MemsyncError
from memsync.store.clock import now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.learn.outcome import Work
    from memsync.edges.settings import Settings
    from memsync.edges.spool import Spool
    from memsync.store.parts import Parts

_LEARN, _NATIVE = "learn", "claude memory"
_AGAIN = "`memsync setup claude --native` in this folder makes it the store's."


def examine(settings: Settings, *, environ: Mapping[str, str], project_dir: Path) -> tuple[Check, ...]:
    """Say whether memsync learns, who judges and what the last worker did; and where Claude keeps its memory of this project."""
    from memsync.store.native import room_of

    room = room_of(settings)
    return (*_learning(room, environ), *_native(room, environ, project_dir))


# ---- learning -------------------------------------------------------------------------------------


def _learning(room: Parts, environ: Mapping[str, str]) -> list[Check]:
    from memsync.store.overhearing import spool_of

    spool = spool_of(room)
    if not room.settings.learn:
        left = f"off, but {_turns(spool)}" if spool.size() else "off: nothing that is said is kept"
        hint = "`memsync learn` throws them away." if spool.size() else ""
        return [Check(name=_LEARN, state="warn" if hint else "ok", detail=left, hint=hint)]
    last = parse_work(spool.last_work())
    detail = f"on; {_judged_by(room, environ)}; {_turns(spool)}; {_last(last)}"
    return [Check(name=_LEARN, state="warn" if _hint(last) else "ok", detail=detail, hint=_hint(last))]


def _turns(spool: Spool) -> str:
    count = spool.count()
    return f"{count} turn{'s' * (count != 1)} of sessions wait{'s' * (count == 1)} ({(spool.size() + 1023) // 1024} KiB)"


def _judged_by(room: Parts, environ: Mapping[str, str]) -> str:
    from memsync.store.judges import judges_of

    found = [(judge.name, judge.found()) for judge in judges_of(room, environ=environ)]
    there = [f"{name} ({what})" for name, what in found if what]
    missing = [name for name, what in found if not what]
    told = f"judged by {', then '.join((*there, 'rules'))}"
    return told + (f"; not here: {', '.join(missing)}" if missing else "")


def _last(work: Work | None) -> str:
    if work is None:
        return "no worker was needed yet"
    from datetime import UTC, datetime

    when = age(datetime.fromtimestamp(work.when, UTC), now())
    if work.failed:
        return f"the last worker, {when}, ended with: {work.failed}"
    by = f" by {', '.join(work.by)}" if work.by else ""
    told = f"the last worker, {when}, looked at {work.turns}{by} and learned {work.learned}"
    return told + (f", refused {work.refused}" if work.refused else "")


def _hint(work: Work | None) -> str:
    if work is None:
        return ""
    if work.failed:
        return "`memsync learn` tries again, and says what is wrong."
    if work.passed:
        return f"{', '.join(work.passed)} could not judge: see whether it runs and you are signed in, or name others in `learn_judges`."
    return (
        f"{work.given_up} turn{'s' * (work.given_up != 1)} ended a worker twice, and went."
        if work.given_up
        else ""
    )


# ---- Claude Code's own memory ---------------------------------------------------------------------


def _native(room: Parts, environ: Mapping[str, str], project_dir: Path) -> list[Check]:
    from memsync.store.native import claude_says, folder_here

    try:
        told = claude_says(environ, project_dir)
        ours = folder_here(room, project_dir)
    except MemsyncError as error:
        return [_warned(str(error), error.hint)]
    if not told.folder:
        return []
    folder = Path(told.folder).expanduser()
    if not folder.is_absolute():
        return [_warned(f"{told.path} names {told.folder}, which Claude ignores: it is not absolute", _AGAIN)]
    if Path(os.path.realpath(room.root)) not in folder.resolve().parents:
        return [Check(name=_NATIVE, state="ok", detail=f"Claude keeps its own, in {folder}")]
    if str(folder.resolve()) != ours:
        return [_warned(f"Claude writes to {folder}, this project's folder is {ours or 'none'}", _AGAIN)]
    return [_folder(folder, told.path, off=told.off)]


def _folder(folder: Path, path: str, *, off: str) -> Check:
    """Check the folder that Claude really uses: it must be there, and no link in it, for Claude does not write through one."""
    if off:
        return _warned(f"is turned off by {off}", "Claude Code writes no memories until it is turned on.")
    if not folder.is_dir():
        return _warned(f"{folder} is not there", _AGAIN)
    if folder.resolve() != folder:
        return _warned(f"{folder} leads through a symbolic link: Claude refuses to write there", _AGAIN)
    return Check(name=_NATIVE, state="ok", detail=f"this project's stands in {folder} ({path})")


def _warned(detail: str, hint: str) -> Check:
    return Check(name=_NATIVE, state="warn", detail=detail, hint=hint)

"""Checks: what `doctor` looks at, one thing after the other; each says what is wrong and how to mend it."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

from memsync.core.hook_script import HOOKS, is_ours, render_hook
from memsync.core.merge_driver import render_driver
from memsync.core.report import Check
from memsync.errors import BadInput, CannotWrite, MemsyncError
from memsync.store.finding import every

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from memsync.store.parts import Parts

_EVENT_WAIT = 2.0  # seconds an event of the file system may take
_PRAGMAS = ("pragma: allowlist", "gitleaks:allow", "nosecret")


def examine(room: Parts, *, fix: bool) -> tuple[Check, ...]:
    """Check one store and what it stands on. An unexpected failure of a check is that check's result."""
    return tuple(check for look in _LOOKS for check in _looked(look, room, fix=fix))


def _looked(look: Callable[[Parts, bool], Iterator[Check]], room: Parts, *, fix: bool) -> list[Check]:
    try:
        return list(look(room, fix))
    except MemsyncError as error:
        return [
            Check(
                name=look.__name__.strip("_").replace("_", " "),
                state="fail",
                detail=str(error),
                hint=error.hint,
            )
        ]


def _git(room: Parts, fix: bool) -> Iterator[Check]:
    from memsync.edges.repo.child import version
    from memsync.store import syncing

    yield Check(name="git", state="ok", detail=".".join(map(str, version())))
    broken = room.repo.check()
    left = syncing.mend(room) if broken and fix else broken
    hint = "`memsync doctor --fix` mends it with what the remote and the folder have." if left else ""
    yield Check(
        name="repository",
        state="fail" if left else "ok",
        detail=left,
        hint=hint,
        fixed=bool(broken) and not left,
    )


def _store(room: Parts, fix: bool) -> Iterator[Check]:
    yield Check(name="store", state="ok", detail=f"{room.root}, id {room.marker.id[:12]}")
    for folder in (room.root, room.state_dir, room.cache_dir):
        if folder.stat().st_mode & 0o077:
            if fix:
                folder.chmod(0o700)
            yield Check(
                name="folder",
                state="ok" if fix else "warn",
                fixed=fix,
                detail=f"others may look into {folder}",
                hint="" if fix else "`memsync doctor --fix` closes it (0700).",
            )


def _git_hooks(room: Parts, fix: bool) -> Iterator[Check]:
    from memsync.edges import resources
    from memsync.edges.site import Site
    from memsync.store.founding import hook_command

    site = Site(room.root)
    elsewhere = site.hooks_elsewhere()
    if elsewhere:
        yield Check(
            name="git hooks",
            state="warn",
            detail=f"git takes its hooks from {elsewhere}",
            hint='Let the hooks there run: memsync hook pre-commit "$@" and memsync hook pre-push "$@"',
        )
        return
    for name in HOOKS:
        wanted, there = render_hook(resources.git_hook(name), hook_command()), site.hook(name)
        if there == wanted:
            yield Check(name=f"git hook {name}", state="ok")
        elif there is not None and not is_ours(there):
            yield Check(
                name=f"git hook {name}",
                state="warn",
                detail="is your own",
                hint=f'Let it run: memsync hook {name} "$@"',
            )
        elif fix:
            site.plant_hook(name, wanted)
            yield Check(name=f"git hook {name}", state="ok", fixed=True)
        else:
            detail = "is missing" if there is None else "calls another memsync"
            yield Check(
                name=f"git hook {name}", state="warn", detail=detail, hint="`memsync doctor --fix` plants it."
            )


def _merge_driver(room: Parts, fix: bool) -> Iterator[Check]:
    from memsync.edges.site import Site
    from memsync.store.founding import hook_command

    site, driver = Site(room.root), render_driver(hook_command())
    planted = site.merges_by(driver)
    if not planted and fix:
        site.plant_driver(driver)
    yield Check(
        name="git merge",
        state="ok" if planted or fix else "warn",
        detail=""
        if planted or fix
        else "a `git pull` made by hand here would not merge memories as memsync does",
        hint="" if planted or fix else "`memsync doctor --fix` registers memsync's merge in .git/config.",
        fixed=not planted and fix,
    )


def _gate(room: Parts, fix: bool) -> Iterator[Check]:  # noqa: ARG001  # see _git
    planted = "ghp_" + "".join(
        secrets.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(36)
    )
    found = any(f.end - f.start >= len(planted) for f in room.scanner.scan(f"token {planted}\n"))
    clean = not room.scanner.scan("We use pnpm, not npm.\n")
    if found and clean:
        yield Check(name="gate", state="ok", detail="finds a made-up key and lets a plain sentence pass")
    else:
        yield Check(
            name="gate",
            state="fail",
            detail="does not find a made-up key" if not found else "flags a plain sentence",
            hint="Reinstall memsync; until then nothing should be trusted to it.",
        )
    try:
        yield Check(name="allowances", state="ok", detail=f"{len(room.allowances())}")
    except BadInput as error:
        yield Check(
            name="allowances",
            state="fail",
            detail=str(error),
            hint="Mend the file; a broken one allows nothing.",
        )


def _memories(room: Parts, fix: bool) -> Iterator[Check]:  # noqa: ARG001  # see _git
    count = 0
    for memory in every(room):
        count += 1
        for problem in memory.problems:
            yield Check(
                name="memory",
                state="warn",
                detail=f"{memory.path}: {problem}",
                hint="It is still found by its text; mend it in an editor.",
            )
        if any(pragma in memory.text for pragma in _PRAGMAS):
            yield Check(
                name="memory",
                state="warn",
                detail=f"{memory.path}: has a scanner's pragma in its text",
                hint="Nothing inside a memory silences the gate; use `memsync allow`.",
            )
    yield Check(name="memories", state="ok", detail=str(count))


def _index(room: Parts, fix: bool) -> Iterator[Check]:
    state = room.index.state()
    broken = not state.startswith(("ready", "missing", "rebuilding"))
    if broken and fix:
        shutil.rmtree(room.cache_dir / "index", ignore_errors=True)
    yield Check(
        name="index",
        state="ok" if fix or not broken else "warn",
        detail=state,
        fixed=broken and fix,
        hint="" if not broken or fix else "`memsync doctor --fix` drops it; the next recall builds it anew.",
    )


def _events(room: Parts, fix: bool) -> Iterator[Check]:  # noqa: ARG001  # see _git
    from memsync.edges.watcher import Watcher

    probe = room.root / ".memsync" / f".doctor-{secrets.token_hex(4)}"
    watcher = Watcher(room.root)
    watcher.start()
    try:
        probe.write_bytes(b"")
        heard = watcher.woken.wait(_EVENT_WAIT)
    except OSError as error:
        raise CannotWrite(str(probe), (error.strerror or "can't be written").lower()) from error
    finally:
        watcher.stop()
        probe.unlink(missing_ok=True)
    detail = "" if heard else watcher.problem or "this file system tells of no change"
    yield Check(
        name="file events",
        state="ok" if heard else "warn",
        detail=detail,
        hint="" if heard else "The syncer looks by itself once a minute; setting `rescan` makes it sooner.",
    )


def _sync(room: Parts, fix: bool) -> Iterator[Check]:  # noqa: ARG001  # see _git
    from memsync.store import syncing

    state = syncing.status(room)
    yield Check(name="remote", state="ok", detail=state.remote or "none: memories stay on this machine")
    for lane in state.lanes:
        fine = lane.state in ("ok", "held")
        yield Check(
            name=f"sync: {lane.name}",
            state="ok" if fine else "warn",
            detail=f"{lane.state} {lane.reason}".strip(),
            hint=lane.hint,
        )
    for alarm in state.alarms:
        yield Check(
            name="alarm",
            state="warn",
            detail=f"{alarm.path} came in with a secret; it is shown to no assistant",
            hint="Rotate it if it is real; take it out, or `memsync allow` it.",
        )
    for held in state.held:
        yield Check(
            name="held",
            state="warn",
            detail=f"{held.path}: {held.reason}",
            hint="Take the secret out, or `memsync allow` it.",
        )


_LOOKS = (_git, _store, _git_hooks, _merge_driver, _gate, _memories, _index, _events, _sync)

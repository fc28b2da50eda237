"""Native, wired: this machine's Claude Code, this folder's project, and its scope in the store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.index_page import PAGE
from memsync.core.native import (
    LOCAL_SETTINGS,
    SHARED_SETTINGS,
    TURNED_OFF,
    ClaudeSays,
    NativeReport,
    slug_of,
)
from memsync.errors import BadInput, MemsyncError
from memsync.store.clock import new_id, now
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.clients import Edit
    from memsync.core.ports import ClientFiles
    from memsync.core.report import ImportReport
    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings

_NEW_SESSION = (
    "Start a new session of claude to have it; an interactive one asks once whether you trust the folder."
)
_GONE = "From its next session on claude keeps its memory of this project in a folder of its own."
_STAYS = "Claude's old folder stays as it is: {old}"
_IGNORE = f"Only you should have {LOCAL_SETTINGS}: git does not ignore it here."


def native(
    settings: Settings,
    *,
    environ: Mapping[str, str],
    project_dir: Path,
    dry_run: bool = False,
    remove: bool = False,
) -> NativeReport:
    """Make this project's folder in the store Claude Code's memory folder here, and adopt what its old one has.

    Files that are known are not taken in twice; what the gate holds stays where it is and is named. With `remove`, Claude
    goes back to its own folder, and what was written meanwhile stays in the store. Raises BadInput where the folder is no
    project or a settings file can't be parsed, NotAStore, CannotWrite, NoSpace, Busy.
    """
    from memsync.edges.clients import ClientFiles
    from memsync.flows import native as flow

    room = room_of(settings)
    main, scope = _project(room, project_dir)
    files = ClientFiles(backups=settings.state_dir)
    path = str(_top(project_dir) / LOCAL_SETTINGS)
    folder = _real_folder(room, scope)
    edit = flow.edit_of(files.read(path), path=path, folder="" if remove else folder)
    old = _old_folder(edit, main, environ, files, folder)
    report = NativeReport(
        project=scope.name, folder=folder, settings=path, changed=edit.changes, dry_run=dry_run, removed=remove,
        diff=flow.diff_of(edit), old=str(old or ""), waiting=_count(old), notes=_notes(edit, old, project_dir),
    )  # fmt: skip
    return (
        report
        if dry_run
        else _done(report, edit, room=room, scope=scope, old=None if remove else old, files=files)
    )


def _done(
    report: NativeReport, edit: Edit, *, room: Parts, scope: Scope, old: Path | None, files: ClientFiles
) -> NativeReport:
    from dataclasses import replace

    from memsync.flows import native as flow

    adopted = None if report.removed else _adopt(room, scope, old)
    backup = ""
    if edit.changes:
        moment = now().strftime("%Y%m%dT%H%M%S%fZ")
        if files.read(report.settings) is not None:
            backup = files.back_up(report.settings, stamp=moment)
        flow.write(edit, files=files)
    return replace(report, adopted=adopted, backup=backup)


def _adopt(room: Parts, scope: Scope, old: Path | None) -> ImportReport | None:
    from memsync.edges.source import Source
    from memsync.flows.native import Shelf, adopt, plant_page
    from memsync.store import indexing, ringing, scopes

    scopes.plant_project(room, scope)
    (room.root / scope.folder).mkdir(parents=True, exist_ok=True)
    shelf = Shelf(
        tree=room.tree,
        scanner=room.spans,
        allowances=room.allowances(),
        scope=scope,
        now=now(),
        memory_id=new_id(),
    )
    report = adopt(Source(old), _page(old), shelf=shelf) if old else None
    plant_page(shelf)
    indexing.keep_up(room)
    ringing.ring(room)
    return report


def claude_folder(settings: Settings, *, environ: Mapping[str, str], project_dir: Path) -> Path:
    """Return the folder in which Claude Code keeps its memories of this project now. Raises BadInput where there is none."""
    room = room_of(settings)
    from memsync.edges.clients import ClientFiles
    from memsync.flows.native import edit_of

    main, scope = _project(room, project_dir)
    files = ClientFiles()
    path = str(_top(project_dir) / LOCAL_SETTINGS)
    folder = _real_folder(room, scope)
    old = _old_folder(edit_of(files.read(path), path=path, folder=folder), main, environ, files, folder)
    if old is None:
        raise BadInput("PATH", "Claude Code keeps no memories of this project", hint="Name the folder.")
    return old


def folder_here(room: Parts, project_dir: Path) -> str:
    """Return the folder of this folder's project as `--native` would name it; empty where there is no project."""
    try:
        return _real_folder(room, _project(room, project_dir)[1])
    except BadInput:
        return ""


def claude_says(environ: Mapping[str, str], project_dir: Path) -> ClaudeSays:
    """Return what Claude's settings say here: the project's local ones before its shared ones, before the user's. Raises BadInput."""
    from memsync.edges.clients import ClientFiles
    from memsync.flows.native import enabled_in, setting_in

    top, files = _top(project_dir), ClientFiles()
    places = (top / LOCAL_SETTINGS, top / SHARED_SETTINGS, _claude_home(environ) / "settings.json")
    texts = [(str(place), files.read(str(place))) for place in places]
    folders = ((path, setting_in(text, path=path)) for path, text in texts)
    path, folder = next((told for told in folders if told[1]), ("", ""))
    said = ((path, enabled_in(text, path=path)) for path, text in texts)
    off = next(((path, on) for path, on in said if on is not None), ("", True))
    by = (
        TURNED_OFF
        if environ.get(TURNED_OFF, "").lower() in ("1", "true", "yes", "on")
        else ""
        if off[1]
        else off[0]
    )
    return ClaudeSays(folder=folder, path=path, off=by)


def _claude_home(environ: Mapping[str, str]) -> Path:
    from memsync.edges.clients import homes

    home = Path(homes(environ).claude)
    return home if environ.get("CLAUDE_CONFIG_DIR") else home / ".claude"


def _real_folder(room: Parts, scope: Scope) -> str:
    """Return the folder by its real path: Claude refuses to write through a symbolic link."""
    return str(Path(os.path.realpath(room.root)) / scope.folder)


def room_of(settings: Settings) -> Parts:
    """Return the default store. Raises NotAStore."""
    room = Parts(
        Path(os.path.abspath(settings.store)), settings=settings, instance=settings.instance or "cli"
    )
    _ = room.marker
    return room


def _project(room: Parts, cwd: Path) -> tuple[Path, Scope]:
    """Return the main worktree of the folder's repository, and the project's scope."""
    from memsync.edges.checkout import look
    from memsync.store import scopes

    checkout = look(cwd, root=False)
    scope = scopes.resolve(room, "project", cwd)
    common = Path(checkout.place) if checkout else cwd
    return (common.parent if common.name == ".git" else _top(cwd)), scope


def _top(folder: Path) -> Path:
    real = folder.resolve()
    return next((place for place in (real, *real.parents) if (place / ".git").exists()), real)


def _old_folder(
    edit: Edit, main: Path, environ: Mapping[str, str], files: ClientFiles, folder: str
) -> Path | None:
    """Return the folder Claude uses for this project now, if it is there and is not the store's."""
    from memsync.flows.native import setting_in

    shared = str(Path(edit.slot.path).parent.parent / SHARED_SETTINGS)
    named = edit.before if isinstance(edit.before, str) else setting_in(files.read(shared), path=shared)
    places = [Path(named).expanduser()] if named and named != folder else []
    places.append(_claude_home(environ) / "projects" / slug_of(str(main)) / "memory")
    return next((place for place in places if place.is_absolute() and place.is_dir()), None)


def _page(old: Path) -> bytes | None:
    try:
        return (old / PAGE).read_bytes()[: 1 << 20]
    except OSError:
        return None


def _count(old: Path | None) -> int:
    from memsync.edges.source import Source

    try:
        return len([f for f in Source(old).files() if not f.path.endswith(PAGE)]) if old else 0
    except MemsyncError:
        return 0


def _notes(edit: Edit, old: Path | None, cwd: Path) -> tuple[str, ...]:
    from memsync.edges.checkout import is_ignored

    told = [_GONE if edit.after is None else _NEW_SESSION] if edit.changes else []
    if old is not None and edit.after is not None:
        told.append(_STAYS.format(old=old))
    if edit.after is not None and edit.changes and not is_ignored(cwd, edit.slot.path):
        told.append(_IGNORE)
    return tuple(told)

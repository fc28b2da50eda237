"""Scopes: from what a person writes, and the folder they stand in, to the scope that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsync.core.names import slug
from memsync.core.project import Project, bind, identity_of
from memsync.core.project_file import PROJECT_FILE, parse_project, render_project
from memsync.core.scope import GLOBAL, PRIVATE, Scope, ScopeKind, parse_scope
from memsync.core.value import replace
from memsync.errors import AmbiguousName, BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.core.project import Checkout
    from memsync.edges.checkout import Checkouts
    from memsync.store.parts import Parts


def resolve(room: Parts, word: str | None, cwd: Path) -> Scope:
    """Return the scope a word means; None is the default: this folder's project, else global.

    Raises BadInput for a scope that can't be, AmbiguousName for a project's name that several have.
    """
    if not word:
        project = here(room, cwd)
        return _scope(project) if project else GLOBAL
    asked = parse_scope(word)
    if asked.kind is not ScopeKind.PROJECT:
        return Scope(kind=asked.kind, name=asked.name)
    if asked.name:
        return _scope(named(room, asked.name))
    project = here(room, cwd)
    if project is None:
        raise BadInput(
            "scope",
            "this folder belongs to no project",
            hint=f"{why_none(cwd)}; use --scope global or --scope project:NAME.",
        )
    return _scope(project)


def visible(room: Parts, words: Sequence[str], cwd: Path) -> tuple[Scope, ...]:
    """Return the scopes recall looks in, nearest first. None given: this folder's project, private and global."""
    if words:
        return tuple(dict.fromkeys(resolve(room, word, cwd) for word in words))
    project = here(room, cwd)
    return (*((_scope(project),) if project else ()), PRIVATE, GLOBAL)


def why_none(cwd: Path) -> str:
    """Return why a folder belongs to no project, for people."""
    from memsync.edges.checkout import inspect

    return inspect(cwd).reason or "it is a project"


def _scope(project: Project) -> Scope:
    return Scope(kind=ScopeKind.PROJECT, name=project.folder)


def known(room: Parts) -> tuple[Project, ...]:
    """Return the store's projects, from their project.md; a folder without one counts by its name."""
    state = room.tree.state()
    if state is None:
        return tuple(_read(room, folder) for folder in room.tree.folders("projects"))
    if room.known is None or room.known[0] is not state:
        room.known = (state, tuple(_read(room, folder) for folder in room.tree.folders("projects")))
    return room.known[1]


def _read(room: Parts, folder: str) -> Project:
    raw = room.tree.read(f"projects/{folder}/{PROJECT_FILE}") or b""
    return parse_project(folder, raw.decode(errors="replace")) or Project(
        folder=folder, identity=f"folder:{folder}"
    )


def named(room: Parts, name: str) -> Project:
    """Return the project with this folder name, or this name before the key. Raises BadInput, AmbiguousName."""
    projects = known(room)
    found = [p for p in projects if p.folder == name] or [
        p for p in projects if p.folder.rpartition("-")[0] == slug(name)
    ]
    if len(found) > 1:
        raise AmbiguousName(name, [p.folder for p in found])
    if not found:
        names = ", ".join(p.folder for p in projects[:8]) or "none yet"
        raise BadInput("scope", f"no project of this store is called {name!r}", hint=f"Projects: {names}.")
    return found[0]


def here(room: Parts, cwd: Path) -> Project | None:
    """Return the project of the folder's repository, or None. What is new about it is written by plant_project."""
    checkout = room.looks.look(cwd, root=False)
    if checkout is None:
        return None
    projects = known(room)
    identity = identity_of(checkout)
    if any(identity in (p.identity, *p.aliases) for p in projects):
        return bind(checkout, projects)
    checkout = room.looks.look(cwd) or checkout
    project = bind(checkout, projects, bound_before=_checkouts(room).bound_before(checkout.place))
    if project is not None:
        room.projects[project.folder] = (project, checkout)
    return project


def plant_project(room: Parts, scope: Scope) -> None:
    """Write a project's project.md where it is missing or has learnt a new alias. Called before a memory goes there."""
    if scope.kind is not ScopeKind.PROJECT or scope.name not in room.projects:
        return
    project, checkout = room.projects[scope.name]
    if _write(room, project):
        _plant_documents(room, project)
    _checkouts(room).bind(checkout.place, project.folder)


def link(room: Parts, name: str, cwd: Path) -> Project:
    """Make this folder's repository another alias of a project. Raises BadInput where the folder is no repository."""
    from memsync.edges.checkout import look

    checkout: Checkout | None = look(cwd)
    if checkout is None:
        raise BadInput("folder", f"{cwd} belongs to no repository: {why_none(cwd)}")
    project = named(room, name)
    identity = identity_of(checkout) or ""
    aliases = tuple(dict.fromkeys((*project.aliases, identity)))
    linked = replace(project, aliases=aliases) if identity != project.identity else project
    _write(room, linked)
    _checkouts(room).bind(checkout.place, linked.folder)
    return linked


def _plant_documents(room: Parts, project: Project) -> None:
    """Plant a new project's standing documents; two machines plant the same bytes."""
    from memsync.edges import resources

    for name, content in resources.templates("project").items():
        room.tree.create(f"projects/{project.folder}/{name}", content)


def _write(room: Parts, project: Project) -> bool:
    """Write the project's file where it says something else; return whether it is new."""
    path = f"projects/{project.folder}/{PROJECT_FILE}"
    while True:
        before = room.tree.read(path)
        text = render_project(project, (before or b"").decode(errors="replace")).encode()
        if text == before or (
            room.tree.create(path, text) if before is None else room.tree.replace(path, text, expected=before)
        ):
            return before is None


def _checkouts(room: Parts) -> Checkouts:
    from memsync.edges.checkout import Checkouts

    return Checkouts(room.state_dir / "checkouts.json")

"""Founding: a folder becomes a store, or becomes this machine's copy of one. Every step may be killed and run again.

folder → git → hooks → templates → marker → remote. What the remote has is brought in by the first sync that follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.history import RemoteKind, RemoteState
from memsync.core.hook_script import is_ours
from memsync.core.names import is_memory_path
from memsync.core.project import canonical_remote, shown_url
from memsync.core.report import Founded
from memsync.core.store_file import MARKER, parse_marker, render_marker
from memsync.errors import BadInput, GuardHalted, NotAStore, OutOfReach, RemoteRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memsync.core.ports import Ground, Site, Tree
    from memsync.core.store_file import Marker


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for. `joining`: the store at `url` is wanted, not a new one. The rest are a person's leave.

    `adopt`: take in a remote that is no memory store, or is another one. `public`: anyone may read the remote.
    `nested`: the folder may be inside another git work tree.
    """

    url: str = ""
    joining: bool = False
    adopt: bool = False
    public: bool = False
    nested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What is planted: templates by their path in the store, hooks by name (filled in), and a marker nobody has yet.

    `driver` is the command line of the merge driver; an empty one is not planted.
    """

    templates: Mapping[str, bytes]
    hooks: Mapping[str, bytes]
    marker: Marker
    driver: str = ""


def found(wish: Wish, *, site: Site, ground: Ground, tree: Tree, kit: Kit) -> Founded:
    """Make the store, or adopt what is there; nothing is overwritten. `joined`: the remote has memories to bring in.

    Raises GuardHalted for what a person must decide (nested, public-remote, foreign-remote, other-store, other-remote),
    OutOfReach and RemoteRefused for the remote, BadInput for its URL, NotAStore for a marker that is broken.
    """
    outer = _check_outer(wish, site)
    before = ground.remote_url() if site.is_repository() else ""
    url = _check_remote_kept(wish.url, before)
    here = _marker_here(site, tree)
    state = _look(wish, url, ground, known=here is not None)
    shared = here is not None and site.is_repository() and ground.has_synced()
    marker = _marker_to_be(wish, here, state, shared=shared, path=site.path) or render_marker(kit.marker)
    site.prepare()
    made = ground.create()
    notes = [_NOT_NEW] if not made and here is None else []
    if outer:
        site.exclude_from(outer)
        notes.append(
            f"{outer} is a git repository: the store is written into its .git/info/exclude, so it stays out of it"
        )
    notes += _plant_hooks(site, kit)
    if kit.driver and not site.merges_by(kit.driver):
        site.plant_driver(kit.driver)
    fresh = here is None and state.kind is RemoteKind.EMPTY and made
    planted = [p for p, content in sorted(kit.templates.items()) if fresh and tree.create(p, content)]
    planted += _put_marker(marker, tree)
    if url and url != before:
        ground.set_remote(url)
    if wish.joining and state.kind is RemoteKind.EMPTY:
        notes.append("the remote is empty: this machine's memories will be the first there")
    return Founded(
        store=site.path,
        remote=shown_url(url),
        planted=tuple(planted),
        notes=tuple(notes),
        joined=state.kind in (RemoteKind.STORE, RemoteKind.FOREIGN),
        memories=sum(map(is_memory_path, tree.listing())),
    )


_NOT_NEW = "the folder was a git repository already; memsync commits memories to its branch main"


def _check_outer(wish: Wish, site: Site) -> str:
    outer = "" if site.is_repository() else site.outer()
    if outer and not wish.nested:
        raise GuardHalted(
            "nested",
            f"{site.path} is inside the git repository {outer}",
            hint="Choose a folder outside of it, or say --nested: then the store is excluded from it.",
            path=site.path,
            outer=outer,
        )
    return outer


def _check_remote_kept(url: str, before: str) -> str:
    """Return the store's remote: the one asked for, else the one it has."""
    if url and before and canonical_remote(url) != canonical_remote(before):
        raise GuardHalted(
            "other-remote",
            f"the store has another remote already: {shown_url(before)}",
            hint="If it is to move, give git the new address: git remote set-url origin URL",
            remote=shown_url(before),
        )
    return url or before


def _look(wish: Wish, url: str, ground: Ground, *, known: bool) -> RemoteState:
    """Ask what is at the remote and stop where a person must decide. Only a store that is `known` may have it offline."""
    if not url:
        return RemoteState(kind=RemoteKind.EMPTY)
    if not wish.public and ground.is_public(url):
        raise GuardHalted(
            "public-remote",
            f"anyone can read {shown_url(url)}",
            hint="Make the repository private, or say --public if these memories are for everybody.",
            remote=shown_url(url),
        )
    state = ground.remote_state(url)
    if state.kind is RemoteKind.UNREACHABLE and (wish.url or not known):
        raise OutOfReach(shown_url(url), state.detail)
    if state.kind is RemoteKind.REFUSED:
        raise RemoteRefused(shown_url(url), state.detail)
    if state.kind is RemoteKind.FOREIGN and not wish.adopt:
        raise GuardHalted(
            "foreign-remote",
            f"{shown_url(url)} is a git repository but no memory store",
            hint="If its markdown is to become memories: memsync join URL PATH --adopt",
            remote=shown_url(url),
        )
    return state


def _marker_here(site: Site, tree: Tree) -> bytes | None:
    try:
        raw = tree.read(MARKER)
    except NotAStore:
        return None  # the folder is not there yet
    try:
        if raw is not None:
            parse_marker(raw)
    except BadInput as error:
        raise NotAStore(site.path, why=f"{MARKER} is broken: {error.problem}") from error
    return raw


def _marker_to_be(
    wish: Wish, here: bytes | None, state: RemoteState, *, shared: bool, path: str
) -> bytes | None:
    """Return the marker the store will have, None for a new one: the remote's wins over one that was never shared."""
    if state.kind is not RemoteKind.STORE:
        return here
    same = here is not None and parse_marker(here).id == parse_marker(state.marker).id
    if same or not shared or wish.adopt:
        return here if same else state.marker
    raise GuardHalted(
        "other-store",
        f"{path} and the remote are two different stores, and both were shared already",
        hint="If they are to become one: memsync join URL PATH --adopt",
        path=path,
    )


def _put_marker(wanted: bytes, tree: Tree) -> list[str]:
    while True:
        before = tree.read(MARKER)
        if before == wanted:
            return []
        if tree.create(MARKER, wanted) if before is None else tree.replace(MARKER, wanted, expected=before):
            return [MARKER]


def _plant_hooks(site: Site, kit: Kit) -> list[str]:
    """Plant memsync's git hooks where none of the user's are; say what is not guarded because of theirs."""
    elsewhere = site.hooks_elsewhere()
    if elsewhere:
        note = (
            f"git takes its hooks from {elsewhere} (core.hooksPath): memsync's were not planted, and commits made by "
            'hand are scanned only if the hooks there run: memsync hook pre-commit "$@"'
        )
        return [note]
    notes: list[str] = []
    for name, script in sorted(kit.hooks.items()):
        before = site.hook(name)
        if before is None or (is_ours(before) and before != script):
            site.plant_hook(name, script)
        elif not is_ours(before):
            notes.append(
                f'the store has a {name} hook of its own, which was left alone; let it run: memsync hook {name} "$@"'
            )
    return notes

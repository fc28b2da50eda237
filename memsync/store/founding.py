"""Founding: the edges behind `init` and `join`, and the first cycle that commits what was planted and brings what is there."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.hook_script import HOOKS, render_hook
from memsync.core.merge_driver import render_driver
from memsync.core.names import is_memory_path, is_standing
from memsync.core.store_file import new_marker
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from memsync.core.history import RemoteState
    from memsync.core.report import Founded
    from memsync.edges.settings import Settings
    from memsync.flows.founding import Kit, Wish

_FIRST = 300.0  # seconds; a first clone may be large


class RepoGround:
    """The port core.ports.Ground over the store's repository."""

    def __init__(self, room: Parts) -> None:
        self._room = room

    def create(self) -> bool:
        """Make the repository; False where there is one already."""
        return self._room.repo.create()

    def remote_url(self) -> str:
        """Return the address of `origin`, or an empty text."""
        return self._room.repo.remote_url()

    def set_remote(self, url: str) -> None:
        """Make `origin` this address."""
        self._room.repo.set_remote(url)

    def is_public(self, url: str) -> bool:
        """Whether an https remote answers without any credential."""
        return self._room.repo.is_public(url)

    def remote_state(self, url: str) -> RemoteState:
        """Return what is at a URL."""
        from memsync.store import probing

        return probing.remote_state(self._room, url)

    def has_synced(self) -> bool:
        """Whether this repository has ever pushed to, or taken something from, a remote."""
        return self._room.repo.refs().remote is not None


def hook_command() -> list[str]:
    """Return the words that start this very memsync, the first an absolute path.

    -P: a hook runs in the store's folder, and nothing that lies there may be imported.
    """
    return [sys.executable, "-P", "-m", "memsync"]


def kit() -> Kit:
    """Return what is planted in a store."""
    from memsync.edges import resources
    from memsync.flows.founding import Kit

    hooks = {name: render_hook(resources.git_hook(name), hook_command()) for name in HOOKS}
    return Kit(
        templates=resources.templates("store"),
        hooks=hooks,
        marker=new_marker(secrets.token_bytes(32)),
        driver=render_driver(hook_command()),
    )


def init(
    path: Path | str | None,
    *,
    settings: Settings | None,
    remote: str = "",
    public: bool = False,
    nested: bool = False,
    private: bool = False,
) -> Founded:
    """Make or adopt a store; with a remote that has memories, join it. See flows.founding for what it raises."""
    from memsync.flows.founding import Wish

    return _found(
        path, settings, Wish(url=_absolute(remote), public=public, nested=nested or private), private=private
    )


def join(
    url: str, path: Path | str | None, *, settings: Settings | None, adopt: bool, public: bool
) -> Founded:
    """Bring the store at `url` to this machine."""
    from memsync.flows.founding import Wish

    return _found(path, settings, Wish(url=_absolute(url), joining=True, adopt=adopt, public=public))


def _absolute(url: str) -> str:
    """Return a remote that is a folder on this disk by its absolute path; any other as it is."""
    local = url and "://" not in url and ":" not in url.split("/", 1)[0]
    return os.path.abspath(Path(url).expanduser()) if local else url


def _found(
    path: Path | str | None, settings: Settings | None, wish: Wish, *, private: bool = False
) -> Founded:
    from memsync.edges.settings import Settings as AllSettings
    from memsync.edges.site import Site
    from memsync.flows.founding import found
    from memsync.store import indexing, syncing

    chosen = settings or AllSettings()
    root = Path(os.path.abspath(Path(path).expanduser() if path else chosen.store))
    room = Parts(root, settings=chosen, instance=chosen.instance or "cli", private=private)
    done = found(wish, site=Site(root), ground=RepoGround(room), tree=room.tree, kit=kit())
    fresh = Parts(root, settings=chosen, instance=chosen.instance or "cli", private=private)
    if wish.adopt:
        syncing.adopt(fresh)
    if wish.url:
        syncing.readers_known(fresh, wish.url)
    report = syncing.sync(fresh, wait=_FIRST)
    indexing.follow(fresh, report)
    notes = (*done.notes, f"{report.state}: {report.detail}") if report.detail else done.notes
    return replace(
        done,
        memories=sum(is_memory_path(p) and not is_standing(p) for p in fresh.tree.listing()),
        notes=notes,
    )

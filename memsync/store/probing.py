"""What is at a remote, before it is this store's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.history import RemoteKind, RemoteState
from memsync.core.store_file import MARKER
from memsync.errors import BadInput

if TYPE_CHECKING:
    from memsync.store.parts import Parts


def remote_state(room: Parts, url: str) -> RemoteState:
    """Return what is at a URL: nothing yet, a memory store, something else; or why it can't be told. Leaves nothing behind."""
    from memsync.core.trouble import classify
    from memsync.edges.repo import GitRepo

    with tempfile.TemporaryDirectory(prefix="memsync-") as folder:
        probe = GitRepo(Path(folder), http_hosts=room.settings.http_hosts)
        probe.create()
        heads = probe.ask(url)
        said = heads.said
        if said.ok and heads.main is None:
            return RemoteState(kind=RemoteKind.FOREIGN if heads.others else RemoteKind.EMPTY)
        if said.ok:
            said = probe.fetch(url, first=True, shallow=True)
        if not said.ok:
            met = classify("ls-remote", -9 if said.timed_out else said.code, said.text)
            kind = RemoteKind.UNREACHABLE if met.transient else RemoteKind.REFUSED
            return RemoteState(kind=kind, detail=f"{met.reason}. {met.hint}")
        return _what(probe.content_at(heads.main or "", MARKER))


def _what(raw: bytes | None) -> RemoteState:
    from memsync.core.store_file import parse_marker

    if raw is None:
        return RemoteState(kind=RemoteKind.FOREIGN, detail="it has no .memsync/store.json")
    try:
        return RemoteState(kind=RemoteKind.STORE, store_id=parse_marker(raw).id, marker=raw)
    except BadInput as error:
        return RemoteState(kind=RemoteKind.FOREIGN, detail=f"its .memsync/store.json {error.problem}")

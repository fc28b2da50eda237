"""A remote's history rewritten on the side: a bare repository of its own, without the secret. Nothing is pushed here."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from pathlib import Path

    from memsync.flows.leaks import Gate
    from memsync.store.parts import Parts

_MINUTES = 600.0  # seconds
_VETTED, _BRANCHES = "refs/memsync/remote", "refs/remotes/origin/"


def prepare(room: Parts, place: Path, gate: Gate) -> tuple[str, str]:
    """Write the remote's branches without any secret into a bare repository at `place`.

    Returns the place and the commit at which the remote's main was last seen (for a push with a lease).
    """
    from memsync.edges.anyrepo import objects as edge
    from memsync.edges.anyrepo.child import Child
    from memsync.edges.anyrepo.names import sent_refs
    from memsync.flows.purging import Rewriting, Secrets, find_secrets

    heads = _heads(sent_refs(Child(room.root, from_git={})))
    shutil.rmtree(place, ignore_errors=True)
    Child(room.root, from_git={}).run(
        "init", "-q", "--bare", "--template=", "--initial-branch=main", str(place)
    )
    place.chmod(0o700)
    (place / "objects" / "info").mkdir(exist_ok=True)
    alternates = place / "objects" / "info" / "alternates"
    alternates.write_text(f"{room.repo.gitdir / 'objects'}\n", encoding="utf-8")
    child = Child(place, from_git={"GIT_NO_REPLACE_OBJECTS": "1"})
    secrets = Secrets()
    with edge.opened(child, place / "objects", sure=False) as objects:
        needed = edge.reachable(child, sorted(set(heads.values())))
        every = [(oid, kind) for oid, kind in objects.all() if bytes.fromhex(oid) in needed]
        find_secrets(objects, every, gate, secrets)
        done = Rewriting(objects=objects, gate=gate, secrets=secrets, kept=frozenset())
        done.all(heads.values())
    told = "".join(f"update refs/heads/{name} {done.done[oid]}\n" for name, oid in heads.items())
    child.run("update-ref", "--stdin", given=told.encode())
    child.run("repack", "-a", "-d", "-q", seconds=_MINUTES)
    alternates.unlink()
    _forget_loose(place / "objects")
    _verify(place, gate)
    return str(place), heads.get("main", "")


def _heads(sent: dict[str, str]) -> dict[str, str]:
    heads = {
        name.removeprefix(_BRANCHES): oid
        for name, oid in sent.items()
        if name.startswith(_BRANCHES) and not name.endswith("/HEAD")
    }
    return heads | ({"main": sent[_VETTED]} if _VETTED in sent else {})


def _forget_loose(folder: Path) -> None:
    """Drop loose objects: what is needed of them is packed, and the rest is of no use."""
    for place in folder.glob("[0-9a-f][0-9a-f]"):
        shutil.rmtree(place)


def _verify(place: Path, gate: Gate) -> None:
    """Raise where the rewritten history does not hold together, or still holds what the gate blocks."""
    from memsync.edges.anyrepo import objects as edge
    from memsync.edges.anyrepo.child import Child
    from memsync.flows.purging import Secrets, find_secrets

    child = Child(place, from_git={})
    child.run("fsck", "--full", "--no-progress", seconds=_MINUTES)
    left = Secrets()
    with edge.opened(child, place / "objects", sure=False) as objects:
        find_secrets(objects, list(objects.all()), gate, left)
    if left:
        shutil.rmtree(place, ignore_errors=True)
        raise MemsyncError(
            "the rewritten history still holds a secret, so it was thrown away", hint="Please report this."
        )

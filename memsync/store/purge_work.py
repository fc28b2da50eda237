"""A purge under way: what it looks for, and the files of memsync's and git's own in which it looks."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.store import gatehouse, syncing
from memsync.store.leaks import history_gate

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from memsync.edges.anyrepo.child import Child
    from memsync.edges.anyrepo.objects import Objects
    from memsync.flows.leaks import Gate
    from memsync.flows.purging import Rewriting, Secrets
    from memsync.store.parts import Parts

PLAN = "purge.plan"
_OWN_TEXT = 16 * 1024 * 1024  # bytes of a file of ours that is scanned
_NOT_TEXTS = (".db", ".db-wal", ".db-shm", ".key", ".lock", ".holder", PLAN)
_IDS = (
    "changes.jsonl",
    "packed-refs",
    "HEAD",
    "ORIG_HEAD",
    "FETCH_HEAD",
)  # names and ids: nobody wrote a text there
_OWNERS = ("config", "hooks", "info", "objects", "lfs", "modules")  # of `.git`: not memsync's to change


@dataclass(slots=True, kw_only=True)
class Work:
    """One purge under way, in one store."""

    room: Parts
    gate: Gate
    secrets: Secrets
    objects: int = 0
    refs: int = 0
    files: int = 0
    unstaged: int = 0
    redacted: list[str] = field(default_factory=list)

    @property
    def gitdir(self) -> Path:
        """Return the store's git folder."""
        return self.room.repo.gitdir


def begin(room: Parts, also: Sequence[bytes]) -> Work:
    """Return a purge of a store that has not looked anywhere yet; `also` are values the gate need not know."""
    from memsync.flows.purging import Secrets

    values = {value: "secret" for value in also if value.strip()}
    return Work(room=room, gate=history_gate(room, room.settings), secrets=Secrets(values=values))


def child_of(room: Parts) -> Child:
    """Return what starts git in a store."""
    from memsync.edges.anyrepo.child import Child

    return Child(room.root, from_git={"GIT_NO_REPLACE_OBJECTS": "1"})


def rewriting_of(work: Work, objects: Objects, kept: frozenset[bytes]) -> Rewriting:
    """Return what writes objects, lines and names without what was noted so far; `kept` stay as they are."""
    from memsync.flows.purging import Rewriting

    return Rewriting(objects=objects, gate=work.gate, secrets=work.secrets, kept=kept)


def by_line(done: Rewriting) -> Callable[[bytes], bytes]:
    """Return what cleans a log: its lines are scanned by their words, each of which is scanned once."""
    known: dict[bytes, bytes] = {}

    def clean(line: bytes) -> bytes:
        before, tab, words = line.partition(b"\t")
        if words not in known:
            known[words] = done.words(words)
        return before + tab + known[words] if tab else done.plain(line)

    return lambda raw: b"\n".join(clean(line) for line in raw.split(b"\n"))


# ---- files --------------------------------------------------------------------------------------


def own_files(work: Work) -> Iterator[Path]:
    """Yield the files of git and memsync about this store: `.git` but its objects, the state, cache and log folders."""
    from memsync.edges.traces import files

    room = work.room
    places = (work.gitdir, room.state_dir, room.cache_dir, room.settings.log_dir)
    return files(
        (p for p in places if p.is_dir()),
        but=frozenset({work.gitdir / "objects", room.state_dir / "rewritten.git"}),
    )


def texts(work: Work) -> Iterator[Path]:
    """Yield those of our files that may hold what somebody wrote."""
    for place in own_files(work):
        inside = place.relative_to(work.gitdir).parts if place.is_relative_to(work.gitdir) else ()
        if inside and (inside[0] in _OWNERS or inside in (("index",), ("memsync", "clone"))):
            continue
        if not place.is_relative_to(work.room.cache_dir) and not place.name.endswith(_NOT_TEXTS):
            yield place


def note(work: Work, place: Path) -> bool:
    """Note what the gate finds in a file; of a log of git's, each message is scanned once."""
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import take_note

    if place.name in _IDS or place.is_relative_to(work.gitdir / "refs"):
        return False
    try:
        if place.stat().st_size > _OWN_TEXT:
            return False
        raw = place.read_bytes()
    except OSError:
        return False
    if place.is_relative_to(work.gitdir / "logs"):
        raw = b"\n".join({line.partition(b"\t")[2] for line in raw.split(b"\n")})
    return take_note(as_text(raw), work.gate, work.secrets)


def has_any(place: Path, pattern: re.Pattern[bytes]) -> bool:
    """Whether a file holds a value."""
    from memsync.edges.traces import has

    return has(place, pattern)


def clean_files(work: Work) -> None:
    """Rewrite what holds a secret; drop the index, the versions that were kept back, and books put aside as damaged."""
    from memsync.edges.anyrepo.objects import forget_half_written
    from memsync.edges.state.remap import remap
    from memsync.edges.traces import remove, rewrite

    pattern = work.secrets.pattern()
    with opened(work) as done:
        for place in list(texts(work)):
            if place.parent.name == "quarantine":
                remove(place)
                work.files += 1
            elif (
                place.parent.name == "trash"
                and place.name.startswith("s.")
                and done.words(place.read_bytes()) != place.read_bytes()
            ):
                remove(place)  # what it said is history already
                work.files += 1
            else:
                work.files += rewrite(place, _cleaner(work, place, done))
    syncing.crash_points()("purge_files")
    if pattern is None:
        return
    work.files += forget_half_written(work.gitdir / "objects", pattern)
    remap(work.room.state_dir / "state.db", {})
    for place in work.room.state_dir.glob("state.db.broken*"):
        if has_any(place, pattern):
            remove(place)
    work.room.index.forget()
    shutil.rmtree(work.room.cache_dir / "index", ignore_errors=True)


def _cleaner(work: Work, place: Path, done: Rewriting) -> Callable[[bytes], bytes]:
    """Return what cleans a file: by lines for git's logs, by the values alone where nobody wrote a text."""
    if place.is_relative_to(work.gitdir / "logs"):
        return by_line(done)
    return done.plain if place.name in _IDS else done.words


@contextmanager
def opened(work: Work) -> Iterator[Rewriting]:
    """Give what cleans texts; it writes no object."""
    from memsync.edges.anyrepo import objects as edge

    with edge.opened(child_of(work.room), work.gitdir / "objects") as objects:
        yield rewriting_of(work, objects, frozenset())


# ---- the folder ---------------------------------------------------------------------------------


def in_folder(work: Work) -> Iterator[str]:
    """Yield the memories whose file holds what blocks or what was taken out."""
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import blocking

    pattern = work.secrets.pattern()
    for path in work.room.tree.listing():
        raw = work.room.tree.read(path) or b""
        if (pattern and pattern.search(raw)) or blocking(as_text(raw), work.gate):
            yield gatehouse.redacted(path)


def redact_folder(work: Work) -> Iterator[str]:
    """Redact memories in the folder, each in one step, and yield their paths. Somebody who writes one just now wins."""
    from memsync.flows.gatekeeping import as_text
    from memsync.flows.purging import take_note

    with opened(work) as done:
        for path in work.room.tree.listing():
            raw = work.room.tree.read(path)
            if raw is None:
                continue
            take_note(as_text(raw), work.gate, work.secrets)
            fresh = done.words(raw)
            if fresh != raw and work.room.tree.replace(path, fresh, expected=raw):
                yield gatehouse.redacted(path)

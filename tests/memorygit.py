"""Git in memory: the port core.syncports.Repo without a process, for sweeps that real git is too slow for.

What is real in a FastMachine: the Store, the folder with its files, the book (sqlite), the gate's way and every flow.
What is not: git's objects, refs and network, and the scanner's rules. tests/contract/test_repo.py holds the fake to real git's answers.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitkit import MemsyncMachine
from memsync.core.history import (
    CommitNote,
    Entry,
    Heads,
    MissingObject,
    Outgoing,
    Refs,
    Said,
    Signed,
    TreeFiles,
)
from memsync.core.merging import blob_id
from memsync.edges.tree import MemoryTree
from memsync.testing import PatternScanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from memsync.core.report import SyncReport

OFFLINE = Said(ok=False, code=128, text="fatal: unable to access 'memory': Could not resolve host: memory")
REJECTED = Said(
    ok=False,
    code=1,
    text="!\tmain:refs/heads/main\t[rejected] (fetch first)\nerror: failed to push some refs",
)


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Commit:
    """A commit; `line` is the set of its ancestors and itself, as bits of their numbers."""

    number: int
    line: int
    parents: tuple[str, ...]
    files: dict[str, str]
    odd: tuple[Entry, ...]
    note: CommitNote


@dataclass
class Objects:
    """Every object of one little world, and the remote's main."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    main: str | None = None
    received: set[str] = field(default_factory=set)  # every commit the remote ever had as main

    def between(self, old: str | None, new: str) -> list[str]:
        """Return the commits of `new` that `old` has not, oldest first."""
        bits = self.commits[new].line & ~(self.commits[old].line if old else 0)
        found = []
        while bits:
            low = bits & -bits
            found.append(self.order[low.bit_length() - 1])
            bits ^= low
        return found


class MemoryRepo:
    """One machine's repository over shared objects. `online`: whether the remote is within reach."""

    def __init__(self, objects: Objects, name: str) -> None:
        self.objects = objects
        self.name = name
        self.online = True
        self.at = Refs()
        self.rescued: dict[str, str] = {}
        self.url = "memory"

    # ---- refs ----

    def clone_id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:32]

    def refs(self) -> Refs:
        return self.at

    def move_main(self, new: str, old: str | None, *, reason: str) -> bool:
        if self.at.main != old:
            return False
        self.at = replace(self.at, main=new)
        return True

    def move_remote(self, new: str | None, old: str | None) -> bool:
        if self.at.remote != old:
            return False
        self.at = replace(self.at, remote=new)
        return True

    def rescue(self, commit: str, name: str) -> None:
        self.rescued[name] = commit

    def is_ancestor(self, old: str, new: str) -> bool:
        return bool(self.objects.commits[new].line >> self.objects.commits[old].number & 1)

    def merge_bases(self, ours: str, theirs: str) -> tuple[str, ...]:
        bits = self.objects.commits[ours].line & self.objects.commits[theirs].line
        found = []
        while bits:
            best = self.objects.order[bits.bit_length() - 1]
            found.append(best)
            bits &= ~self.objects.commits[best].line
        return tuple(sorted(found))

    def count(self, old: str | None, new: str | None) -> int:
        return len(self.objects.between(old, new)) if new else 0

    # ---- objects ----

    def tree(self, commit: str | None) -> TreeFiles:
        if commit is None:
            return TreeFiles()
        known = self.objects.commits[commit]
        return TreeFiles(files=dict(known.files), odd=known.odd)

    def changed(self, old: str, new: str) -> dict[str, tuple[str | None, str | None]]:
        before, after = self.objects.commits[old].files, self.objects.commits[new].files
        return {
            p: (before.get(p), after.get(p))
            for p in sorted(before.keys() | after.keys())
            if before.get(p) != after.get(p)
        }

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        found = {}
        for oid in oids:
            if oid not in self.objects.blobs:
                raise MissingObject(oid)
            found[oid] = self.objects.blobs[oid]
        return found

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        known = self.objects
        return {
            o: len(known.blobs[o]) if o in known.blobs else 200
            for o in oids
            if o in known.blobs or o in known.commits
        }

    def put(self, content: bytes) -> str:
        oid = blob_id(content)
        self.objects.blobs[oid] = content
        return oid

    def commit(self, *, parents: Sequence[str], changes: Mapping[str, Any], message: str, by: Signed) -> str:
        files = dict(self.objects.commits[parents[0]].files) if parents else {}
        odd = {e.path: e for e in self.objects.commits[parents[0]].odd} if parents else {}
        for path, content in changes.items():
            files.pop(path, None)
            odd.pop(path, None)
            if isinstance(content, Entry):
                odd[path] = content
            elif content is not None:
                files[path] = self.put(content) if isinstance(content, bytes) else content
        folders = {p[:n] for p in files for n in range(len(p)) if p[n] == "/"}
        assert not folders & files.keys(), f"a file where a folder is: {folders & files.keys()}"
        who = f"{by.name} <{by.name}@memsync.invalid>"
        raw = f"{sorted(files.items())}{odd}{parents}{who}{by.when}{message}".encode()
        oid = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        if oid not in self.objects.commits:
            number = len(self.objects.order)
            line = 1 << number
            for parent in parents:
                line |= self.objects.commits[parent].line
            self.objects.order.append(oid)
            note = CommitNote(commit=oid, author=who, committer=who, message=message)
            self.objects.commits[oid] = Commit(
                number, line, tuple(parents), files, tuple(odd[p] for p in sorted(odd)), note
            )
        return oid

    def content_at(self, commit: str, path: str) -> bytes | None:
        oid = self.objects.commits[commit].files.get(path)
        return None if oid is None else self.objects.blobs[oid]

    def outgoing(self, old: str | None, new: str) -> Outgoing:
        commits = self.objects.between(old, new)
        known = set(self.objects.commits[old].files.values()) if old else set()
        blobs = {
            oid: p for c in commits for p, oid in self.objects.commits[c].files.items() if oid not in known
        }
        return Outgoing(
            blobs=blobs, sizes=self.sizes(blobs), commits=tuple(self.objects.commits[c].note for c in commits)
        )

    def notes(self, old: str | None, new: str) -> tuple[CommitNote, ...]:
        return tuple(self.objects.commits[c].note for c in self.objects.between(old, new))

    # ---- the owner's side, and the remote ----

    def pause_reason(self) -> str:
        return ""

    def refresh_index(self, old: str | None, new: str) -> bool:
        return True

    def sweep_locks(self) -> None:
        pass

    def remote_url(self) -> str:
        return self.url

    def ask(self, url: str) -> Heads:
        return Heads(said=Said(ok=True), main=self.objects.main) if self.online else Heads(said=OFFLINE)

    def is_public(self, url: str) -> bool:
        return False

    def fetch(self, url: str, *, first: bool = False, refetch: bool = False) -> Said:
        if not self.online:
            return OFFLINE
        self.at = replace(self.at, incoming=self.objects.main)
        return Said(ok=True)

    def push(self, url: str, commit: str, *, first: bool = False) -> Said:
        if not self.online:
            return OFFLINE
        if self.objects.main is not None and not self.is_ancestor(self.objects.main, commit):
            return REJECTED
        self.objects.main = commit
        self.objects.received.add(commit)
        return Said(ok=True)


class Mortal:
    """Wraps a port: at a given call, counted over all ports that share the count, the process dies before or after it."""

    def __init__(self, inner: object, fate: Fate) -> None:
        self._inner = inner
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return value

        def call(*words: Any, **named: Any) -> Any:
            self._fate.step(name)
            result = value(*words, **named)
            self._fate.step(name)
            return result

        return call


@dataclass
class Fate:
    """When to die: at the `left`-th step from now; never, where it is 0. `died_at` tells where it was."""

    left: int = 0
    steps: int = 0
    died_at: str = ""

    def step(self, name: str) -> None:
        self.steps += 1
        if self.left:
            self.left -= 1
            if not self.left:
                self.died_at = name
                raise Died(name)


class UnsyncedTree(MemoryTree):
    """The real files, but many new ones are written one by one: nobody waits for all the disks of this computer."""

    def create_all(self, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
        return tuple(path for path, content in files if not self.create(path, content))


@dataclass
class FastMachine(MemsyncMachine):
    """A machine whose git is in memory."""

    repo: MemoryRepo | None = None
    meanwhile: Callable[[], None] | None = None  # what others do here while the remote is waited for

    @property
    def store(self) -> Any:
        fresh = self._store is None
        store = super().store
        if fresh:
            parts = store._parts
            trash = self.root / ".git/memsync/trash"
            tree = UnsyncedTree(self.root, lock=parts.state_dir / "write.lock", trash=trash)
            scanner = PatternScanner(pattern=r"ghp_[0-9A-Za-z]{36}")
            parts.__dict__.update(repo=self.repo, tree=tree, scanner=scanner, spans=scanner)
        return store

    def head(self) -> str:
        assert self.repo is not None
        return self.repo.at.main or ""

    def online(self, *, yes: bool) -> None:
        assert self.repo is not None
        self.repo.online = yes

    def sync(self) -> SyncReport:
        return self._cycle(lambda _: None, Fate())

    def look(self) -> SyncReport:
        """Do the folder's part of a cycle, as another program does while one is at the remote."""
        from memsync.flows.sync import sync
        from memsync.store import syncing

        return sync(syncing.bench(self.store._parts), asked=False, network=False)

    @contextmanager
    def _away(self) -> Iterator[None]:
        if self.meanwhile:
            self.meanwhile()
        yield

    def killed_sync(self, point: str, times: int = 1) -> bool:
        """Die at a named point of a cycle; True if it got there."""
        left = [times]

        def crash(passed: str) -> None:
            left[0] -= passed == point
            if not left[0]:
                raise Died(point)

        return self._dies(crash, Fate())

    def killed_at_step(self, steps: int) -> str:
        """Die at the n-th touch of git, folder or book; return its name, or nothing where the cycle was over before."""
        fate = Fate(left=steps)
        return fate.died_at if self._dies(lambda _: None, fate) else ""

    def _dies(self, crash: Callable[[str], None], fate: Fate) -> bool:
        try:
            self._cycle(crash, fate)
        except Died:
            self._store = None  # a new process, with nothing in its head
            return True
        return False

    def _cycle(self, crash: Callable[[str], None], fate: Fate) -> SyncReport:
        from memsync.flows.sync import sync
        from memsync.store import syncing

        bench = syncing.bench(self.store._parts)
        watched: Any = (
            {name: Mortal(getattr(bench, name), fate) for name in ("tree", "repo", "book")}
            if fate.left
            else {}
        )
        return sync(replace(bench, pause=lambda _: None, crash=crash, away=self._away, **watched))


@dataclass
class MemoryRemote:
    """The remote of fast machines, as the oracle looks at it."""

    objects: Objects
    clones: list[MemoryRepo] = field(default_factory=list)

    def kept(self) -> bytes:
        """Return all blobs in the history of main, and in what the clones keep of a history that somebody rewrote."""
        heads = {self.objects.main, *(c for clone in self.clones for c in clone.rescued.values())} - {None}
        commits = {c for head in heads for c in self.objects.between(None, head)}
        oids = {o for c in commits for o in self.objects.commits[c].files.values()}
        return b"\n".join(self.objects.blobs[o] for o in oids)

    def problems(self, machines: Sequence[Any]) -> list[str]:
        found = []
        for oid in self.objects.between(None, self.objects.main) if self.objects.main else []:
            parents = self.objects.commits[oid].parents
            if len(parents) > 1 and len(machines[0].repo.merge_bases(*parents)) > 1:
                found.append(f"more than one merge base: {oid}")
        lost = [c for c in self.objects.received if not machines[0].repo.is_ancestor(c, self.objects.main)]
        return found + [f"the remote's history was rewritten: {oid}" for oid in lost]


@functools.cache
def _planted() -> dict[str, bytes]:
    """Return the files of a new store; made once, since that takes real git."""
    from memsync.store import Store

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        machine = MemsyncMachine(name="m", root=home / "memory", home=home)
        Store.init(machine.root, settings=machine.settings)
        found = [
            p
            for p in machine.root.rglob("*")
            if p.is_file() and ".git" not in p.relative_to(machine.root).parts
        ]
        return {p.relative_to(machine.root).as_posix(): p.read_bytes() for p in found}


def fast_machines(folder: Path, count: int) -> tuple[list[FastMachine], MemoryRemote]:
    """Return machines with one store, in memory but for their files; each begins with the store's own files only."""
    objects = Objects()
    made: list[FastMachine] = []
    for n in range(count):
        home = folder / f"m{n}"
        machine = FastMachine(
            name=f"m{n}", root=home / "memory", home=home, repo=MemoryRepo(objects, f"m{n}")
        )
        (machine.root / ".git").mkdir(parents=True)
        for path, content in _planted().items():
            (machine.root / path).parent.mkdir(parents=True, exist_ok=True)
            (machine.root / path).write_bytes(content)
        made.append(machine)
    return made, MemoryRemote(objects, [machine.repo for machine in made])

"""Store: the façade. The only floor where edges meet flows; every door calls this and nothing below it.

Values come back, nothing is printed; only MemsyncError is raised on purpose; no environment and no home is read here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.gate import OnSecret
from memsync.core.scope import GLOBAL, PRIVATE
from memsync.errors import NoSuchMemory
from memsync.store import finding, scopes
from memsync.store.clock import now
from memsync.store.facade_sync import SyncedRooms
from memsync.store.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

    from memsync.core.answer import Answer, Query
    from memsync.core.export import Export, Exported
    from memsync.core.gate import Finding
    from memsync.core.leaks import Purged, Traces
    from memsync.core.memory import Draft, Memory
    from memsync.core.project import Project
    from memsync.core.recall.evaluate import Evaluation
    from memsync.core.report import (
        Check,
        Founded,
        ImportReport,
        Reading,
        Remembered,
        Revised,
        Revision,
        Version,
    )
    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings
    from memsync.store.at_once import AtOnce
    from memsync.store.baseline import Skipped
    from memsync.store.changing import Undone
    from memsync.store.insights import Insights
    from memsync.store.learning import Learning
    from memsync.store.seals import Seals
    from memsync.store.standing import Standing


class Store(SyncedRooms):
    """A store of memories, with the private store beside it where there is one.

    Every method reads the disk anew, so a Store may be kept for long and used from several threads.
    """

    # ---- beginning ------------------------------------------------------------------------------

    @classmethod
    def open(
        cls, path: Path | str | None = None, *, settings: Settings | None = None, instance: str = "cli"
    ) -> Self:
        """Open the store at `path` (else the settings' one). Raises NotAStore. Reads files only; no git, no network."""
        from memsync.edges.settings import Settings as AllSettings

        chosen = settings or AllSettings()
        root = Path(os.path.abspath(Path(path).expanduser() if path else chosen.store))
        parts = Parts(root, settings=chosen, instance=chosen.instance or instance)
        _ = parts.marker
        private = Parts(chosen.private, settings=chosen, instance=chosen.instance or instance, private=True)
        return cls(parts, private)

    @staticmethod
    def init(
        path: Path | str | None = None,
        *,
        settings: Settings | None = None,
        remote: str = "",
        public: bool = False,
        nested: bool = False,
    ) -> Founded:
        """Make a store, or adopt a folder or clone; overwrites nothing. With a remote that has memories: joins it."""
        from memsync.store import founding

        return founding.init(path, settings=settings, remote=remote, public=public, nested=nested)

    @staticmethod
    def join(
        url: str,
        path: Path | str | None = None,
        *,
        settings: Settings | None = None,
        adopt: bool = False,
        public: bool = False,
    ) -> Founded:
        """Clone the store at `url` onto this machine, with its hooks and index."""
        from memsync.store import founding

        return founding.join(url, path, settings=settings, adopt=adopt, public=public)

    # ---- scopes ---------------------------------------------------------------------------------

    def scope(self, word: str | None, *, cwd: Path) -> Scope:
        """Resolve a scope as written. None is the default: this folder's project, else global."""
        return scopes.resolve(self._parts, word, cwd)

    def visible(self, words: Sequence[str], *, cwd: Path) -> tuple[Scope, ...]:
        """Resolve the scopes recall looks in, nearest first; none given: this folder's project, global and private."""
        return scopes.visible(self._parts, words, cwd)

    # ---- remember and recall --------------------------------------------------------------------

    def remember(self, draft: Draft, *, on_secret: OnSecret = OnSecret.BLOCK) -> Remembered:
        """Gate, then a file, fsynced: acknowledged. Raises SecretFound, BadInput, NoSpace, CannotWrite."""
        from memsync.store import remembering

        room = self._target(draft.scope)
        done = remembering.remember(room, draft, on_secret=on_secret)
        self._ring(room)
        return done

    def recall(self, query: Query, *, cwd: Path | None = None) -> Answer:
        """Find memories. Never touches the network. With the asker's folder, what its project changed since is told."""
        from memsync.store import ringing
        from memsync.store.reading import recall

        ringing.stir(self._parts)
        return recall(self._rooms(), query, now=now(), cwd=cwd)

    def related(self, name: str, query: Query) -> Answer:
        """Return the memories most like one, best first; the query's filters count, its text does not."""
        from memsync.store.reading import related

        room, path = finding.locate(name, self._rooms())
        return related(self._rooms(), path, query, private=room.private, now=now())

    def evaluate(self, questions: str, query: Query) -> Evaluation:
        """Ask questions with known answers (lines of JSON) and measure. Raises BadInput naming the line."""
        from memsync.store.reading import evaluate

        return evaluate(self._rooms(), questions, query, now=now())

    def list(self, query: Query, *, admitted: bool = False) -> tuple[Memory, ...]:
        """Return the memories that pass the query's filters (its text is not used), newest first.

        `admitted`: for an assistant, without those that hold a secret.
        """
        from memsync.store.reading import filtered

        return filtered(self._rooms(), query, admitted=admitted)

    def get(self, name: str, *, admitted: bool = False) -> Reading:
        """Return one memory by key, id, id prefix or path. Raises NoSuchMemory, AmbiguousName; if `admitted`, Withheld."""
        from memsync.store.reading import reading

        return reading(*finding.locate(name, self._rooms()), admitted=admitted)

    # ---- changes --------------------------------------------------------------------------------

    def revise(
        self, name: str, revision: Revision, *, rev: str = "", on_secret: OnSecret = OnSecret.BLOCK
    ) -> Revised:
        """Change a memory; with an old `rev`, merge. Only the fields that change are rewritten."""
        from memsync.store import changing

        room, path = finding.locate(name, self._rooms())
        target = self._target(revision.scope) if revision.scope else room
        done = changing.revise(room, path, revision, rev=rev, on_secret=on_secret, target=lambda: target)
        self._ring(room, target)
        return done

    def forget(self, name: str) -> Memory:
        """Take a memory away. What it said is captured first, so that `restore` always brings it back."""
        from memsync.store import changing

        room, path = finding.locate(name, self._rooms())
        gone = changing.forget(room, path)
        self._ring(room)
        return gone

    def restore(self, name: str, *, at: str = "") -> Reading:
        """Bring back a forgotten memory, or an earlier version of one that is there."""
        from memsync.store import changing

        room, path = changing.restore(name, self._rooms(), at=at)
        self._ring(room)
        return self.get(str(room.root / path))

    def resolve(self, name: str, *, both: bool = False) -> Reading:
        """End a contradiction: what the name means (the winner, or a twin by its path) is kept, with `both` all bodies."""
        from memsync.store import changing

        room, path = changing.resolve(name, self._rooms(), both=both)
        self._ring(room)
        return self.get(str(room.root / path))

    def undo(self) -> Undone:
        """Take back the last change made through memsync on this machine. Raises BadInput, GuardHalted."""
        from memsync.store import changing

        room, undone = changing.undo(self._rooms())
        self._ring(room)
        return undone

    def history(self, name: str) -> tuple[Version, ...]:
        """Return a memory's versions, newest first; also of one that was forgotten."""
        from memsync.store import restoring, syncing

        try:
            room, path = finding.locate(name, self._rooms())
        except NoSuchMemory:
            room, path = restoring.locate_deleted(name, self._rooms())
        return syncing.history(room, path)

    # ---- the gate, the doctor, imports ----------------------------------------------------------

    def doctor(self, *, fix: bool = False) -> tuple[Check, ...]:
        """Check everything memsync needs; with `fix`, mend what can be mended without asking."""
        from memsync.store.checks import examine

        return tuple(check for room in self._rooms() for check in examine(room, fix=fix))

    def suspects(self, texts: Iterable[str], *, scope: Scope) -> tuple[Finding, ...]:
        """Return what only looks like a secret in new texts and is not allowed: what a person at a terminal is asked about."""
        from memsync.store import gatehouse

        return gatehouse.suspects(self._room(scope), texts)

    def findings(self, name: str) -> tuple[Finding, ...]:
        """Return a memory's findings in the order `allow` numbers them."""
        from memsync.store import gatehouse

        return gatehouse.findings(*finding.locate(name, self._rooms()))

    def allow(
        self, name: str, numbers: Sequence[int], *, reason: str, who: str, everywhere: bool = False
    ) -> int:
        """Write allowances for findings by number; returns how many are new. Only a person's door may call this."""
        from memsync.store import gatehouse

        room, path = finding.locate(name, self._rooms())
        added = gatehouse.allow(
            room, path, numbers, reason=reason, who=who, when=now(), everywhere=everywhere
        )
        self._ring(room)
        return added

    def baseline(self, raw: bytes) -> tuple[tuple[Finding, ...], tuple[Skipped, ...]]:
        """Return which findings a .secrets.baseline knows, and its entries that can't be verified. Raises BadInput."""
        from memsync.store import baseline

        return baseline.look(self._parts, raw)

    def allow_baseline(self, raw: bytes, *, reason: str, who: str) -> tuple[int, tuple[Skipped, ...]]:
        """Allow what a .secrets.baseline knows, each in its memory. Only a person's door may call this."""
        from memsync.store import baseline

        done = baseline.allow(self._parts, raw, reason=reason, who=who, when=now())
        self._ring(self._parts)
        return done

    def traces(self, also: Sequence[bytes] = ()) -> tuple[Traces, ...]:
        """Say where secrets are on this machine, in each store: what `purge` would take out. `also` are further values."""
        from memsync.store import purging

        return tuple(purging.look(room, also) for room in self._rooms())

    def purge(self, also: Sequence[bytes] = (), *, redact: bool = False) -> tuple[Purged, ...]:
        """Take secrets that no remote has out of this machine; the rest is prepared for a person. Raises Busy, GuardHalted."""
        from memsync.store import purging

        return tuple(purging.purge(room, also=also, redact=redact) for room in self._rooms())

    def import_folder(
        self, source: Path, *, scope: Scope, progress: Callable[[int, int], None], graph: bool = False
    ) -> ImportReport:
        """Take in a folder of markdown, or the `graph` that the reference memory server keeps. Can be run twice."""
        from memsync.store import importing

        room = self._target(scope)
        report = importing.import_folder(room, source, scope=scope, progress=progress, graph=graph)
        self._ring(room)
        return report

    def export(self, scopes: Sequence[Scope], target: Path | None) -> Exported:
        """Write the memories of these scopes (none: all but the private ones) where an import can take them back."""
        from memsync.store import exporting

        return exporting.export(exporting.room_of(scopes, self._rooms()), scopes, target)

    def take_back(self, export: Export, *, progress: Callable[[int, int], None]) -> ImportReport:
        """Take in an export: its files go where they were. Can be run twice."""
        from memsync.store import exporting

        room = self._room(PRIVATE if export.private else GLOBAL)
        report = exporting.take_back(room, export, progress=progress)
        self._ring(room)
        return report

    def link_project(self, name: str, *, cwd: Path) -> Project:
        """Bind this folder's repository to a project of the store by hand; writes the alias into its project.md."""
        done = scopes.link(self._parts, name, cwd)
        self._ring(self._parts)
        return done

    @property
    def at_once(self) -> AtOnce:
        """Recall for a thread that must not be kept waiting."""
        from memsync.store.at_once import AtOnce

        return AtOnce(self._rooms())

    @property
    def learning(self) -> Learning:
        """What is learned from conversations, where the user agreed to it."""
        from memsync.store.learning import Learning

        return Learning(self._rooms())

    def project(self, *, cwd: Path) -> Project | None:
        """Return the project this folder belongs to, or None."""
        return scopes.here(self._parts, cwd)

    @property
    def seals(self) -> Seals:
        """Who may open sealed memories, and opening one for a person."""
        from memsync.store.seals import Seals

        return Seals(self._parts, self._private)

    @property
    def insights(self) -> Insights:
        """The store in figures, what was learnt when, and what to look at again."""
        from memsync.store.insights import Insights

        return Insights(self._parts, self._private)

    def standing(self, scope: Scope) -> Standing:
        """Return a scope's tasks and decisions: its standing documents, line by line."""
        from memsync.store.standing import Standing

        return Standing(self._room(scope), scope)

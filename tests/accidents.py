"""Accidents that guards are there for, and a reckoning of the guards that asks none of the engine's own judgement.

An accident happens to a machine's folder (many files gone, all files gone, another store in its place) or to the remote (put
back to an earlier state, rewritten, another store's, emptied). Before each cycle it is reckoned from files and trees alone
whether the cycle has to halt, or may; after it, whether it did. Then a person says yes as `memsync ack` does, puts things
right, or leaves it for later.

Where the rule leaves it to how a move is told from a deletion, a halt is neither asked for nor blamed: `_lower` and `_upper`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from memsync.core.change import blob_id
from memsync.core.guard import Guard
from memsync.core.history import Signed
from memsync.core.index_page import is_page
from memsync.core.store_file import MARKER, new_marker, render_marker
from oracle import said, tokens

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Mapping

    from memorygit import FastMachine, MemoryRemote
    from memsync.core.report import SyncReport
    from oracle import World

STRANGE = render_marker(new_marker(b"another store, not the same one."))
Paths = dict[str, str]


def many(gone: int, there: int) -> bool:
    """The rule of a mass deletion: five and a quarter, or everything of at least two."""
    return (gone >= 5 and 4 * gone >= there) or (there > 1 and gone >= there)


@dataclass(frozen=True)
class Reckoned:
    """What a cycle has to do, and may do. `here`: paths that are gone from the folder; `there`: that the remote would take."""

    must_here: frozenset[str] = frozenset()
    may_here: bool = False
    must_there: bool = False
    lower: frozenset[str] = (
        frozenset()
    )  # what a pull would delete here for certain, unless somebody edits it yet
    most: int = 0
    back: bool = False
    may_there: bool = False
    remote_asked: bool = True
    there: frozenset[str] = (
        frozenset()
    )  # what the remote had before the cycle: what it had not, a pull may have taken away
    stakes: frozenset[str] = frozenset()  # what a pull may delete here
    may_more: bool = False  # whether a pull may halt though a person said yes to the last halt


@dataclass
class Accidents:
    """What happens to one world, and how its machines take it. `share`: how likely an accident is at a machine's turn."""

    world: World
    remote: MemoryRemote
    dice: random.Random
    share: float
    level: dict[str, Paths] = field(default_factory=dict)
    aside: dict[str, dict[str, bytes]] = field(default_factory=dict)
    open: dict[str, set[str]] = field(default_factory=dict)  # machine → guards that were left unanswered
    said_yes: dict[str, set[str]] = field(
        default_factory=dict
    )  # machine → guards of the remote, until a pull went well
    stakes: dict[str, frozenset[str] | None] = field(
        default_factory=dict
    )  # machine → what a yes to its remote's deletions is said to; None: nobody could reckon it
    right: tuple[str, str] | None = None  # where the remote was put by mistake, and where it stood
    emptied: set[bytes] = field(default_factory=set)
    ending: bool = False

    # ---- what happens ------------------------------------------------------------------------------

    def maybe(self, machine: FastMachine) -> None:
        """Let something happen, or not."""
        if self.dice.random() >= self.share or machine.name not in self.level or self.open.get(machine.name):
            return
        kinds = [self._lose_some, self._lose_some, self._lose_all, self._stand_elsewhere]
        if self.remote.objects.main and self.right is None and not any(self.open.values()):
            kinds += [self._go_back, self._rewrite, self._be_another, self._be_empty]
        happening = self.dice.choice(kinds)
        name = happening.__name__.strip("_")
        if happening(machine):
            self.world.figures.accidents[name] += 1

    def _lose_some(self, machine: FastMachine) -> bool:
        paths = machine.paths()
        return self._lose(machine, self.dice.sample(paths, len(paths) * self.dice.randrange(20, 80) // 100))

    def _lose_all(self, machine: FastMachine) -> bool:
        return self._lose(machine, machine.paths())

    def _lose(self, machine: FastMachine, paths: list[str]) -> bool:
        aside = self.aside.setdefault(machine.name, {})
        for path in paths:
            content = machine.read(path)
            if path in aside:
                # Lost before, and written anew without what it said: that was somebody's choice.
                self.world.removed |= tokens(aside[path]) - tokens(content)
            aside[path] = content
            machine.hand_delete(path)
        return bool(paths)

    def _stand_elsewhere(self, machine: FastMachine) -> bool:
        """Another store's files are in the folder during one cycle: nothing of it may be taken in, nothing deleted."""
        kept = {path: machine.read(path) for path in [*machine.paths(), MARKER]}
        before = set(machine.repo.tree(machine.head()).files)
        for path in machine.paths():
            machine.hand_delete(path)
        machine.hand_edit("global/note/alien.md", b"not ours\n")
        machine.hand_edit(MARKER, STRANGE)
        machine.fresh()
        # What others wrote there would go with the strange folder.
        others, machine.meanwhile = machine.meanwhile, None
        report = machine.sync()
        machine.meanwhile = others
        state = next(lane.state for lane in report.lanes if lane.name == "capture")
        after = set(machine.repo.tree(machine.head()).files)
        gone = before & self._there() - after
        if state != "blocked" or "global/note/alien.md" in after or gone:
            self._wrong(machine, f"a strange folder was taken in: {state}, {sorted(gone)[:3]}")
        for path in [*machine.paths(), MARKER]:
            machine.hand_delete(path)
        for path, content in kept.items():
            machine.hand_edit(path, content)
        machine.fresh()
        self.open[machine.name] = machine.guards()
        self._forgo_emptied()
        return True

    def _there(self) -> Collection[str]:
        main = self.remote.objects.main
        return self.remote.objects.commits[main].files.keys() if main else set()

    def _go_back(self, machine: FastMachine) -> bool:
        objects = self.remote.objects
        old = objects.main
        line = [c for c in objects.between(None, old)[:-1][-12:] if MARKER in objects.commits[c].files]
        if not line:
            return False
        new = self.dice.choice(line)
        if self.dice.random() < 0.5:
            self.right = (new, old)
        self._move_remote(new)
        return True

    def _rewrite(self, machine: FastMachine) -> bool:
        """Somebody takes a file or two out of all history, and pushes that by force."""
        objects = self.remote.objects
        files = objects.commits[objects.main].files
        own = sorted(p for p in files if not p.startswith(".") and not is_page(p))
        if len(own) < 3:
            return False
        out = set(self.dice.sample(own, self.dice.choice([1, 1, 2])))
        kept = {path: objects.blobs[oid] for path, oid in files.items() if path not in out}
        self._move_remote(self._commit(machine, kept, "Rewritten"))
        return True

    def _be_empty(self, machine: FastMachine) -> bool:
        self.emptied = self._said(self.remote.objects.main)
        self._move_remote(None)
        return True

    def _be_another(self, machine: FastMachine) -> bool:
        """Another store answers at the address during one cycle: nothing may come in or go out; then it is put right."""
        if not machine.repo.online or machine.repo.at.remote is None:
            return False  # who never synced joins what is at the address: that is no accident
        objects, right = self.remote.objects, self.remote.objects.main
        known = machine.repo.at.remote
        objects.main = strange = self._commit(
            machine, {MARKER: STRANGE, "global/note/alien.md": b"not ours\n"}, "Strange"
        )
        report = machine.sync()
        taken = "global/note/alien.md" in machine.repo.tree(machine.head()).files
        guards = machine.guards()
        if (
            "foreign-remote" not in guards
            or machine.repo.at.remote != known
            or taken
            or objects.main != strange
        ):
            self._wrong(machine, f"another store's remote was taken for ours: {report.state}")
        self.world.figures.halts += 1
        objects.main = right
        machine.ack("foreign-remote")
        report = machine.sync()
        self._took(machine, machine.guards(), report)
        return True

    def _commit(self, machine: FastMachine, files: Mapping[str, bytes], message: str) -> str:
        from datetime import UTC, datetime

        by = Signed(name="somebody", when=datetime(2026, 1, 1, tzinfo=UTC))
        return machine.repo.commit(parents=[], changes=dict(files), message=message, by=by)

    def _move_remote(self, new: str | None) -> None:
        """Move the remote by force; what only the old state said may go, and nobody is to blame for it."""
        objects = self.remote.objects
        old = objects.main
        if new is not None:
            self.world.forgone |= self._said(old) - self._said(new)
        objects.main = new
        objects.received = {c for c in objects.received if new and machine_line(objects, c, new)}

    def _said(self, commit: str | None) -> set[bytes]:
        objects = self.remote.objects
        files = objects.commits[commit].files if commit else {}
        return said({path: objects.blobs[oid] for path, oid in files.items()})

    # ---- what has to come of it --------------------------------------------------------------------

    def reckon(self, machine: FastMachine) -> Reckoned | None:
        """Say what the next cycle has to do; None where a killed cycle left it open what this machine had seen."""
        level = self.level.get(machine.name)
        if level is None:
            return None
        here, main = self.folder(machine), dict(machine.repo.tree(machine.head() or None).files)
        left = self.open.get(machine.name, set())
        missing = level.keys() - here.keys() - machine.forgotten
        moved = {oid for path, oid in here.items() if path not in level}
        upper = {path for path in missing if level[path] not in moved}
        lower = {path for path in upper if path in main and not is_page(path)}
        sticky = "local-mass-delete" in left and bool(lower)
        must = many(len(lower), len(level)) or sticky
        taken = main.keys() - level.keys() - here.keys()  # captured before a change, and gone since
        may = many(len(upper | taken), len(level) + len(taken)) or "local-mass-delete" in left
        found = Reckoned(
            must_here=frozenset(lower if must else ()), may_here=may, there=frozenset(self._there())
        )
        taken_in = {
            path: oid for path, oid in main.items() if path not in level or path in here or must
        } | here
        return self._reckon_remote(machine, found, taken_in, main, unsure=taken)

    def _reckon_remote(
        self, machine: FastMachine, found: Reckoned, ours: Paths, main: Paths, *, unsure: Collection[str]
    ) -> Reckoned:
        repo, new = machine.repo, self.remote.objects.main
        left = self.open.get(machine.name, set()) - {"local-mass-delete"}
        yes = self.said_yes.get(machine.name, set())
        agreed = self.stakes.get(machine.name) if Guard.REMOTE_MASS_DELETE in yes else frozenset()
        if new is None:
            before = repo.at.remote is not None
            asked = repo.online and not left and Guard.REMOTE_RECREATED not in yes
            return replace(
                found, must_there=before, may_there=before or not asked, remote_asked=asked, may_more=True
            )
        old = repo.at.remote
        theirs = self.remote.objects.commits[new].files
        rewritten = old is not None and not repo.is_ancestor(old, new)
        if rewritten:
            base = repo.tree(old).files
        else:
            bases = repo.merge_bases(machine.head(), new) if machine.head() else ()
            base = repo.tree(bases[0]).files if bases else {}
        upper = {p for p in base if p in main and p not in theirs}
        arrived = {oid for path, oid in theirs.items() if path not in ours}
        lower = {
            p for p in upper
            if p not in unsure and ours.get(p) == base[p] and ours[p] not in arrived and p not in self.world.told and not is_page(p) and not self._id_in(p, ours, theirs)
        }  # fmt: skip
        back = rewritten and repo.is_ancestor(new, old)
        most, least = max(len(ours), len(main)), min(len(ours), len(main))
        may = bool(upper) if back else many(len(upper), least)
        found = replace(found, stakes=frozenset(upper))
        if not repo.online or left or agreed is None:
            return replace(found, remote_asked=False, may_there=True, may_more=True)
        lower, more = lower - agreed, upper - agreed
        must = bool(lower) if back else many(len(lower), most)
        may_more = bool(more) if back else many(len(more), least - len(agreed))
        return replace(
            found,
            must_there=must,
            may_there=may or must,
            may_more=may_more,
            lower=frozenset(lower),
            most=most,
            back=back,
        )

    def _id_in(self, path: str, ours: Paths, theirs: Mapping[str, str]) -> bool:
        """Whether the memory stands elsewhere on the other side: it was moved, and maybe edited."""
        from memsync.core.merging import memory_id

        blobs = self.remote.objects.blobs
        same = memory_id(blobs.get(ours[path], b""))
        return bool(same) and any(same == memory_id(blobs[oid]) for p, oid in theirs.items() if p not in ours)

    def folder(self, machine: FastMachine) -> Paths:
        """Return path → blob id of what stands in the folder and is synced."""
        main = machine.repo.tree(machine.head() or None).files
        own = [p for p in main if p.startswith(".memsync/") and (machine.root / p).is_file()]
        return {path: blob_id(machine.read(path)) for path in [*machine.paths(), *own]}

    # ---- what came of it ---------------------------------------------------------------------------

    def judge(self, machine: FastMachine, due: Reckoned | None, report: SyncReport) -> None:
        """Hold what a cycle did against what was reckoned, and answer its halts."""
        guards = machine.guards()
        self._stake(machine, due, guards)
        if due is not None:
            self._judge_here(machine, due, guards)
            self._judge_there(machine, due, guards, report)
        if due is None and guards:
            self.world.figures.unjudged += 1
        if "local-mass-delete" not in guards:
            self._meant(machine)  # what an accident took was little: it counts as deleted
        self._took(machine, guards, report)
        self.world.figures.halts += bool(guards)
        if guards:
            self._answer(machine, guards)

    def _stake(self, machine: FastMachine, due: Reckoned | None, guards: set[str]) -> None:
        """Note what a halted pull would delete: what a yes that follows is said to."""
        if Guard.REMOTE_MASS_DELETE not in guards:
            return
        before = self.stakes.get(machine.name, frozenset())
        if Guard.REMOTE_MASS_DELETE not in self.open.get(machine.name, ()):
            before = frozenset()
        unknown = due is None or before is None or bool(self.world.beside)
        self.stakes[machine.name] = None if unknown else before | due.stakes

    def _took(self, machine: FastMachine, guards: set[str], report: SyncReport) -> None:
        self.open[machine.name] = guards
        if next(lane for lane in report.lanes if lane.name == "pull").state == "ok":
            self.said_yes.pop(machine.name, None)
        self._forgo_emptied()
        self.note(machine)

    def _judge_here(self, machine: FastMachine, due: Reckoned, guards: set[str]) -> None:
        halted = "local-mass-delete" in guards
        if halted and not due.may_here:
            self._wrong(machine, "capture halted without a reason")
        missed = due.must_here - machine.forgotten  # by others, while the cycle was at the remote
        stay = {p for p in missed if p in due.there or not machine.repo.online}
        here, main = self.folder(machine), machine.repo.tree(machine.head()).files
        if not halted and (gone := [p for p in stay if p not in here]):
            self._wrong(machine, f"capture did not halt: {len(gone)} are gone, such as {gone[0]}")
        if gone := [p for p in stay if p not in main]:
            self._wrong(machine, f"deleted though halted: {gone[:3]}")

    def _judge_there(self, machine: FastMachine, due: Reckoned, guards: set[str], report: SyncReport) -> None:
        halted = bool(guards - {"local-mass-delete"})
        if halted and not due.may_there:
            self._wrong(machine, f"pull halted without a reason: {guards}, {report.detail}")
        pulled = next(lane for lane in report.lanes if lane.name == "pull").state == "ok"
        must = due.must_there and self._still(due)
        if must and due.remote_asked and pulled and not halted:
            self._wrong(machine, "pull did not halt")

    def _still(self, due: Reckoned) -> bool:
        """Whether a pull had to halt though others edited here while it was at the remote: an edit beats a deletion."""
        if not due.lower:
            return True
        lower = due.lower - self.world.beside
        return bool(lower) if due.back else many(len(lower), due.most)

    def note(self, machine: FastMachine) -> None:
        """Note what the folder holds after a whole cycle; what a halted capture keeps counts as held."""
        before, now = self.level.get(machine.name, {}), self.folder(machine)
        main = machine.repo.tree(machine.head() or None).files
        if "local-mass-delete" in self.open.get(machine.name, ()):
            now |= {p: oid for p, oid in before.items() if p not in now and p in main}
        self.level[machine.name] = now
        machine.forgotten.clear()

    def _answer(self, machine: FastMachine, guards: set[str]) -> None:
        """Say yes, put it right, or leave it for another day."""
        choice = "yes" if self.ending else self.dice.choice(["yes", "right", "later"])
        if choice == "later":
            return
        self.world.figures.answers[choice] += 1
        remote = guards - {"local-mass-delete"}
        if remote and self.right is not None:
            if self.remote.objects.main == self.right[0]:
                self.remote.objects.main = self.right[1]
            self.right = None
        for guard in remote:
            machine.ack(guard)
        self.said_yes.setdefault(machine.name, set()).update(remote)
        if choice == "right":
            self._put_right(machine)
            self.open[machine.name] -= remote
            self.world.sync(machine)
            return
        self._meant(machine)
        machine.ack("local-mass-delete")
        self.open[machine.name] -= guards
        due = self.reckon(machine)
        report = machine.sync()
        again = machine.guards() & guards
        if again - ({Guard.REMOTE_MASS_DELETE} if due is None or due.may_more else set()):
            self._wrong(machine, f"a yes was not heard: {again}, {report.detail}")
        self._stake(machine, due, machine.guards())
        self._took(machine, machine.guards(), report)

    def _put_right(self, machine: FastMachine) -> None:
        for path, content in self.aside.pop(machine.name, {}).items():
            if (machine.root / path).exists():  # another machine's version came in meanwhile, and stays
                self.world.removed |= tokens(content) - tokens(machine.read(path))
            else:
                machine.hand_edit(path, content)

    def _meant(self, machine: FastMachine) -> None:
        for path, content in self.aside.pop(machine.name, {}).items():
            now = machine.read(path) if (machine.root / path).exists() else b""
            self.world.removed |= tokens(content) - tokens(now)

    def _forgo_emptied(self) -> None:
        """After somebody filled an emptied remote again: what only the old one said may go."""
        if self.emptied and self.remote.objects.main:
            self.world.forgone |= self.emptied - self._said(self.remote.objects.main)
            self.emptied = set()

    def died(self, machine: FastMachine) -> None:
        """A killed cycle leaves it open what this machine has seen."""
        self.level.pop(machine.name, None)

    def end(self) -> None:
        """Let no accident be open any more: from here everybody says yes at once."""
        self.ending = True
        for machine in self.world.machines:
            if guards := machine.guards():
                self._answer(machine, guards)

    def _wrong(self, machine: FastMachine, what: str) -> None:
        self.world.figures.problems.append(f"{machine.name}: {what}")


def machine_line(objects, old: str, new: str) -> bool:
    """Whether a commit is in the history of another."""
    return bool(objects.commits[new].line >> objects.commits[old].number & 1)

"""The oracle: what may never happen to memories on several machines (design of sync, 4.2).

Each write puts in tokens that exist nowhere else. A token may only go by an operation that saw it on that machine. In the
end, when all is quiet: every machine holds the same bytes, every token that nobody took out is on every machine, what was
ever captured is in the remote's history, nothing holds a conflict marker, all frontmatter parses, git finds no damage,
and one more cycle changes nothing.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitkit import MemsyncMachine, git
from memsync.core import header
from memsync.core.index_page import is_index, is_page
from memsync.core.merging import is_twin_path
from memsync.core.report import SyncState
from memsync.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Protocol

    from accidents import Accidents
    from gitkit import Machine

    class Remote(Protocol):
        """What all machines share."""

        def kept(self) -> bytes: ...
        def problems(self, machines: Sequence[Machine]) -> list[str]: ...


TOKEN = re.compile(rb"\bq\d+k\b")
HEADER_LINE = re.compile(r"(?m)^(?:id|title|tags|created|updated): ")  # no body here has one
MARKER = re.compile(rb"(?m)^(?:<{7}|>{7}|\|{7})(?: |\r?$)")


def tokens(*contents: bytes) -> set[bytes]:
    return {token for content in contents for token in TOKEN.findall(content)}


def said(tree: dict[str, bytes]) -> set[bytes]:
    """Return the tokens of a tree; an index page's entries repeat what memories say, and are no place to keep it."""
    return tokens(*(own_words(c) if is_page(p) else c for p, c in tree.items()))


def own_words(page: bytes) -> bytes:
    """Return the lines of an index page that are no entries."""
    return b"\n".join(line for line in page.splitlines() if not is_index(line))


@dataclass
class Figures:
    """What a run came to."""

    ops: int = 0
    syncs: int = 0
    kills: int = 0
    beside: int = 0  # how often others captured while a cycle waited for the remote
    must: int = 0
    lost: int = 0
    stray: int = 0  # alive on some machine, but not on all
    back: int = 0  # taken out, and there again (an edit beat a deletion, or a twin)
    twins: int = 0
    forgone: int = 0  # what only an older state of the remote said, when somebody moved the remote by force
    halts: int = 0
    unjudged: int = 0  # halts after a killed cycle, of which nobody outside can say what the machine had seen
    diverged: int = 0
    stuck: int = 0
    markers: int = 0
    broken: int = 0
    uncaptured: int = 0
    history_lost: int = 0
    damaged: int = 0
    restless: int = 0
    accidents: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def sound(self) -> bool:
        return not self.problems


@dataclass
class World:
    """Machines, what was written on them, and what was taken out by somebody who saw it."""

    machines: Sequence[Machine]
    remote: Remote | None = None
    born: set[bytes] = field(default_factory=set)
    removed: set[bytes] = field(default_factory=set)
    captured: set[bytes] = field(default_factory=set)
    secret: set[bytes] = field(default_factory=set)
    forgone: set[bytes] = field(default_factory=set)
    told: set[str] = field(default_factory=set)  # paths that were ever forgotten through memsync
    guards: Accidents | None = None
    behind: bool = False  # whether something was written in the folder after the cycle under way looked at it
    beside: set[str] = field(default_factory=set)  # what others edited there while it was at the remote
    figures: Figures = field(default_factory=Figures)
    _count: itertools.count = field(default_factory=lambda: itertools.count(1))

    def token(self) -> str:
        return f"q{next(self._count)}k"

    def wrote(self, before: bytes, after: bytes) -> None:
        """Note one write: what it brought and what it took out."""
        old, new = tokens(before), tokens(after)
        self.born |= new - old
        self.removed |= old - new
        self.removed -= new - old  # written again by somebody who knew it: alive again

    # ---- operations; `pick` is any number and decides everything ---------------------------------

    def act(self, machine: Machine, pick: int) -> str:
        """Do one thing on a machine and return its name."""
        self.figures.ops += 1
        weighed = [op for op, weight in self._ops() for _ in range(weight)]
        op = weighed[pick % len(weighed)]
        done = op(machine, pick // len(weighed))
        return op.__name__ if done else f"{op.__name__} (nothing to do)"

    def _ops(self) -> tuple[tuple[Callable[[Machine, int], bool], int], ...]:
        return (
            (self.remember, 10), (self.append, 18), (self.insert, 8), (self.change, 14), (self.drop, 8), (self.rewrite, 5),
            (self.tag, 8), (self.journal, 8), (self.forget, 3), (self.delete, 2), (self.move, 4), (self.retitle, 2),
            (self.index, 4),
        )  # fmt: skip

    def remember(self, machine: Machine, pick: int) -> bool:
        """A new memory, now and then under a key that other machines use too."""
        token = self.token()
        key = f"shared {pick % 7}" if pick % 3 == 0 else f"memory {pick % 100_003}"
        body = f"- {token} began\n- about {pick % 5}\n"
        machine.remember(key, body)
        self.wrote(b"", body.encode())
        return True

    def _pick(self, machine: Machine, pick: int) -> str | None:
        paths = [
            p
            for p in machine.paths()
            if p.startswith("global/") and p.endswith(".md") and not p.endswith("MEMORY.md")
        ]
        return paths[pick % len(paths)] if paths else None

    def _edit(self, machine: Machine, pick: int, change: Callable[[list[str], int], None]) -> bool:
        """Read a memory, change the lines of its body, write it: half of the time through memsync, else by hand."""
        path = self._pick(machine, pick // 2)
        if path is None:
            return False
        before = machine.read(path)
        document = header.split(before.decode())
        lines = document.body.splitlines()
        change(lines, pick // 64)
        body = "".join(f"{line}\n" for line in lines)
        if pick % 2 and body.strip():
            machine.revise(path, body)
        else:
            machine.hand_edit(
                path, (document.text[: len(document.text) - len(document.body)] + body).encode()
            )
        self.wrote(before, machine.read(path))
        return True

    def append(self, machine: Machine, pick: int) -> bool:
        def change(lines: list[str], _: int) -> None:
            lines.append(f"- {self.token()} more")

        return self._edit(machine, pick, change)

    def insert(self, machine: Machine, pick: int) -> bool:
        def change(lines: list[str], where: int) -> None:
            at = where % (len(lines) + 1)
            lines[at:at] = [
                [f"- {self.token()} between"],
                ["", f"## {self.token()}", ""],
                ["", f"{self.token()} prose.", ""],
            ][where % 3]

        return self._edit(machine, pick, change)

    def change(self, machine: Machine, pick: int) -> bool:
        def change(lines: list[str], where: int) -> None:
            if lines:
                at = where % len(lines)
                lines[at] = f"- {self.token()} changed" if where % 2 else f"{lines[at]} {self.token()}"

        return self._edit(machine, pick, change)

    def drop(self, machine: Machine, pick: int) -> bool:
        def change(lines: list[str], where: int) -> None:
            if lines:
                del lines[where % len(lines)]

        return self._edit(machine, pick, change)

    def rewrite(self, machine: Machine, pick: int) -> bool:
        def change(lines: list[str], _: int) -> None:
            lines[:] = [f"# {self.token()}", "", f"- {self.token()} anew"]

        return self._edit(machine, pick, change)

    def tag(self, machine: Machine, pick: int) -> bool:
        """Add a tag, or take one away that is there."""
        return self._header(machine, pick, "tags")

    def retitle(self, machine: Machine, pick: int) -> bool:
        return self._header(machine, pick, "title")

    def _header(self, machine: Machine, pick: int, key: str) -> bool:
        path = self._pick(machine, pick // 4)
        if path is None:
            return False
        before = machine.read(path)
        document = header.split(before.decode())
        if document.problems or not document.header:
            return False
        if key == "title":
            changed = header.edit(document, {"title": f"title {self.token()}"})
        else:
            tags = list(document.values.get("tags") or [])
            tags = tags[1:] if pick % 4 == 0 and tags else [*tags, self.token()]
            changed = header.edit(document, {"tags": tags})
        machine.hand_edit(path, changed.text.encode())
        self.wrote(before, changed.text.encode())
        return True

    def journal(self, machine: Machine, pick: int) -> bool:
        """Append an entry to a document that everybody appends to."""
        path = ("decisions-log.md", "current-tasks.md", "global/session-notes/2026-01-21-cli.md")[pick % 3]
        before = machine.read(path) if path in machine.paths() else b""
        token = self.token()
        after = before + (b"" if before.endswith(b"\n") or not before else b"\n")
        after += (
            f"\n## 2026-01-{pick % 28 + 1:02} {token}\n\n- {self.token()} decided\n"
            if pick % 2
            else f"- {token}\n"
        ).encode()
        machine.hand_edit(path, after)
        self.wrote(before, after)
        return True

    def index(self, machine: Machine, pick: int) -> bool:
        """Write the scope's index page, as an assistant does; now and then a person writes on it, or takes it away."""
        path = "global/MEMORY.md"
        before = machine.read(path) if path in machine.paths() else b""
        if pick % 16 == 0 and before:
            machine.hand_delete(path)
            self.wrote(own_words(before), b"")
            return True
        more = (
            f"\n{self.token()} by hand.\n"
            if pick % 12 == 1
            else f"- [noted {pick % 9}](fact/noted-{pick % 9}.md)\n"
        )
        after = before + (b"" if before.endswith(b"\n") or not before else b"\n") + more.encode()
        machine.hand_edit(path, after)
        self.wrote(own_words(before), own_words(after))
        return True

    def forget(self, machine: Machine, pick: int) -> bool:
        path = self._pick(machine, pick)
        if path is None:
            return False
        before = machine.read(path)
        self.told.add(path)
        machine.forget(path)
        self.wrote(before, b"")
        return True

    def delete(self, machine: Machine, pick: int) -> bool:
        """Take a file away with the hand, behind memsync's back."""
        path = self._pick(machine, pick)
        if path is None:
            return False
        before = machine.read(path)
        machine.hand_delete(path)
        self.wrote(before, b"")
        return True

    def move(self, machine: Machine, pick: int) -> bool:
        """Give a file another name or folder."""
        path = self._pick(machine, pick)
        if path is None or is_twin_path(path):
            return False
        new = f"global/{('fact', 'decision', 'note')[pick % 3]}/moved-{pick % 11}.md"
        if (machine.root / new).exists():
            return False
        machine.hand_move(path, new)
        return True

    # ---- sync ------------------------------------------------------------------------------------

    def sync(self, machine: Machine) -> object:
        """Sync a machine once. A guard that halts is looked at: it must be right; then a person says yes."""
        self.figures.syncs += 1
        self.behind, self.beside = False, set()
        reckoned = self.guards.reckon(machine) if self.guards else None
        try:
            report = machine.sync()
        except Busy:
            return None
        if self.guards:
            self.guards.judge(machine, reckoned, report)
        elif isinstance(machine, MemsyncMachine) and getattr(report, "state", None) is SyncState.HALTED:
            assert any(
                "deletion" in lane.reason or "gone" in lane.reason or "delete" in lane.reason
                for lane in report.lanes
            ), report
            machine.ack()
            report = machine.sync()
            self.figures.halts += 1
        if isinstance(machine, MemsyncMachine) and not self.behind:
            self.captured |= said(machine.files()) - self.secret
        return report

    def settle(self, *, rounds: int = 0) -> bool:
        """Sync every machine until nothing moves any more; False if that does not happen."""
        for _ in range(rounds or 4 + 2 * len(self.machines)):
            for machine in self.machines:
                self.sync(machine)
            heads = {machine.head() for machine in self.machines}
            trees = [machine.files() for machine in self.machines]
            if len(heads) == 1 and all(tree == trees[0] for tree in trees):
                return True
        return False

    # ---- judgement -------------------------------------------------------------------------------

    @property
    def must(self) -> set[bytes]:
        return self.born - self.removed - self.secret - self.forgone

    def judge(self) -> Figures:
        """Return the figures of this world; everything that may not be is in `problems`."""
        found = self.figures
        quiet = self.settle()
        trees = [machine.files() for machine in self.machines]
        alive = [said(tree) for tree in trees]
        lost, stray = (
            self.must - set.union(*alive),
            (self.must & set.union(*alive)) - set.intersection(*alive),
        )
        found.must, found.lost, found.stray = len(self.must), len(lost), len(stray)
        found.forgone = len(self.forgone - set.union(*alive))
        found.back = len(set.union(*alive) & self.removed)
        found.diverged = int(any(tree != trees[0] for tree in trees))
        found.stuck = int(not quiet)
        found.twins = sum(map(is_twin_path, trees[0]))
        self._contents(trees, found)
        if lost:
            found.problems.append(f"lost: {sorted(lost)[:10]}")
        if stray:
            found.problems.append(f"not everywhere: {sorted(stray)[:10]}")
        if found.diverged or found.stuck:
            found.problems.append(f"not the same: {_difference(trees)}")
        if self.remote is not None:
            self._history(found)
            self._still(found)
        return found

    def _contents(self, trees: list[dict[str, bytes]], found: Figures) -> None:
        versions = {(path, content) for tree in trees for path, content in tree.items()}
        for path, content in sorted(versions):
            if MARKER.search(content):
                found.markers += 1
                found.problems.append(f"conflict marker in {path}")
            document = header.split(content.decode("utf-8", "replace"))
            if document.problems or HEADER_LINE.search(document.body):
                found.broken += 1
                found.problems.append(f"broken frontmatter in {path}: {document.problems}")

    def _history(self, found: Figures) -> None:
        assert self.remote is not None
        kept = tokens(self.remote.kept())
        missing = self.captured - kept
        found.history_lost = len(missing)
        if missing:
            found.problems.append(f"captured, and not in the remote's history: {sorted(missing)[:10]}")
        if self.secret & kept:
            found.problems.append("a secret is in the remote")
        told = self.remote.problems(self.machines)
        found.damaged += len(told)
        found.problems += told

    def _still(self, found: Figures) -> None:
        """One more cycle everywhere makes no commit."""
        before = {machine.head() for machine in self.machines}
        for machine in self.machines:
            self.sync(machine)
        if before != {machine.head() for machine in self.machines} or len(before) != 1:
            found.restless += 1
            found.problems.append("a cycle with nothing to do made a commit")


@dataclass
class GitRemote:
    """A bare repository that real machines share."""

    place: Path

    def kept(self) -> bytes:
        """Return every object in the history of main."""
        oids = b"\n".join(
            line.split()[0] for line in git(self.place, "rev-list", "--objects", "main").splitlines()
        )
        return git(self.place, "cat-file", "--batch", feed=oids + b"\n")

    def problems(self, machines: Sequence[Machine]) -> list[str]:
        """Return what git finds damaged anywhere, and merges of commits that have more than one merge base."""
        found = []
        for place in [self.place, *(m.root for m in machines)]:
            told = git(place, "fsck", "--strict", "--no-dangling", "--no-progress", check=False)
            if told.strip():
                found.append(f"fsck of {place.name}: {told.decode()[:300]}")
        for line in (
            git(self.place, "rev-list", "--merges", "--parents", "-n", "40", "main").decode().splitlines()
        ):
            _, first, second = line.split()
            if len(git(self.place, "merge-base", "--all", first, second).split()) > 1:
                found.append(f"more than one merge base: {line}")
        return found


def _difference(trees: list[dict[str, bytes]]) -> str:
    paths = sorted({p for tree in trees for p in tree if any(other.get(p) != tree[p] for other in trees)})
    return ", ".join(
        f"{p} ({'/'.join('-' if p not in t else str(len(t[p])) for t in trees)})" for p in paths[:6]
    )


__all__ = ["TOKEN", "Figures", "GitRemote", "World", "tokens"]

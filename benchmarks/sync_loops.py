"""Seven ways of syncing notes over git, side by side, on one random workload: what each loses.

    python benchmarks/sync_loops.py [--seeds 4] [--machines 3] [--rounds 30] [--loops memsync,lww,…] [--memory-git]

Each loop is an emulation of the command sequence it is named after, not the product. A fact has to survive if nobody who
had seen it took it out; it is "lost" if it is on no machine in the end, "not everywhere" if it is missing on some.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from gitkit import GIT, Machine, bare_remote, git, machines  # noqa: E402  # after the path is set
from memorygit import fast_machines  # noqa: E402  # after the path is set
from oracle import Figures, World  # noqa: E402  # after the path is set

TICKS = iter(range(1, 1 << 62))


# ---- the loops ----------------------------------------------------------------------------------


@dataclass
class GitLoop(Machine):
    """What the git loops share: commit everything, fetch, bring together somehow, push."""

    stuck: bool = False

    def git(self, *words: str) -> int:
        done = subprocess.run([*GIT, "-C", str(self.root), *words], capture_output=True, check=False)
        return done.returncode

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "sync")

    def sync(self) -> None:
        for _ in range(3):
            self.commit()
            self.git("fetch", "-q", "origin", "main")
            if not self.join() or not self.git("push", "-q", "origin", "HEAD:main"):
                return

    def join(self) -> bool:
        raise NotImplementedError

    def merge(self, *options: str) -> bool:
        return not self.git("merge", "-q", "--no-edit", *options, "FETCH_HEAD")


class MergeTheirs(GitLoop):
    """commit; merge -X theirs; push (an option of obsidian-git)."""

    def join(self) -> bool:
        if not self.merge("-X", "theirs"):
            self.commit()
        return True


class MergeStop(GitLoop):
    """commit; merge; push; at a conflict stop and leave it to the person (obsidian-git's default)."""

    def sync(self) -> None:
        if not self.stuck:
            super().sync()

    def join(self) -> bool:
        self.stuck = not self.merge()
        return not self.stuck


class RebaseAbort(GitLoop):
    """commit; pull --rebase, abort at a conflict; push."""

    def join(self) -> bool:
        if self.git("rebase", "-q", "FETCH_HEAD"):
            self.git("rebase", "--abort")
        return True


class Union(GitLoop):
    """commit; merge with merge=union for markdown; push."""

    def join(self) -> bool:
        (self.root / ".git/info").mkdir(exist_ok=True)
        (self.root / ".git/info/attributes").write_text("*.md merge=union\n")
        if not self.merge():
            self.commit()
        return True


class KeepMarkers(GitLoop):
    """commit; merge; whatever conflicts is committed as it stands, with its markers (nb, gitwatch)."""

    def join(self) -> bool:
        if not self.merge():
            self.commit()
        return True


@dataclass
class Server:
    """The server of last-write-wins: path → time of the change, content (None: deleted)."""

    files: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)


@dataclass
class LastWriteWins(Machine):
    """A server that keeps the newest version of each file. Clocks are perfect here, which is kind to it."""

    server: Server = field(default_factory=Server)
    known: dict[str, bytes] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)

    def hand_edit(self, path: str, content: bytes) -> None:
        super().hand_edit(path, content)
        self.touched[path] = next(TICKS)

    def hand_delete(self, path: str) -> None:
        super().hand_delete(path)
        self.touched[path] = next(TICKS)

    def hand_move(self, path: str, new: str) -> None:
        super().hand_move(path, new)
        self.touched[path], self.touched[new] = next(TICKS), next(TICKS)

    def sync(self) -> None:
        here = self.files()
        for path in here.keys() | self.known.keys():
            if here.get(path) != self.known.get(path):
                moment = self.touched.get(path, 0)
                if moment > self.server.files.get(path, (-1, None))[0]:
                    self.server.files[path] = (moment, here.get(path))
        for path, (_, content) in self.server.files.items():
            if content is None:
                (self.root / path).unlink(missing_ok=True)
            elif here.get(path) != content:
                Machine.hand_edit(self, path, content)
        self.known = self.files()

    def head(self) -> str:
        return "server"


GIT_LOOPS = {
    "merge-theirs": MergeTheirs,
    "merge-stop": MergeStop,
    "rebase-abort": RebaseAbort,
    "union": Union,
    "keep-markers": KeepMarkers,
}


def made(loop: str, folder: Path, count: int, *, memory_git: bool) -> list[Machine]:
    """Return machines that sync in this way."""
    if loop == "memsync":
        return list(fast_machines(folder, count)[0] if memory_git else machines(folder, count))
    if loop == "lww":
        server = Server()
        found: list[Machine] = []
        for n in range(count):
            (folder / f"m{n}").mkdir(parents=True)
            found.append(
                LastWriteWins(name=f"m{n}", root=folder / f"m{n}", server=server, clock=n * 1_000_000)
            )
        return found
    folder.mkdir(parents=True)
    remote = bare_remote(folder / "remote.git")
    clones: list[Machine] = []
    for n in range(count):
        root = folder / f"m{n}"
        git(folder, "clone", "-q", str(remote), str(root))
        if not n:
            (root / "README.md").write_text("# Notes\n")
            git(root, "checkout", "-q", "-B", "main")
            git(root, "add", "-A")
            git(root, "commit", "-qm", "begin")
            git(root, "push", "-q", "origin", "HEAD:main")
        clones.append(GIT_LOOPS[loop](name=f"m{n}", root=root, clock=n * 1_000_000))
    return clones


# ---- the workload -------------------------------------------------------------------------------


def play(loop: str, folder: Path, *, seed: int, count: int, rounds: int, memory_git: bool) -> Figures:
    """Let the machines work; 45 of 100 chances to sync after each turn. Return what it came to."""
    dice = random.Random(seed)
    some = made(loop, folder, count, memory_git=memory_git)
    world = World(some)
    for _ in range(rounds):
        for machine in some:
            for _ in range(dice.randrange(3)):
                world.act(machine, dice.randrange(1 << 40))
            if dice.random() < 0.45:
                world.sync(machine)
    found = world.judge()
    found.stuck = sum(getattr(m, "stuck", False) for m in some)
    return found


COLUMNS = (
    "loop",
    "ops",
    "had to survive",
    "lost",
    "not everywhere",
    "diverged",
    "stuck",
    "markers",
    "broken",
    "came back",
    "seconds",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--loops", default=",".join(["lww", *GIT_LOOPS, "memsync"]))
    parser.add_argument(
        "--memory-git", action="store_true", help="memsync with git in memory: quicker, the same engine"
    )
    given = parser.parse_args()
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", MEMSYNC_BACKGROUND="0")
    print(f"{given.seeds} seeds, {given.machines} machines, {given.rounds} rounds")
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    for loop in given.loops.split(","):
        total, began, diverged = Figures(), time.monotonic(), 0
        with tempfile.TemporaryDirectory(
            prefix="loops-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
        ) as folder:
            for seed in range(given.seeds):
                place = Path(folder) / str(seed)
                found = play(
                    loop,
                    place,
                    seed=seed,
                    count=given.machines,
                    rounds=given.rounds,
                    memory_git=given.memory_git,
                )
                total.add(found)
                diverged += found.diverged
                shutil.rmtree(place)
        row = (loop, total.ops, total.must, total.lost, total.lost + total.stray, f"{diverged}/{given.seeds}",
               f"{total.stuck}/{given.seeds * given.machines}", total.markers, total.broken, total.back, f"{time.monotonic() - began:.0f}")  # fmt: skip
        print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main()

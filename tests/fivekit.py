"""Five who write into one store, five clones on one remote: real processes all, and a clock on every new memory.

Each clone has its watcher (`memsync watch`); the first one has five writers, the others one each. The oracle of
tests/oracle.py judges in the end. `Clock` tells, for every new memory: from acknowledged to pushed (the debounce and a
cycle), and from pushed to there on each other machine (polling, or the doorbell).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bellkit import stand_in_ssh, with_memsync_on_path
from gitkit import MemsyncMachine, bare_remote, git, git_server
from memsync.edges.settings import Settings
from oracle import GitRemote, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oracle import Figures

WRITER = Path(__file__).with_name("fivewriter.py")


@dataclass
class Place(MemsyncMachine):
    """A machine whose settings are what its environment says, so that its programs and this one speak of the same store."""

    more: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        home = self.home
        return Settings(store=self.root, private=home / ".data/memsync/private", config_file=home / ".config/memsync/config.toml",
                        state_dir=home / ".state/memsync", cache_dir=home / ".cache/memsync", log_dir=home / ".state/memsync/log",
                        instance=self.name, background=False)  # fmt: skip

    def start(self, *words: str, **io: object) -> subprocess.Popen[bytes]:
        """Start a Python program of this machine."""
        return subprocess.Popen([sys.executable, "-P", *words], env=self.environment(**self.more), cwd=self.home,
                                stdin=subprocess.DEVNULL, **io)  # fmt: skip


@dataclass(kw_only=True)
class Terms:
    """How a run goes. `remote` is file, http (git's http-backend) or ssh (one that stays here); times are in seconds."""

    seconds: float = 8.0
    seed: int = 0
    clones: int = 5
    writers: int = 5
    rate: float = 1.0
    remote: str = "file"
    bell: bool = True
    poll: float = 15.0
    quiet: float = 2.0
    ceiling: float = 10.0
    patience: float = 120.0


@dataclass
class Outcome:
    """What a run came to; times in seconds. `acked` counts what was acknowledged, by kind; `fell` which programs ended early."""

    figures: Figures
    acked: Counter[str]
    pushed: list[float]
    arrived: list[float]
    whole: list[float]
    settled: float
    fell: list[str]
    unseen: int


def run(folder: Path, terms: Terms) -> Outcome:
    """Play it and judge."""
    with _remote(folder, terms) as (url, bare):
        places = _found(folder, terms, url)
        clock = Clock(bare, places)
        fell = _play(folder, terms, places, clock)
        settled = _quiet(places, terms.patience, clock)
        world = World(machines=places, remote=GitRemote(bare))
        return _judge(world, clock, settled, fell)


def _judge(world: World, clock: Clock, settled: float, fell: list[str]) -> Outcome:
    acked: Counter[str] = Counter()
    for line in clock.lines:
        acked[line["op"] if line["op"] != "refused" else f"refused: {line['path']}"] += 1
        world.born |= {t.encode() for t in line["born"]}
        world.removed |= {t.encode() for t in line["gone"]}
    return Outcome(
        world.judge(), acked, clock.pushed, clock.arrived, clock.whole, settled, fell, len(clock.waiting)
    )


@contextmanager
def _remote(folder: Path, terms: Terms) -> Iterator[tuple[str, Path]]:
    """Make the remote; yield its address and its folder."""
    bare = folder / "served" / "remote.git"
    bare.parent.mkdir(parents=True)
    if terms.remote == "http":
        with git_server(bare.parent) as server:
            yield server.url(), bare
        return
    bare_remote(bare)
    if terms.remote == "ssh":
        os.environ["GIT_SSH_COMMAND"] = str(stand_in_ssh(folder / "ssh"))
        os.environ["PATH"] = with_memsync_on_path()
    yield f"ssh://git@memory.example{bare}" if terms.remote == "ssh" else str(bare), bare


def _found(folder: Path, terms: Terms, url: str) -> list[Place]:
    from memsync.store import Store

    places: list[Place] = []
    times = {"MEMSYNC_POLL": f"{terms.poll:g}", "MEMSYNC_QUIET": f"{terms.quiet:g}", "MEMSYNC_CEILING": f"{terms.ceiling:g}",
             "MEMSYNC_DOORBELL": "on" if terms.bell else "off"}  # fmt: skip
    for n in range(terms.clones):
        home = folder / f"m{n}"
        home.mkdir()
        place = Place(name=f"m{n}", root=home / "memory", home=home, url=url, more=dict(times))
        if places:
            Store.join(url, place.root, settings=place.settings, public=True)
        else:
            Store.init(place.root, settings=place.settings, remote=url, public=True)
            place.sync()
        places.append(place)
    return places


def _play(folder: Path, terms: Terms, places: list[Place], clock: Clock) -> list[str]:
    """Let them watch and write; return which programs did not live as long as they should."""
    watchers = [
        p.start("-m", "memsync", "watch", stdout=subprocess.DEVNULL, stderr=(p.home / "watch.err").open("wb"))
        for p in places
    ]
    time.sleep(2.0)
    logs, writers = [], []
    for number, place in enumerate([places[0]] * terms.writers + places[1:], 1):
        log = folder / f"w{number}.log"
        log.touch()
        logs.append((log, place))
        how = (str(log), str(number), str(terms.seed), str(terms.seconds), str(terms.rate))
        writers.append(place.start(str(WRITER), *how, stderr=(folder / f"w{number}.err").open("wb")))
    clock.start(logs)
    fell = [
        f"writer {n}: {w.wait(terms.seconds + 120)}"
        for n, w in enumerate(writers, 1)
        if w.wait(terms.seconds + 120)
    ]
    fell += [f"watcher of m{n}" for n, w in enumerate(watchers) if w.poll() is not None]
    clock.watchers = watchers
    return fell


def _quiet(places: list[Place], patience: float, clock: Clock) -> float:
    """Wait until all clones say the same, and nobody syncs any more; return how long that took, in seconds."""
    began = time.monotonic()
    while time.monotonic() < began + patience:
        if len({p.head() for p in places}) == 1 and not clock.waiting:
            trees = [p.files() for p in places]
            if all(tree == trees[0] for tree in trees):
                break
        time.sleep(0.25)
    settled = time.monotonic() - began
    clock.stop()
    for watcher in clock.watchers:
        watcher.send_signal(signal.SIGTERM)
    for watcher in clock.watchers:
        watcher.wait(60)
    return settled


class Clock:
    """Follows the writers' logs, the remote's main and the clones' folders, and takes the time of each new memory."""

    def __init__(self, bare: Path, places: list[Place]) -> None:
        self._bare, self._places = bare, places
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._logs: list[tuple[Path, Place]] = []
        self._read: dict[Path, int] = {}
        self._head = git(bare, "rev-parse", "main").decode().strip()
        self._in_remote: dict[str, float] = {}
        self.watchers: list[subprocess.Popen[bytes]] = []
        self.lines: list[dict] = []
        self.waiting: dict[
            str, tuple[float, set[str]]
        ] = {}  # path → acknowledged when, machines it is not seen on
        self.pushed: list[float] = []
        self.arrived: list[float] = []
        self.whole: list[float] = []
        self._seen: dict[str, dict[str, float]] = {}

    def start(self, logs: list[tuple[Path, Place]]) -> None:
        self._logs = logs
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(10)
        self._follow_logs()

    def _run(self) -> None:
        while not self._stopped.wait(0.02):
            self._follow_logs()
            self._follow_remote()
            self._follow_folders()

    def _follow_logs(self) -> None:
        for log, place in self._logs:
            with log.open("rb") as file:
                file.seek(self._read.get(log, 0))
                told = file.read()
            whole = told[: told.rfind(b"\n") + 1]
            self._read[log] = self._read.get(log, 0) + len(whole)
            for line in map(json.loads, whole.splitlines()):
                self.lines.append(line)
                if line["op"] == "remember":
                    others = {p.name for p in self._places if p is not place}
                    self.waiting[line["path"]] = (line["at"], others)
                elif line["op"] == "forget":
                    self.waiting.pop(line["path"], None)  # gone before everybody had it: nothing to wait for

    def _follow_remote(self) -> None:
        try:
            head = (self._bare / "refs/heads/main").read_text().strip()
        except OSError:
            return
        if head in (self._head, ""):
            return
        now = time.time()
        told = git(self._bare, "diff-tree", "-r", "-z", "--name-only", self._head, head)
        self._head = head
        for path in told.decode().split("\0"):
            self._in_remote.setdefault(path, now)

    def _follow_folders(self) -> None:
        now = time.time()
        for path, (acked, missing) in list(self.waiting.items()):
            seen = self._seen.setdefault(path, {})
            for place in self._places:
                if place.name in missing and (place.root / path).exists():
                    missing.discard(place.name)
                    seen[place.name] = now
            if not missing and path in self._in_remote:
                del self.waiting[path]
                pushed = max(acked, self._in_remote[path])
                self.pushed.append(pushed - acked)
                self.arrived += [max(0.0, when - pushed) for when in seen.values()]
                self.whole += [when - acked for when in seen.values()]


def share(values: list[float], part: float) -> float:
    """Return the value below which that part of them lies (nearest rank); NaN where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")

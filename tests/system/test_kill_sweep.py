"""kill -9 in the middle of a cycle: at each named point, and at the n-th system call of memsync and of its git children."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from gitkit import POINTS, MemsyncMachine, git, machines
from oracle import Figures, GitRemote, World

pytestmark = pytest.mark.system
CALLS = "rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,sync,openat,write,pwrite64,ftruncate"


def world(folder: Path, count: int = 2) -> World:
    return World(machines(folder, count), remote=GitRemote(folder / "remote.git"))


def busy(some: World, dice: random.Random) -> None:
    """Give the first machine something to capture, to push, to pull and to merge."""
    first, other = some.machines[0], some.machines[1]
    for _ in range(2):
        some.act(first, dice.randrange(1 << 40))
        some.act(other, dice.randrange(1 << 40))
    for machine in (first, other):
        some.remember(machine, dice.randrange(1 << 40))
        some.append(machine, dice.randrange(1 << 40))
    some.sync(other)


def killed_at_call(machine: MemsyncMachine, when: int, calls: str = CALLS) -> int:
    """Sync in a process that strace ends, or a git child of it, at the n-th of these calls; return how many it ended."""
    log = machine.home / "strace.txt"
    gate_in, gate_out = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.read(gate_in, 1)
            machine._store = None
            machine.sync()
        finally:
            os._exit(0)
    tracer = subprocess.Popen(
        [
            "strace",
            "-f",
            "-qq",
            "-p",
            str(child),
            "-o",
            str(log),
            "-e",
            f"trace={calls}",
            "-e",
            f"inject={calls}:signal=KILL:when={when}",
        ],
        stderr=subprocess.DEVNULL,
    )
    while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text() and tracer.poll() is None:
        time.sleep(0.002)
    os.write(gate_out, b"x")
    for end in (gate_in, gate_out):
        os.close(end)
    _, status = os.waitpid(child, 0)
    tracer.wait(timeout=60)
    if os.WIFSIGNALED(status) and not (machine.store._parts.state_dir / "sync.holder").exists():
        return 0  # before its cycle began, or after it was over
    return log.read_text(errors="replace").count("+++ killed by SIGKILL")


def test_a_cycle_may_die_at_any_named_point(tmp_path):
    """Each of the thirteen points: the next cycle finishes the work, and nothing is lost."""
    some, dice = world(tmp_path), random.Random(1)
    died = set()
    for point in POINTS:
        busy(some, dice)
        if some.machines[0].killed_sync(point):
            died.add(point)

    assert [] == some.judge().problems
    assert set(POINTS) == died


def test_a_memsync_process_dies_where_the_environment_says(tmp_path):
    """MEMSYNC_CRASH ends a real `memsync sync`, and the next one is well."""
    some = world(tmp_path)
    machine = some.machines[0]
    some.remember(machine, 1)
    dead = machine.run("sync", MEMSYNC_CRASH="after_commit_obj")
    well = machine.run("sync")

    assert (-signal.SIGKILL, 0) == (dead.returncode, well.returncode)
    assert [] == some.judge().problems


def test_a_cycle_may_die_at_a_system_call(tmp_path):
    """A few of the sweep below, where strace may be used."""
    if shutil.which("strace") is None:
        pytest.skip("no strace here")
    some, dice = world(tmp_path), random.Random(2)
    killed = 0
    for when in (2, 9, 30):
        busy(some, dice)
        killed += killed_at_call(some.machines[0], when)
    if not killed:
        pytest.skip("strace may not trace here")

    assert [] == some.judge().problems


TRIES = 12  # in one world


def _landed(some: World, kill, dice: random.Random) -> int:
    """Kill a cycle of the first machine, or not; after a kill git's own check must find nothing."""
    machine = some.machines[0]
    if not kill(machine, dice):
        return 0
    told = git(machine.root, "fsck", "--strict", "--no-dangling", "--no-progress", check=False)
    some.figures.problems += [f"fsck after a kill: {told.decode()[:200]}"] if told.strip() else []
    return 1


def sweep(folder: Path, kill, *, goal: int, seed: int, tell) -> Figures:
    """Kill until `goal` cycles were killed, in worlds of so many tries each; git's own check follows each of them."""
    total, number = Figures(), 0
    while total.kills < goal:
        number += 1
        place = folder / f"w{number}"
        some, dice = world(place, 2 + number % 2), random.Random(seed + number)
        for _ in range(TRIES):
            busy(some, dice)
            for _ in range(dice.randrange(2, 9)):  # killed, and killed again while it mends that
                some.figures.kills += _landed(some, kill, dice)
                some.remember(some.machines[0], dice.randrange(1 << 40))
            if dice.random() < 0.5:
                some.sync(some.machines[0])
        figures = some.judge()
        total.add(figures)
        if figures.problems:
            tell(f"world {number}: {figures.problems}")
        else:
            shutil.rmtree(place)
        shown = {name: value for name, value in vars(total).items() if value and name != "problems"}
        tell(f"{number} worlds: {shown}")
    return total


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("how", ["point", "call"])
def test_sweep(tmp_path, capsys, how):
    """KILLS_POINT (1300) kills at named points, each of them as often; KILLS_CALL (1000) at system calls.

    A kill counts where it ended memsync while its cycle was open, or a git that worked for it.
    """
    landed: Counter[str] = Counter()

    def at_point(machine: MemsyncMachine, dice: random.Random) -> int:
        point = min(POINTS, key=lambda p: (landed[p], dice.random()))
        died = machine.killed_sync(point, dice.choice([1, 1, 1, 2]))
        landed[point] += died
        return int(died)

    def at_call(machine: MemsyncMachine, dice: random.Random) -> int:
        return killed_at_call(machine, dice.choice([dice.randrange(1, 40), dice.randrange(1, 400)]))

    def tell(text: str) -> None:
        with capsys.disabled():
            print(text, dict(landed), flush=True)

    goal = int(os.environ.get(f"KILLS_{how.upper()}", "1300" if how == "point" else "1000"))
    total = sweep(
        tmp_path,
        at_point if how == "point" else at_call,
        goal=goal,
        seed=int(os.environ.get("KILLS_SEED", "0")),
        tell=tell,
    )

    assert [] == total.problems

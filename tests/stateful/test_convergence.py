"""Random machines, random work, random syncs: in the end all hold the same, and nothing is lost."""

from __future__ import annotations

import functools
import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from accidents import Accidents
from gitkit import POINTS, machines
from memorygit import FastMachine, fast_machines
from oracle import Figures, GitRemote, World

if TYPE_CHECKING:
    from pathlib import Path

    from gitkit import MemsyncMachine


def play(
    folder: Path,
    *,
    seed: int,
    count: int,
    rounds: int,
    crash: float = 0.0,
    real: bool = False,
    accidents: float = 0.0,
    beside: float = 0.0,
) -> Figures:
    """Let `count` machines work for `rounds`; return the judged figures. The seed decides everything.

    `beside`: how often, while a cycle waits for the remote, somebody writes and another program captures that.
    """
    dice = random.Random(seed)
    if real:
        some, remote = machines(folder, count), GitRemote(folder / "remote.git")
    else:
        some, remote = fast_machines(folder, count)
    world = World(some, remote=remote)
    if accidents:
        world.guards = Accidents(world, remote, dice, accidents)
    away: set[str] = set()
    for machine in some if beside else ():
        machine.meanwhile = functools.partial(_captured_beside, world, machine, dice, beside)
    for _ in range(rounds):
        for machine in some:
            for _ in range(dice.randrange(3)):
                world.act(machine, dice.randrange(1 << 40))
            if dice.random() < 0.05:
                away ^= {machine.name}
                machine.online(yes=machine.name not in away)
            if world.guards:
                world.guards.maybe(machine)
            if dice.random() < crash:
                world.figures.kills += _kill(machine, dice)
                if world.guards:
                    world.guards.died(machine)
            elif dice.random() < 0.45:
                world.sync(machine)
    for machine in some:
        machine.meanwhile = None
        machine.online(yes=True)
    if world.guards:
        world.guards.end()
    return world.judge()


def _captured_beside(world: World, machine: FastMachine, dice: random.Random, often: float) -> None:
    if dice.random() < often:
        world.figures.beside += 1
        before = machine.files()
        world.act(machine, dice.randrange(1 << 40))
        world.beside |= {path for path, _ in before.items() ^ machine.files().items()}
        world.behind = dice.random() < 0.2
        if not world.behind:
            machine.look()


def _kill(machine: MemsyncMachine, dice: random.Random) -> bool:
    """End a cycle at a named point; with git in memory also at any touch of git, folder or book."""
    if isinstance(machine, FastMachine) and dice.random() < 0.5:
        return bool(machine.killed_at_step(dice.randrange(1, 120)))
    return machine.killed_sync(dice.choice(POINTS), dice.choice([1, 1, 2]))


@pytest.mark.parametrize(("seed", "count", "rounds"), [(1, 2, 40), (2, 3, 30), (3, 5, 20)])
def test_machines_converge_and_nothing_is_lost(tmp_path, seed, count, rounds):
    """A short slice of the sweep below: two, three and five machines."""
    assert [] == play(tmp_path, seed=seed, count=count, rounds=rounds).problems


def test_machines_that_are_killed_converge_too(tmp_path):
    """Cycles that die at named points, or at any touch of the outside, lose nothing either."""
    figures = play(tmp_path, seed=4, count=3, rounds=30, crash=0.5)

    assert [] == figures.problems
    assert figures.kills > 0


def test_what_is_captured_while_the_remote_is_waited_for(tmp_path):
    """While a cycle asks, fetches or pushes others write and capture in the same folder; kills come on top."""
    figures = play(tmp_path, seed=7, count=3, rounds=30, crash=0.1, beside=0.5)

    assert [] == figures.problems
    assert figures.beside > 20


def test_guards_halt_when_they_have_to_and_only_then(tmp_path):
    """Folders emptied or swapped, remotes rolled back, rewritten, emptied or another store's: each halt is right, none is missing."""
    figures = play(tmp_path, seed=6, count=3, rounds=30, accidents=0.1)

    assert [] == figures.problems
    assert figures.halts > 3


@pytest.mark.system
def test_the_same_with_real_git(tmp_path):
    """Two machines on a bare repository, with kills."""
    figures = play(tmp_path, seed=5, count=2, rounds=5, crash=0.3, real=True)

    assert [] == figures.problems


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_sweep(tmp_path, capsys):
    """SWEEP_SEEDS (200) seeds for each of two, three and five machines, SWEEP_ROUNDS (100) rounds each.

    SWEEP_CRASH is the share of cycles that are killed (0), SWEEP_ACCIDENTS how often guards get to do (0), SWEEP_BESIDE how often others capture while a cycle is at the remote (0), SWEEP_REAL=1 takes real git, SWEEP_FIRST the first seed (0),
    SWEEP_MACHINES how many there are (2,3,5).
    """
    real = bool(os.environ.get("SWEEP_REAL"))
    crash = float(os.environ.get("SWEEP_CRASH", "0"))
    accidents = float(os.environ.get("SWEEP_ACCIDENTS", "0"))
    beside = float(os.environ.get("SWEEP_BESIDE", "0"))
    seeds, rounds = int(os.environ.get("SWEEP_SEEDS", "200")), int(os.environ.get("SWEEP_ROUNDS", "100"))
    total = Figures()
    first = int(os.environ.get("SWEEP_FIRST", "0"))
    for count in map(int, os.environ.get("SWEEP_MACHINES", "2,3,5").split(",")):
        for seed in range(first, first + seeds):
            folder = tmp_path / f"{count}-{seed}"
            figures = play(
                folder,
                seed=1000 * count + seed,
                count=count,
                rounds=rounds,
                crash=crash,
                real=real,
                accidents=accidents,
                beside=beside,
            )
            total.add(figures)
            with capsys.disabled():
                if figures.problems:
                    print(f"{count} machines, seed {1000 * count + seed}: {figures.problems}", flush=True)
                if seed % 10 == 9:
                    shown = {
                        name: value for name, value in vars(total).items() if value and name != "problems"
                    }
                    print(f"{count} machines, up to seed {seed}: {shown}", flush=True)
            if not figures.problems:
                shutil.rmtree(folder)
    assert [] == total.problems

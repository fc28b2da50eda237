"""Random machines, random work, random syncs: in the end all hold the same, and nothing is lost."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from gitkit import POINTS, machines
from oracle import Figures, World

if TYPE_CHECKING:
    from pathlib import Path


def play(folder: Path, *, seed: int, count: int, rounds: int, crash: float = 0.0, offline: float = 0.05) -> Figures:
    """Let `count` machines work for `rounds`; return the judged figures. The seed decides everything."""
    dice = random.Random(seed)
    some = machines(folder, count)
    world = World(some, remote=folder / "remote.git")
    away: set[str] = set()
    for _ in range(rounds):
        for machine in some:
            for _ in range(dice.randrange(3)):
                world.act(machine, dice.randrange(1 << 40))
            if dice.random() < offline:
                away ^= {machine.name}
                machine.online(yes=machine.name not in away)
            if dice.random() < crash:
                world.figures.kills += machine.killed_sync(dice.choice(POINTS), dice.choice([1, 1, 2]))
            elif dice.random() < 0.45:
                world.sync(machine)
    for machine in some:
        machine.online(yes=True)
    return world.judge()


@pytest.mark.parametrize(("seed", "count", "rounds"), [(1, 2, 12), (2, 3, 8), (3, 5, 4)])
def test_machines_converge_and_nothing_is_lost(tmp_path, seed, count, rounds):
    """A short slice of the sweep below: two, three and five machines."""
    assert [] == play(tmp_path, seed=seed, count=count, rounds=rounds).problems


def test_machines_that_are_killed_converge_too(tmp_path):
    """Cycles that die at named points lose nothing either."""
    figures = play(tmp_path, seed=4, count=2, rounds=8, crash=0.5)

    assert [] == figures.problems
    assert figures.kills > 0


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_sweep(tmp_path, capsys):
    """MEMSYNC_SEEDS (200) seeds for each of two, three and five machines, MEMSYNC_ROUNDS (100) rounds each."""
    seeds, rounds = int(os.environ.get("SWEEP_SEEDS", "200")), int(os.environ.get("SWEEP_ROUNDS", "100"))
    total = Figures()
    for count in (2, 3, 5):
        for seed in range(seeds):
            folder = tmp_path / f"{count}-{seed}"
            figures = play(folder, seed=1000 * count + seed, count=count, rounds=rounds)
            total.add(figures)
            with capsys.disabled():
                if figures.problems:
                    print(f"count={count} seed={1000 * count + seed}: {figures.problems}", flush=True)
            if not figures.problems:
                _remove(folder)
    with capsys.disabled():
        print(vars(total))

    assert [] == total.problems


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)

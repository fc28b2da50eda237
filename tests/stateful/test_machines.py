"""Hypothesis plays three machines: work, secrets, lost connections, deaths at any step. The oracle judges every run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from gitkit import POINTS
from memorygit import FastMachine, fast_machines
from memsync.errors import SecretFound
from oracle import World, tokens

WHICH = st.integers(0, 2)
PICK = st.integers(0, 1 << 24)
OPS = st.sampled_from(
    ["remember", "append", "insert", "change", "drop", "rewrite", "tag", "journal", "forget", "delete", "move", "retitle"]
)  # fmt: skip
SECRET = "ghp_" + "".join("aZ3kQ9xR7mB2wL5tY8nC1vD4sF6gH0jK2pE9"[n * 7 % 36] for n in range(36))


class Machines(RuleBasedStateMachine):
    """Three machines and one remote; git is in memory, the rest is real."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="machines-", dir=os.environ.get("MACHINES_FOLDER")))
        self.machines, self.remote = fast_machines(self.folder, 3)
        self.world = World(self.machines, remote=self.remote)
        self.planted: dict[tuple[str, str], bytes] = {}

    def machine(self, which: int) -> FastMachine:
        return self.machines[which]

    @rule(which=WHICH, op=OPS, pick=PICK)
    def work(self, which: int, op: str, pick: int) -> None:
        machine = self.machine(which)
        held = {path for name, path in self.planted if name == machine.name}
        path = self.world._pick(machine, pick)
        try:
            if not held:  # what is done to a file that holds a secret is the next test's matter
                getattr(self.world, op)(machine, pick)
        except SecretFound:
            assert path in held

    @rule(which=WHICH, pick=PICK)
    def plant_a_secret(self, which: int, pick: int) -> None:
        machine = self.machine(which)
        path = self.world._pick(machine, pick)
        if path is None or (machine.name, path) in self.planted:
            return
        before = machine.read(path)
        after = before + f"- {self.world.token()} take {SECRET} for it\n".encode()
        self.planted[machine.name, path] = after
        self.world.secret |= tokens(after) - tokens(before)
        machine.hand_edit(path, after)

    @rule()
    def take_the_secrets_out(self) -> None:
        for name, path in list(self.planted):
            machine = next(m for m in self.machines if m.name == name)
            text = machine.read(path)
            assert SECRET.encode() in text, "a file with a secret in it was overwritten"
            machine.hand_edit(
                path, b"".join(line for line in text.splitlines(keepends=True) if SECRET.encode() not in line)
            )
            del self.planted[name, path]

    @rule(which=WHICH)
    def sync(self, which: int) -> None:
        self.world.sync(self.machine(which))
        self._no_secret()

    @rule(which=WHICH, online=st.booleans())
    def plug(self, which: int, online: bool) -> None:
        self.machine(which).online(yes=online)

    @rule(which=WHICH, point=st.sampled_from(POINTS), times=st.integers(1, 3))
    def die_at_a_point(self, which: int, point: str, times: int) -> None:
        self.machine(which).killed_sync(point, times)
        self._no_secret()

    @rule(which=WHICH, steps=st.integers(1, 150))
    def die_at_a_step(self, which: int, steps: int) -> None:
        self.machine(which).killed_at_step(steps)
        self._no_secret()

    @rule(which=WHICH)
    def lose_the_book(self, which: int) -> None:
        """The machine's notes are gone: what it knows comes from git and from the folder."""
        machine = self.machine(which)
        if machine.store._parts.book.held() or machine.store._parts.book.lane("capture").state == "halted":
            return
        machine._store = None
        shutil.rmtree(machine.home / "state", ignore_errors=True)

    def _no_secret(self) -> None:
        assert not any(SECRET.encode() in blob for blob in self.remote.objects.blobs.values())

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.take_the_secrets_out()
            for machine in self.machines:
                machine.online(yes=True)
            figures = self.world.judge()
            self._no_secret()
            assert [] == figures.problems
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_no_sequence_of_events_loses_anything():
    """A short run in every test run."""
    run_state_machine_as_test(
        Machines,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=CALM,
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_no_long_sequence_of_events_loses_anything():
    """MACHINES_RUNS (500) runs of up to MACHINES_STEPS (50) steps."""
    run_state_machine_as_test(
        Machines,
        settings=settings(
            max_examples=int(os.environ.get("MACHINES_RUNS", "500")),
            stateful_step_count=int(os.environ.get("MACHINES_STEPS", "50")),
            deadline=None,
            suppress_health_check=CALM,
            print_blob=True,
        ),
    )

"""What a person does while a cycle is half done: each was a loss that the random machines found."""

from __future__ import annotations

import pytest

from memorygit import fast_machines
from oracle import World


@pytest.fixture
def half_done(tmp_path):
    """Two machines that know one memory; the first has changed it, the second died between the merge and its folder."""
    some, remote = fast_machines(tmp_path, 2)
    world = World(some, remote=remote)
    first, second = some
    path = first.remember("one", f"- {world.token()} begun\n")
    world.born |= {b"q1k"}
    world.settle()
    _append(world, first, path)
    first.sync()
    _remember(world, second)
    assert second.killed_sync("after_ref_merge")
    return world, second, path


def _append(world, machine, path):
    before = machine.read(path)
    text = before.split(b"---\n", 2)[2].decode()
    machine.revise(path, f"{text}- {world.token()} more\n")
    world.wrote(before, machine.read(path))


def _remember(world, machine):
    body = f"- {world.token()} other\n"
    machine.remember("other", body)
    world.wrote(b"", body.encode())


def test_two_changes_while_main_is_ahead_of_the_folder(half_done):
    """The version between them is kept in history, and the other machine's change is not undone by that."""
    world, machine, path = half_done
    _append(world, machine, path)
    _append(world, machine, path)

    assert [] == world.judge().problems


def test_forgetting_while_main_is_ahead_of_the_folder(half_done):
    """The other machine's edit beats the deletion of a version that did not have it."""
    world, machine, path = half_done
    _append(world, machine, path)
    before = machine.read(path)
    machine.forget(path)
    world.wrote(before, b"")

    assert [] == world.judge().problems

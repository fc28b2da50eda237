"""Tasks and decisions, over fakes: where they are written, and what the gate and other writers do to them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.core.gate import OnSecret
from memsync.core.scope import GLOBAL, Scope, ScopeKind
from memsync.core.standing import TaskState
from memsync.errors import BadInput, SecretFound
from memsync.flows.revise import Desk
from memsync.flows.standing import add_task, change_task, decide, list_tasks
from memsync.testing import FakeTree, PatternScanner

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
APP = Scope(kind=ScopeKind.PROJECT, name="app-0123456789abcdef")


@pytest.fixture
def tree():
    return FakeTree()


@pytest.fixture
def desk(tree):
    return Desk(
        tree=tree, scanner=PatternScanner(), allowances=(), now=NOW, on_secret=OnSecret.BLOCK, private=False
    )


def test_a_projects_task_is_in_the_projects_document(tree, desk):
    """And a global one at the store's top."""
    add_task(APP, "ship it", by="cli", desk=desk)
    add_task(GLOBAL, "buy milk", by="cli", desk=desk)

    assert {f"{APP.folder}/current-tasks.md", "current-tasks.md"} == set(tree.files)


def test_what_one_began_another_sees(tree, desk):
    """The terminal begins a task, the IDE lists it as begun, and by whom."""
    add_task(APP, "ship it", by="cli", desk=desk)
    change_task(APP, "ship", TaskState.BEGUN, by="cli", desk=desk)

    assert [("ship it", TaskState.BEGUN, "begun 2026-11-21, cli")] == [
        (t.text, t.state, t.note) for t in list_tasks(APP, desk=desk)
    ]


def test_a_new_task_comes_back_with_its_number(desk):
    """To begin or finish it by."""
    numbers = [add_task(APP, text, by="cli", desk=desk)[0].number for text in ("one", "two", "three")]

    assert [1, 2, 3] == numbers


def test_a_decision_is_logged_with_its_reason(tree, desk):
    """In the scope's log."""
    decide(APP, "Use pnpm", why="Workspaces.", by="ide", desk=desk)

    assert (
        b"## 2026-11-21 Use pnpm\n\nWorkspaces.\n\nDecided by ide.\n"
        in tree.files[f"{APP.folder}/decisions-log.md"]
    )


def test_a_secret_is_in_no_task(tree, desk):
    """The gate looks at these documents as at every memory; nothing is written."""
    with pytest.raises(SecretFound):
        add_task(APP, "rotate SECRET-abc", by="cli", desk=desk)

    assert {} == tree.files


def test_bytes_that_are_no_utf8_stay(tree, desk):
    """A hand-made document in another encoding keeps its lines."""
    tree.files["current-tasks.md"] = b"Br\xfccke\n"
    add_task(GLOBAL, "ship it", by="cli", desk=desk)

    assert tree.files["current-tasks.md"].startswith(b"Br\xfccke\n")


def test_a_task_that_is_none_changes_nothing(tree, desk):
    """The error names those there are."""
    add_task(APP, "ship it", by="cli", desk=desk)
    before = dict(tree.files)
    with pytest.raises(BadInput):
        change_task(APP, "nothing", TaskState.DONE, by="cli", desk=desk)

    assert before == tree.files

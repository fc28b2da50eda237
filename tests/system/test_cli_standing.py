"""Tasks, decisions, related memories and the evaluation, from the terminal."""

from __future__ import annotations

import json

import pytest

from clikit import Terminal

pytestmark = pytest.mark.system


@pytest.fixture
def memsync(capfd, monkeypatch, home):
    """Return a terminal in a home with a store."""
    monkeypatch.chdir(home)
    terminal = Terminal(capfd, monkeypatch)
    terminal.done("init")
    return terminal


@pytest.fixture
def store(home):
    """Return the store's folder."""
    return home / "shared-memory"


def test_a_task_goes_from_open_to_done(memsync, store):
    """A task is added, begun by its words and done by its number, in a plain markdown list."""
    memsync.done("task", "add", "Move the cache")
    memsync.done("task", "start", "cache")
    ended = memsync.done("task", "done", "1", "--json").json["task"]

    assert (1, "Move the cache", "done") == (ended["number"], ended["text"], ended["state"])
    assert "[x] Move the cache" in (store / "current-tasks.md").read_text()


def test_no_tasks_is_exit_1(memsync, store):
    """An empty list says so."""
    assert 1 == memsync("task", "list").code


def test_a_task_nobody_has_is_exit_2(memsync, store):
    """A number that is none is named."""
    ran = memsync("task", "done", "7", "--json")

    assert (2, "bad-input") == (ran.code, ran.json["error"]["kind"])


def test_a_decision_is_logged_with_its_reason(memsync, store):
    """The log has what was decided and why, and undo takes it back."""
    memsync.done("decide", "Postgres, not MySQL", "--why", "row-level security")
    logged = (store / "decisions-log.md").read_text()
    memsync.done("undo")

    assert "Postgres, not MySQL" in logged
    assert "row-level security" in logged
    assert "Postgres" not in (store / "decisions-log.md").read_text()


def test_related_leaves_the_memory_itself_out(memsync, store):
    """What speaks of the same things is found; the memory asked about is not among it."""
    memsync.done("remember", "The ferry to Bergen leaves at nine", "--key", "ferry")
    memsync.done("remember", "The ferry timetable changes in June", "--key", "timetable")

    hits = memsync.done("related", "ferry", "--json").json["hits"]

    assert ["timetable"] == [hit["key"] for hit in hits]


def test_nothing_related_is_exit_1(memsync, store):
    """A memory alone has no relatives."""
    memsync.done("remember", "The ferry leaves at nine", "--key", "ferry")

    assert 1 == memsync("related", "ferry").code


def test_eval_measures(memsync, store, tmp_path):
    """Questions with known answers give the usual measures, and what was missed is named."""
    memsync.done("remember", "The ferry leaves at nine", "--key", "ferry")
    cases = [
        {"query": "when does the ferry leave", "relevant": ["ferry"]},
        {"query": "zebra crossing", "relevant": ["ferry"]},
    ]
    (tmp_path / "q.jsonl").write_text("".join(json.dumps(c) + "\n" for c in cases))

    done = memsync.done("eval", str(tmp_path / "q.jsonl"), "--json").json

    assert (2, 0.5, ["zebra crossing"]) == (done["questions"], done["recall_5"], done["missed"])


def test_eval_names_the_line_it_cannot_read(memsync, store, tmp_path):
    """A line that is no JSON is named by its number."""
    (tmp_path / "q.jsonl").write_text('{"query": "a", "relevant": []}\nnonsense\n')

    ran = memsync("eval", str(tmp_path / "q.jsonl"), "--json")

    assert 2 == ran.code
    assert "2" in ran.json["error"]["message"]

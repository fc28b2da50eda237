"""Tasks and decisions are edited as a careful person would: one line, and everything else as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.standing import TaskState, add_task, change_task, decide, find_task, tasks, without_pointers
from memsync.errors import BadInput
from strategies import bodies

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIST = "# Current tasks\n\nThis week:\n\n- [ ] ship it\n  - with notes\n\n  and a paragraph\n* [x] write the test (done 2026-11-20, cli)\n- no box\n\n```\n- [ ] in code\n```\n\n## Later\n\n- [/] move the cache (begun 2026-11-01, ide)\n\nThat is all.\n"

task_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(
    lambda t: " ".join("".join(c if c.isprintable() else " " for c in t).split())
)


def test_the_tasks_of_a_list_are_read():
    """By their boxes, with what their notes say; code and lists without boxes are none."""
    assert [
        ("ship it", "open", ""),
        ("write the test", "done", "done 2026-11-20, cli"),
        ("move the cache", "begun", "begun 2026-11-01, ide"),
    ] == [(t.text, t.state, t.note) for t in tasks(LIST)]


def test_a_new_task_follows_the_last_one():
    """Where the list ends, not where the document does."""
    lines = add_task(LIST, "call Bo", now=NOW, by="cli").splitlines()

    assert (
        "- [ ] call Bo (added 2026-11-21, cli)"
        == lines[lines.index("- [/] move the cache (begun 2026-11-01, ide)") + 1]
    )


@pytest.mark.parametrize("empty", ["", "\n\n", "# Current tasks\n"])
def test_the_first_task_of_an_empty_document(empty):
    """It gets a title where there is none."""
    assert "# Current tasks\n\n- [ ] call Bo (added 2026-11-21, cli)\n" == add_task(
        empty, "call Bo", now=NOW, by="cli"
    )


def test_what_belongs_to_the_last_task_stays_with_it():
    """A new one comes after its notes."""
    assert "- [ ] a\n  - note\n- [ ] b (added 2026-11-21, x)\n\ntext\n" == add_task(
        "- [ ] a\n  - note\n\ntext\n", "b", now=NOW, by="x"
    )


@pytest.mark.parametrize("which", ["1", "#1", "ship", "SHIP IT"])
def test_a_task_is_named_by_number_or_words(which):
    """Either in a way a person would say it."""
    changed, task = change_task(LIST, which, TaskState.DONE, now=NOW, by="cli")

    assert ("ship it", LIST.replace("- [ ] ship it\n", "- [x] ship it (done 2026-11-21, cli)\n")) == (
        task.text,
        changed,
    )


def test_a_begun_task_says_by_whom():
    """So that another assistant knows who has it."""
    changed, _ = change_task(LIST, "1", TaskState.BEGUN, now=NOW, by="ide")

    assert "- [/] ship it (begun 2026-11-21, ide)\n" in changed


def test_a_task_that_is_done_takes_the_place_of_its_note():
    """It has one note: its last."""
    changed, _ = change_task(LIST, "move", TaskState.DONE, now=NOW, by="cli")

    assert "- [x] move the cache (done 2026-11-21, cli)\n" in changed


@pytest.mark.parametrize("which", ["9", "0", "nothing like it", "", "t"])
def test_a_name_that_is_none_or_several_is_refused(which):
    """And the tasks there are, are named."""
    with pytest.raises(BadInput, match="task") as caught:
        find_task(tasks(LIST), which)

    assert "ship it" in caught.value.hint


def test_what_is_done_is_not_done_again():
    """It would say who did it wrongly."""
    with pytest.raises(BadInput, match="done already"):
        change_task(LIST, "2", TaskState.DONE, now=NOW, by="cli")


@pytest.mark.parametrize("text", ["", " \n\t", "\x1b", "x" * 501])
def test_an_empty_or_endless_task_is_refused(text):
    """A task is a line."""
    with pytest.raises(BadInput):
        add_task(LIST, text, now=NOW, by="cli")


def test_a_task_that_is_on_the_list_is_refused():
    """Two assistants that note the same have one task."""
    with pytest.raises(BadInput, match="already"):
        add_task(LIST, "Ship  it", now=NOW, by="cli")


def test_line_ends_of_a_document_are_kept():
    """A file from Windows stays one."""
    assert "# T\r\n\r\n- [ ] a\r\n- [ ] b (added 2026-11-21, x)\r\n" == add_task(
        "# T\r\n\r\n- [ ] a\r\n", "b", now=NOW, by="x"
    )


def test_a_decision_is_a_section_at_the_logs_end():
    """With its day, its reason and who made it."""
    log = decide(
        "# Decisions log\n\nOld text without a final newline",
        "Use React Query",
        why="Better types.\n\n# not a heading",
        now=NOW,
        by="cli",
    )

    assert log == (
        "# Decisions log\n\nOld text without a final newline\n\n## 2026-11-21 Use React Query\n\nBetter types.\n\n\\# not a heading\n\nDecided by cli.\n"
    )


@given(bodies(), task_texts)
def test_adding_a_task_keeps_every_line_there_was(body, text):
    """In its order; exactly one task is new."""
    try:
        after = add_task(body, text, now=NOW, by="cli")
    except BadInput:
        return
    old, new = body.splitlines(), after.splitlines()
    left = iter(new)
    assert all(line in left for line in old)
    assert len(tasks(body)) + 1 == len(tasks(after)) or "```" in body


@given(st.lists(task_texts, min_size=1, max_size=8), st.data())
def test_tasks_that_were_added_are_read_again(texts, data):
    """Whatever they say; beginning and finishing one touches no other line."""
    document = ""
    for text in texts:
        try:
            document = add_task(document, text, now=NOW, by="cli")
        except BadInput:
            continue
    known = tasks(document)
    number = data.draw(st.integers(1, len(known)))
    changed, task = change_task(document, str(number), TaskState.DONE, now=NOW, by="ide")
    pairs = list(zip(document.splitlines(), changed.splitlines(), strict=True))

    assert [task.line] == [i for i, (a, b) in enumerate(pairs, 1) if a != b]
    assert [t.text for t in known] == [t.text for t in tasks(changed)]


@given(bodies(), st.text(min_size=1, max_size=40), st.text(max_size=80))
def test_a_decision_only_adds_to_the_log(body, what, why):
    """What stood there stands there still."""
    try:
        after = decide(body, what, why=why, now=NOW, by="cli")
    except BadInput:
        return

    assert after.startswith(body) or not body.strip()


def test_pointers_are_left_to_what_they_point_at():
    """A section or a task that only says where a memory is counts for nothing in recall; every other line stays."""
    log = decide("", "pnpm, not npm", why="[pnpm](decision/pnpm.md)", now=NOW, by="ide")
    log = decide(log, "Postgres", why="row-level security, see [this](x.md)", now=NOW, by="cli")
    listed = add_task("", "Move cache [move-cache](task/move-cache.md)", now=NOW, by="ide")
    listed = add_task(listed, "Read [the guide](x.md) first", now=NOW, by="ide")
    assert "pnpm" not in without_pointers(log)
    assert "row-level security" in without_pointers(log)
    assert "Move cache" not in without_pointers(listed)
    assert "the guide" in without_pointers(listed)

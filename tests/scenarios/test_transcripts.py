"""Every example, and every scenario, is run as it stands."""

from __future__ import annotations

import difflib
import pathlib

import pytest

from conftest import scrubbed_environment
from transcript import Machines, Step, matches, steps_of, updated

ROOT = pathlib.Path(__file__).parents[2]
TRANSCRIPTS = sorted((*ROOT.glob("examples/*.md"), *pathlib.Path(__file__).parent.glob("*.md")))


@pytest.mark.system
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_shows_what_happens(path, tmp_path, request):
    """What a transcript shows is what its commands print, machine by machine, with their exit codes."""
    text = path.read_text(encoding="utf-8")
    steps = steps_of(text)
    machines = Machines(tmp_path / "world", scrubbed_environment(tmp_path / "no-home"))
    for step in steps:
        machines.run(step)
    if request.config.getoption("--update-scenarios"):
        path.write_text(updated(text, steps), encoding="utf-8")
        return
    wrong = [shown(step) for step in steps if not step.holds]

    assert [] == wrong, "\n\n".join(wrong)
    assert steps, "a transcript without a command shows nothing"


def shown(step: Step) -> str:
    """Return a step that did not hold, as a difference."""
    lines = difflib.unified_diff(step.expected, step.actual, "the transcript", "now", lineterm="")
    return f"[{step.machine}] $ {step.command}\n" + "\n".join(lines)


def test_dots_stand_for_any_text_and_any_lines():
    """`…` within a line matches any text of it; alone on a line it matches any number of lines."""
    assert matches(["a … c", "…", "z"], ["a b c", "1", "2", "z"])
    assert matches(["a…"], ["a"])
    assert not matches(["a … c"], ["a b d"])
    assert not matches(["a"], ["a", "b"])
    assert not matches([], ["a"])


def test_commands_are_read_with_their_machines_and_what_they_show():
    """A block's machine, continued commands and expected lines are read from markdown; other blocks are not."""
    text = "# T\n```console laptop\n$ one\n> more\nshown\n$ two\n```\n```sh\n$ not this\n```\n```console\n$ three\n[exit 1]\n```\n"

    found = [(s.machine, s.command, s.expected) for s in steps_of(text)]

    assert [
        ("laptop", "one\nmore", ["shown"]),
        ("laptop", "two", []),
        ("machine", "three", ["[exit 1]"]),
    ] == found


def test_an_update_writes_what_is_shown_now_and_keeps_what_holds():
    """`--update-scenarios` rewrites only what no longer holds, and leaves ids and times out of it."""
    text = "```console\n$ one\nold\n$ two\nke…t\n```\n"
    steps = steps_of(text)
    steps[0].actual, steps[1].actual = ["made 2026-11-21 10:00 UTC", "[exit 1]"], ["kept"]

    assert "```console\n$ one\nmade …\n[exit 1]\n$ two\nke…t\n```\n" == updated(text, steps)

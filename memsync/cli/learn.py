"""`memsync learn`: look at the turns of assistants' sessions that wait, now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.progress import working

if TYPE_CHECKING:
    from memsync.cli.face import Face
    from memsync.core.learn.outcome import LearnReport


@a_command("learn", examples=["memsync learn", "memsync learn --json"])
@click.option("--detached", is_flag=True, hidden=True)  # what a hook leaves behind: nobody reads what it says
@click.pass_obj
def command(face: Face, *, detached: bool) -> None:
    """Learn from what was said to assistants and waits to be looked at: facts, preferences, decisions, people, corrections.

    Hooks do this by themselves every few turns, where the setting `learn` is on (`memsync setup claude --learn` asks).
    What is learned is a candidate: it is ranked lower until it proves useful or a person confirms it. With the setting
    off, what waits is thrown away.
    """
    store = face.open()
    if detached:
        store.learning.learn_detached()
        return
    with working(face, "Learning"):
        report = store.learning.learn()
    face.show(_shape(report, on=store.settings.learn), _text(report, on=store.settings.learn))


def _shape(report: LearnReport, *, on: bool) -> dict[str, Any]:
    return {
        "on": on,
        "turns": report.turns,
        "learned": [{"id": m.id, "key": m.key, "path": m.path, "title": m.title} for m in report.learned],
        "known": list(report.known),
        "promoted": list(report.promoted),
        "refused": list(report.refused),
        "by": list(report.by),
        "passed": list(report.passed),
        "given_up": report.given_up,
    }


def _text(report: LearnReport, *, on: bool) -> str:
    if not on:
        return "Learning is off: `memsync config set learn on` turns it on."
    if not report.turns and not report.learned and not report.promoted:
        return "Nothing waits."
    lines = [f"learned   {m.path}  {one_line(m.title)}" for m in report.learned]
    lines += [f"known     {path}" for path in dict.fromkeys(report.known)]
    lines += [f"promoted  {path}" for path in report.promoted]
    lines += [f"refused   it {why}" for why in report.refused]
    who = ", ".join(report.by) or "nobody"
    return "\n".join((*lines, f"{report.turns} turn{'s' * (report.turns != 1)} looked at by {who}."))

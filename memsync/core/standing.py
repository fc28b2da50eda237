"""Standing documents: tasks and decisions as lines of plain markdown. Every edit keeps all other bytes as they are.

`current-tasks.md` is a list whose lines begin with a box: `- [ ]` open, `- [/]` begun, `- [x]` done; a note in brackets at
the end says who and when. `decisions-log.md` has a section for each decision, oldest first. Whatever else a person wrote
there (headings, text, sub-lists, lists without boxes) stays where it is.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from memsync.core.pattern import pattern
from memsync.core.value import dataclass
from memsync.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

_BOX = pattern(
    r"(?P<lead>[ \t]*[-*+][ \t]+\[)(?P<mark>[ xX/])(?P<close>\][ \t]+)(?P<text>.*?)(?P<note>[ \t]+\((?:begun|done|added)[^()\n]*\))?[ \t]*"
)
_LINK = r"\[[^\]\n]+\]\([^)\n]+\)"
_POINTERS = pattern(
    rf"^(?:## [^\n]*\n+{_LINK}(?:\n+Decided by [^\n]*)?|[ \t]*[-*+][ \t]+\[[ xX/]\][^\n]* {_LINK}(?: \([^()\n]*\))?)[ \t]*$",
    re.MULTILINE,
)
_FENCE = pattern(r"[ \t]{0,3}(```|~~~)")
_MOST = 500


class TaskState(StrEnum):
    """How far a task is."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"


_MARKS = {TaskState.OPEN: " ", TaskState.BEGUN: "/", TaskState.DONE: "x"}
_STATES = {" ": TaskState.OPEN, "/": TaskState.BEGUN, "x": TaskState.DONE, "X": TaskState.DONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of a list. `number` counts from 1 over all tasks of the document, done ones too; `line` is 1-based; `note`: who and when."""

    number: int
    text: str
    state: TaskState
    line: int
    note: str = ""


def tasks(document: str) -> tuple[Task, ...]:
    """Return the tasks of a document in their order; what stands in a code block is none."""
    found: list[Task] = []
    fence = ""
    for number, line in enumerate(document.splitlines(), 1):
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence == mark[1] else fence or mark[1]
            continue
        match = None if fence else _BOX.fullmatch(line)
        if match and match["text"].strip():
            note = (match["note"] or "").strip().strip("()")
            found.append(
                Task(
                    number=len(found) + 1,
                    text=match["text"].strip(),
                    state=_STATES[match["mark"]],
                    line=number,
                    note=note,
                )
            )
    return tuple(found)


def add_task(document: str, text: str, *, now: datetime, by: str) -> str:
    """Return the document with one more open task after the last one, else at its end. Raises BadInput for an empty or a known one."""
    said = _line(text, "task")
    known = tasks(document)
    if any(t.text.casefold() == said.casefold() and t.state is not TaskState.DONE for t in known):
        raise BadInput("task", f"{said[:60]!r} is on the list already", hint="`memsync task list` shows it.")
    new = f"- [ ] {said} (added {_stamp(now, by)})"
    lines = document.splitlines(keepends=True)
    place = _after(lines, known[-1].line) if known else len(lines)
    return _insert(lines, place, new, apart=not known, title="# Current tasks")


def change_task(document: str, which: str, state: TaskState, *, now: datetime, by: str) -> tuple[str, Task]:
    """Return the document with one task begun or done, and the task as it is then.

    `which` is its number, or words of its text that only one unfinished task has. Raises BadInput for none or several.
    """
    task = find_task(tasks(document), which)
    if task.state is state:
        raise BadInput("task", f"{task.text[:60]!r} is {state} already")
    lines = document.splitlines(keepends=True)
    old = lines[task.line - 1]
    ending = old[len(old.rstrip("\r\n")) :]
    match = _BOX.fullmatch(old.rstrip("\r\n"))
    if match is None:  # tasks() found it by the same expression
        raise AssertionError(old)
    note = "" if state is TaskState.OPEN else f"{state} {_stamp(now, by)}"
    shown = f" ({note})" if note else ""
    lines[task.line - 1] = (
        f"{match['lead']}{_MARKS[state]}{match['close']}{match['text'].rstrip()}{shown}{ending}"
    )
    return "".join(lines), Task(number=task.number, text=task.text, state=state, line=task.line, note=note)


def find_task(known: tuple[Task, ...], which: str) -> Task:
    """Return the task that a number or some words name. Raises BadInput."""
    asked = which.strip().lstrip("#")
    if asked.isdecimal():
        found = [t for t in known if t.number == int(asked)]
    else:
        words = asked.casefold()
        found = [t for t in known if words and words in t.text.casefold()]
        found = (
            [t for t in found if t.text.casefold() == words]
            or [t for t in found if t.state is not TaskState.DONE]
            or found
        )
    if len(found) == 1:
        return found[0]
    shown = "; ".join(f"{t.number}. {t.text[:50]}" for t in (found or known)[:8])
    problem = f"{which[:60]!r} names {len(found)} tasks" if found else f"no task is {which[:60]!r}"
    raise BadInput("task", problem, hint=f"Tasks: {shown}." if shown else "`memsync task add TEXT` adds one.")


def decide(document: str, what: str, *, why: str = "", now: datetime, by: str) -> str:
    """Return the log with one more decision at its end: a section with the day, what was decided, and why. Raises BadInput."""
    said = _line(what, "decision")
    reason = "\n\n".join(
        part.strip() for part in re.split(r"\n{2,}", why.replace("\r\n", "\n").strip()) if part.strip()
    )
    section = [
        f"## {now:%Y-%m-%d} {said}",
        "",
        *([_plain_block(reason), ""] if reason else []),
        f"Decided by {_name(by)}.",
    ]
    return _insert(
        document.splitlines(keepends=True), None, "\n".join(section), apart=True, title="# Decisions log"
    )


def without_pointers(body: str) -> str:
    """Return a standing document's text without the sections and tasks that only say where a memory is: it answers itself."""
    return _POINTERS.sub("", body)


def _plain_block(text: str) -> str:
    """Return a text in which no line begins a section of the log."""
    return re.sub(r"(?m)^(#{1,6}[ \t])", r"\\\1", text)


def _insert(lines: list[str], place: int | None, new: str, *, apart: bool, title: str) -> str:
    """Put lines in at a place (None: the end), with the document's own line ends; `apart` leaves a blank line before."""
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if not "".join(lines).strip():
        lines, place = [f"{title}{end}"], None
    place = len(lines) if place is None else place
    if place and not lines[place - 1].endswith(("\n", "\r")):
        lines[place - 1] += end
    gap = [end] if apart and place and lines[place - 1].strip() else []
    body = [f"{line}{end}" for line in new.split("\n")]
    return "".join([*lines[:place], *gap, *body, *lines[place:]])


def _after(lines: list[str], line: int) -> int:
    """Return where what belongs to a list's line (deeper indented, or its blank lines between) has ended."""
    depth = _depth(lines[line - 1])
    place = line
    for number in range(line, len(lines)):
        if lines[number].strip() and _depth(lines[number]) <= depth:
            break
        if lines[number].strip():
            place = number + 1
    return place


def _depth(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _line(text: str, field: str) -> str:
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not said:
        raise BadInput(field, "is empty")
    if len(said) > _MOST:
        raise BadInput(
            field, f"has {len(said)} characters", hint=f"At most {_MOST}; keep the rest as a memory."
        )
    return re.sub(r"\((begun|done|added)\b", r"[\1", said)  # such a note at the end is the list's own


def _name(by: str) -> str:
    return " ".join(re.sub(r"[()\n]", " ", by).split())[:60] or "somebody"


def _stamp(now: datetime, by: str) -> str:
    return f"{now:%Y-%m-%d}, {_name(by)}"

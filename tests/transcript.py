"""Transcripts: markdown whose `console` blocks are run as they stand, and compared with what they show.

    ```console laptop
    $ memsync remember "We use pnpm"
    remembered we-use-pnpm (global/note/we-use-pnpm.md)
    $ memsync show nothing
    memsync: no memory is called 'nothing'
    …
    [exit 1]
    ```

The word after `console` names a machine; each has a home of its own. `…` stands for any text within a line, and alone
on a line for any number of lines. `> ` goes on with a command. stdout and stderr are shown together, as a terminal does.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^```console[ \t]*(?P<machine>\w*)[ \t]*$")
_MARK = "\x01exit "
_VOLATILE = (
    (re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b"), "…"),  # an id
    (re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?(?: UTC)?)?"), "…"),
    (re.compile(r"\b[0-9a-f]{12,40}\b"), "…"),
)


@dataclass(kw_only=True)
class Step:
    """One command: where its lines are in the file, what it shows there, what it showed now."""

    command: str
    machine: str
    first: int  # index of the first line of what it shows
    last: int  # and of the line after
    expected: list[str]
    actual: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether what it showed is what the file says."""
        return matches(self.expected, self.actual)


def steps_of(text: str) -> list[Step]:
    """Return a transcript's commands, in order."""
    steps: list[Step] = []
    machine: str | None = None
    for number, line in enumerate(text.split("\n")):
        fence = _FENCE.match(line)
        if machine is None:
            machine = (fence["machine"] or "machine") if fence else None
        elif line.startswith("```"):
            machine = None
        elif line.startswith("$ "):
            steps.append(
                Step(command=line[2:], machine=machine, first=number + 1, last=number + 1, expected=[])
            )
        elif line.startswith("> ") and not steps[-1].expected:
            steps[-1].command += "\n" + line[2:]
            steps[-1].first = steps[-1].last = number + 1
        else:
            steps[-1].expected.append(line)
            steps[-1].last = number + 1
    return steps


def matches(expected: list[str], actual: list[str]) -> bool:
    """Compare line by line, with `…` for any text of a line and a line `…` for any lines."""
    if not expected:
        return not actual
    if expected[0] == "…":
        return any(matches(expected[1:], actual[n:]) for n in range(len(actual) + 1))
    if not actual:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("…"))
    return re.fullmatch(pattern, actual[0]) is not None and matches(expected[1:], actual[1:])


class Machines:
    """The machines of one transcript: their homes, their folders, and the server between them (`$SERVER`)."""

    def __init__(self, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.server = root / "server"
        self.server.mkdir(parents=True)
        self._environment = environment
        self._here: dict[str, Path] = {}

    def run(self, step: Step) -> None:
        """Run a step's command where its machine is just then, and keep what it showed."""
        home = self.root / step.machine
        home.mkdir(exist_ok=True)
        here = self._here.get(step.machine, home)
        script = f'{step.command}\nprintf "\\n{_MARK}%s %s\\n" "$?" "$PWD"'
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", script],
            cwd=here, env=self._of(home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=120, check=False,
        )  # fmt: skip
        shown, _, end = done.stdout.decode(errors="replace").rpartition(f"\n{_MARK}")
        code, _, place = end.strip().partition(" ")
        self._here[step.machine] = Path(place)
        step.actual = self._plain(shown, home).rstrip("\n").split("\n") if shown.strip("\n") else []
        if code != "0":
            step.actual.append(f"[exit {code}]")

    def _of(self, home: Path) -> dict[str, str]:
        changed = {
            name: value.replace(self._environment["HOME"], str(home))
            for name, value in self._environment.items()
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{changed['PATH']}"
        return changed | {"PATH": path, "SERVER": str(self.server), "PYTHONUNBUFFERED": "1"}

    def _plain(self, text: str, home: Path) -> str:
        return text.replace(str(self.server), "$SERVER").replace(str(home), "~")


def updated(text: str, steps: list[Step]) -> str:
    """Return the transcript with what its commands show now; what still holds stays as it was written."""
    lines = text.split("\n")
    for step in reversed(steps):
        if not step.holds:
            lines[step.first : step.last] = [_without_times(line) for line in step.actual]
    return "\n".join(lines)


def _without_times(line: str) -> str:
    for pattern, mark in _VOLATILE:
        line = pattern.sub(mark, line)
    return line

"""Hooks: what git calls. Nothing heavy is imported here, not even click: a hook runs at every commit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from memsync.cli.boundary import guarded
from memsync.cli.face import Face
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from memsync.core.report import ScanReport

GIT_HOOKS = ("pre-commit", "pre-push", "post-merge", "pre-receive")
MERGE_DRIVER = "merge-driver"
_READS_STDIN = ("pre-push", "pre-receive")
_NEXT = (
    "Take it out of the file, then run `memsync purge`: git has written it into this repository already. "
    "If it was ever real and shared, rotate it."
)
_ELSEWHERE = "Take it out; if it was ever real and shared, rotate it."


def answer(event: str, words: Sequence[str], *, from_git: Mapping[str, str]) -> int:
    """Do what a hook of git is for and return its exit code. `words` are what git gives; a hook's stdin says it better."""
    face = Face(from_git=from_git)
    return guarded(lambda: do(event, words, face), face)


def do(event: str, words: Sequence[str], face: Face) -> int:
    """Run one hook. Raises BadInput for an event that is none, unless an assistant sent it."""
    if event == MERGE_DRIVER:
        return _drive(words, face)
    if event not in GIT_HOOKS and _from_an_assistant():
        face.talk(f"memsync: {event[:40]!r} is no hook that this version answers")
        return 0
    if event not in GIT_HOOKS:
        raise BadInput(
            "EVENT", f"{event!r} is no hook memsync answers", hint="`memsync hook --help` names them."
        )
    from memsync.store import git_hook, scan_staged

    settings, here = face.settings(), face.here()
    if event == "pre-commit":
        report = scan_staged(cwd=here, from_git=face.from_git, settings=settings)
    else:
        stdin = sys.stdin.buffer.read() if event in _READS_STDIN and sys.stdin is not None else b""
        report = git_hook(event, stdin=stdin, cwd=here, from_git=face.from_git, settings=settings)
    return _tell(event, report, face)


def _from_an_assistant() -> bool:
    """Whether stdin is an assistant's event: it is never stopped, not even by a plugin that is newer than memsync. To one, 2 is a veto."""
    if sys.stdin is None or sys.stdin.isatty():
        return False
    return sys.stdin.buffer.read(1 << 16).lstrip().startswith(b"{")


def _drive(words: Sequence[str], face: Face) -> int:
    """Merge one file for git; any code but 0 tells git of a conflict, with this side's version left in the file."""
    from memsync.cli.plain import one_line
    from memsync.store import merge_driver

    for path in merge_driver(words, cwd=face.here(), settings=face.settings()):
        face.talk(f"memsync: both versions are kept; the second will be {one_line(path)}")
    return 0


def _tell(event: str, report: ScanReport, face: Face) -> int:
    """Tell what was found, on stderr as hooks do. In a gate, what could not be read is refused like a secret."""
    from memsync.cli.plain import one_line
    from memsync.cli.render import findings_text
    from memsync.cli.shapes import scan_shape
    from memsync.core.gate import Level

    if face.json:
        face.say_json(scan_shape(report))
    refused = any(f.level is Level.BLOCK for f in report.findings)
    if report.findings:
        face.talk(findings_text(report.findings))
    for path, why in report.unreadable:
        face.talk(f"not scanned: {one_line(path)}: {one_line(why)}")
    if refused:
        face.talk(f"memsync: {event} refused: a secret was found")
        face.talk(f"next: {_NEXT if report.in_store else _ELSEWHERE}")
        return 3
    return 2 if report.unreadable else 0

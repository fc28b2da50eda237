"""`memsync allow`: an exception to the gate, made by a person at a terminal, never by naming the secret."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from memsync.cli.face import is_terminal
from memsync.cli.options import a_command
from memsync.cli.plain import one_line
from memsync.cli.render import counted
from memsync.errors import BadInput, GuardHalted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.cli.face import Face
    from memsync.core.gate import Finding
    from memsync.store import Store


@a_command(
    "allow",
    examples=[
        "memsync allow test-keys",
        "memsync allow test-keys 1 2 --reason 'keys of the public sandbox'",
        "memsync allow --baseline .secrets.baseline --reason 'audited in May'",
    ],
)
@click.argument("name", required=False)
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--reason", default="", help="Why it is no secret; kept in the store for reviewers.")
@click.option("--everywhere", is_flag=True, help="In every memory of the store, not only in this one.")
@click.option(
    "--baseline", metavar="FILE", help="What detect-secrets' baseline knows, where the memories still say it."
)
@click.pass_obj
def command(
    face: Face,
    *,
    name: str | None,
    numbers: tuple[int, ...],
    reason: str,
    everywhere: bool,
    baseline: str | None,
) -> int:
    """List the findings of the memory called NAME by number; with NUMBERS, allow these after a look.

    An allowance holds on every clone and ends when the value changes. Only a person at a terminal can make one.
    """
    if (name is None) == (baseline is None) or (baseline and everywhere):
        raise BadInput(
            "NAME",
            "or --baseline FILE must be given, and one of them",
            hint="`memsync list` shows all names.",
        )
    store = face.open()
    if baseline is not None or name is None:
        return _baseline(store, baseline or "", reason.strip(), face)
    findings = store.findings(name)
    if not numbers:
        return _show(findings, face)
    if not reason.strip():
        raise BadInput("--reason", "is missing", hint="Say why it is no secret; reviewers read it.")
    if max(numbers) > len(findings):
        raise BadInput("NUMBERS", f"{max(numbers)} is more than there are ({len(findings)})")
    _ask([findings[n - 1] for n in sorted(set(numbers))], face)
    added = store.allow(
        name, sorted(set(numbers)), reason=reason.strip(), who=getpass.getuser(), everywhere=everywhere
    )
    face.show({"allowed": added}, f"allowed {counted(added, 'finding')} of {one_line(name)}")
    return 0


def _baseline(store: Store, file: str, reason: str, face: Face) -> int:
    """Take over what a baseline knows; without a reason only show it."""
    try:
        raw = Path(file).read_bytes()
    except OSError as error:
        raise BadInput("--baseline", f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    found, skipped = store.baseline(raw)
    for path, line, why in skipped:
        face.talk(f"skipped: {one_line(path)}:{line}: {why}")
    left = [{"path": path, "line": line, "reason": why} for path, line, why in skipped]
    if not reason or not found:
        numbered = [f.to_json() for f in found]
        face.show({"findings": numbered, "skipped": left}, "\n".join(map(_line, found)))
        return 0 if found else 1
    _ask(found, face)
    added, _ = store.allow_baseline(raw, reason=reason, who=getpass.getuser())
    face.show({"allowed": added, "skipped": left}, f"allowed {counted(added, 'finding')} of {one_line(file)}")
    return 0


def _show(findings: Sequence[Finding], face: Face) -> int:
    numbered = [{"number": n, **f.to_json()} for n, f in enumerate(findings, 1)]
    face.show({"findings": numbered}, "\n".join(f"{n}. {_line(f)}" for n, f in enumerate(findings, 1)))
    if not findings:
        face.talk("Nothing was found in it.")
    return 0 if findings else 1


def _line(finding: Finding) -> str:
    return f"{one_line(finding.path)}:{finding.line}  {finding.rule}  ({finding.level})"


def _ask(findings: Sequence[Finding], face: Face) -> None:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise GuardHalted(
            "allow", "an allowance is made by a person at a terminal", hint="Run it in a terminal of yours."
        )
    for finding in findings:
        face.talk(_line(finding))
    if not click.confirm("Have you looked, and none of these is a secret?", err=True):
        raise GuardHalted(
            "allow",
            "nothing was allowed",
            hint="Take the secret out of the memory; if it was real, rotate it.",
        )

"""`memsync hook`, as the help and the JSON form know it; a plain call goes its shorter way, without click."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from memsync.cli.hook import do
from memsync.cli.options import a_command

if TYPE_CHECKING:
    from memsync.cli.face import Face


@a_command(
    "hook",
    examples=[
        "memsync hook pre-commit",
        "memsync hook pre-push origin git@github.com:me/memory.git < refs",
        """echo '{"prompt": "how do we deploy?"}' | memsync hook UserPromptSubmit""",
    ],
)
@click.argument("event")
@click.argument("args", nargs=-1)
@click.pass_obj
def command(face: Face, event: str, args: tuple[str, ...]) -> int:
    """Answer a hook, with the arguments and the standard input its caller gives it.

    Of git: pre-commit, pre-push, post-merge, pre-receive. `memsync init` plants the first three; exit code 3 refuses
    a secret. Of assistants: SessionStart, UserPromptSubmit, PreCompact, PostCompact, Stop, SessionEnd,
    PermissionRequest, PreToolUse, by these or their client's own names; the answer is what the client reads, and a
    trouble of memsync never stops it.
    """
    from memsync.core.hooks.call import find_event

    if find_event(event) is None:
        return do(event, args, face)
    from memsync.cli.assistant import directly

    payload = sys.stdin.buffer.read() if sys.stdin is not None else b""
    sys.stdout.write(directly(event, payload, store=face.store_path).decode(errors="replace"))
    return 0

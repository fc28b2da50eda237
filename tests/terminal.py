"""A terminal for a process of its own: what a person sees, and what is typed once a prompt is there."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def answer(argv: Sequence[str], answers: Sequence[tuple[str, str]] = (), **env: str) -> tuple[str, int]:
    """Run a command at a terminal; type each answer once its prompt has been shown. Returns the screen and the exit code."""
    ours, theirs = pty.openpty()
    waiting = list(answers)
    shown = b""
    with subprocess.Popen(
        list(argv),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, **env},
    ) as child:
        os.close(theirs)
        seen = 0
        try:
            while part := os.read(ours, 65536):
                shown += part
                while waiting and waiting[0][0].encode() in shown[seen:]:
                    prompt, typed = waiting.pop(0)
                    seen = shown.index(prompt.encode(), seen) + len(prompt)
                    os.write(ours, f"{typed}\n".encode())
        except OSError:  # how Linux tells that the other side is closed
            pass
        code = child.wait()
    os.close(ours)
    return shown.decode(errors="replace"), code

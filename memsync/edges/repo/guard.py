"""Guard: a child that waits for the network ends with the program that started it, also where that one is killed.

A shell stands beside the child, holding the reading end of a pipe whose writing end only this program has. When this
program ends in whatever way, the kernel closes the pipe, and the shell ends the child's whole group: git, and the ssh
or git-remote-https that git started. (Linux has PR_SET_PDEATHSIG, but only for the child itself, only while the
*thread* that forked lives, and to be set between fork and exec, where a program with threads may not run Python:
docs/decisions/0010.)
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_WATCH = """read -r group || exit 0
[ -n "$group" ] || exit 0
read -r _ && exit 0
kill -s TERM -- "-$group"
sleep 2
kill -s KILL -- "-$group"
"""
_GOODBYE = 2.0  # seconds; the shell ends within a millisecond


class Guard:
    """To be entered before the child starts, told its group (`over`) at once, and left when the child has ended."""

    def __init__(self) -> None:
        self._shell: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # no shell, no guard: the child still has its time limit
                self._shell = subprocess.Popen(
                    ["/bin/sh", "-c", _WATCH, "memsync-guard"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    bufsize=0,
                )
        return self

    def over(self, group: int) -> None:
        """Name the process group that is to end with this program."""
        self._say(b"%d\n" % group)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shell, stdin = self._shell, self._shell.stdin if self._shell else None
        if shell is None or stdin is None:
            return
        self._say(b"\n")
        with contextlib.suppress(OSError):
            stdin.close()
        try:
            shell.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            shell.kill()
            shell.wait()

    def _say(self, words: bytes) -> None:
        if self._shell is not None and self._shell.stdin is not None:
            with contextlib.suppress(OSError):  # somebody ended the guard: then there is none
                self._shell.stdin.write(words)

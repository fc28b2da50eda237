"""The user's own `claude -p` as a judge: a small model, no tools, no hooks, no servers, nothing kept, and a clock that runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

JUDGING = "MEMSYNC_JUDGING"
"""The variable that is set inside a judge: memsync's hooks do nothing there, so that no judge is judged."""

PATIENCE = 120.0
_LARGEST = 1024 * 1024
_OF_A_SESSION = (
    "CLAUDECODE",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_SSE_PORT",
    "CLAUDE_PROJECT_DIR",
    "CLAUDE_PLUGIN_ROOT",
    "CLAUDE_PLUGIN_DATA",
    "CLAUDE_ENV_FILE",
)


class ClaudeJudge:
    """flows.learn.Judge. `folder` is where it is started: an empty one, in no project."""

    name = "claude"

    def __init__(
        self, folder: Path, *, model: str, system: str, environ: Mapping[str, str], patience: float = PATIENCE
    ) -> None:
        self._folder = folder
        self._model = model
        self._system = system
        self._environ = environ
        self._patience = patience

    def answer(self, question: str) -> str | None:
        """Return what Claude says; None where it is not installed, fails, or takes longer than its patience."""
        program = self.found()
        if not program:
            return None
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            child = subprocess.Popen(
                [program, *self._words()], cwd=self._folder, env=self._environment(), start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError:
            return None
        late = threading.Timer(self._patience, _kill, (child,))
        late.start()
        try:
            return _said(child, question)
        finally:
            late.cancel()
            _kill(child)
            child.wait()

    def found(self) -> str:
        """Return the program's path; empty where it is not installed."""
        beside = (Path.home() / ".local/bin", Path.home() / ".claude/local")
        path = os.pathsep.join((self._environ.get("PATH", os.defpath), *map(str, beside)))
        return shutil.which("claude", path=path) or ""

    def _words(self) -> list[str]:
        # Safe mode leaves hooks, plugins, skills, servers and CLAUDE.md out; signing in works as ever.
        return [
            "-p", "--safe-mode", "--model", self._model, "--tools", "", "--strict-mcp-config", "--no-session-persistence",
            "--max-turns", "1", "--settings", '{"disableAllHooks": true}', "--system-prompt", self._system, "--output-format", "text",
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in self._environ.items() if k not in _OF_A_SESSION}
        return kept | {
            JUDGING: "1",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
        }


def _said(child: subprocess.Popen[bytes], question: str) -> str | None:
    """Return what it prints, while it is told the question: it may read late, or not at all."""
    if child.stdin is None or child.stdout is None:
        return None
    threading.Thread(target=_tell, args=(child.stdin, question.encode()), daemon=True).start()
    raw = child.stdout.read(_LARGEST + 1)
    if len(raw) > _LARGEST or child.wait() != 0:
        return None
    return raw.decode(errors="replace")


def _tell(stdin: IO[bytes], question: bytes) -> None:
    with suppress(OSError):  # it is gone, or was ended
        stdin.write(question)
    with suppress(OSError):
        stdin.close()


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)

"""The threshold of the terminal's door: a clean environment, then the quickest way to what was asked."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing would be a part of every hook's time
if TYPE_CHECKING:
    from memsync.core.listening import Listening

_GIT_NAMES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_INTERNAL_SUPER_PREFIX", "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR", "GIT_QUARANTINE_PATH",
)  # fmt: skip
"""What `git rev-parse --local-env-vars` lists (and the quarantine of a receiving repository): a hook inherits these,
and a git child of ours that saw them would write into the repository the hook runs for."""


ASSISTANT_EVENTS = frozenset({
    "sessionstart", "userpromptsubmit", "userpromptsubmitted", "beforeagent", "precompact", "precompress", "postcompact", "stop",
    "agentstop", "afteragent", "sessionend", "permissionrequest", "pretooluse", "beforetool",
})  # fmt: skip
"""What core.hooks.call knows, by hand: importing it would cost more than a resident's whole answer. A test keeps them equal."""


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says and return the exit code. `argv` is without the program's name."""
    given = sys.argv[1:] if argv is None else argv
    from_git = {name: os.environ.pop(name) for name in _GIT_NAMES if name in os.environ}
    match given:
        case ["--version"]:
            return _version()
        case ["hook", event] if event.replace("-", "").replace("_", "").lower() in ASSISTANT_EVENTS:
            return _assistant(event)
        case ["hook", "pre-commit"] if _passed_before(from_git):
            return 0
        case ["hook", event, *rest] if not any(word.startswith("--") for word in (event, *rest)):
            from memsync.cli.hook import answer

            return answer(event, rest, from_git=from_git)
        case ["recall", *words] if words:
            from memsync.cli.quick import recall

            code = recall(words)
            if code is not None:
                return code
    from memsync.cli.app import run

    return run(given, from_git=from_git, serve_mcp=_serve_mcp)


def _passed_before(from_git: dict[str, str]) -> bool:
    """Whether the gate knows all that is staged: then a commit is let through before anything else is imported."""
    from pathlib import Path

    from memsync.store.staged import all_passed

    try:
        return all_passed(Path.cwd(), from_git=from_git)
    except OSError:  # the folder is gone: the long way says so
        return False


def _assistant(event: str) -> int:
    """Answer an assistant's hook: whoever is resident is asked before anything is imported. Never stops an assistant.

    Inside a judge of auto-learn's (edges.claude_judge.JUDGING) there is nothing to recall and nothing to learn.
    """
    if os.environ.get("MEMSYNC_JUDGING"):
        return 0
    from memsync.edges.door import client

    try:
        payload = sys.stdin.buffer.read(client.LARGEST // 2 + 1) if sys.stdin is not None else b""
    except (OSError, ValueError):
        payload = b""
    try:
        told = client.hook(event, payload, os.environ)
    except client.NoAnswer:
        from memsync.cli.assistant import directly

        told = directly(event, payload)
    try:
        sys.stdout.buffer.write(told)
        sys.stdout.buffer.flush()
    except (OSError, ValueError, AttributeError):
        # The client is gone. Python flushes stdout once more at exit; there it must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _version() -> int:
    from memsync.cli.version import version

    sys.stdout.write(f"memsync {version()}\n")
    return 0


def _serve_mcp(store: str | None, at: Listening | None = None) -> int:
    """Open the other door, on stdin and stdout or over HTTP; the two never import each other, so the way between them is here."""
    from memsync.mcp_server import serve

    serve(store, at)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Face: how one call of a command speaks. People's text and JSON go to stdout, talk goes to stderr."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from memsync.cli.plain import clean, escaped_json
from memsync.errors import BadInput, MemsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from memsync.core.listening import Listening
    from memsync.core.scope import Scope
    from memsync.edges.settings import Settings
    from memsync.store import Store

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Unprintable(MemsyncError):
    """The command did its work, and what it has to say can't be written: a full disk, say."""

    exit_code = 2
    kind = "cannot-write"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"standard output: {why}", hint="What was asked for is done; only its output is lost."
        )


class Face:
    """What a command was told before its own options: JSON or text, which store; and its two streams.

    `from_git` are the variables a git hook inherited and the environment no longer holds.
    """

    def __init__(
        self,
        *,
        from_git: Mapping[str, str] | None = None,
        serve_mcp: Callable[[str | None, Listening | None], int] | None = None,
    ) -> None:
        self.json = False
        self.store_path: str | None = None
        self.from_git = dict(from_git or {})
        self.serve_mcp = serve_mcp
        if sys.stdout is None:  # closed by who called us: `memsync … >&-`
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # it lives as long as we do
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a Latin-1 terminal must not end a command

    def settings(self) -> Settings:
        """Read this user's settings. Raises BadSettings."""
        from memsync.edges.settings import load

        return load(store=self.store_path)

    def open(self) -> Store:
        """Open the store this call is about. Raises NotAStore, BadSettings."""
        from memsync.store import Store

        settings = self.settings()
        return Store.open(settings=settings, instance=settings.instance or "cli")

    def here(self) -> Path:
        """Return the current folder. Raises BadInput where it was deleted under us."""
        try:
            return Path.cwd()
        except OSError:
            raise BadInput("folder", "the current folder is gone", hint="`cd` to one that exists.") from None

    def scope(self, store: Store, word: str | None) -> Scope:
        """Resolve the scope of a new memory; say so where there is no project and the default is global."""
        from memsync.core.scope import ScopeKind

        scope = store.scope(word, cwd=self.here())
        if word is None and scope.kind is ScopeKind.GLOBAL:
            self.talk("No git project in this folder: the scope is global.")
        return scope

    def show(self, shape: dict[str, Any], text: str) -> None:
        """Print the result: the JSON shape where JSON was asked for, else the text (nothing where it is empty)."""
        if self.json:
            self.say_json(shape)
        elif text:
            self.say(text)

    def say(self, text: str) -> None:
        """Print text for people, as it is: whoever made it has cleaned what came from a memory."""
        _write(text if text.endswith("\n") else f"{text}\n")

    def say_json(self, shape: dict[str, Any]) -> None:
        """Print one JSON document: on one line, but for a person at a terminal."""
        import json

        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        text = json.dumps(shape, ensure_ascii=ascii_only, indent=2 if self.on_terminal else None)
        _write(escaped_json(text) + "\n")

    def talk(self, text: str) -> None:
        """Tell something beside the result, on stderr; a closed stderr is no reason to fail."""
        try:
            sys.stderr.write(f"{clean(text)}\n")
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            return

    @property
    def on_terminal(self) -> bool:
        """Whether stdout is a person's terminal."""
        return is_terminal(sys.stdout)

    def bold(self, text: str) -> str:
        """Return the text in bold where the terminal shows it."""
        return f"{_BOLD}{text}{_PLAIN}" if self._styled else text

    def dim(self, text: str) -> str:
        """Return the text dimmed where the terminal shows it."""
        return f"{_DIM}{text}{_PLAIN}" if self._styled else text

    @property
    def _styled(self) -> bool:
        return self.on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def flush() -> None:
    """Bring out what was printed. Raises BrokenPipeError where the reader went away, else Unprintable."""
    _guarded(sys.stdout.flush)


def _write(text: str) -> None:
    _guarded(lambda: sys.stdout.write(text))


def _guarded(output: Callable[[], object]) -> None:
    try:
        output()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unprintable(error.strerror or "cannot be written") from None


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is open and a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False

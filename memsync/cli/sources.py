"""Where a text comes from: words of the command line, standard input, a file, or the user's editor."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.cli.face import is_terminal
from memsync.core.memory import MAX_BYTES
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.cli.face import Face

_SHORT_OF_DISK = Path("/dev/shm")  # noqa: S108  # a tmpfs: an editor's temporary text never reaches the disk
_VIMS = {"vim", "nvim", "gvim", "mvim", "vimx"}
_EDITOR_HINT = "Set VISUAL or EDITOR to your editor, as in EDITOR=nano."


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A text and whether it stood on the command line, where the shell's history keeps it."""

    text: str
    on_command_line: bool = False


def given_text(
    words: Sequence[str], *, file: str | None, edit: bool, face: Face, begin_with: str = ""
) -> Given | None:
    """Return the text the user gives, or None where none is given. `edit` opens the editor on it, else on `begin_with`.

    Raises BadInput for two sources at once, and for what is no text.
    """
    if words and file is not None:
        raise BadInput("text", "comes from the command line and from --file; give one of them")
    given: Given | None = None
    if file is not None:
        given = Given(text=_from_file(file))
    elif list(words) == ["-"]:
        given = Given(text=_from_stdin(face))
    elif words:
        given = Given(text=" ".join(words), on_command_line=True)
    if edit:
        return Given(text=_from_editor(given.text if given else begin_with))
    return given


def missing_text() -> BadInput:
    """Return the error for a text that is needed and not given."""
    if is_terminal(sys.stdin):
        return BadInput(
            "text", "is missing", hint="Give it as words, or use `-` for standard input, --file F or --edit."
        )
    return BadInput(
        "text", "is missing", hint="Standard input is read where you write `-`: … | memsync remember -"
    )


def _from_stdin(face: Face) -> str:
    if sys.stdin is None:
        raise BadInput("text", "standard input is closed")
    if is_terminal(sys.stdin):
        face.talk("Reading from the terminal; Ctrl-D ends it.")
    return _decoded("text", sys.stdin.buffer.read(MAX_BYTES + 1))


def _from_file(name: str) -> str:
    try:
        with Path(name).expanduser().open("rb") as file:
            return _decoded(f"--file {name}", file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadInput("--file", f"{name}: {error.strerror or 'cannot be read'}") from None
    except ValueError:
        raise BadInput("--file", "has a NUL character in it") from None


def _decoded(field: str, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise BadInput(
            field,
            f"has more than {MAX_BYTES:,} bytes",
            hint="Keep the gist, and say which file it comes from.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            field, f"is not UTF-8 (byte {error.start:,})", hint="Memories are UTF-8 text."
        ) from None


def _from_editor(text: str) -> str:
    """Return the text as the editor left it. It lies in a folder only its owner may enter, in memory where that can be."""
    import tempfile

    near = _SHORT_OF_DISK if os.access(_SHORT_OF_DISK, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="memsync-", dir=near) as folder:
        path = Path(folder) / "memory.md"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        _edit(path)
        try:
            return _decoded("text", path.read_bytes()[: MAX_BYTES + 1])
        except OSError:
            raise BadInput("text", "the editor took the file away") from None


def _edit(path: Path) -> None:
    import subprocess

    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not chosen and not is_terminal(sys.stdin):
        raise BadInput(
            "editor",
            "there is no terminal to edit in",
            hint="Give the text as words, with `-` or with --file.",
        )
    command = editor_command(chosen or "vi")
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode
    except (OSError, ValueError):
        raise BadInput("editor", f"{command[0]} can't be started", hint=_EDITOR_HINT) from None
    if code != 0:
        raise BadInput("editor", f"{command[0]} ended with {code}, so nothing was done", hint=_EDITOR_HINT)


def editor_command(setting: str) -> list[str]:
    """Return the editor's words. vim is told to leave no swap, backup, undo or history file behind."""
    import shlex

    try:
        command = shlex.split(setting)
    except ValueError:
        command = []
    if not command:
        raise BadInput("editor", "VISUAL or EDITOR can't be read", hint=_EDITOR_HINT)
    if Path(command[0]).name in _VIMS:
        command += ["-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile"]
    return command

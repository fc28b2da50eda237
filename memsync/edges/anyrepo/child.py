"""How git is started in any repository: whole answers, answers as they come, and one child that reads objects."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from memsync.core.git_environment import without_gits
from memsync.errors import GitUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SECONDS = 120
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotepath=false",
    "log.showSignature=false",
    "gc.auto=0",
)
_CHUNK = 1024 * 1024


class Child:
    """Starts git children in one folder. `from_git` are the GIT_ variables a hook inherited: only these children see them."""

    def __init__(self, place: Path, *, from_git: Mapping[str, str]) -> None:
        self.place = place
        quiet = {
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
        }
        self._environment = without_gits(os.environ) | dict(from_git) | quiet

    def run(self, *words: str, given: bytes = b"", quiet: bool = False, seconds: float = SECONDS) -> bytes:
        """Return what git prints. Raises GitUnusable where it fails; with `quiet` that is an empty answer."""
        try:
            done = subprocess.run(
                _command(words), cwd=self.place, env=self._environment, input=given, capture_output=True,
                timeout=seconds, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise GitUnusable("is not installed") from None
        except subprocess.TimeoutExpired:
            raise GitUnusable(f"git {words[0]} did not end within {seconds:g} s") from None
        if done.returncode != 0 and not quiet:
            raise _failed(words[0], done.returncode)
        return done.stdout if done.returncode == 0 else b""

    def parts(self, *words: str, end: bytes = b"\0") -> Iterator[bytes]:
        """Yield what git prints, part by part (each ended by `end`), as it comes. Raises GitUnusable where git fails."""
        with self._open(words, stdin=subprocess.DEVNULL) as child:
            assert child.stdout is not None  # noqa: S101  # it was asked for
            rest = b""
            while chunk := child.stdout.read(_CHUNK):
                *whole, rest = (rest + chunk).split(end)
                yield from whole
            if rest:
                yield rest
            if code := child.wait():
                raise _failed(words[0], code)

    @contextmanager
    def stream(self, *words: str) -> Iterator[IO[bytes]]:
        """Give what git prints, to be read as it comes."""
        with self._open(words, stdin=subprocess.DEVNULL) as child:
            assert child.stdout is not None  # noqa: S101  # it was asked for
            yield child.stdout

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Give something that reads objects by id, through one child."""
        with (
            self._open(("cat-file", "--batch-check"), stdin=subprocess.PIPE) as checks,
            self._open(("cat-file", "--batch"), stdin=subprocess.PIPE) as contents,
        ):
            yield Reader(checks, contents)

    @contextmanager
    def _open(self, words: tuple[str, ...], *, stdin: int) -> Iterator[subprocess.Popen[bytes]]:
        try:
            child = subprocess.Popen(
                _command(words), cwd=self.place, env=self._environment, stdin=stdin, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, bufsize=_CHUNK,
            )  # fmt: skip
        except FileNotFoundError:
            raise GitUnusable("is not installed") from None
        try:
            yield child
        finally:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
            child.terminate()
            child.wait()


class Reader:
    """Reads objects by id, one after the other; nothing of them is kept."""

    def __init__(self, checks: subprocess.Popen[bytes], contents: subprocess.Popen[bytes]) -> None:
        self._checks = checks
        self._contents = contents

    def look(self, oid: str) -> tuple[str, int]:
        """Return an object's kind (`blob`, `tree`, `commit`, `tag`) and its bytes; ("", 0) where there is none."""
        words = _asked(self._checks, oid)
        return (words[1], int(words[2])) if len(words) == 3 else ("", 0)

    def read(self, oid: str) -> tuple[str, bytes]:
        """Return an object's kind and content; ("", b"") where there is none."""
        words = _asked(self._contents, oid)
        if len(words) != 3:
            return "", b""
        assert self._contents.stdout is not None  # noqa: S101  # it was asked for
        raw = self._contents.stdout.read(int(words[2]) + 1)
        return words[1], raw[:-1]


def _asked(child: subprocess.Popen[bytes], oid: str) -> list[str]:
    assert child.stdin is not None  # noqa: S101  # both were asked for
    assert child.stdout is not None  # noqa: S101
    try:
        child.stdin.write(f"{oid}\n".encode())
        child.stdin.flush()
        line = child.stdout.readline()
    except OSError:
        line = b""
    if not line:
        raise GitUnusable("git cat-file ended", hint="`git fsck` says what is broken.")
    return line.decode("ascii", "replace").split()


def _command(words: tuple[str, ...]) -> list[str]:
    return ["git", *(word for pair in _CONFIG for word in ("-c", pair)), *words]


def _failed(verb: str, code: int) -> GitUnusable:
    return GitUnusable(f"git {verb} failed with code {code}", hint="Run it by hand to see why.")

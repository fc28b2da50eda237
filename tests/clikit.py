"""A terminal for tests: calls `memsync` in this process, and keeps what it prints and how it ends."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memsync.__main__ import main

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document of stdout."""
        return json.loads(self.out)


class Terminal:
    """Call it with a command's words; `stdin` is bytes, and no terminal."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd = capfd
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: str, stdin: bytes = b"") -> Ran:
        """Run a command and return how it went."""
        self._capfd.readouterr()
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(list(argv))
        sys.stdout.flush()
        out, err = self._capfd.readouterr()
        assert "Traceback" not in err
        return Ran(code=code, out=out, err=err)

    def done(self, *argv: str, stdin: bytes = b"") -> Ran:
        """Run a command that must succeed."""
        ran = self(*argv, stdin=stdin)
        assert ran.code == 0, ran.err
        return ran

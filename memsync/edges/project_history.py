"""The history of the user's own repository, as far as memories cite its files. Read only, and for a bounded time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memsync.core.git_environment import scrubbed
from memsync.core.staleness import FilePast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

WAIT = 0.5
"""Seconds that git may take altogether; then nothing is said."""

_MOST_KNOWN = 5000  # paths of one repository that are kept
_LARGEST = 1 << 20  # bytes of a file in which a symbol is looked for


class ProjectHistory:
    """The repository around `cwd`. What was learnt is kept in `cache` under its HEAD, and asked again when that moves."""

    def __init__(self, cwd: Path, *, cache: Path, wait: float = WAIT) -> None:
        self._cwd = cwd
        self._cache = cache
        self._until = time.monotonic() + wait
        self._top: Path | None = None

    def past(self, wanted: Mapping[str, float]) -> dict[str, FilePast]:
        """Return what became of paths (relative to the top) since each one's moment; nothing where git can't tell in time."""
        said = self._git("rev-parse", "--show-toplevel", "HEAD")
        if said is None or len(lines := said.decode("utf-8", "surrogateescape").splitlines()) != 2:
            return {}
        self._top, head = Path(lines[0]), lines[1]
        file = self._cache / f"{hashlib.sha256(os.fsencode(self._top)).hexdigest()[:24]}.json"
        known = _read(file, head)
        missing = {p: since for p, since in wanted.items() if p not in known or known[p][0] > since}
        if missing:
            fresh = self._asked(missing)
            if fresh is None:
                return {}
            since = min(missing.values())
            known = dict(
                list({**known, **{p: (since, past) for p, past in fresh.items()}}.items())[-_MOST_KNOWN:]
            )
            _write(file, head, known)
        return {path: known[path][1] for path in wanted if path in known}

    def has(self, path: str, symbol: str) -> bool:
        """Whether a file of the work tree has a word in it; True where that can't be told. To be called after `past`."""
        if self._top is None:
            return True
        file = self._top / path
        try:
            inside = os.path.realpath(file).startswith(f"{os.path.realpath(self._top)}{os.sep}")
            if not inside or not file.is_file() or file.stat().st_size > _LARGEST:
                return True
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return True
        return re.search(rf"(?<![\w$]){re.escape(symbol.rpartition('.')[2])}(?![\w$])", text) is not None

    def _asked(self, missing: Mapping[str, float]) -> dict[str, FilePast] | None:
        paths = list(missing)
        specs = [f":(top,literal){path}" for path in paths]
        since = f"--since=@{int(min(missing.values()))}"
        log = self._git(
            "log", "--format=%x02%h %ct", "--name-only", "-z", "--no-renames", "--no-color", since, "HEAD", "--", *specs
        )  # fmt: skip
        tree = self._git("ls-tree", "--full-tree", "--name-only", "-z", "HEAD", "--", *paths)
        if log is None or tree is None:
            return None
        there = set(tree.decode("utf-8", "surrogateescape").split("\0"))
        touched: dict[str, dict[str, float]] = {path: {} for path in paths}
        for commit, when, name in _changes(log):
            for path in _above(name, touched):
                touched[path][commit] = when
        found = {p: FilePast(there=p in there, touched=tuple(touched[p].items())) for p in paths}
        return self._with_first(found)

    def _with_first(self, found: dict[str, FilePast]) -> dict[str, FilePast] | None:
        """Tell files that went before the time looked at from those that never were."""
        for path, file in found.items():
            if not file.there and not file.touched:
                last = self._git("log", "-1", "--format=%h %ct", "HEAD", "--", f":(top,literal){path}")
                if last is None:
                    return None
                commit, _, when = last.decode().strip().partition(" ")
                if when:
                    found[path] = FilePast(there=False, touched=((commit, float(when)),))
        return found

    def _git(self, *arguments: str) -> bytes | None:
        left = self._until - time.monotonic()
        if left <= 0:
            return None
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=self._cwd, env=scrubbed(os.environ), timeout=left, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None


def _changes(log: bytes) -> Iterator[tuple[str, float, str]]:
    """Yield (commit, UTC seconds, path) of `git log --format=%x02%h %ct --name-only -z`."""
    for part in log.decode("utf-8", "surrogateescape").split("\x02")[1:]:
        head, *names = part.replace("\n", "\0").split("\0")
        commit, _, when = head.partition(" ")
        for name in filter(None, names):
            yield commit, float(when), name


def _above(name: str, wanted: Collection[str]) -> Iterator[str]:
    """Yield those of the wanted paths that are a file or a folder it is in."""
    while name:
        if name in wanted:
            yield name
        name = name.rpartition("/")[0]


def _read(file: Path, head: str) -> dict[str, tuple[float, FilePast]]:
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
        if found["head"] != head:
            return {}
        return {
            str(path): (
                float(since),
                FilePast(there=there is True, touched=tuple((str(c), float(t)) for c, t in touched)),
            )
            for path, (since, there, touched) in found["paths"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _write(file: Path, head: str, known: Mapping[str, tuple[float, FilePast]]) -> None:
    paths = {path: (since, past.there, past.touched) for path, (since, past) in known.items()}
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"head": head, "paths": paths}), encoding="utf-8")
        fresh.replace(file)
    except (OSError, UnicodeEncodeError):
        fresh.unlink(missing_ok=True)

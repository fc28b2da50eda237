"""The user's code repository, as far as memsync must know it: which project is this? Read only; nothing asks the network."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time
from functools import lru_cache
from pathlib import Path

from memsync.core.git_environment import scrubbed
from memsync.core.pattern import pattern
from memsync.core.project import Checkout
from memsync.core.value import dataclass
from memsync.errors import CannotWrite

_KEPT = 60.0  # seconds a kept look is believed at most
_MOST_KEPT = 256
_WAIT = 5.0  # seconds; git needs some milliseconds, a folder on a dead network disk for ever
_REMOTE = pattern(r"(?P<name>[^\t]+)\t(?P<url>.+) \(fetch\)(?: \[[^\]]*\])?")
_HAS_HOST = pattern(r"[^/]*:")  # git's own rule: a colon before the first slash


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a folder gave: a checkout, or the reason why there is none."""

    checkout: Checkout | None = None
    reason: str = ""


def look(cwd: Path, *, root: bool = True) -> Checkout | None:
    """Return the checkout a folder is in, or None where it is in none (inspect gives the reason).

    Worktrees share their repository's place; a submodule is a repository of its own. Without `root`, a checkout that has
    a remote comes without its root commit, which git finds only by walking the whole history.
    """
    return inspect(cwd, root=root).checkout


def inspect(cwd: Path, *, root: bool = True) -> Look:
    """Look at a folder. Two git commands run at once, and a third for the root commit; no exception is raised."""
    try:
        facts = _start(
            cwd,
            "rev-parse",
            "--is-bare-repository",
            "--is-inside-work-tree",
            "--is-shallow-repository",
            "--git-common-dir",
            "--show-cdup",
        )
        named = _start(cwd, "remote", "-v")
    except FileNotFoundError:
        return Look(reason="git is not installed" if cwd.is_dir() else "the folder is missing")
    except OSError as error:
        return Look(reason=f"git can't be run here: {(error.strerror or '').lower()}")
    lines, remotes = _end(facts), _end(named)
    if lines is None or remotes is None:
        return Look(reason=_why_not(cwd, facts.returncode))
    bare, inside, shallow, common, *up = lines
    if bare == "true" or inside != "true":
        return Look(reason="this is a bare repository or the inside of one, no work tree")
    top = os.path.realpath(os.path.join(cwd, *up))  # git answers relative to the folder asked
    if (Path(top) / ".memsync/store.json").exists():
        return Look(reason="this is a memory store, no project")
    urls = _urls(remotes, top)
    first = _root_commit(cwd) if (root or not urls) and shallow != "true" else None
    if not urls and first is None:
        return Look(reason="the repository has neither a remote nor a commit yet")
    place = os.path.realpath(os.path.join(cwd, common))  # the same
    return Look(checkout=Checkout(place=place, remotes=urls, root_commit=first, folder_name=Path(top).name))


class KeptLooks:
    """Looks at folders, for a process that lives long: git is asked again only where something it had read is another.

    Only for checkouts that have a remote, and for folders that are in none. What git reads to name one is the chain of folders
    up to `.git`, and its configuration; where that includes other files, nothing is kept.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, bool], _Kept] = {}

    def knows(self, cwd: Path) -> bool:
        """Whether a look at a folder most likely asks no git."""
        kept = [self._kept[key] for root in (False, True) if (key := (cwd, root)) in self._kept]
        recent = time.monotonic() - _KEPT
        return (cwd, False) in self._kept and all(k.sure and k.asked > recent for k in kept)

    def look(self, cwd: Path, *, root: bool = True) -> Checkout | None:
        """Return the checkout a folder is in, or None where it is in none; `root` as the function `look` takes it."""
        known = self._kept.get((cwd, root))
        before = _marks(cwd, known.checkout, root=root) if known else None
        now = time.monotonic()
        if known is not None and known.sure and before == known.marks and now - known.asked < _KEPT:
            return known.checkout
        checkout = look(cwd, root=root)
        if _may_be_kept(cwd, checkout):
            marks = _marks(cwd, checkout, root=root)
            sure = known is not None and known.checkout == checkout and before == marks
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[cwd, root] = _Kept(asked=now, marks=marks, checkout=checkout, sure=sure)
        return checkout


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A look. `sure` where nothing changed while git was asked: the marks before and after were the same."""

    asked: float
    marks: object
    checkout: Checkout | None
    sure: bool


def _may_be_kept(cwd: Path, checkout: Checkout | None) -> bool:
    if (
        checkout is None
    ):  # git may also have failed, or refused: only where there is no repository is that sure to stay so
        return not any(map(_mark, _above(str(cwd))))
    return bool(checkout.remotes) and not _has_includes(checkout.place)


def _marks(cwd: Path, checkout: Checkout | None, *, root: bool) -> object:
    """Return what changes when a folder may belong to another checkout, or the checkout to another remote."""
    above = [_mark(path) for path in _above(str(cwd))]
    environment = [(name, os.environ[name]) for name in sorted(os.environ) if name.startswith("GIT_")]
    if checkout is None:
        return [above, environment]
    heads = Path(checkout.place) / "refs" / "heads"
    first = heads.stat().st_mtime_ns if root and not checkout.root_commit and heads.is_dir() else 0
    return [above, [_mark(path) for path in _config_files(checkout.place)], first, environment]


@lru_cache(maxsize=64)
def _above(cwd: str) -> tuple[str, ...]:
    """Return where a `.git` would make a folder part of a repository."""
    return tuple(str(folder / ".git") for folder in (Path(cwd), *Path(cwd).parents))


def _mark(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # a dozen of these with each question: pathlib takes as long as the disk
    except OSError:
        return None
    # A folder's own time changes with every commit in it; which one it is does not.
    changes = (0, 0) if stat.S_ISDIR(found.st_mode) else (found.st_mtime_ns, found.st_size)
    return found.st_ino, *changes


def _config_files(place: str) -> tuple[str, ...]:
    home = os.environ.get("HOME") or "/"
    user = os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    users = (named,) if named else (f"{home}/.gitconfig", f"{user}/git/config")
    return (f"{place}/config", f"{place}/config.worktree", *users, "/etc/gitconfig")


def _has_includes(place: str) -> bool:
    for path in _config_files(place):
        try:
            if b"include" in Path(path).read_bytes().lower():
                return True
        except OSError:
            continue
    return False


def is_ignored(cwd: Path, path: str) -> bool:
    """Whether the folder's git ignores a path: its owner's habits and excludes count. False where git can't tell."""
    try:
        return _end(_start(cwd, "check-ignore", "--", path)) is not None
    except OSError:
        return False


def _start(cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["git", *arguments], cwd=cwd, env=scrubbed(os.environ),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="surrogateescape",
    )  # fmt: skip


def _end(child: subprocess.Popen[str]) -> list[str] | None:
    """Return the lines a git command printed, None where it failed or took too long."""
    try:
        out, _ = child.communicate(timeout=_WAIT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return None
    return out.splitlines() if child.returncode == 0 else None


def _why_not(cwd: Path, code: int) -> str:
    if code < 0:
        return "git gave no answer in time"
    here = next((p for p in (cwd.absolute(), *cwd.absolute().parents) if (p / ".git").exists()), None)
    if here is None:
        return "this is no git repository"
    owner = " (it belongs to another user)" if here.stat().st_uid != os.getuid() else ""
    return f"git can't use the repository at {here}{owner}"


def _urls(lines: list[str], top: str) -> tuple[tuple[str, str], ...]:
    found = (m for line in lines if (m := _REMOTE.fullmatch(line)))
    return tuple((m["name"], _absolute(m["url"], top)) for m in found)


def _absolute(url: str, top: str) -> str:
    """Return the URL; a path relative to the work tree is made absolute, or two projects could have the same one."""
    if "://" in url or _HAS_HOST.match(url) or url.startswith(("/", "~")):
        return url
    return os.path.normpath(os.path.join(top, url))  # text only: nothing need be there


def _root_commit(cwd: Path) -> str | None:
    """Return the oldest commit without parents below HEAD; None before a first commit."""
    lines = _end(_start(cwd, "rev-list", "--max-parents=0", "HEAD", "--"))
    return lines[-1] if lines else None


class Checkouts:
    """Which project's folder each checkout of this machine was bound to: a small JSON file, `{place: folder}`.

    It is a memory of this machine only. A file that is missing or broken counts as empty: then a project whose remote
    moved is found by its aliases or linked by hand.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def bound_before(self, place: str) -> str | None:
        """Return the folder name (`app-0123456789abcdef`) a checkout had last time, or None."""
        return self._read().get(place)

    def bind(self, place: str, folder: str) -> None:
        """Write down a checkout's folder, if it is new. Raises CannotWrite."""
        known = self._read()
        if known.get(place) == folder:
            return
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.write_text(
                json.dumps(known | {place: folder}, indent=1, sort_keys=True) + "\n", encoding="utf-8"
            )
            fresh.replace(self._path)
        except OSError as error:
            raise CannotWrite(str(self._path), (error.strerror or "can't be written").lower()) from error

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v for k, v in known.items() if isinstance(v, str)} if isinstance(known, dict) else {}

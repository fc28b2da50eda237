"""How a git child is started: through GitPython's `Git`, with nothing inherited, no prompt, a time limit, no secret shown."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memsync.core.git_environment import gits_own
from memsync.core.history import GitFailed, Said
from memsync.edges.repo.guard import Guard
from memsync.errors import GitUnusable

try:
    from git.cmd import Git
    from git.exc import GitCommandNotFound
except ImportError as error:  # GitPython looks for git while it is imported
    raise GitUnusable("there is no `git` on the PATH") from error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

OLDEST = (2, 30)
LOCAL_SECONDS = 120.0
_GRACE_SECONDS = 2.0
_SLICE = 1.0
TOO_MUCH = "fatal: pack exceeds maximum allowed size"  # as git says it where it has a limit of its own

_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
    "GIT_ASKPASS": "false",
    "SSH_ASKPASS": "false",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ADVICE": "0",
    "GIT_FLUSH": "1",
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_AUTHOR_NAME": "memsync",
    "GIT_AUTHOR_EMAIL": "memsync@memsync.invalid",
    "GIT_COMMITTER_NAME": "memsync",
    "GIT_COMMITTER_EMAIL": "memsync@memsync.invalid",
}
_LOCAL = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file"}
# What a user's environment may say about the network; everything else that begins with GIT_ is dropped, because a hook
# hands down GIT_DIR, GIT_INDEX_FILE and the like, and one of these makes a commit in another repository.
_NETWORK_KEPT = frozenset(
    {
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "GIT_PROXY_SSL_CAINFO",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_EXEC_PATH",
    }
)
_ALWAYS_KEPT = frozenset({"GIT_EXEC_PATH"})
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.quotePath=false",
    "core.pager=cat",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "transfer.fsckObjects=true",
    "fetch.fsckObjects=true",
    "receive.fsckObjects=true",
    "commit.gpgSign=false",
    "log.showSignature=false",
    "protocol.ext.allow=never",
    "advice.detachedHead=false",
)
_USERINFO = re.compile(r"(?<=://)[^/@\s'\"]+@")
_HEADER = re.compile(r"(?i)(authorization|x-token|private-token|cookie):[^\r\n]*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a git child said. `errors` is redacted and safe to show; `timed_out`: it was killed for being too slow."""

    code: int
    output: bytes
    errors: str
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        """Whether git ended with 0."""
        return self.code == 0

    @property
    def text(self) -> str:
        """Return the output as text, without the final newline."""
        return self.output.decode("utf-8", "surrogateescape").rstrip("\n")


def redact(text: str) -> str:
    """Return git's or a server's text without passwords, tokens in URLs, and what a terminal would obey."""
    return _CONTROL.sub("", _HEADER.sub(r"\1: …", _USERINFO.sub("", text))).strip()


def forget_half_pack(gitdir: Path, told: str) -> None:
    """Remove the half-written file that git itself names where the disk was full."""
    for name in re.findall(r"\btmp_(?:pack|idx|obj)_\w+", told):
        for place in (gitdir / "objects").glob(f"*/{name}"):
            with contextlib.suppress(OSError):
                place.unlink()


def failed(verb: str, answered: Answered) -> GitFailed:
    """Return the error for a command that had to succeed."""
    said = Said(
        ok=False,
        code=answered.code,
        text=answered.errors or redact(answered.text),
        timed_out=answered.timed_out,
    )
    return GitFailed(verb, said)


class Child:
    """Starts git children in one folder. Holds nothing open between two calls, so threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.gitdir = folder / ".git"
        self._git = Git(str(folder))

    def local(
        self,
        *words: str,
        feed: bytes | None = None,
        env: dict[str, str] | None = None,
        seconds: float = LOCAL_SECONDS,
    ) -> Answered:
        """Run git on the repository of this folder, with nobody's configuration but the repository's own."""
        command = [*_config(_CONFIG), f"--git-dir={self._folder / '.git'}", *words]
        return self._run(
            command,
            feed=feed,
            env=_QUIET | _LOCAL | (env or {}),
            kept=_ALWAYS_KEPT,
            seconds=seconds,
            guarded=seconds > LOCAL_SECONDS,
        )

    def demand(
        self,
        *words: str,
        feed: bytes | None = None,
        env: dict[str, str] | None = None,
        seconds: float = LOCAL_SECONDS,
    ) -> bytes:
        """Run git as `local` does and return its output. Raises GitFailed where it does not end with 0."""
        answered = self.local(*words, feed=feed, env=env, seconds=seconds)
        if not answered.ok:
            raise failed(next(w for w in words if not w.startswith("-")), answered)
        return answered.output

    def remote(
        self,
        *words: str,
        seconds: float,
        protocols: str,
        config: Sequence[str] = (),
        gitdir: bool = True,
        feed: bytes | None = None,
        home: str = "",
        trace: bool = False,
        enough: Callable[[], bool] | None = None,
    ) -> Answered:
        """Run git towards a remote: with the user's own configuration (credentials, proxies), but no hooks and no prompts.

        `enough` is asked each second; where it says so, too much is coming in, and git is ended.
        """
        where = [f"--git-dir={self._folder / '.git'}"] if gitdir else []
        slow = ("http.lowSpeedLimit=1000", "http.lowSpeedTime=15")
        command = [*_config((*_CONFIG, *slow, *config)), *where, *words]
        env = _QUIET | {"GIT_ALLOW_PROTOCOL": protocols}
        if trace:
            env["GIT_TRACE_PACKET"] = "1"
        if home:  # somebody else's, so that neither a .netrc nor a credential helper of this user is found
            env |= {"HOME": home, "XDG_CONFIG_HOME": home, "GIT_CONFIG_GLOBAL": os.devnull}
        own = os.environ.get("GIT_SSH_COMMAND") or os.environ.get("GIT_SSH")
        if "ssh" in protocols and not own and not self._own_ssh():
            env["GIT_SSH_COMMAND"] = (
                "ssh -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=15 -oServerAliveCountMax=2"
            )
        return self._run(
            command, feed=feed, env=env, kept=_NETWORK_KEPT, seconds=seconds, enough=enough, guarded=True
        )

    def _own_ssh(self) -> bool:
        asked = self._run(
            ["config", "--get", "core.sshCommand"],
            feed=None,
            env={"LC_ALL": "C"},
            kept=_NETWORK_KEPT,
            seconds=10.0,
        )
        return asked.ok and bool(asked.output.strip())

    def _run(
        self,
        command: list[str],
        *,
        feed: bytes | None,
        env: dict[str, str],
        kept: frozenset[str],
        seconds: float,
        enough: Callable[[], bool] | None = None,
        guarded: bool = False,
    ) -> Answered:
        """Run a command; where it is `guarded`, it does not outlive this program, however that one ends."""
        with Guard() if guarded else contextlib.nullcontext() as guard:
            started = self._start(command, feed=feed, env=env, kept=kept)
            child = started.proc
            assert child is not None  # noqa: S101 - as_process always gives one
            if guard is not None:
                guard.over(child.pid)
            return _finish(child, feed, seconds, enough or bool)

    def _start(
        self, command: list[str], *, feed: bytes | None, env: dict[str, str], kept: frozenset[str]
    ) -> Git.AutoInterrupt:
        # GitPython's env= can add a variable but not take one away, and this process's own environment is not ours to
        # change: where something must go, `env -u` (which becomes git, with the same pid) takes it away.
        unwanted = gits_own(os.environ, kept=kept | env.keys())
        prefix = ["env", *(word for name in unwanted for word in ("-u", name))] if unwanted else []
        try:
            return self._git.execute(
                [*prefix, "git", *command],
                istream=subprocess.PIPE if feed is not None else None,
                as_process=True,
                env=env,
                start_new_session=True,  # a group to kill, and no terminal for ssh to ask on
            )
        except (GitCommandNotFound, FileNotFoundError) as error:
            raise GitUnusable("there is no `git` on the PATH") from error


def _config(pairs: Sequence[str]) -> list[str]:
    return [word for pair in (*pairs, _fsync()) for word in ("-c", pair)]


def _fsync() -> str:
    # core.fsync came with git 2.36; an older git knows the other spelling only, and a newer one warns of it.
    newer = version() >= (2, 36)
    return "core.fsync=committed,loose-object,reference" if newer else "core.fsyncObjectFiles=true"


def _finish(
    child: subprocess.Popen[bytes], feed: bytes | None, seconds: float, enough: Callable[[], bool] = bool
) -> Answered:
    deadline = time.monotonic() + seconds
    ended = ""
    while True:
        try:
            output, errors = child.communicate(
                feed, timeout=max(0.0, min(_SLICE, deadline - time.monotonic()))
            )
            break
        except subprocess.TimeoutExpired:
            feed = None  # it was taken over by the first call
            too_slow = time.monotonic() >= deadline
            if too_slow or enough():
                ended = f"no answer within {seconds:g} s" if too_slow else TOO_MUCH
                output, errors = _kill_group(child)
                break
        except BaseException:
            _kill_group(child)
            raise
    said = redact(errors.decode("utf-8", "replace"))
    return Answered(
        code=child.returncode if child.returncode is not None else -1,
        output=output,
        errors=f"{said}\n{ended}".strip(),
        timed_out=bool(ended) and ended != TOO_MUCH,
    )


def _kill_group(child: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """End a child and everything it started (ssh, git-remote-https), first politely."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            output, errors = child.communicate(timeout=_GRACE_SECONDS)
            return output or b"", errors or b""
    return b"", b""


@functools.cache
def version() -> tuple[int, ...]:
    """Return git's version. Raises GitUnusable where there is none, or an older one than 2.30."""
    said = Git(os.getcwd()).execute  # noqa: PTH109 - GitPython wants a folder; `git version` reads none
    try:
        output = said(["git", "version"], env={"LC_ALL": "C"}, stdout_as_string=True)
    except (GitCommandNotFound, FileNotFoundError) as error:
        raise GitUnusable("there is no `git` on the PATH") from error
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", str(output))
    numbers = tuple(int(n) for n in found.groups(default="0")) if found else (0,)
    if numbers < OLDEST:
        raise GitUnusable(f"this is {str(output)[:60]}, and memsync needs 2.30 or newer")
    return numbers


def check_format(gitdir: Path) -> None:
    """Raise GitUnusable for a repository whose ids are not SHA-1: memsync computes blob ids by itself."""
    try:
        text = (gitdir / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if re.search(r"(?im)^\s*objectformat\s*=\s*sha256", text):
        raise GitUnusable(
            "this repository has the object format sha256",
            hint="A store needs sha1: git init --object-format=sha1",
        )

"""The remote: asking, fetching and pushing. Which addresses may be used at all is decided here."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from memsync.core.history import Heads, Said
from memsync.edges.repo.child import TOO_MUCH, redact
from memsync.edges.repo.refs import INCOMING, MAIN
from memsync.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from memsync.edges.repo.child import Answered, Child

ASK_SECONDS = 30.0
MOVE_SECONDS = 60.0
FIRST_SECONDS = 300.0
LARGEST_PACK = (
    256 * 1024 * 1024
)  # of what one fetch brings; twenty thousand memories with their history are less
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP = re.compile(r"^(?:[^/:@\s]+@)?(?:\[[^\]]+\]|[^/:@\s]+):(?!:)")
_NO_OWN_CREDENTIALS = (
    "credential.helper=",
    "http.extraHeader=",
    "http.cookieFile=",
    "http.sslCert=",
    "http.emptyAuth=false",
)


def check_url(url: str, http_hosts: tuple[str, ...] = ()) -> str:
    """Return the protocols git may use for this remote, `:` between them. Raises BadInput for one that memsync refuses."""
    if not url or url.startswith("-") or any(c in url for c in "\n\r\0"):
        raise BadInput("remote", "is no address of a git repository")
    found = _SCHEME.match(url)
    if found is None:
        if "::" in url:
            raise BadInput("remote", "names a remote helper (`::`), which could run any program")
        return "ssh:file" if _SCP.match(url) else "file"
    scheme = found.group(1).lower()
    if scheme in ("https", "ssh", "file", "git+ssh", "ssh+git"):
        return "ssh" if scheme.endswith("ssh") or scheme.startswith("ssh") else scheme
    host = _host(url)
    if scheme == "http" and (host in _LOOPBACK or host in http_hosts):
        return "http:https"
    if scheme == "http":
        raise BadInput(
            "remote",
            f"is plain http to {host or 'no host'}, which anybody on the way can read and change",
            hint="Use https or ssh; or name the host in the setting http_hosts.",
        )
    raise BadInput("remote", f"has the protocol {scheme}; memsync uses https, ssh and folders")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        raise BadInput("remote", "is no address of a git repository") from None


def without_user(url: str) -> str:
    """Return an http address without the user and password that may be written into it."""
    return re.sub(r"(?<=://)[^/@]*@", "", url)


def said(answered: Answered) -> Said:
    """Return what a child said, for the flows; the text is safe to show."""
    text = "\n".join(t for t in (answered.errors, redact(answered.output.decode("utf-8", "replace"))) if t)
    return Said(ok=answered.ok, code=answered.code, text=text[:4000], timed_out=answered.timed_out)


def ask(
    child: Child, url: str, protocols: str, *, seconds: float = ASK_SECONDS, anonymous: bool = False
) -> Heads:
    """Ask a remote for its branches. `anonymous`: without any credential of this user, to learn what is public."""
    answered = child.remote(
        "ls-remote",
        "--quiet",
        "--heads",
        "--",
        url,
        seconds=seconds,
        protocols=protocols,
        gitdir=False,
        config=_NO_OWN_CREDENTIALS if anonymous else (),
        home="/nonexistent" if anonymous else "",
    )
    if not answered.ok:
        return Heads(said=said(answered))
    heads: dict[str, str] = {}
    for line in answered.output.decode("utf-8", "replace").splitlines():
        oid, _, name = line.partition("\t")
        heads[name] = oid
    if not heads and not _speaks_git(child, url, protocols):
        return Heads(said=Said(ok=False, code=1, text="fatal: unexpected response: this is no git server's"))
    others = tuple(sorted(redact(name) for name in heads if name != MAIN))
    return Heads(said=Said(ok=True), main=heads.get(MAIN), others=others)


def _speaks_git(child: Child, url: str, protocols: str) -> bool:
    """Whether an http remote that named no branch is a git server at all; a sign-in page looks like an empty repository."""
    if not url.lower().startswith("http"):
        return True
    answered = child.remote(
        "ls-remote",
        "--quiet",
        "--heads",
        "--",
        url,
        seconds=ASK_SECONDS,
        protocols=protocols,
        gitdir=False,
        trace=True,
    )
    return answered.ok and " packet: " in answered.errors


def fetch(child: Child, url: str, protocols: str, *, seconds: float, more: Sequence[str] = ()) -> Said:
    """Fetch the remote's main to `refs/memsync/incoming`, every object checked. Nothing else is written."""
    before = set(_received(child.gitdir))
    answered = child.remote(
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--refmap=",
        *more,
        "--",
        url,
        f"+{MAIN}:{INCOMING}",
        seconds=seconds,
        protocols=protocols,
        config=("fetch.unpackLimit=100", "fetch.writeCommitGraph=false"),
        enough=lambda: _arriving(child.gitdir) > LARGEST_PACK,
    )
    if answered.errors.endswith(TOO_MUCH):
        forget_arriving(child.gitdir)
    elif (
        "No space left" in answered.errors
    ):  # what this fetch left would keep the disk full: it is not named by git
        for place in set(_received(child.gitdir)) - before:
            place.unlink(missing_ok=True)
    return said(answered)


def _received(gitdir: Path) -> Iterator[Path]:
    """Return the packs that are being received, or were."""
    return (gitdir / "objects" / "pack").glob("tmp_pack_*")


def _arriving(gitdir: Path) -> int:
    """Return how many bytes of packs are being received."""
    total = 0
    for place in _received(gitdir):
        with contextlib.suppress(OSError):
            total += place.stat().st_size
    return total


def forget_arriving(gitdir: Path) -> None:
    """Remove packs that were being received when it became too much, the ones of the last minutes only."""
    for place in _received(gitdir):
        with contextlib.suppress(OSError):
            if (
                time.time() - place.stat().st_mtime < FIRST_SECONDS
                and place.stat().st_size > LARGEST_PACK // 2
            ):
                place.unlink()


def push(child: Child, url: str, commit: str, protocols: str, *, seconds: float) -> Said:
    """Push a commit to the remote's main; never forced, so a remote that has moved on refuses it."""
    answered = child.remote(
        "push",
        "--porcelain",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        "--recurse-submodules=no",
        "--",
        url,
        f"{commit}:{MAIN}",
        seconds=seconds,
        protocols=protocols,
    )
    return said(answered)


def name_main(child: Child, url: str) -> None:
    """Let a bare repository on this disk, whose HEAD names a branch it never had, name main: else a plain clone is empty."""
    place = Path(url.removeprefix("file://"))
    if _SCHEME.match(url.removeprefix("file://")) or not (place / "HEAD").is_file():
        return
    head = (place / "HEAD").read_text(encoding="utf-8", errors="replace").strip()
    if (
        head.startswith("ref: ")
        and head != f"ref: {MAIN}"
        and not (place / head.removeprefix("ref: ")).exists()
    ):
        child.remote(
            f"--git-dir={place}", "symbolic-ref", "HEAD", MAIN, seconds=10.0, protocols="file", gitdir=False
        )


_CREDENTIALS = (
    ".ssh",
    ".ssh/config",
    ".ssh/known_hosts",
    ".netrc",
    ".git-credentials",
    ".gitconfig",
    ".config/git/config",
    ".config/git/credentials",
    ".config/gh/hosts.yml",
)


def credentials_mark() -> str:
    """Return a mark of this user's credentials, by the times of their files: it changes when somebody signs in anew."""
    seen = []
    for name in _CREDENTIALS:
        try:
            seen.append(f"{name}:{(Path.home() / name).stat().st_mtime_ns}")
        except (OSError, RuntimeError):
            continue
    seen += [
        f"{name}={os.environ.get(name, '')}"
        for name in ("SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL")
    ]
    return hashlib.sha256("\0".join(seen).encode()).hexdigest()[:16]

"""Project: a code base that memories belong to, known by the hash of its canonical remote URL."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote, urlsplit

from memsync.core.names import slug
from memsync.core.pattern import pattern
from memsync.core.value import dataclass, field

_SCP = pattern(r"(?:[^@/\s]+@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/\s@]+):(?P<path>(?!//).*)", re.DOTALL)
_HOST_AND_PORT = pattern(r"[^@/\s]+:\d+/")  # what this module itself writes for a port of its own
_WINDOWS_DRIVE = pattern(r"[A-Za-z]:[\\/]")
_DEFAULT_PORTS = {22, 80, 443}
KEY_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What is known of the user's code repository. Nothing here was asked of the network.

    `remotes` maps names to URLs (after git's own insteadOf), in git's order; `root_commit` is None before a first commit.
    `place` is the absolute path of the repository's common git directory: it tells two checkouts apart.
    """

    place: str
    remotes: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # a URL may hold a password
    root_commit: str | None = None
    folder_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of a store. `folder` is `<name>-<key16>`; `aliases` are other identities that mean the same project."""

    folder: str
    identity: str
    aliases: tuple[str, ...] = ()
    root_commit: str | None = None

    @property
    def key(self) -> str:
        """SHA-256 of the identity, 64 hex digits."""
        return project_key(self.identity)

    @property
    def has_remote(self) -> bool:
        """Whether the identity is a canonical remote rather than a root commit."""
        return not self.identity.startswith("root:")


def canonical_remote(url: str) -> str:
    """Return the form of a remote URL that does not depend on how it is reached: `github.com/org/app`.

    Dropped: scheme, user, password, ports 22, 80 and 443, a final `.git`, slashes at the end, the host's letter case.
    A path on a disk keeps its leading `/`. The result of a canonical URL is that URL again.
    """
    known: set[str] = set()
    while url not in known:  # until nothing is left to drop: what memsync wrote down has to be read as itself
        known.add(url)
        url = _shorter(url.strip())
    return url


def _shorter(text: str) -> str:
    if _WINDOWS_DRIVE.match(text):
        return _trim(text.replace("\\", "/"))
    if "://" in text:
        return _from_url(text)
    scp = _SCP.fullmatch(text)
    if scp and not _HOST_AND_PORT.match(text):
        host = scp["host"].strip("[]").lower()
        return _join(host, scp["path"])
    if text.startswith(("/", ".", "~")):
        return _trim(text)
    host, slash, path = text.partition("/")
    return _join(host.lower(), path) if slash else _trim(text)


def _from_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme.lower() == "file":
        return _trim("/" + unquote(rest.partition("/")[2]))
    try:
        split = urlsplit("x://" + rest)
        host, port, path = (split.hostname or "").lower(), split.port, split.path
    except ValueError:  # no address at all; it still names something
        host, _, path = rest.rpartition("@")[2].partition("/")
        return _join(host.lower(), unquote(path))
    return _join(f"{host}:{port}" if port and port not in _DEFAULT_PORTS else host, unquote(path))


def _join(host: str, path: str) -> str:
    return _trim(f"{host}/{path.lstrip('/')}")


def _trim(text: str) -> str:
    trimmed = text
    while True:
        shorter = trimmed.rstrip("/").removesuffix(".git") if trimmed.strip("/") else trimmed
        if shorter == trimmed or not shorter:
            return trimmed
        trimmed = shorter


def shown_url(url: str) -> str:
    """Return a URL without the user and password that may stand in it, for people and reports."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", url)


def project_key(identity: str) -> str:
    """Return SHA-256 of the canonical remote (or `root:<commit>`) as 64 hex digits."""
    return hashlib.sha256(identity.encode()).hexdigest()


def main_remote(remotes: tuple[tuple[str, str], ...]) -> str | None:
    """Return the URL that names the project: `origin`, else the only remote, else the first by name."""
    named = dict(remotes)
    if not named:
        return None
    return named.get("origin") or named[min(named)]


def identity_of(checkout: Checkout) -> str | None:
    """Return the canonical remote, else `root:<commit>`, else None (no project: no remote and no commit)."""
    url = main_remote(checkout.remotes)
    if url:
        return canonical_remote(url)
    return f"root:{checkout.root_commit}" if checkout.root_commit else None


def folder_for(identity: str, fallback_name: str = "") -> str:
    """Return `<name>-<key16>`: the last part of the remote, or the checkout's folder name where there is no remote."""
    last = fallback_name if identity.startswith("root:") else identity.rsplit("/", 1)[-1]
    return f"{slug(last)[:60] or 'project'}-{project_key(identity)[:KEY_LENGTH]}"


def bind(
    checkout: Checkout, known: tuple[Project, ...], *, bound_before: str | None = None
) -> Project | None:
    """Decide which project a checkout belongs to; None where it is none.

    `known` are the store's projects; `bound_before` is the folder this same checkout had on this machine last time.
    A returned project that is not in `known`, or has more aliases than there, is to be written down.
    A root commit alone never joins two projects that both have remotes (forks, templates).
    """
    identity = identity_of(checkout)
    if identity is None:
        return None
    root = f"root:{checkout.root_commit}" if checkout.root_commit else None
    for project in known:
        if identity in (project.identity, *project.aliases):
            return project
    for project in known:
        if root is None or root not in (project.identity, *project.aliases):
            continue
        if not project.has_remote or project.folder == bound_before:
            return Project(
                folder=project.folder,
                identity=project.identity if project.has_remote else identity,
                aliases=_with(project.aliases, identity, project.identity),
                root_commit=checkout.root_commit,
            )
    aliases = (root,) if root and root != identity else ()
    return Project(
        folder=folder_for(identity, checkout.folder_name),
        identity=identity,
        aliases=aliases,
        root_commit=checkout.root_commit,
    )


def _with(aliases: tuple[str, ...], identity: str, old: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*aliases, old, identity)))

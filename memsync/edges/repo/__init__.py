"""git: the store's history, refs and remote, by plumbing only. No command here touches the work tree."""

from __future__ import annotations

import os
import secrets
import time
from functools import cached_property
from typing import TYPE_CHECKING

from memsync.core.history import TreeFiles
from memsync.edges.repo import mending, network, objects, owner, past, refs, tidying
from memsync.edges.repo.child import Child, check_format, failed, version
from memsync.edges.repo.network import credentials_mark
from memsync.errors import CannotWrite, NotAStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from memsync.core.doorbell import Bell
    from memsync.core.history import CommitNote, Entry, Heads, Outgoing, Refs, Said, Signed
    from memsync.core.report import Version
    from memsync.edges.repo.child import Answered

__all__ = ["GitRepo", "credentials_mark"]


class GitRepo:
    """The git repository in a store's folder. Starts children, holds nothing open; may be shared by threads.

    Raises GitUnusable where git is missing or older than 2.30, NotAStore where there is no repository.
    """

    def __init__(self, root: Path, *, http_hosts: tuple[str, ...] = ()) -> None:
        self.root = root
        self._http_hosts = http_hosts
        self._url: tuple[object, str] = (None, "")

    # ---- the repository itself ------------------------------------------------------------------

    @cached_property
    def gitdir(self) -> Path:
        """Return the git folder; a `.git` file (a work tree of another repository) is followed. Raises NotAStore."""
        place = self.root / ".git"
        if place.is_dir():
            return place
        try:
            text = place.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            raise NotAStore(str(self.root), why="there is no git repository in it") from None
        return (self.root / text.strip().removeprefix("gitdir: ")).resolve()

    @cached_property
    def _child(self) -> Child:
        version()
        if self.exists():  # before a join there is none yet, and its remote is asked all the same
            check_format(self.gitdir)
        return Child(self.root)

    def exists(self) -> bool:
        """Whether there is a git repository in the folder."""
        return (self.root / ".git").exists()

    def create(self) -> bool:
        """Make the repository, on branch main, without anybody's template; False where there is one already."""
        version()
        if self.exists():
            return False
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise CannotWrite(str(self.root), error.strerror or "cannot be made") from error
        child = Child(self.root)
        self._must(
            child.remote(
                "init",
                "--quiet",
                "--template=",
                "--object-format=sha1",
                "--initial-branch=main",
                "--",
                str(self.root),
                seconds=60.0,
                protocols="file",
                gitdir=False,
            ),
            "init",
        )
        self.gitdir.chmod(0o700)
        self._set("core.logAllRefUpdates", "always")
        return True

    @staticmethod
    def _must(answered: Answered, verb: str) -> None:
        if not answered.ok:
            raise failed(verb, answered)

    def _set(self, key: str, value: str) -> None:
        self._child.demand("config", "--local", key, value)

    def clone_id(self) -> str:
        """Return the id of this clone, made when first asked for: sync's notes are bound to it."""
        place = self.gitdir / "memsync" / "clone"
        try:
            return place.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            place.parent.mkdir(mode=0o700, exist_ok=True)
            fresh = place.with_name(f"clone.{os.getpid()}")
            fresh.write_text(secrets.token_hex(16), encoding="ascii")
            try:
                os.link(fresh, place)
            except FileExistsError:
                pass
            except OSError:
                os.replace(fresh, place)  # noqa: PTH105 - no links here
            fresh.unlink(missing_ok=True)
            return place.read_text(encoding="ascii").strip()

    def remote_url(self) -> str:
        """Return the address of `origin`, or an empty text. Asked anew when git's configuration has changed."""
        try:
            status = (self.gitdir / "config").stat()
        except OSError:
            return ""
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._url[0] != stamp:
            answered = self._child.local("config", "--local", "--get", "remote.origin.url")
            self._url = (stamp, answered.text.strip())
        return self._url[1]

    def set_remote(self, url: str) -> None:
        """Make `origin` this address. Raises BadInput for one that memsync refuses."""
        network.check_url(url, self._http_hosts)
        self._set("remote.origin.url", url)
        self._set("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
        self._set("branch.main.remote", "origin")
        self._set("branch.main.merge", "refs/heads/main")

    def pause_reason(self) -> str:
        """Return why memsync keeps its hands off (a merge is under way, HEAD is elsewhere), or an empty text."""
        mending.mend_head(self.gitdir)
        return owner.pause_reason(self.gitdir)

    def refresh_index(self, old: str | None, new: str) -> bool:
        """Bring the owner's index along; False where somebody holds it just now."""
        return owner.refresh_index(self._child, self.gitdir, old, new)

    def sweep_locks(self) -> None:
        """Remove what a killed memsync left locked, and nothing of anybody else's. Needs the sync lock."""
        owner.forget_index_lock(self.gitdir)
        owner.forget_half_packs(self.gitdir, time.time())

    def mend_refs(self) -> int:
        """Set refs that hold no commit id to the last one in git's log; return how many."""
        return mending.mend_refs(self._child, self.gitdir)

    def put_broken_aside(self) -> int:
        """Move broken objects out of git's sight, never deleting them; return how many files."""
        return mending.put_broken_aside(self._child, self.gitdir)

    def loose(self) -> int:
        """Return about how many loose objects there are."""
        return tidying.loose(self.gitdir)

    def repack(self) -> None:
        """Put loose objects into packs; nothing is pruned. Raises GitFailed."""
        tidying.repack(self._child)

    def steps(self, old: str | None, new: str) -> tuple[str, ...]:
        """Return the commits, oldest first, that a push may stop at on its way from `old` to `new`; the last is `new`."""
        return refs.steps(self._child, old, new)

    def check(self) -> str:
        """Return what git's own check finds broken, or an empty text."""
        answered = self._child.local(
            "fsck", "--full", "--strict", "--no-dangling", "--no-progress", seconds=600.0
        )
        return "" if answered.ok else (answered.errors or answered.text)[:2000]

    # ---- refs -----------------------------------------------------------------------------------

    def refs(self) -> Refs:
        """Return where main, remote and incoming stand."""
        return refs.refs(self._child, self.gitdir)

    def move_main(self, new: str, old: str | None, *, reason: str) -> bool:
        """Move main from `old` to `new`; False where it stood elsewhere."""
        return refs.move(self._child, refs.MAIN, new, old, reason=reason)

    def move_remote(self, new: str | None, old: str | None) -> bool:
        """Move the vetted remote's ref; False where it stood elsewhere."""
        return refs.move(self._child, refs.REMOTE, new, old, reason="remote")

    def rescue(self, commit: str, name: str) -> None:
        """Keep a commit under `refs/memsync/rescue/<name>`, where nothing ever deletes it."""
        refs.move(self._child, refs.RESCUE + name, commit, None, reason="rescue")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is in the history of `new`."""
        return refs.is_ancestor(self._child, old, new)

    def merge_bases(self, ours: str, theirs: str) -> tuple[str, ...]:
        """Return the best common ancestors, sorted."""
        return refs.merge_bases(self._child, ours, theirs)

    def count(self, old: str | None, new: str | None) -> int:
        """Return how many commits `new` has that `old` has not."""
        return refs.count(self._child, old, new)

    def oldest(self, old: str | None, new: str) -> datetime | None:
        """Return when the oldest commit was made that `new` has and `old` has not."""
        return refs.oldest(self._child, old, new)

    # ---- objects --------------------------------------------------------------------------------

    def tree(self, commit: str | None) -> TreeFiles:
        """Return what a commit's tree holds; nothing for None."""
        if commit is None:
            return TreeFiles()
        return objects.tree_files(self._child, commit)

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of blobs. Raises MissingObject, GitFailed for a broken repository."""
        return objects.contents(self._child, oids)

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Return the sizes, in bytes, of the objects that are there."""
        return {oid: size for oid, (_, size) in objects.sizes(self._child, oids).items()}

    def commit(
        self,
        *,
        parents: Sequence[str],
        changes: Mapping[str, bytes | str | Entry | None],
        message: str,
        by: Signed,
    ) -> str:
        """Write a commit on its first parent without moving any branch; return its id."""
        return objects.write_commit(
            self._child, self.gitdir, parents=parents, changes=changes, message=message, by=by
        )

    def put(self, content: bytes) -> str:
        """Write one blob and return its id."""
        return (
            self._child.demand("hash-object", "-w", "--stdin", "--no-filters", feed=content).decode().strip()
        )

    def outgoing(self, old: str | None, new: str) -> Outgoing:
        """Return what a push of `new` to a remote that has `old` would send."""
        return objects.outgoing(self._child, old, new)

    def notes(self, old: str | None, new: str) -> tuple[CommitNote, ...]:
        """Return the commits that `new` has and `old` has not, oldest first."""
        return objects.notes(self._child, old, new)

    # ---- history --------------------------------------------------------------------------------

    def history(self, path: str) -> tuple[Version, ...]:
        """Return a path's versions, newest first; commits that did not change it are left out."""
        return past.history(self._child, path) if self.refs().main else ()

    def content_at(self, commit: str, path: str) -> bytes | None:
        """Return a file's bytes in a commit (an id, or its first 4 or more digits), or None."""
        return past.content_at(self._child, commit, path)

    def deleted_paths(self) -> dict[str, str]:
        """Return path → the commit that last had it, of every file that history has and main has not."""
        main = self.refs().main
        return past.deleted_paths(self._child, self.tree(main).files) if main else {}

    # ---- the remote -----------------------------------------------------------------------------

    def protocols(self, url: str) -> str:
        """Return the protocols git may use for this address. Raises BadInput for one that memsync refuses."""
        return network.check_url(url, self._http_hosts)

    def ask(self, url: str, *, seconds: float = network.ASK_SECONDS) -> Heads:
        """Ask a remote for its branches."""
        return network.ask(self._child, url, self.protocols(url), seconds=seconds)

    def fetch(self, url: str, *, first: bool = False, refetch: bool = False, shallow: bool = False) -> Said:
        """Fetch the remote's main to `incoming`, every object checked. `shallow`: its last commit only."""
        seconds = network.FIRST_SECONDS if first or refetch else network.MOVE_SECONDS
        more = ["--refetch"] * (refetch and version() >= (2, 36)) + ["--depth=1"] * shallow
        return network.fetch(self._child, url, self.protocols(url), seconds=seconds, more=more)

    def push(self, url: str, commit: str, *, first: bool = False) -> Said:
        """Push a commit to the remote's main, never forced."""
        seconds = network.FIRST_SECONDS if first else network.MOVE_SECONDS
        told = network.push(self._child, url, commit, self.protocols(url), seconds=seconds)
        if told.ok and first:
            network.name_main(self._child, url)
        return told

    def listen(self, bell: Bell, *, heard: Callable[[], None], stop: Callable[[], bool]) -> Said:
        """Listen at a doorbell over ssh until the line ends or `stop()`; `heard` is called for each ring."""
        from memsync.edges.repo import listening  # noqa: PLC0415  # only a resident syncer listens

        return listening.listen(self._child, bell, heard=heard, stop=stop)

    def is_public(self, url: str) -> bool:
        """Whether an https (or http) remote answers without any credential; other remotes never are."""
        if not url.lower().startswith(("http://", "https://")):
            return False
        bare = network.without_user(url)
        return network.ask(self._child, bare, self.protocols(bare), anonymous=True).said.ok

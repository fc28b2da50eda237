"""Parts: one store's edges, each built when it is first used, so that a command pays only for what it needs."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from typing import TYPE_CHECKING

from memsync.core.store_file import MARKER, Marker, parse_marker
from memsync.errors import BadInput, CannotWrite, NotAStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from memsync.core.gate import Allowance
    from memsync.core.people import Authors
    from memsync.core.project import Checkout, Project
    from memsync.edges.checkout import KeptLooks
    from memsync.edges.index import MemoryIndex
    from memsync.edges.lock import Lock
    from memsync.edges.meaning import Meaning
    from memsync.edges.repo import GitRepo
    from memsync.edges.reviews import Reviews
    from memsync.edges.scanner import FullScanner, SpanScanner
    from memsync.edges.seal import Age
    from memsync.edges.settings import Settings
    from memsync.edges.state import SyncBook
    from memsync.edges.tree import MemoryTree
    from memsync.edges.usage import UsageFiles
    from memsync.flows.place import Remembered
    from memsync.store.sealing import RoomSealing

ALLOW_FILE = ".memsync/allow.yaml"


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (0700) and return it. Raises CannotWrite."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
            path.chmod(0o700)
    except OSError as error:
        raise CannotWrite(str(path), error.strerror or "cannot be made") from error
    return path


def vault_folder(settings: Settings) -> Path:
    """Return the folder of this user's vault and identity (0700), of which git takes nothing, wherever it may stand."""
    folder = private_folder(settings.vault_dir)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def age_of(settings: Settings) -> Age:
    """Return this user's age identity; nothing is read before it is used."""
    from memsync.edges.seal import Age

    return Age(settings.identity, folder=lambda: vault_folder(settings))


def folder_name(root: Path) -> str:
    """Return the name of a store's state and cache folders: 16 hex digits of the hash of its real path."""
    return hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:16]


class Parts:
    """The edges of one store. Nothing is opened, and nothing imported, before it is asked for."""

    def __init__(self, root: Path, *, settings: Settings, instance: str, private: bool = False) -> None:
        self.root = root
        self.settings = settings
        self.instance = instance
        self.private = private
        self.by_meaning = False  # set by who lives long: loading a model costs more than a question
        self.remembered: Remembered | None = None  # the same
        self.projects: dict[
            str, tuple[Project, Checkout]
        ] = {}  # seen from here, not written down yet; by folder
        self.known: tuple[object, tuple[Project, ...]] | None = (
            None  # the store's projects, and when they were
        )
        self.rules: tuple[object, int] | None = None  # what the gate decides by, and when that was
        self.authors: tuple[object, Authors] | None = None  # who wrote what, and the stamp of its file

    @cached_property
    def marker(self) -> Marker:
        """Return the store's id and salt. Raises NotAStore."""
        path = self.root / MARKER
        try:
            return parse_marker(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise NotAStore(str(self.root)) from None
        except BadInput as error:
            raise NotAStore(str(self.root), why=f"{MARKER} is broken: {error.problem}") from error
        except OSError as error:
            raise NotAStore(str(self.root), why=f"{MARKER} cannot be read: {error.strerror}") from error

    @cached_property
    def state_dir(self) -> Path:
        """Return the store's state folder on this machine (0700)."""
        return private_folder(private_folder(self.settings.state_dir) / "stores" / folder_name(self.root))

    @cached_property
    def cache_dir(self) -> Path:
        """Return the store's cache folder; it may be deleted at any time (0700)."""
        return private_folder(private_folder(self.settings.cache_dir) / folder_name(self.root))

    @cached_property
    def tree(self) -> MemoryTree:
        """Return the memory files."""
        from memsync.edges.tree import MemoryTree

        return MemoryTree(self.root, lock=self.state_dir / "write.lock", trash=self._trash())

    def _trash(self) -> Path:
        """Return where displaced files go: on the store's disk, where git does not look; a worktree's `.git` is a file."""
        git = self.root / ".git"
        return self.root / ".memsync" / ".trash" if git.is_file() else git / "memsync" / "trash"

    @cached_property
    def spans(self) -> SpanScanner:
        """Return memsync's own rules: quick, used before a file is written."""
        from memsync.edges.scanner import SpanScanner

        return SpanScanner(self.marker.key)

    @cached_property
    def scanner(self) -> FullScanner:
        """Return memsync's rules and detect-secrets': used on what is committed and sent."""
        from memsync.edges.scanner import FullScanner

        return FullScanner(self.marker.key)

    @cached_property
    def repo(self) -> GitRepo:
        """Return the store's git repository."""
        from memsync.edges.repo import GitRepo

        return GitRepo(self.root, http_hosts=self.settings.http_hosts)

    @cached_property
    def book(self) -> SyncBook:
        """Return what sync knows on this machine."""
        from memsync.edges.state import SyncBook

        return SyncBook(self.state_dir / "state.db")

    @cached_property
    def index(self) -> MemoryIndex:
        """Return the search index."""
        from memsync.edges.index import MemoryIndex

        return MemoryIndex(self.cache_dir / "index")

    @cached_property
    def meaning(self) -> Meaning | None:
        """Return what finds memories by meaning; None where its extra is not installed, or the settings turn it off."""
        from memsync.edges.meaning import Meaning, is_installed

        setting = self.settings.semantic
        if setting.startswith("ollama:"):
            setting = f"{self.settings.ollama_url}/{setting.removeprefix('ollama:')}"
        return Meaning(self.cache_dir / "meaning", setting) if is_installed(setting) else None

    @cached_property
    def looks(self) -> KeptLooks:
        """Return what is known of the folders questions come from."""
        from memsync.edges.checkout import KeptLooks

        return KeptLooks()

    @cached_property
    def sealing(self) -> RoomSealing:
        """Return what opens and closes sealed memories."""
        from memsync.core.seal import RECIPIENTS
        from memsync.store.sealing import RoomSealing

        return RoomSealing(
            age_of(self.settings),
            list_here=lambda: self.tree.read(RECIPIENTS),
            trust_file=self._trust_file,
            add=f"memsync vault recipient add{' --private' * self.private}",
        )

    @cached_property
    def usage(self) -> UsageFiles:
        """Return the record of what was recalled on this machine."""
        from memsync.edges.usage import UsageFiles

        return UsageFiles(self.state_dir / "usage")

    @cached_property
    def reviews(self) -> Reviews:
        """Return what a person said of memories they looked at again."""
        from memsync.edges.reviews import Reviews

        return Reviews(self.state_dir)

    def _trust_file(self) -> Path:
        """Return where it is kept whom this machine's owner agreed to, by the store's place: its id can come with a pull."""
        return private_folder(vault_folder(self.settings) / "trusted") / folder_name(self.root)

    def lock(self, name: str) -> Lock:
        """Return a lock of this store on this machine, by name."""
        from memsync.edges.lock import Lock

        return Lock(self.state_dir / f"{name}.lock")

    def allowances(self) -> Sequence[Allowance]:
        """Return the store's reviewed exceptions. Raises BadInput naming file and line."""
        from memsync.core.allowance import parse_allowances

        raw = self.tree.read(ALLOW_FILE)
        return parse_allowances(raw) if raw else ()

"""The vault, wired: one face for values outside git, wherever this user's settings keep them. It needs no store."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from memsync.core.vault import Place, check_name, check_value
from memsync.errors import NoSuchSecret, SecretFound
from memsync.store.parts import age_of, vault_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memsync.edges.settings import Settings
    from memsync.edges.vault.agefile import AgeFile
    from memsync.edges.vault.oskeyring import OsKeyring

_LOCK_WAIT = 30.0  # seconds for other programs that are changing the vault


class Keeper(Protocol):
    """A place that keeps values by name. Each method raises NoSuchSecret, VaultUnusable, VaultLocked, OutOfReach."""

    def names(self) -> tuple[str, ...]:
        """Return every name."""
        ...

    def get(self, name: str) -> str:
        """Return a value."""
        ...

    def keep(self, name: str, value: str) -> None:
        """Keep a value."""
        ...

    def remove(self, name: str) -> None:
        """Take a value away."""
        ...


class Vault:
    """Values by name, of this user and not of a store: a memory's `secret://NAME` means what each reader has under that name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def names(self) -> tuple[str, ...]:
        """Return the names of all values, sorted."""
        return tuple(sorted({name for keeper in self._keepers() for name in keeper.names()}))

    def get(self, name: str) -> str:
        """Return a value. Raises BadInput, NoSuchSecret, and what its keeper raises; never another value in its place."""
        return self._keeper_of(check_name(name)).get(check_name(name))

    def set(self, name: str, value: str) -> str:
        """Keep a value, in place of one of that name, and return where: `keyring`, `file` or `hashicorp`.

        Raises BadInput, SecretFound (the name looks like a value), and what the keeper raises.
        """
        checked = check_name(name)
        self._refuse_value_as_name(checked)
        check_value(value)
        try:
            keeper = self._keeper_of(checked)
        except NoSuchSecret:
            keeper = self._keepers()[0]
        keeper.keep(checked, value)
        return self._kind(keeper)

    def remove(self, name: str) -> None:
        """Take a value away. Raises BadInput, NoSuchSecret."""
        self._keeper_of(check_name(name)).remove(check_name(name))

    def _refuse_value_as_name(self, name: str) -> None:
        from memsync.edges.scanner import SpanScanner

        findings = SpanScanner(os.urandom(16)).scan(name)
        if findings:
            raise SecretFound(
                findings,
                hint="A name is readable by everyone. If this was the value itself, it is in your shell's history: rotate it.",
            )

    def _keeper_of(self, name: str) -> Keeper:
        """Return the keeper that has the name. Raises NoSuchSecret."""
        keepers = self._keepers()
        if len(keepers) == 1:
            return keepers[0]
        found = next((keeper for keeper in keepers if name in keeper.names()), None)
        if found is None:
            raise NoSuchSecret(name)
        return found

    def _keepers(self) -> tuple[Keeper, ...]:
        """Return the places that are looked in, the first of which takes new values."""
        match Place(self._settings.vault):
            case Place.KEYRING:
                return (self._keyring,)
            case Place.FILE:
                return (self._file,)
            case Place.HASHICORP:
                return (self._hashicorp,)
            case Place.AUTO:
                if self._keyring.is_trusted():
                    return (self._keyring, self._file)
                return (self._file, self._keyring)

    def _kind(self, keeper: Keeper) -> str:
        if keeper is self._file:
            return Place.FILE
        return Place.KEYRING if keeper is self._keyring else Place.HASHICORP

    @cached_property
    def _folder(self) -> Path:
        return vault_folder(self._settings)

    @cached_property
    def _file(self) -> AgeFile:
        from memsync.edges.vault.agefile import AgeFile

        return AgeFile(self._folder / "vault.age", cipher=age_of(self._settings), locked=self._locked)

    @cached_property
    def _keyring(self) -> OsKeyring:
        from memsync.edges.vault.oskeyring import OsKeyring

        return OsKeyring(self._folder / "keyring-names.json", locked=self._locked)

    @cached_property
    def _hashicorp(self) -> Keeper:
        from memsync.edges.vault.hashicorp import from_environment

        return from_environment(
            os.environ,
            home=Path.home(),
            path=self._settings.vault_path,
            plain=self._settings.http_hosts,
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from memsync.edges.lock import Lock

        lock = Lock(self._folder / "vault.lock")
        lock.acquire(wait=_LOCK_WAIT, name="memsync vault")
        try:
            yield
        finally:
            lock.release()

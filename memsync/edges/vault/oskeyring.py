"""The system's keyring, through `keyring`. Its names stand in a file beside it: no keyring can be asked for a list."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from typing import TYPE_CHECKING, Any, TypeVar

from memsync.edges.vault.bounded import TookTooLong, bounded
from memsync.errors import CannotWrite, NoSpace, NoSuchSecret, VaultLocked, VaultUnusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

T = TypeVar("T")

SERVICE = "memsync"
WHERE = "the system's keyring"
_TRUSTED = ("SecretService", "kwallet", "libsecret", "macOS", "Windows")
"""Backends of `keyring` itself that keep values closed; others (plain files among them) only where they are asked for by name."""

_PATIENCE = 30.0  # seconds: a person may be asked to unlock it
_UNLOCK = "Unlock it (log in to the desktop, or unlock the keyring there) and try again."


class OsKeyring:
    """Values in the system's keyring. `names_file` holds the names alone; a name stands there before its value is kept."""

    def __init__(
        self,
        names_file: Path,
        *,
        locked: Callable[[], AbstractContextManager[object]],
        patience: float = _PATIENCE,
    ) -> None:
        self._names_file = names_file
        self._locked = locked
        self._patience = patience

    def is_trusted(self) -> bool:
        """Whether there is a keyring here that may be used without being asked for by name."""
        try:
            backend = self._backend()
        except VaultUnusable:
            return False
        return all(_is_trusted(one) for one in getattr(backend, "backends", None) or [backend])

    def names(self) -> tuple[str, ...]:
        """Return the names of all values that were kept there, sorted. Raises VaultUnusable."""
        return tuple(sorted(self._known()))

    def get(self, name: str) -> str:
        """Return a value. Raises NoSuchSecret, VaultLocked, VaultUnusable."""
        backend = self._backend()
        value = self._asked(lambda: backend.get_password(SERVICE, name))
        if value is None:
            raise NoSuchSecret(name)
        return str(value)

    def keep(self, name: str, value: str) -> None:
        """Keep a value. Raises VaultLocked, VaultUnusable."""
        backend = self._backend()
        with self._locked():
            known = self._known()
            self._note(known | {name})
            try:
                self._asked(lambda: backend.set_password(SERVICE, name, value))
            except VaultLocked:
                self._note(known)
                raise

    def remove(self, name: str) -> None:
        """Take a value away. Raises NoSuchSecret, VaultLocked, VaultUnusable."""
        backend = self._backend()
        with self._locked():
            known = self._known()
            there = self._asked(lambda: backend.get_password(SERVICE, name)) is not None
            if there:
                self._asked(lambda: backend.delete_password(SERVICE, name))
            self._note(known - {name})
        if not there and name not in known:
            raise NoSuchSecret(name)

    # ---- the library ----

    def _backend(self) -> Any:
        """Return the backend that `keyring` chose here. Raises VaultUnusable where there is none."""
        try:
            import keyring  # noqa: PLC0415  # start-up is a feature
        except ImportError:
            raise VaultUnusable(
                WHERE, "the package keyring is not installed", hint="pip install 'memsync[keyring]'"
            ) from None
        try:
            backend = bounded(keyring.get_keyring, seconds=self._patience)
        except TookTooLong:
            raise VaultUnusable(WHERE, "does not answer") from None
        except (ImportError, AttributeError, TypeError, ValueError, RuntimeError, OSError) as error:
            raise VaultUnusable(
                WHERE,
                f"the package keyring can't be used ({type(error).__name__})",
                hint="PYTHON_KEYRING_BACKEND or keyringrc.cfg names its backend.",
            ) from None
        if type(backend).__module__ in ("keyring.backends.fail", "keyring.backends.null"):
            raise VaultUnusable(
                WHERE,
                "there is none in this session",
                hint="Use one from a desktop session, or the sealed file: memsync config set vault file",
            )
        return backend

    def _asked(self, call: Callable[[], T]) -> T:
        """Ask the keyring; what it says is told in memsync's words, and never what was asked for."""
        from keyring import errors  # noqa: PLC0415  # start-up is a feature

        try:
            return bounded(call, seconds=self._patience)
        except TookTooLong:
            raise VaultLocked(
                WHERE, f"has not answered for {self._patience:g} seconds", hint=_UNLOCK
            ) from None
        except errors.KeyringLocked:
            raise VaultLocked(WHERE, "is locked", hint=_UNLOCK) from None
        except (errors.KeyringError, OSError) as error:
            raise VaultLocked(WHERE, f"refuses ({type(error).__name__})", hint=_UNLOCK) from None

    # ---- the names ----

    def _known(self) -> set[str]:
        try:
            found = json.loads(self._names_file.read_bytes())
        except FileNotFoundError:
            return set()
        except (OSError, ValueError):
            raise VaultUnusable(
                str(self._names_file),
                "can't be read",
                hint="It lists names only; take it away and set the values again.",
            ) from None
        return {str(name) for name in found} if isinstance(found, list) else set()

    def _note(self, names: set[str]) -> None:
        temporary = self._names_file.with_name(f".{self._names_file.name}.new")
        try:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor, not a path
                json.dump(sorted(names), file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._names_file)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoSpace(str(self._names_file)) from None
            raise CannotWrite(str(self._names_file), error.strerror or "can't be written") from None


def _is_trusted(backend: object) -> bool:
    module = type(backend).__module__
    return module.startswith("keyring.backends.") and module.rsplit(".", 1)[-1] in _TRUSTED

"""The sealed file: every value of this user in one age file, mode 0600, replaced whole under a lock."""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import TYPE_CHECKING, Protocol

from memsync.errors import (
    CannotOpen,
    CannotSeal,
    CannotWrite,
    GuardHalted,
    NoSpace,
    NoSuchSecret,
    VaultUnusable,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

_LARGEST = 64 * 1024 * 1024  # bytes
_FORMAT = 1


class Cipher(Protocol):
    """What seals the file for this user's own identity."""

    def recipient(self) -> str:
        """Return the public key."""
        ...

    def seal(self, text: str, recipients: list[str]) -> str:
        """Return a text sealed. Raises CannotSeal."""
        ...

    def open(self, armored: str) -> str:
        """Return what is sealed. Raises CannotOpen."""
        ...


class AgeFile:
    """Values in an age file. `locked` gives the lock that excludes every other writer; readers need none."""

    def __init__(
        self, path: Path, *, cipher: Cipher, locked: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self._path = path
        self._cipher = cipher
        self._locked = locked

    def names(self) -> tuple[str, ...]:
        """Return the names of all values, sorted. Raises VaultUnusable, GuardHalted."""
        return tuple(sorted(self._read()))

    def get(self, name: str) -> str:
        """Return a value. Raises NoSuchSecret."""
        values = self._read()
        if name not in values:
            raise NoSuchSecret(name)
        return values[name]

    def keep(self, name: str, value: str) -> None:
        """Keep a value, in place of the one that has the name. Killed anywhere, the old file or the new one stands."""
        with self._locked():
            self._write({**self._read(), name: value})

    def remove(self, name: str) -> None:
        """Take a value away. Raises NoSuchSecret."""
        with self._locked():
            values = self._read()
            if values.pop(name, None) is None:
                raise NoSuchSecret(name)
            self._write(values)

    def _read(self) -> dict[str, str]:
        sealed = self._bytes()
        if sealed is None:
            return {}
        try:
            text = self._cipher.open(sealed.decode())
        except (CannotOpen, UnicodeDecodeError) as error:
            why = error.why if isinstance(error, CannotOpen) else "it is damaged"
            raise VaultUnusable(
                str(self._path),
                f"can't be opened: {why}",
                hint="Put back the identity it was sealed for, or the file from a backup; nothing was changed.",
            ) from None
        return self._parsed(text)

    def _parsed(self, text: str) -> dict[str, str]:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        values = found.get("values") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(values, dict):
            raise VaultUnusable(str(self._path), "holds something else than memsync's values")
        if found.get("format") != _FORMAT:
            raise VaultUnusable(
                str(self._path), "was written by another memsync", hint="Bring memsync up to date."
            )
        return {str(name): str(value) for name, value in values.items()}

    def _bytes(self) -> bytes | None:
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) & 0o077:
                    raise GuardHalted(
                        "vault-open",
                        f"{self._path}: others may read this vault (mode {stat.S_IMODE(status.st_mode):04o})",
                        hint=f"chmod 600 {self._path}",
                        path=str(self._path),
                    )
                return file.read(_LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise VaultUnusable(str(self._path), error.strerror or "can't be read") from None

    def _write(self, values: dict[str, str]) -> None:
        """Seal and put in place: a file of its own, fsynced, then renamed. Only under the lock."""
        text = json.dumps({"format": _FORMAT, "values": dict(sorted(values.items()))}, ensure_ascii=False)
        try:
            sealed = self._cipher.seal(text, [self._cipher.recipient()])
        except CannotSeal as error:
            raise VaultUnusable(str(self._path), f"can't be sealed: {error.why}", hint=error.hint) from None
        temporary = self._path.with_name(
            f".{self._path.name}.new"
        )  # one name: what a killed writer left is reused
        try:
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
                file.write(sealed.encode())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoSpace(str(self._path)) from None
            raise CannotWrite(str(self._path), error.strerror or "can't be written") from None

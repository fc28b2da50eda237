"""Seal: age through pyrage. This machine's identity in a file of its owner's alone; texts closed for a list of public keys."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Any

from memsync.errors import CannotOpen, CannotSeal, CannotWrite, GuardHalted, NoSpace, VaultUnusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_LARGEST = 256 * 1024  # bytes of an identity file
_NO_KEY = "No matching keys found"  # pyrage tells this from damage by its words alone
_MISSING = "pip install pyrage"


class Age:
    """Closes and opens texts with age. Nothing is read, and pyrage not imported, before it is needed.

    `folder()` makes the folder of a new identity ready for it.
    """

    def __init__(self, identity: Path, *, folder: Callable[[], object] = lambda: None) -> None:
        self._path = identity
        self._folder = folder

    @property
    def has_identity(self) -> bool:
        """Whether this machine has an identity."""
        return self._path.exists()

    def recipient(self) -> str:
        """Return this machine's public key; the first call makes the identity, in a file with mode 0600.

        Raises VaultUnusable, GuardHalted (others may read the file), CannotWrite.
        """
        if not self.has_identity:
            self._make()
        age, lines = _pyrage(), self._lines()
        secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
        try:
            if secret:
                return str(age.x25519.Identity.from_str(secret).to_public())
        except age.IdentityError as error:
            raise VaultUnusable(str(self._path), f"is no identity ({_said(error)})") from None
        public = self._path.with_name(f"{self._path.name}.pub")
        if public.is_file():
            return " ".join(public.read_text(encoding="utf-8").split()[:2])
        raise VaultUnusable(
            str(self._path), "does not say its public key", hint="Put the public key beside it, as NAME.pub."
        )

    def seal(self, text: str, recipients: Iterable[str]) -> str:
        """Return a text as an armored age file for these public keys. Raises CannotSeal."""
        try:
            age = _pyrage()
        except VaultUnusable as error:
            raise CannotSeal(error.why, hint=error.hint) from None
        try:
            keys = [_recipient(age, key) for key in recipients]
            return str(age.encrypt(text.encode(), keys, armored=True).decode())
        except (age.RecipientError, age.EncryptError) as error:
            raise CannotSeal(f"a recipient can't be used ({_said(error)})") from None

    def open(self, armored: str) -> str:
        """Return what an age file holds. Raises CannotOpen: no identity here, sealed for others, or damaged."""
        try:
            return self._opened(armored.encode()).decode()
        except UnicodeDecodeError:
            raise CannotOpen("what is in it is no text") from None

    def _opened(self, sealed: bytes) -> bytes:
        if not self.has_identity:
            raise CannotOpen(
                "it is sealed for others, and this machine has no identity yet",
                hint="`memsync vault recipient add` makes one; then somebody who can open it seals it for you too.",
            )
        try:
            age = _pyrage()
            identities = self._identities(age)
        except VaultUnusable as error:
            raise CannotOpen(str(error), hint=error.hint) from None
        try:
            return bytes(age.decrypt(sealed, identities))
        except age.DecryptError as error:
            if str(error) == _NO_KEY:
                raise CannotOpen(
                    "it is sealed for others",
                    hint="Somebody who can open it adds you with `memsync vault recipient add`.",
                ) from None
            raise CannotOpen(f"it is damaged ({_said(error)})") from None

    # ---- the identity ----

    def _make(self) -> None:
        identity = _pyrage().x25519.Identity.generate()
        text = f"# public key: {identity.to_public()}\n{identity}\n"
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        self._folder()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_new(temporary, text.encode())
            try:
                os.link(temporary, self._path)  # whoever was quicker has made the one there is
            except FileExistsError:
                return
            finally:
                temporary.unlink()
            _sync_folder(self._path.parent)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoSpace(str(self._path)) from None
            raise CannotWrite(str(self._path), error.strerror or "cannot be made") from None

    def _lines(self) -> list[str]:
        try:
            with self._path.open("rb") as file:
                self._refuse_others(os.fstat(file.fileno()))
                return [line.strip() for line in file.read(_LARGEST).decode("utf-8", "replace").splitlines()]
        except OSError as error:
            raise VaultUnusable(str(self._path), error.strerror or "cannot be read") from None

    def _refuse_others(self, status: os.stat_result) -> None:
        """Refuse an identity that others may read, as ssh does: it may be known to them already."""
        if status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) & 0o077:
            raise GuardHalted(
                "identity-open",
                f"{self._path}: others may read this identity (mode {stat.S_IMODE(status.st_mode):04o})",
                hint=f"chmod 600 {self._path}; if anybody may have read it, make another and seal again.",
                path=str(self._path),
            )

    def _identities(self, age: Any) -> list[Any]:
        lines = self._lines()
        try:
            if any(line.startswith("-----BEGIN") for line in lines):
                return [age.ssh.Identity.from_buffer("\n".join([*lines, ""]).encode())]
            found = [
                age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")
            ]
        except age.IdentityError as error:
            raise VaultUnusable(str(self._path), f"is no identity ({_said(error)})") from None
        if not found:
            raise VaultUnusable(str(self._path), "has no identity in it")
        return found


def _pyrage() -> Any:
    """Import pyrage where it is used. Raises VaultUnusable where it is missing."""
    try:
        import pyrage  # noqa: PLC0415  # start-up is a feature
    except ImportError:
        raise VaultUnusable("age", "pyrage is not installed", hint=_MISSING) from None
    return pyrage


def _recipient(age: Any, key: str) -> Any:
    return age.ssh.Recipient.from_str(key) if key.startswith("ssh-") else age.x25519.Recipient.from_str(key)


def _said(error: Exception) -> str:
    """Return what a library says in one short line; age's errors speak of forms and never of contents."""
    return " ".join(str(error).split())[:120]


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

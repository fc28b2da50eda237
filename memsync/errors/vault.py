"""What can go wrong with secret values and sealed memories."""

from __future__ import annotations

from memsync.errors.base import Busy, MemsyncError


class NoSuchSecret(MemsyncError):
    """The vault has no value of this name."""

    exit_code = 1
    kind = "no-such-secret"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the vault has no value called {name!r}", hint="`memsync vault list` shows the names.", name=name
        )
        self.name = name


class VaultUnusable(MemsyncError):
    """A vault can't be used as it stands: damaged, of another identity, or what it needs is not installed."""

    exit_code = 2
    kind = "vault-unusable"

    def __init__(self, where: str, why: str, *, hint: str = "") -> None:
        super().__init__(f"{where}: {why}", hint=hint, where=where, why=why)
        self.where = where
        self.why = why


class CannotSeal(MemsyncError):
    """A sensitive text can't be encrypted, so it is not stored. There is no fallback to plain text."""

    exit_code = 2
    kind = "cannot-seal"

    def __init__(self, why: str, *, hint: str = "") -> None:
        super().__init__(f"it can't be sealed, so nothing was stored: {why}", hint=hint, why=why)
        self.why = why


class CannotOpen(MemsyncError):
    """A sealed text can't be opened on this machine. `why` says whether it is sealed for others, or damaged."""

    exit_code = 2
    kind = "sealed"

    def __init__(self, why: str, *, hint: str = "") -> None:
        super().__init__(f"it can't be opened here: {why}", hint=hint, why=why)
        self.why = why


class VaultLocked(Busy):
    """A vault is there and can't be asked now: locked, or nobody answers."""

    kind = "vault-locked"

    def __init__(self, where: str, why: str, *, hint: str) -> None:
        super().__init__(f"{where}: {why}", hint=hint)
        self.facts.update(where=where, why=why)
        self.why = why

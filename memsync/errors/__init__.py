"""What can go wrong, as classes that carry data, a hint and an exit code.

A door shows an error with `str()` (what and why) and its `hint` (what next), or with `to_json()`.
No error ever holds or prints a secret's text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsync.errors.base import Busy, MemsyncError
from memsync.errors.vault import CannotOpen, CannotSeal, NoSuchSecret, VaultLocked, VaultUnusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# ---- exit 1: nothing matched -------------------------------------------------------------------


class NoSuchMemory(MemsyncError):
    """No memory has this name (key, id, id prefix or path)."""

    exit_code = 1
    kind = "no-such-memory"

    def __init__(self, name: str, *, near: Sequence[str] = ()) -> None:
        nearest = f"Did you mean {', '.join(near)}?" if near else "`memsync list` shows all names."
        super().__init__(f"no memory is called {name!r}", hint=nearest, name=name, near=list(near))
        self.name = name
        self.near = tuple(near)


# ---- exit 2: bad input, usage or surroundings ---------------------------------------------------


class BadInput(MemsyncError):
    """A value was given that memsync can't take. `field` names it as the user wrote it."""

    exit_code = 2
    kind = "bad-input"

    def __init__(self, field: str, problem: str, *, hint: str = "") -> None:
        super().__init__(f"{field}: {problem}", hint=hint, field=field, problem=problem)
        self.field = field
        self.problem = problem


class AmbiguousName(MemsyncError):
    """More than one memory has this name; `paths` lists them, relative to their store."""

    exit_code = 2
    kind = "ambiguous-name"

    def __init__(self, name: str, paths: Sequence[str]) -> None:
        shown = ", ".join(paths[:8]) + (" …" if len(paths) > 8 else "")
        super().__init__(
            f"{name!r} names {len(paths)} memories: {shown}",
            hint="Name one by its path or its id.",
            name=name,
            paths=list(paths),
        )
        self.name = name
        self.paths = tuple(paths)


class InvalidMemory(MemsyncError):
    """A memory file can't be changed as asked, because of how it is written. The file is untouched."""

    exit_code = 2
    kind = "invalid-memory"

    def __init__(self, path: str, problems: Iterable[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(
            f"{path}: {'; '.join(self.problems)}",
            hint="Mend the file with an editor; nothing was changed.",
            path=path,
            problems=list(self.problems),
        )


class NotAStore(MemsyncError):
    """The folder is no memsync store, or there is none yet."""

    exit_code = 2
    kind = "not-a-store"

    def __init__(self, path: str, *, why: str = "there is no memory store here") -> None:
        super().__init__(
            f"{path}: {why}", hint="`memsync init` makes one; `memsync join URL` fetches yours.", path=path
        )
        self.path = path


class BadSettings(MemsyncError):
    """The settings file or a MEMSYNC_ variable can't be used; all problems at once."""

    exit_code = 2
    kind = "bad-settings"

    def __init__(self, path: str, problems: Iterable[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(
            f"{path}: {'; '.join(self.problems)}",
            hint="Edit it, or use `memsync config set`.",
            path=path,
            problems=list(self.problems),
        )


class GitUnusable(MemsyncError):
    """git is missing, too old, or refuses to work here. `why` says which."""

    exit_code = 2
    kind = "git-unusable"

    def __init__(self, why: str, *, hint: str = "Install git 2.30 or newer.") -> None:
        super().__init__(f"git: {why}", hint=hint, why=why)
        self.why = why


class CannotWrite(MemsyncError):
    """A file or folder can't be written and trying again won't help (permission, read-only)."""

    exit_code = 2
    kind = "cannot-write"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"{path}: {why}", hint="Nothing was stored. Check who may write there.", path=path, why=why
        )
        self.path = path
        self.why = why


# ---- exit 3: a secret ---------------------------------------------------------------------------


class SecretFound(MemsyncError):
    """The gate found a secret; nothing was stored. `findings` are core.gate.Finding: no secret text."""

    exit_code = 3
    kind = "secret-found"

    def __init__(self, findings: Sequence[Any], *, hint: str = "") -> None:
        self.findings = tuple(findings)
        where = "; ".join(
            f"{f.rule} at line {f.line}" + (f" of {f.path}" if f.path else "") for f in self.findings[:5]
        )
        more = f" and {len(self.findings) - 5} more" if len(self.findings) > 5 else ""
        super().__init__(
            f"a secret was found, nothing was stored: {where}{more}",
            hint=hint or "Take it out, or use --on-secret redact. If it was ever real and shared, rotate it.",
            findings=[f.to_json() for f in self.findings],
        )


class Withheld(MemsyncError):
    """A memory holds a secret, so no assistant is shown it until a person has looked. `findings`: no secret text."""

    exit_code = 3
    kind = "withheld"

    def __init__(self, path: str, findings: Sequence[Any]) -> None:
        self.path = path
        self.findings = tuple(findings)
        rules = ", ".join(sorted({f.rule for f in self.findings}))
        super().__init__(
            f"{path} holds what looks like a secret ({rules}), so it is not shown",
            hint="A person must look: in a terminal, `memsync show` it, then take it out, or `memsync allow` it.",
            path=path,
            findings=[f.to_json() for f in self.findings],
        )


# ---- exit 4: a guard needs a person -------------------------------------------------------------


class GuardHalted(MemsyncError):
    """A guard stopped something that may destroy or publish memories; a person must decide."""

    exit_code = 4
    kind = "guard-halted"

    def __init__(self, guard: str, message: str, *, hint: str, **facts: Any) -> None:
        super().__init__(message, hint=hint, guard=guard, **facts)
        self.guard = guard


# ---- exit 5: the remote refused -----------------------------------------------------------------


class RemoteRefused(MemsyncError):
    """The remote said no for good (authentication, permission, not found, policy)."""

    exit_code = 5
    kind = "remote-refused"

    def __init__(self, url: str, reason: str, *, hint: str = "") -> None:
        super().__init__(
            f"{url}: {reason}",
            hint=hint or "Check the address and your rights; `memsync status` keeps the reason.",
            url=url,
            reason=reason,
        )
        self.url = url
        self.reason = reason


# ---- exit 75: busy or out of reach for now ------------------------------------------------------


class OutOfReach(Busy):
    """The remote could not be reached and this command can't do without it."""

    kind = "out-of-reach"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} could not be reached: {reason}", hint="Check the network and try again.")
        self.facts.update(url=url, reason=reason)


class NoSpace(Busy):
    """The disk (or a quota) is full; nothing was stored, nothing was harmed."""

    kind = "no-space"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: no space left on the device", hint="Free some space and try again; nothing was stored."
        )
        self.facts.update(path=path)


# ---- exit 70: bugs ------------------------------------------------------------------------------


class GateShut(MemsyncError):
    """The scanner itself failed, so nothing may pass. Never holds the text that was scanned."""

    exit_code = 70
    kind = "gate-shut"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the secret scanner failed, so nothing was stored: {why}",
            hint="`memsync doctor` tests the scanner; please report this.",
        )


class NoModel(MemsyncError):
    """A model for meanings can't be had: not there, broken, or it does not answer. Recall goes by the words alone."""

    exit_code = 2
    kind = "no-model"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"no meanings from {name}: {why}", hint="`memsync config get semantic` names the model."
        )
        self.name = name
        self.why = why


class IndexLost(MemsyncError):
    """The index can't be read: missing, damaged, or replaced while it was read. Recall looks at the files instead."""

    kind = "index-lost"

    def __init__(self, why: str) -> None:
        super().__init__(f"the index can't be read: {why}", hint="It is rebuilt by itself; nothing is lost.")
        self.why = why


__all__ = [
    "AmbiguousName",
    "BadInput",
    "BadSettings",
    "Busy",
    "CannotOpen",
    "CannotSeal",
    "CannotWrite",
    "GateShut",
    "GitUnusable",
    "GuardHalted",
    "IndexLost",
    "InvalidMemory",
    "MemsyncError",
    "NoModel",
    "NoSpace",
    "NoSuchMemory",
    "NoSuchSecret",
    "NotAStore",
    "OutOfReach",
    "RemoteRefused",
    "SecretFound",
    "VaultLocked",
    "VaultUnusable",
    "Withheld",
]

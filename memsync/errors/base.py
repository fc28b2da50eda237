"""What every error of memsync is, and the one that says: try again."""

from __future__ import annotations

from typing import Any, ClassVar


class MemsyncError(Exception):
    """Base of everything memsync raises on purpose."""

    exit_code: ClassVar[int] = 70
    kind: ClassVar[str] = "bug"

    def __init__(self, message: str, *, hint: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.hint = hint
        self.facts = facts

    def to_json(self) -> dict[str, Any]:
        """Return `{"kind", "message", "hint", "exit_code", …facts}`; every fact is a JSON value."""
        return {
            **self.facts,
            "kind": self.kind,
            "message": str(self),
            "hint": self.hint,
            "exit_code": self.exit_code,
        }


class Busy(MemsyncError):
    """Somebody else holds what is needed, or it did not end in time. Try again."""

    exit_code = 75
    kind = "busy"

    def __init__(self, what: str, *, hint: str = "Try again in a moment.") -> None:
        super().__init__(what, hint=hint)

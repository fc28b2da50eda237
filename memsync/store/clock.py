"""The clock and the dice: the store and the doors are the only ones to ask them."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # this is where the clock is read


def new_id() -> str:
    """Return a new memory's id."""
    import secrets
    import time

    from memsync.core.ulid import make_ulid

    return make_ulid(time.time_ns() // 1_000_000, secrets.token_bytes(10))

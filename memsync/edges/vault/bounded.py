"""Bounded: a call to a library that may wait for ever (a prompt nobody sees, a server that drips), ended by the clock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class TookTooLong(Exception):
    """The call had not ended in time. It goes on in a thread that does not keep the program alive."""


def bounded(call: Callable[[], T], *, seconds: float) -> T:
    """Return what the call returns, or raise what it raises, within `seconds`; else TookTooLong."""
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised again where it was called
            errors.append(error)

    thread = threading.Thread(target=work, name="memsync-vault", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TookTooLong
    if errors:
        raise errors[0]
    return results[0]

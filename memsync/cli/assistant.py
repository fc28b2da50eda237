"""An assistant's hook where nobody is resident: settings, then the store, in this process."""

from __future__ import annotations

import gc
import os
import sys


def directly(event: str, payload: bytes, *, store: str | None = None) -> bytes:
    """Return what the hook prints; `store` is the one a command line named. Never raises: what is wrong with the settings is one line on stderr."""
    gc.disable()  # one answer and the end: there is no garbage that is worth a look
    try:
        return _told(event, payload, store)
    finally:
        gc.enable()


def _told(event: str, payload: bytes, store: str | None) -> bytes:
    from memsync.edges.settings import load
    from memsync.errors import MemsyncError
    from memsync.store.hooks import assistant_hook

    try:
        settings = load(store=store)
    except MemsyncError as error:
        print(f"memsync: {error} {error.hint}", file=sys.stderr)  # noqa: T201  # talk, for the user
        return b""
    return assistant_hook(event, payload, environ=os.environ, settings=settings)

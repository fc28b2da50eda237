"""Whoosh without what it imports and never uses here: an HTTP client and asyncio, a third of what a question takes to start."""

from __future__ import annotations

import functools
import sys
import threading
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# module → the one name that whoosh takes from it: a download that only its own tests do, and a backport of functools.
_STAND_INS = {"urllib.request": "urlretrieve", "cached_property": "cached_property"}


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import whoosh within this. With several threads nothing is stood in for: another might import the real one just then."""
    if threading.active_count() > 1:
        yield
        return
    names = [name for name in _STAND_INS if name not in sys.modules]
    for name in names:
        module = ModuleType(name)
        setattr(module, _STAND_INS[name], functools.cached_property)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]

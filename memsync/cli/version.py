"""Which memsync this is."""

from __future__ import annotations


def version() -> str:
    """Return the installed version, as `pip show memsync` gives it; `unknown` where it was never installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("memsync")
    except PackageNotFoundError:
        return "unknown"

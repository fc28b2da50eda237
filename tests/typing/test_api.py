"""The public names have types, and each is there."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import memsync


def test_the_example_passes_the_type_checker():
    """What the documentation shows is accepted by mypy --strict."""
    example = pathlib.Path(__file__).with_name("api.py")

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(example)],
        cwd=example.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.splitlines()[-1:]) == (
        0,
        ["Success: no issues found in 1 source file"],
    )


def test_every_public_name_is_there():
    """Each name of `__all__` can be imported, in alphabetical order."""
    assert [name for name in memsync.__all__ if getattr(memsync, name) is None] == []
    assert sorted(memsync.__all__) == memsync.__all__


def test_importing_memsync_imports_nothing_heavy():
    """`import memsync` costs nothing but itself."""
    code = "import sys, memsync; print([m for m in ('yaml', 'git', 'whoosh', 'mcp', 'click', 'memsync.store') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

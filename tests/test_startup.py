"""Start-up is a feature: what a command imports is what it needs. Looked up in `sys.modules` of a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pathlib

HEAVY = {
    "git",
    "mcp",
    "whoosh",
    "detect_secrets",
    "click",
    "rich",
    "watchdog",
    "asyncio",
    "tomlkit",
    "pyrage",
    "keyring",
    "hvac",
    "requests",
    "numpy",
    "tokenizers",
}
_CALL = """
import io, json, os, sys
out, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO())
err, sys.stderr = sys.stderr, io.TextIOWrapper(io.BytesIO())
from memsync.__main__ import main
code = main(sys.argv[1:])
json.dump({"code": code, "modules": sorted({name.split(".")[0] for name in sys.modules})}, out)
"""


def imports_of(*argv: str, cwd: pathlib.Path) -> tuple[int, set[str]]:
    """Run a command in a process of its own; return its exit code and which heavy packages it imported."""
    done = subprocess.run(
        [sys.executable, "-c", _CALL, *argv],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    return told["code"], HEAVY & set(told["modules"])


@pytest.fixture
def store(home):
    """Make a store with one memory, in which the index is built."""
    for argv in (["init"], ["remember", "We use pnpm, not npm", "--key", "pnpm"], ["recall", "pnpm"]):
        code, _ = imports_of(*argv, cwd=home)
        assert code == 0
    return home


def test_the_version_imports_nothing_heavy(home):
    """`memsync --version` needs none of the libraries."""
    assert (0, set()) == imports_of("--version", cwd=home)


@pytest.mark.parametrize("event", ["post-merge", "no-such-hook"])
def test_a_hook_imports_nothing_heavy(home, event):
    """`memsync hook` starts without click, git, mcp, whoosh and detect-secrets."""
    _, heavy = imports_of("hook", event, cwd=home)

    assert set() == heavy


@pytest.mark.parametrize("argv", [["--help"], ["completion", "bash"]])
def test_help_and_completion_import_click_alone(home, argv):
    """The help's list of commands and the completion script come from the table."""
    assert (0, {"click"}) == imports_of(*argv, cwd=home)


def test_completing_a_name_imports_click_alone(home, monkeypatch):
    """Completing a command's name imports no command."""
    monkeypatch.setenv("_MEMSYNC_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "memsync re")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert (0, {"click"}) == imports_of(cwd=home)


@pytest.mark.system
def test_recall_imports_no_git_no_scanner_no_mcp(store):
    """`memsync recall` imports neither mcp nor git nor detect-secrets."""
    code, heavy = imports_of("recall", "pnpm", cwd=store)

    assert (0, set()) == (
        code,
        heavy
        & {"mcp", "git", "detect_secrets", "rich", "watchdog", "asyncio", "tomlkit", "numpy", "tokenizers"},
    )


@pytest.mark.system
def test_remember_imports_no_index_no_git_no_mcp(store):
    """`memsync remember` imports click alone of the heavy ones."""
    assert (0, {"click"}) == imports_of("remember", "Tabs, not spaces", cwd=store)

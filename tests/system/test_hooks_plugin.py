"""The plugin's own files: they name what there is, and its starter finds memsync however it was installed."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from memsync.core.hooks.call import find_event
from memsync.core.hooks.reply import READS, permission
from memsync.edges.door.client import VERSION

pytestmark = pytest.mark.system

ROOT = pathlib.Path(__file__).parent.parent.parent
STARTER = ROOT / "hooks/memsync-hook"
PLUGIN = json.loads((ROOT / ".claude-plugin/plugin.json").read_text())
HOOKS = json.loads((ROOT / "hooks/hooks.json").read_text())["hooks"]


def start(*words, path, **environ):
    return subprocess.run(
        [str(STARTER), *words], input=b"{}", env={"HOME": os.environ["HOME"], "PATH": path, **environ}, capture_output=True, check=False, timeout=60
    )  # fmt: skip


def plant(folder):
    """Put a program called memsync there that says how it was called."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memsync").write_text('#!/bin/sh\necho "$0 $*"\n')
    (folder / "memsync").chmod(0o755)
    return f"{folder}/memsync"


@pytest.fixture
def tools(tmp_path):
    """A PATH with what a shell script needs, and no memsync."""
    if any(pathlib.Path(f, "memsync").exists() for f in ("/opt/homebrew/bin", "/usr/local/bin")):
        pytest.skip("this machine has a memsync in a folder that the starter looks into")
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "cat"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    return tmp_path / "bin"


def test_the_plugin_is_of_this_version():
    """A release that forgets it would be shown as the old one."""
    assert VERSION == PLUGIN["version"]


def test_the_marketplace_offers_the_plugin():
    """From its own folder."""
    (offered,) = json.loads((ROOT / ".claude-plugin/marketplace.json").read_text())["plugins"]

    assert (PLUGIN["name"], "./") == (offered["name"], offered["source"])


@pytest.mark.parametrize("event", HOOKS)
def test_every_hook_is_an_event_that_is_answered(event):
    """And is called by its own name, within a few seconds."""
    (entry,) = HOOKS[event]
    (hook,) = entry["hooks"]

    assert (True, f'"${{CLAUDE_PLUGIN_ROOT}}/hooks/memsync-hook" {event}', True) == (
        bool(find_event(event)),
        hook["command"],
        hook["timeout"] <= 10,
    )


def test_the_permission_hook_is_asked_for_memsyncs_tools_only():
    """Its matcher is the server's own prefix."""
    assert "mcp__plugin_memsync_memsync__memory_.*" == HOOKS["PermissionRequest"][0]["matcher"]


@pytest.mark.parametrize("skill", ["remember", "recall"])
def test_a_skill_says_when_it_is_to_be_used(skill):
    """By name and description, as clients read them; and it names only tools there are."""
    text = (ROOT / "skills" / skill / "SKILL.md").read_text()
    tools = {
        word
        for word in text.replace("`", " ").replace(",", " ").replace(":", " ").split()
        if word.startswith("memory_")
    }

    assert text.startswith(f"---\nname: {skill}\ndescription: ")
    assert tools <= {*READS, "memory_store", "memory_update", "memory_delete"}
    assert "$ARGUMENTS" in text


@pytest.mark.parametrize(
    "place", ["on the path", "pipx or uv or pip --user", "PIPX_BIN_DIR", "UV_TOOL_BIN_DIR", "VIRTUAL_ENV"]
)
def test_memsync_is_found_where_installers_put_it(place, tools, home, tmp_path):
    """An assistant started from a desktop has a short PATH."""
    environ = {}
    match place:
        case "on the path":
            program = plant(tools)
        case "pipx or uv or pip --user":
            program = plant(home / ".local/bin")
        case "VIRTUAL_ENV":
            program = plant(tmp_path / "venv/bin")
            environ[place] = str(tmp_path / "venv")
        case _:
            program = plant(tmp_path / "elsewhere")
            environ[place] = str(tmp_path / "elsewhere")

    assert [f"{program} hook Stop\n", f"{program} mcp\n"] == [
        start(w, path=str(tools), **environ).stdout.decode() for w in ("Stop", "--mcp")
    ]


def test_memsync_is_found_as_a_module(tools):
    """Pip into a Python whose script folder is nowhere known."""
    (tools / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tools / "python3").chmod(0o755)
    ran = start("PermissionRequest", path=str(tools))

    assert (0, b"", b"") == (ran.returncode, ran.stdout, ran.stderr)


def test_a_missing_memsync_is_told_once_a_session(tools):
    """In the form Claude shows to the user; other events are silent; the server fails with the same advice."""
    begun, asked, served = (
        start("SessionStart", path=str(tools)),
        start("UserPromptSubmit", path=str(tools)),
        start("--mcp", path=str(tools)),
    )

    assert ("pipx install memsync" in json.loads(begun.stdout)["systemMessage"], (0, b"", b""), (1, True)) == (
        True, (asked.returncode, asked.stdout, asked.stderr), (served.returncode, b"pipx install memsync" in served.stderr)
    )  # fmt: skip


def test_no_tool_is_approved_by_accident():
    """The empty call of a hook that is tried by hand approves nothing."""
    from memsync.core.hooks.call import read_call

    assert b"" == permission(read_call("PermissionRequest", b"{}", environ={}), reads=True, writes=True)

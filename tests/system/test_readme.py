"""The README tells the truth: its first command works, and every memsync command in it exists."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import threading

import pytest

from clikit import forked

ROOT = pathlib.Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = sorted(
    {
        line.split("#")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("memsync ")
    }
    | set(re.findall(r"`(memsync [a-z][^`]*)`", README))
)


@pytest.mark.system
def test_the_demo_ends_with_the_memory_on_the_other_machine():
    """The README's first command remembers on A and recalls on B."""
    environment = os.environ | {"MEMSYNC_VENV": sys.prefix}

    done = subprocess.run(
        ["sh", "examples/demo.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    told = done.stdout.split("B$ memsync recall", 1)[-1]
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. We use React Query, not SWR: better types" in told


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_readme_exists(line):
    """What the README tells people to type is a command, with these options."""
    words = [w for w in shlex.split(line)[1:] if w != "COMMAND"]
    command = [w for w in words if not w.startswith("-")][:1]
    options = [w for w in words if w.startswith("--") and w != "--help"]

    done = forked([*command, "--help"])

    assert done.returncode == 0, done.stderr
    assert [o for o in options if o not in done.stdout.decode()] == []


def use_it():
    """Return the memsync lines of the README's second block of commands, without what is said beside them."""
    block = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[1]
    return [line.split("#")[0].strip() for line in block.splitlines() if line.startswith("memsync ")]


@pytest.mark.system
def test_the_commands_of_use_it_run(home):
    """What the README shows is done in its order, on a new machine with a remote: every command ends well."""
    remote = home / "memory.git"
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    for line in use_it():
        words = shlex.split(line.replace("git@example.com:me/memory.git", str(remote)))[1:]
        command = [sys.executable, "-P", "-m", "memsync", *words]
        if words == ["watch"]:
            with subprocess.Popen(command, cwd=home, stderr=subprocess.PIPE, text=True) as watching:
                pushed = wait_for(remote)
                watching.send_signal(signal.SIGINT)
                assert (pushed, watching.wait(30)) == (True, 0)
        else:
            done = subprocess.run(
                command, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stderr)
    assert (home / ".claude.json").is_file()


def wait_for(remote):
    """Return whether the remote gets the decision, in a minute or two."""
    for _ in range(300):
        told = subprocess.run(
            ["git", "-C", str(remote), "ls-tree", "-r", "--name-only", "main"],
            capture_output=True,
            text=True,
            check=False,
        )
        if "decision/" in told.stdout:
            return True
        threading.Event().wait(0.2)
    return False

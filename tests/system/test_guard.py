"""A child that waits for the network ends with memsync, also where memsync is killed and can say nothing any more."""

from __future__ import annotations

import os
import pathlib
import signal
import socket
import subprocess
import sys

import pytest

from bellkit import eventually
from memsync.edges.repo.guard import Guard
from synckit import machine

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not pathlib.Path("/proc/self/stat").exists(), reason="needs /proc"),
]


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def named(text: str) -> list[int]:
    """Return the living processes whose command line has a text, but for this one."""
    found = []
    for place in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text.encode() in place.read_bytes() and int(place.parent.name) != os.getpid():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return [pid for pid in found if alive(pid)]


@pytest.fixture
def black_hole():
    """A port of this machine that takes connections and never answers."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(16)
        yield hole.getsockname()[1]


def test_a_killed_memsync_leaves_no_git_behind(tmp_path, black_hole):
    """git, and the git-remote-http it started, are gone soon after a kill -9 of the program that fetched."""
    url = f"http://127.0.0.1:{black_hole}/{tmp_path.name}.git"
    place = machine(tmp_path / "m", url)
    words = [sys.executable, "-P", "-m", "memsync", "--store", str(place.root), "sync"]
    parent = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    hanging = eventually(lambda: len(named(url)) >= 2)  # git ls-remote and git-remote-http
    children = named(url)
    parent.kill()
    parent.wait()

    assert hanging
    assert eventually(lambda: not [pid for pid in children if alive(pid)])
    assert eventually(lambda: not named(url))


def test_a_stubborn_child_is_killed(tmp_path):
    """A child that does not listen to SIGTERM is killed two seconds later, and so is what it started."""
    code = (
        "import os, subprocess, sys, time; from memsync.edges.repo.guard import Guard\n"
        "with Guard() as guard:\n"
        "    child = subprocess.Popen(['sh', '-c', \"trap '' TERM; sleep 300 & echo $!; wait; wait\"], start_new_session=True)\n"
        "    guard.over(child.pid); print(child.pid, flush=True); time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait()

    assert eventually(lambda: not any(map(alive, pids)))
    parent.stdout.close()


def test_a_child_that_ended_is_left_alone():
    """Leaving the guard kills nobody: a group of the same number may be a stranger's by then."""
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    with Guard() as guard:
        guard.over(child.pid)
    left = alive(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()

    assert left


def test_a_guard_that_watches_nothing_ends():
    """Where the child could not be started, the shell is gone all the same."""
    with Guard() as guard:
        shell = guard._shell

    assert 0 == shell.returncode


def test_without_its_shell_the_child_runs_all_the_same():
    """Somebody who kills the guard stops no fetch."""
    with Guard() as guard:
        guard._shell.kill()
        guard._shell.wait()
        guard.over(os.getpid())

    assert alive(os.getpid())

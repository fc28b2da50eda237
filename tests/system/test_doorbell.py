"""The doorbell with real programs: what one machine learns another knows at once, and no bell is ever relied on."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from bellkit import UrlBell, Watching, eventually, stand_in_ssh, with_memsync_on_path
from clikit import forked
from memsync.store import listening
from synckit import bare, git, machine_at, machines

pytestmark = pytest.mark.system
HIDDEN = "tok" + "en" * 5


def waiting(repository, *more: str) -> subprocess.Popen[str]:
    """Start `memsync wait`."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "memsync", "wait", str(repository), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def push_something(repository, folder) -> None:
    """Push one empty commit from a clone."""
    if not folder.exists():
        git(repository.parent, "clone", "-q", str(repository), str(folder))
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    git(folder, "push", "-q", "origin", "HEAD:main")


# ---- memsync wait -------------------------------------------------------------------------------


def test_wait_says_ready_and_ring(tmp_path):
    """It says when it watches, then one word when a branch moved, and with --once it ends with 0."""
    remote = bare(tmp_path / "r.git")
    child = waiting(remote, "--once")
    first = child.stdout.readline()
    push_something(remote, tmp_path / "c")
    rest, errors = child.communicate(timeout=30)

    assert ("ready\n", "ring\n", "", 0) == (first, rest, errors, child.returncode)


def test_wait_ends_by_itself(tmp_path):
    """After its seconds it ends: with 0, and with --once and no ring with 1."""
    remote = bare(tmp_path / "r.git")
    ends = [waiting(remote, "--seconds", "0.3", *more) for more in ((), ("--once",))]

    assert [("ready\n", 0), ("ready\n", 1)] == [(c.communicate(timeout=30)[0], c.returncode) for c in ends]


def test_wait_reads_nothing_that_is_sent(tmp_path):
    """What the other side sends changes nothing, and neither does its ending that."""
    child = waiting(bare(tmp_path / "r.git"), "--seconds", "1")
    child.stdin.write("ring\n; touch pwned\n" * 100)

    assert ("ready\n", "") == child.communicate(timeout=30)


def test_packing_refs_rings_nobody(tmp_path):
    """What git only stores in another way is no news; the next push is, and so is a branch in a folder of its own."""
    remote = bare(tmp_path / "r.git")
    push_something(remote, tmp_path / "c")
    child = waiting(remote)
    said = [child.stdout.readline()]
    git(remote, "pack-refs", "--all")
    push_something(remote, tmp_path / "c")
    said.append(child.stdout.readline())
    git(tmp_path / "c", "push", "-q", "origin", "HEAD:refs/heads/deep/er")
    said.append(child.stdout.readline())
    child.terminate()
    rest, _ = child.communicate(timeout=30)

    assert (["ready\n", "ring\n", "ring\n"], "") == (said, rest)


def test_many_wait_at_one_repository(tmp_path):
    """Ten wait, one is killed, nine hear."""
    remote = bare(tmp_path / "r.git")
    children = [waiting(remote, "--once") for _ in range(10)]
    ready = [c.stdout.readline() for c in children]
    children[0].kill()
    push_something(remote, tmp_path / "c")
    heard = [c.communicate(timeout=60)[0] for c in children]

    assert ["ready\n"] * 10 == ready
    assert ["", *["ring\n"] * 9] == heard


def test_wait_for_no_repository(tmp_path):
    """A place with no repository is refused with 2, and says so."""
    child = waiting(tmp_path)
    _, errors = child.communicate(timeout=30)

    assert 2 == child.returncode
    assert "no git repository" in errors


def test_wait_ends_with_who_started_it(tmp_path):
    """Where the session that started it is gone, it ends by itself, though nobody says so."""
    remote = bare(tmp_path / "r.git")
    code = "import os, sys; os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, '-P', '-m', 'memsync', 'wait', sys.argv[1]])"
    code += "; sys.stdin.readline(); os._exit(0)"
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(remote)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    first = parent.stdout.readline()
    parent.communicate(
        "\n", timeout=30
    )  # its end closes the pipe only when `wait`, which has it too, has ended

    assert "ready\n" == first


# ---- a watching machine -------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path):
    made, _ = machines(tmp_path, 2)
    return made


def test_a_folder_rings(pair):
    """With the bell on, a remote that is a folder is heard at once."""
    a, b = pair
    with Watching(b, doorbell="on") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists, patience=10)


@pytest.fixture
def over_ssh(tmp_path, monkeypatch):
    """Two machines whose remote is reached over an ssh that stays on this machine."""
    (a, b), remote = machines(tmp_path, 2)
    ssh = stand_in_ssh(tmp_path / "ssh")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("PATH", with_memsync_on_path())
    for one in (a, b):
        one.parts.repo.set_remote(f"ssh://git@memory.example:2222{remote}")
        one.sync()
    return a, b, ssh, remote


def test_ssh_rings(over_ssh):
    """With the bell on and a remote over ssh, `memsync wait` there tells of a push at once."""
    a, b, ssh, remote = over_ssh
    with Watching(b, doorbell="on") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists, patience=10)
    asked = [line for line in (ssh.parent / "ssh.calls").read_text().splitlines() if "memsync wait" in line]
    assert [f"-p 2222 git@memory.example memsync wait {remote}"] == [line.split(" ", 1)[1] for line in asked]


def test_a_forced_command_rings(over_ssh):
    """Where the server does its own command whatever is asked, the bell rings all the same: lines are not read."""
    a, b, ssh, remote = over_ssh
    (ssh.parent / "ssh.forced").write_text(f"echo Welcome; memsync --json wait {remote}")
    with Watching(b, doorbell="ssh://bell@memory.example") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists, patience=10)


def test_a_server_without_memsync_costs_nothing(over_ssh):
    """Where the other side can't wait, syncing goes on, `status` is told why, and it is not asked again and again."""
    a, b, ssh, _ = over_ssh
    (ssh.parent / "ssh.forced").write_text("echo no such command >&2; exit 127")
    with Watching(b, doorbell="ssh://bell@memory.example/x", poll=0.3) as there:
        assert eventually(lambda: "no such command" in there.told())
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists)


def test_the_line_comes_back(over_ssh):
    """A line that broke is opened again, and what was pushed meanwhile is seen when it stands."""
    a, b, ssh, _ = over_ssh
    with Watching(b, doorbell="on") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
        line = next(x for x in (ssh.parent / "ssh.calls").read_text().splitlines() if "memsync wait" in x)
        os.kill(int(line.split()[0]), signal.SIGKILL)
        assert eventually(lambda: there.told() != listening.LISTENING)
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists)


def test_stopping_ends_the_line(over_ssh):
    """No ssh is left when the syncer has ended."""
    _, b, ssh, _ = over_ssh
    with Watching(b, doorbell="on") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
    pids = [int(line.split()[0]) for line in (ssh.parent / "ssh.calls").read_text().splitlines()]

    assert [] == [pid for pid in pids if runs(pid)]


def runs(pid):
    """Return whether a process is there and does something: a dead one may wait a while for the system to take it away."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---- a bell at a URL ----------------------------------------------------------------------------


@pytest.mark.parametrize("events", [False, True])
def test_a_url_rings_and_is_rung(pair, events):
    """Who pushes rings the URL, and who listens there pulls at once; lines of text and event streams both."""
    a, b = pair
    with UrlBell(events=events) as bell:
        url = f"http://127.0.0.1:{bell.port}/topic/raw"
        with Watching(b, doorbell=url) as there:
            assert eventually(lambda: there.told() == listening.LISTENING)
            a.write("global/fact/x.md", "hello\n")
            with Watching(a, doorbell=url):
                assert eventually((b.root / "global/fact/x.md").exists, patience=10)

    assert "POST /topic ring" in [line for line, _ in bell.asked]


def test_what_is_sent_to_a_url_tells_nothing(pair):
    """A ring holds one word: no name, path, host or id of the store; user and password travel in the header only."""
    a, _ = pair
    with UrlBell() as bell:
        room = machine_at(a.base, doorbell=f"http://me:{HIDDEN}@127.0.0.1:{bell.port}/topic").parts
        rang = listening.press(room)

    assert rang
    assert [("POST /topic ring", True)] == [
        (line, h["Authorization"].startswith("Basic ")) for line, h in bell.asked
    ]
    assert HIDDEN not in "".join(line for line, _ in bell.asked)


def test_a_bell_that_refuses_is_told_without_its_address(pair):
    """`status` says that the doorbell answers 403, and never where it is."""
    _, b = pair
    with (
        UrlBell(status=403) as bell,
        Watching(b, doorbell=f"http://u:{HIDDEN}@127.0.0.1:{bell.port}/{HIDDEN}") as there,
    ):
        assert eventually(there.told)
        said = there.told()

    assert "not listening: the doorbell answers 403" == said


def test_nobody_at_the_url_is_no_trouble(pair):
    """A bell that is out of reach stops neither capture nor push."""
    a, _ = pair
    with UrlBell() as bell:
        port = bell.port
    with Watching(a, doorbell=f"http://127.0.0.1:{port}/x"):
        a.write("global/fact/x.md", "hello\n")

        assert eventually(
            lambda: a.git("rev-parse", "main") == a.git("ls-remote", "origin", "main").split("\t")[0] + "\n"
        )


def test_another_hosts_plain_http_is_refused(pair):
    """A bell over plain http to another host is not used unless the settings name the host."""
    _, b = pair
    with Watching(b, doorbell="http://nas.example/x") as there:
        assert eventually(there.told)
        said = there.told()

    assert "plain http to nas.example" in said


# ---- settings -----------------------------------------------------------------------------------


def test_settings_never_show_the_address(home):
    """`config` tells that there is a doorbell and its host; a bad one is refused without being repeated."""

    def run(*words: str) -> str:
        done = forked(["config", *words])
        return (done.stdout + done.stderr).decode()

    url = f"https://me:{HIDDEN}@bell.example/{HIDDEN}"
    said = [
        run("set", "doorbell", url),
        run("list"),
        run("get", "doorbell"),
        run("set", "doorbell", f"gopher://{HIDDEN}"),
    ]

    assert [] == [text for text in said if HIDDEN in text]
    assert "https://bell.example/…" in said[2]
    assert "no doorbell" in said[3]


def test_the_signpost_holds_no_address():
    """What a resident writes down of its environment, for hooks to find it, leaves the doorbell out."""
    from memsync.edges.door.client import depends_on

    assert HIDDEN not in "".join(depends_on({"MEMSYNC_DOORBELL": f"https://h/{HIDDEN}", "HOME": "/h"}, "/c"))

"""The doorbell over a real sshd: a key that can do one thing, which is to hear that something moved."""

from __future__ import annotations

import getpass
import shlex
import subprocess
import sys

import pytest

from bellkit import Watching, eventually
from memsync.store import listening
from sshkit import new_key, real_sshd
from synckit import bare, machine

pytestmark = pytest.mark.system


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A bare repository behind sshd: one key for git, and one whose forced command is `memsync wait`."""
    place = tmp_path / "sshd"
    place.mkdir(mode=0o700)
    remote = bare(tmp_path / "remote.git")
    wait = shlex.join([sys.executable, "-P", "-m", "memsync", "wait", str(remote)])
    keys = f'{new_key(place / "git")}\nrestrict,command="{wait}" {new_key(place / "bell")}\n'
    with real_sshd(place, keys) as port:
        if not port:
            pytest.skip("no sshd that runs here")
        kind, text, *_ = (place / "host.pub").read_text().split()
        (place / "known").write_text(f"[127.0.0.1]:{port} {kind} {text}\n")
        (place / "config").write_text(
            f"Host *\n  HostName 127.0.0.1\n  HostKeyAlias [127.0.0.1]:{port}\n  Port {port}\n  User {getpass.getuser()}\n"
            f"  BatchMode yes\n  IdentitiesOnly yes\n  UserKnownHostsFile {place}/known\n"
            f"Host bell\n  IdentityFile {place}/bell\nHost git\n  IdentityFile {place}/git\n"
        )
        monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F {place}/config")
        yield f"ssh://git{remote}", place


def ssh(place, *words: str) -> list[str]:
    return ["ssh", "-F", str(place / "config"), *words]


def test_a_forced_command_tells_of_a_push(server, tmp_path):
    """What one machine pushes is on the other within seconds, though it asks its remote once an hour."""
    url, _ = server
    a, b = machine(tmp_path / "a", url), machine(tmp_path / "b", url)
    a.sync()
    b.sync()
    with Watching(b, doorbell="ssh://bell") as there:
        assert eventually(lambda: there.told() == listening.LISTENING)
        a.write("global/fact/x.md", "hello\n")
        a.sync()

        assert eventually((b.root / "global/fact/x.md").exists, patience=15)


def test_the_bells_key_opens_nothing_else(server, tmp_path):
    """Whatever is asked with that key, and whatever is sent, the answer is `ready` or nothing: no shell, no git, no file."""
    _, place = server
    asked = [
        ("bell", "touch", str(tmp_path / "pwned")),
        ("bell", f"git-upload-pack '{tmp_path}/remote.git'"),
        ("bell", "-s", "sftp"),
    ]
    said = []
    for words in asked:
        child = subprocess.Popen(
            ssh(place, *words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        child.stdin.write(b"$(touch pwned)\n0032want 0000\n" * 50)
        child.stdin.flush()
        said.append(child.stdout.readline())
        child.kill()
        child.communicate()

    assert [b"ready\n", b"ready\n", b""] == said
    assert not (tmp_path / "pwned").exists()


def test_a_line_that_was_cut_leaves_no_one_waiting(server):
    """When the client is gone, `memsync wait` on the server ends within moments."""
    _, place = server
    child = subprocess.Popen(ssh(place, "bell"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    first = child.stdout.readline()
    child.kill()
    child.communicate()

    def waiting() -> bool:
        told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        return any("memsync wait" in line and str(place.parent) in line for line in told.splitlines())

    assert b"ready\n" == first
    assert eventually(lambda: not waiting(), patience=40)

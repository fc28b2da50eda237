"""Remotes whose identity or sign-in is wrong: a certificate nobody signed, a changed host key, a refused key; and a real sshd."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from gitkit import bare_remote, git, git_server
from memsync.core.report import SyncState
from synckit import machine

pytestmark = pytest.mark.system


@pytest.fixture
def certified(tmp_path):
    """A git server over https whose certificate it has signed itself; and the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with git_server(tmp_path, tls=context) as served:
        yield served, cert


def test_a_certificate_nobody_signed(certified, tmp_path, monkeypatch):
    """It is a question of safety: both lanes stop, nothing is sent; once the user trusts the certificate, all goes."""
    server, cert = certified
    a = machine(tmp_path / "a", server.url())
    a.write("global/fact/x.md", "hello\n")

    refused = a.sync()
    again = len(server.requests)
    monkeypatch.setenv("GIT_SSL_CAINFO", str(cert))
    a.git("remote", "set-url", "origin", server.url("/remote.git").replace("127.0.0.1", "localhost"))
    trusted = a.sync()

    assert (SyncState.SUSPENDED, 2, 0) == (refused.state, refused.captured, again)
    assert {"suspended"} == {lane.state for lane in refused.lanes if lane.name != "capture"}
    assert SyncState.SYNCED == trusted.state


SAYS = {
    "changed": "@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nHost key verification failed.\nfatal: Could not read from remote repository.",
    "unknown": "Host key verification failed.\nfatal: Could not read from remote repository.",
    "denied": "git@example.invalid: Permission denied (publickey).\nfatal: Could not read from remote repository.",
    "closed": "ssh: connect to host example.invalid port 22: Connection refused\nfatal: Could not read from remote repository.",
    "lost": "Connection closed by 192.0.2.1 port 22\nfatal: Could not read from remote repository.",
    "unresolved": "ssh: Could not resolve hostname example.invalid: Name or service not known\nfatal: Could not read from remote repository.",
}


@pytest.mark.parametrize(
    ("words", "state"),
    [("changed", SyncState.SUSPENDED), ("unknown", SyncState.SUSPENDED), ("denied", SyncState.SUSPENDED),
     ("closed", SyncState.OFFLINE), ("lost", SyncState.OFFLINE), ("unresolved", SyncState.OFFLINE)],
)  # fmt: skip
def test_what_ssh_says(tmp_path, monkeypatch, words, state):
    """A stand-in for ssh says what ssh says: what may pass is offline, what may not is suspended and asked twice at most."""
    count, ssh = tmp_path / "count", tmp_path / "ssh"
    (tmp_path / "words").write_text(f"{SAYS[words]}\n")
    ssh.write_text(f"#!/bin/sh\necho x >> {count}\ncat {tmp_path}/words >&2\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    a = machine(tmp_path / "a", "git@example.invalid:memory.git")
    a.write("global/fact/x.md", "hello\n")

    report = a.sync()
    for _ in range(3):
        a.sync(asked=False)

    assert (state, 2) == (report.state, report.captured)  # the memory, and the store's own file
    if state is SyncState.SUSPENDED:
        assert len(count.read_text().splitlines()) <= 2


@pytest.fixture
def sshd(tmp_path, monkeypatch):
    """A real sshd on this machine that lets one key in; and what ssh is started with. `remote.git` is there."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no sshd here")
    place = tmp_path / "sshd"
    place.mkdir(mode=0o700)
    for name in ("host", "other", "me", "stranger"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place / name)], check=True)
    (place / "authorized").write_text((place / "me.pub").read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bare_remote(tmp_path / "remote.git")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    command = [program, "-D", "-e", "-f", os.devnull, "-p", str(port), "-h", str(place / "host"),
               "-o", f"AuthorizedKeysFile={place}/authorized", "-o", "StrictModes=no", "-o", "UsePAM=no",
               "-o", f"PidFile={place}/pid", "-o", "ListenAddress=127.0.0.1"]  # fmt: skip
    daemon = subprocess.Popen(command, stderr=(place / "log").open("w"))
    until = time.monotonic() + 10
    while time.monotonic() < until and "listening" not in (place / "log").read_text():
        time.sleep(0.02)
    if daemon.poll() is not None:
        pytest.skip("sshd does not run here")
    url = f"ssh://{getpass.getuser()}@127.0.0.1:{port}{tmp_path}/remote.git"

    def with_key(key: str, host: str = "host") -> None:
        kind, text, *_ = (place / f"{host}.pub").read_text().split()
        (place / f"known-{host}").write_text(f"[127.0.0.1]:{port} {kind} {text}\n")
        monkeypatch.setenv(
            "GIT_SSH_COMMAND",
            f"ssh -F none -oBatchMode=yes -oIdentitiesOnly=yes -i {place / key} -oUserKnownHostsFile={place}/known-{host}",
        )

    yield url, with_key
    daemon.terminate()
    daemon.wait()


def test_two_machines_over_a_real_ssh(sshd, tmp_path):
    """A store syncs over ssh with a key, as over a folder."""
    url, with_key = sshd
    with_key("me")
    a, b = machine(tmp_path / "a", url), machine(tmp_path / "b", url)
    a.write("global/fact/x.md", "hello\n")

    first, second = a.sync(), b.sync()

    assert (SyncState.SYNCED, SyncState.SYNCED) == (first.state, second.state)
    assert "hello\n" == b.read("global/fact/x.md")


def test_a_real_ssh_that_refuses(sshd, tmp_path):
    """A key that is not let in, and a host whose key has changed: suspended, with what ssh says; the right ones end it."""
    url, with_key = sshd
    a = machine(tmp_path / "a", url)
    a.write("global/fact/x.md", "hello\n")
    with_key("stranger")
    denied = a.sync()
    with_key("me", host="other")
    changed = a.sync()
    with_key("me")
    well = a.sync()

    assert [SyncState.SUSPENDED, SyncState.SUSPENDED, SyncState.SYNCED] == [
        denied.state,
        changed.state,
        well.state,
    ]
    assert "Permission denied" in denied.detail
    assert "verification failed" in changed.detail or "CHANGED" in changed.detail
    assert "1\n" == git(tmp_path / "remote.git", "rev-list", "--count", "main").decode()

"""`memsync serve`: real sockets, real clients of the SDK, in both eras of the protocol."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from clikit import forked

pytestmark = pytest.mark.system

KEY = "k" * 8 + "0123456789abcdef" * 2
STARTS_WITHIN = 60.0  # seconds; it takes one or two, a loaded machine more


def command(*words):
    """Return the words that run memsync."""
    return [sys.executable, "-P", "-m", "memsync", *words]


@pytest.fixture
def store(home):
    """Make a store with a global and a private memory; return its folder."""
    for words in (
        ["init"],
        ["remember", "The printer is called Bertha.", "--scope", "global", "--key", "printer"],
        ["remember", "My shoe size is 43.", "--scope", "private", "--key", "shoes"],
    ):
        forked(words, cwd=home).check_returncode()
    return home / "shared-memory"


@pytest.fixture
def key_file(tmp_path):
    """Return a file with the key that only its owner may read."""
    path = tmp_path / "serve.key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


@contextmanager
def served(*words):
    """Run `memsync serve` on a free port and give the port."""
    child = subprocess.Popen(command("serve", "--port", "0", *words), stderr=subprocess.PIPE, text=True)
    timer = threading.Timer(STARTS_WITHIN, child.kill)
    timer.start()
    try:
        line = child.stderr.readline()
        yield int(re.search(r":(\d+)/mcp", line)[1])
    finally:
        timer.cancel()
        child.send_signal(signal.SIGTERM)
        child.wait(20)
        child.stderr.close()


def ask(port, *, mode="auto", key="", call=("memory_recall", {"query": "printer"})):
    """Connect as a client, list the tools, call one, and return its text."""

    async def talk():
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with httpx2.AsyncClient(headers=headers, timeout=30) as wire:
            transport = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=wire)
            async with Client(transport, mode=mode) as client:
                assert len((await client.list_tools()).tools) == 6
                return (await client.call_tool(*call)).content[0].text

    return anyio.run(talk)


def get(port, path, *, host="127.0.0.1", method="GET", body=None, **headers):
    """Send one request and return its status, headers and body."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wire.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
        wire.putheader(name, value)
    raw = (body or "").encode()
    wire.putheader("Content-Length", str(len(raw)))
    wire.endheaders(raw)
    answer = wire.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_same_server(mode):
    """Over loopback the six tools answer in both eras, without a key."""
    with served() as port:
        assert "Bertha" in ask(port, mode=mode)


@pytest.mark.usefixtures("store")
def test_key(key_file):
    """With a key file nothing but /health is answered without the key, not even with a part of it."""
    with served("--key-file", str(key_file)) as port:
        assert "Bertha" in ask(port, key=KEY)
        for given in (
            {},
            {"Authorization": f"Bearer {KEY[:-1]}"},
            {"Authorization": KEY},
            {"Authorization": "Bearer "},
        ):
            status, headers, body = get(
                port, "/mcp", method="POST", body="{}", Content_Type="application/json", **given
            )
            assert status == 401
            assert headers["www-authenticate"].startswith("Bearer")
            assert "memory" not in body
        assert get(port, "/health")[::2] == (200, '{"status": "ok"}')


@pytest.mark.usefixtures("store")
def test_key_of_the_vault(home):
    """The key may stand in the vault; it is never on a command line."""
    forked(["vault", "set", "serve", "-"], stdin=KEY.encode(), cwd=home).check_returncode()
    with served("--vault-key", "serve") as port:
        assert "Bertha" in ask(port, key=KEY)
        assert get(port, "/mcp", method="POST", body="{}", Content_Type="application/json")[0] == 401


@pytest.mark.usefixtures("store")
def test_foreign_names():
    """A request under another Host, or from a web page elsewhere, is refused before anything is read."""
    body = '{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    told = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    with served() as port:
        assert get(port, "/mcp", method="POST", body=body, host="evil.example", **told)[0] == 421
        assert get(port, "/mcp", method="POST", body=body, Origin="http://evil.example", **told)[0] == 403


@pytest.mark.usefixtures("store")
def test_private_stays(key_file):
    """Beyond this machine private memories do not exist: they are neither found nor can one be stored."""
    there = ("--host", "0.0.0.0", "--name", "127.0.0.1", "--key-file", str(key_file))
    with served(*there) as port:
        assert "Nothing relevant" in ask(port, key=KEY, call=("memory_recall", {"query": "shoe size"}))
        told = ask(port, key=KEY, call=("memory_store", {"content": "my weight", "scope": "private"}))
        assert "not served" in told
        assert "Bertha" in ask(port, key=KEY)
    with served() as port:
        assert "43" in ask(port, call=("memory_recall", {"query": "shoe size"}))


@pytest.mark.usefixtures("store")
def test_stored_from_afar(home):
    """What another machine stores is a file here, with the client's name as its instance."""
    with served() as port:
        told = ask(
            port, call=("memory_store", {"content": "The scanner is called Otto.", "title": "Scanner"})
        )
    assert told.startswith("Stored ")
    shown = forked(["recall", "scanner", "--json"], cwd=home)
    assert b"Otto" in shown.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--host", "0.0.0.0"),
        ("--host", "192.0.2.1", "--name", "desk"),
        ("--key-file", "nowhere"),
        ("--name", "no name"),
    ],
)
def test_refused(home, words):
    """Without a key, with a key that is not there, or with a name that is none, it does not start: exit code 2."""
    ran = forked(["serve", *words], cwd=home)
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"memsync: ")


def test_open_key_file(home, key_file):
    """A key that others may read is no key."""
    key_file.chmod(0o644)
    ran = forked(["serve", "--key-file", str(key_file)], cwd=home)
    assert ran.returncode == 2
    assert b"others may read it" in ran.stderr
    assert KEY.encode() not in ran.stderr


def test_port_taken(home):
    """A port that somebody has is told plainly."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = forked(["serve", "--port", str(port)], cwd=home)
    assert ran.returncode == 2
    assert b"in use" in ran.stderr
    assert ran.stderr.splitlines()[1].startswith(b"next: ")

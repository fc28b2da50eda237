"""A HashiCorp Vault, as its HTTP API answers: recorded from OpenBao 2.7, served by a real server on loopback."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from memsync.edges.vault.hashicorp import Hashicorp, from_environment
from memsync.errors import BadInput, NoSuchSecret, OutOfReach, RemoteRefused, VaultUnusable

TOKEN = "hvs." + "t" * 24
READ = {
    "request_id": "5e5b5ec1-5b0c-1b1e-8f6e-6b8f0c1d2e3f", "lease_id": "", "renewable": False, "lease_duration": 0,
    "data": {"data": {"value": "zebra"}, "metadata": {"created_time": "2026-11-21T05:50:00Z", "custom_metadata": None,
             "deletion_time": "", "destroyed": False, "version": 1}},
    "wrap_info": None, "warnings": None, "auth": None,
}  # fmt: skip


class Api(BaseHTTPRequestHandler):
    """Answers as `server.answer` says; notes what was asked."""

    def log_message(self, *_: object) -> None: ...

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append(
            (self.command, self.path, self.rfile.read(length), self.headers.get("X-Vault-Token"))
        )
        status, body, drip = self.server.answer(self.command, self.path)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            for byte in [body[i : i + 1] for i in range(len(body))] if drip else [body]:
                self.wfile.write(byte)
                self.wfile.flush()
                self.server.stop.wait(0.2 if drip else 0)


for _verb in ("GET", "POST", "PUT", "DELETE", "LIST"):
    setattr(Api, f"do_{_verb}", Api._any)


@pytest.fixture
def api():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = True
    server.asked, server.stop = [], threading.Event()
    server.says = lambda status, shape, *, drip=False: setattr(
        server,
        "answer",
        lambda *_: (status, shape if isinstance(shape, bytes) else json.dumps(shape).encode(), drip),
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def vault(api):
    return Hashicorp(
        address=f"http://127.0.0.1:{api.server_port}", token=TOKEN, path="secret/memsync", patience=3
    )


def test_a_value_is_read_at_its_path_with_the_token(vault, api):
    """`secret/memsync` and the name stone make the path of the key-value store's version 2."""
    api.says(200, READ)

    assert "zebra" == vault.get("stone")
    assert [("GET", "/v1/secret/data/memsync/stone", b"", TOKEN)] == api.asked


def test_a_value_is_sent_in_the_body(vault, api):
    """No value ever stands in an address, which proxies and logs keep."""
    api.says(200, {"data": {"version": 1}})
    vault.keep("stone", "zebra")

    ((_, path, body, _),) = api.asked
    assert ("/v1/secret/data/memsync/stone", {"value": "zebra"}) == (path, json.loads(body)["data"])


def test_names_are_listed_without_folders(vault, api):
    """What lies deeper is not memsync's."""
    api.says(200, {"data": {"keys": ["b", "a", "other/"]}})

    assert ("a", "b") == vault.names()


def test_nothing_there_is_an_empty_list_and_no_value(vault, api):
    """404 with no errors is how Vault says that a path is empty."""
    api.says(404, {"errors": []})

    assert () == vault.names()
    with pytest.raises(NoSuchSecret):
        vault.get("stone")


@pytest.mark.parametrize(
    ("status", "shape", "error"),
    [
        (403, {"errors": ["permission denied zebra"]}, RemoteRefused),
        (503, {"errors": ["Vault is sealed"]}, OutOfReach),
        (500, {"errors": ["internal error"]}, OutOfReach),
        (502, b"<html>", OutOfReach),
        (429, {"errors": ["slow down"]}, OutOfReach),
        (400, {"errors": ["no"]}, VaultUnusable),
        (418, {"errors": []}, VaultUnusable),
        (307, {}, VaultUnusable),
        (200, b"not json zebra", VaultUnusable),
        (200, [], VaultUnusable),
        (200, {"data": None}, VaultUnusable),
        (200, {"data": {"data": {"other": "zebra"}}}, VaultUnusable),
        (200, {"data": {"data": {"value": 3}}}, VaultUnusable),
    ],
)
def test_each_refusal_is_an_error_of_its_own_kind(vault, api, status, shape, error):
    """Refused, sealed, not ready, or no Vault at all; nothing of what it answered is shown, and no redirect is followed."""
    api.says(status, shape)
    with pytest.raises(error) as caught:
        vault.get("stone")

    assert "zebra" not in str(caught.value.to_json())
    assert TOKEN not in str(caught.value.to_json())
    assert 1 == len(api.asked)


def test_a_server_that_drips_is_given_up(vault, api):
    """One byte every 0.2 seconds keeps each read alive; the whole is bounded all the same."""
    api.says(200, READ, drip=True)
    began = time.monotonic()
    with pytest.raises(OutOfReach, match="no whole answer"):
        vault.get("stone")

    assert time.monotonic() - began < 10


def test_nobody_there_is_told(api):
    """A closed port: out of reach, at once."""
    port = api.server_port + 0
    api.shutdown()
    api.server_close()
    with pytest.raises(OutOfReach):
        Hashicorp(address=f"http://127.0.0.1:{port}", token=TOKEN, path="secret/memsync").get("stone")


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "vault.example"}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "ftp://vault.example", "VAULT_TOKEN": TOKEN}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "http://vault.example:8200", "VAULT_TOKEN": TOKEN}, "plain http"),
        ({"VAULT_ADDR": "https://vault.example"}, "VAULT_TOKEN"),
    ],
)
def test_what_the_environment_must_say(tmp_path, environ, problem):
    """An address and a token; and no token goes over plain http but to loopback or a host that was named."""
    with pytest.raises(BadInput, match=problem):
        from_environment(environ, home=tmp_path, path="secret/memsync", plain=())


def test_the_token_may_stand_in_its_usual_file(tmp_path):
    """`vault login` leaves it in ~/.vault-token."""
    (tmp_path / ".vault-token").write_text(f"{TOKEN}\n", encoding="utf-8")
    made = from_environment({"VAULT_ADDR": "http://nas:8200"}, home=tmp_path, path="kv", plain=("nas",))

    assert TOKEN == made._token

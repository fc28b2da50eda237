"""`memsync vault` in processes of its own: terminals, pipes, kills, a real keyring and a real Vault server."""

from __future__ import annotations

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from clikit import forked
from terminal import answer

pytestmark = pytest.mark.system

VALUE = "zebra-" + "4711"
MEMSYNC = [sys.executable, "-m", "memsync"]


def run(*words: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    everything = {**os.environ, **env}
    if any(name.startswith(("PYTHON", "LC_")) for name in env):  # Python reads these when it starts
        return subprocess.run(
            [*MEMSYNC, *words], input=stdin, env=everything, capture_output=True, check=False, timeout=120
        )
    return forked(words, stdin=stdin, env=everything)


def done(*words: str, **how) -> str:
    ran = run(*words, **how)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode()


def folder(home: pathlib.Path) -> pathlib.Path:
    return home / ".local/share/memsync/vault"


# ---- everyday -----------------------------------------------------------------------------------


def test_a_value_goes_in_by_stdin_and_comes_out_alone(home):
    """One line end at the end is not part of it; `get` prints the value, a line end, and nothing else on either stream."""
    done("vault", "set", "stone", "-", stdin=f"{VALUE}\n".encode())
    ran = run("vault", "get", "secret://stone")

    assert (0, f"{VALUE}\n".encode(), b"") == (ran.returncode, ran.stdout, ran.stderr)
    assert "stone\n" == done("vault", "list")
    assert VALUE not in done("vault", "list", "--json")
    assert {"name": "stone", "value": VALUE} == json.loads(done("vault", "get", "stone", "--json"))


def test_bytes_come_back_as_they_were(home):
    """Many lines, a file's own last line end, and other scripts in an ASCII locale: `get > FILE` gives the file back."""
    raw = "-----BEGIN X-----\nß日本\n-----END X-----\n".encode()
    run("vault", "set", "k", "-", stdin=raw, LC_ALL="C", PYTHONUTF8="0")

    assert raw == run("vault", "get", "k", LC_ALL="C", PYTHONUTF8="0").stdout


def test_what_is_removed_is_gone(home):
    """`rm`, then `get` and `rm` exit 1, and the list is empty."""
    done("vault", "set", "stone", "-", stdin=b"x")
    done("vault", "rm", "stone")

    assert [1, 1, 0] == [
        run("vault", *words).returncode for words in (("get", "stone"), ("rm", "stone"), ("list",))
    ]


def test_a_person_is_asked_without_an_echo(home):
    """The prompt shows nothing of what is typed, and asks twice."""
    shown, code = answer(
        [*MEMSYNC, "vault", "set", "stone"], [("Value of stone", VALUE), ("The same again", VALUE)]
    )

    assert (0, False) == (code, VALUE in shown)
    assert f"{VALUE}\n" == done("vault", "get", "stone")


@pytest.mark.parametrize("words", [[VALUE], [VALUE, "more"], ["--" + VALUE], ["-" + VALUE], ["-", VALUE]])
def test_a_value_on_the_command_line_is_refused_and_not_repeated(home, words):
    """Argv is seen by every program and kept by the shell: nothing is stored, and the message has none of it."""
    ran = run("vault", "set", "stone", *words)

    assert ran.returncode == 2
    assert VALUE.encode() not in ran.stdout + ran.stderr
    assert b"rotate" in ran.stderr.lower()
    assert "" == done("vault", "list")


@pytest.mark.parametrize("stdin", [b"", b"\n", b"a\x00b", b"\xff\xfe", b"x" * 70_000])
def test_values_that_can_not_be_kept(home, stdin):
    """Empty, with a NUL, no UTF-8, or huge: exit 2, and nothing is kept."""
    assert 2 == run("vault", "set", "stone", "-", stdin=stdin).returncode
    assert "" == done("vault", "list")


def test_without_a_terminal_nobody_is_asked(home):
    """A script that forgot the `-` ends at once."""
    ran = run("vault", "set", "stone")

    assert (2, True) == (ran.returncode, b"no terminal" in ran.stderr)


@pytest.mark.parametrize("name", ["../stone", "a/b", "", "-x", ".", "a\nb", "x" * 300])
def test_names_are_no_paths(home, name):
    """Whatever the verb, a path is refused before anything is touched."""
    for words in (["get", "--", name], ["rm", "--", name], ["set", "--", name, "-"]):
        assert 2 == run("vault", *words, stdin=b"x").returncode
    assert not folder(home).exists() or not (folder(home) / "vault.age").exists()


def test_a_name_that_is_a_value_is_refused(home):
    """Who types the token where the name belongs is told, and it is kept nowhere."""
    token = "ghp_" + "a8Kd02mZq91LwTbXc7VnE4RyUi3OpS5DfGhJ"
    ran = run("vault", "set", token, "-", stdin=b"x")

    assert 3 == ran.returncode
    assert token.encode() not in ran.stdout + ran.stderr


# ---- what a memory says -------------------------------------------------------------------------


def test_a_memory_holds_the_name_and_nothing_ever_resolves_it(home):
    """The gate lets secret://NAME pass; remember, show, recall, list and a sync leave the value in the vault alone."""
    done("init")
    done("vault", "set", "db-prod", "-", stdin=VALUE.encode())
    text = "The database password: secret://db-prod and DB_PASSWORD=secret://db-prod"
    out = done("remember", text, "--key", "db", "--scope", "global")
    out += done("show", "db") + done("recall", "database password", "--json") + done("list", "--json")
    done("sync")

    assert "secret://db-prod" in out
    assert VALUE not in out
    assert [] == [f for f in home.rglob("*") if f.is_file() and VALUE.encode() in f.read_bytes()]


def test_a_reference_is_no_way_around_the_gate(home):
    """A real token after secret:// is found all the same."""
    done("init")
    token = "ghp_" + "a8Kd02mZq91LwTbXc7VnE4RyUi3OpS5DfGhJ"

    assert 3 == run("remember", f"password: secret://{token}", "--scope", "global").returncode


def test_the_gate_names_the_vault_by_the_rule_that_found_it(home):
    """A refusal suggests `memsync vault set` with a name made of the rule, never of the value."""
    done("init")
    token = "ghp_" + "a8Kd02mZq91LwTbXc7VnE4RyUi3OpS5DfGhJ"
    ran = run("remember", "-", "--scope", "global", stdin=f"token {token}\n".encode())

    assert (3, True) == (ran.returncode, b"memsync vault set github" in ran.stderr)
    assert token.encode() not in ran.stderr


# ---- files, locks, kills ------------------------------------------------------------------------


def test_the_folder_is_the_owners_and_git_takes_nothing_of_it(home):
    """Mode 0700 and 0600, outside every store, and ignored by a git that has the home folder as its work tree."""
    done("vault", "set", "stone", "-", stdin=b"x")
    subprocess.run(["git", "init", "-q", home], check=True)
    taken = subprocess.run(["git", "-C", home, "add", "-An", "."], check=True, capture_output=True).stdout

    assert {"vault.age": 0o600, "identity.txt": 0o600} == {
        name: (folder(home) / name).stat().st_mode & 0o777 for name in ("vault.age", "identity.txt")
    }
    assert 0o700 == folder(home).stat().st_mode & 0o777
    assert b"vault" not in taken


@pytest.mark.parametrize("name", ["vault.age", "identity.txt"])
def test_permissions_that_are_too_open_stop_it(home, name):
    """As ssh does: exit 4, what and how to mend it."""
    done("vault", "set", "stone", "-", stdin=b"x")
    (folder(home) / name).chmod(0o644)
    ran = run("vault", "get", "stone")

    assert (4, True) == (ran.returncode, b"chmod 600" in ran.stderr)


def test_a_damaged_file_is_told(home):
    """Exit 2, and the file is not taken for an empty one."""
    done("vault", "set", "stone", "-", stdin=b"x")
    (folder(home) / "vault.age").write_bytes((folder(home) / "vault.age").read_bytes()[:-50])

    assert [2, 2, 2] == [
        run("vault", *words, stdin=b"y").returncode
        for words in (("get", "stone"), ("list",), ("set", "two", "-"))
    ]


def test_eight_programs_set_at_once_and_none_is_lost(home):
    """Every name that was acknowledged is there with its own value."""

    def sets_four(w: int) -> None:
        for n in range(4):
            done("vault", "set", f"v{w}-{n}", "-", stdin=f"{w}.{n}".encode())

    with ThreadPoolExecutor(8) as eight:
        list(eight.map(sets_four, range(8)))
    expected = {f"v{w}-{n}": f"{w}.{n}" for w in range(8) for n in range(4)}

    assert sorted(expected) == done("vault", "list").split()
    for name in ("v0-0", "v3-3", "v7-1"):
        assert expected[name] == done("vault", "get", name).strip()


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_anywhere_the_vault_is_the_old_one_or_the_new_one(home, kills):
    """Kill -9 at any moment of a set: what was acknowledged before is always there, and what is left can be used."""
    done("vault", "set", "first", "-", stdin=b"1")
    dice = random.Random(4711)  # where to kill
    landed = 0
    for n in range(kills):
        child = subprocess.Popen(
            [*MEMSYNC, "vault", "set", f"n{n}", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        child.stdin.write(b"x")
        child.stdin.close()
        time.sleep(dice.uniform(0.05, 0.45))
        child.send_signal(signal.SIGKILL)
        landed += child.wait() == -signal.SIGKILL
        assert b"1\n" == run("vault", "get", "first").stdout
    done("vault", "set", "last", "-", stdin=b"y")

    assert landed
    assert {"first", "last"} <= set(done("vault", "list").split())
    assert [] == [f.name for f in folder(home).iterdir() if f.name.endswith(".new")]


# ---- a real keyring -----------------------------------------------------------------------------

KEYRING = shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")
_SESSION = """
printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
for _ in 1 2 3 4 5 6 7 8 9 10; do "$PY" -m keyring --list-backends 2>/dev/null | grep -q SecretService && break; sleep 0.3; done
step() { echo "== $1"; shift; "$@"; echo "rc $?"; }
printf zebra | step set "$PY" -m memsync vault set stone -
step get "$PY" -m memsync vault get stone
step list "$PY" -m memsync vault list
printf other | step file env MEMSYNC_VAULT=file "$PY" -m memsync vault set in-file -
step both "$PY" -m memsync vault list
"$PY" -c 'import secretstorage as s; b = s.dbus_init(); s.get_default_collection(b).lock()'
step locked-get "$PY" -m memsync vault get stone
printf x | step locked-set "$PY" -m memsync vault set another -
step locked-list "$PY" -m memsync vault list
step locked-file "$PY" -m memsync vault get in-file
"""


@pytest.mark.skipif(not KEYRING, reason="no gnome-keyring and dbus here")
def test_the_systems_keyring_open_and_locked(home):
    """Values go into the keyring where there is one; locked, it says so with exit 75, and no value goes elsewhere instead."""
    (home / ".run").mkdir(mode=0o700)
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", _SESSION],
        env={**os.environ, "PY": sys.executable, "DISPLAY": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    said = {name: rest for name, _, rest in (part.partition("\n") for part in ran.stdout.split("== ")[1:])}

    assert "system's keyring" in said["set"]
    assert ("zebra\nrc 0\n", "stone\nrc 0\n") == (said["get"], said["list"])
    assert "in-file\nstone\nrc 0\n" == said["both"]
    assert ("rc 75\n", "rc 75\n") == (said["locked-get"], said["locked-set"])
    assert ("in-file\nstone\nrc 0\n", "other\nrc 0\n") == (said["locked-list"], said["locked-file"])
    assert "is locked" in ran.stderr
    assert b"zebra" not in b"".join(f.read_bytes() for f in folder(home).iterdir())


def test_a_keyring_that_is_set_up_wrongly_is_told(home):
    """A backend that does not exist: `auto` takes the file, and the keyring asked for by name says what is wrong."""
    wrong = {"PYTHON_KEYRING_BACKEND": "no.such.Backend"}
    done("vault", "set", "stone", "-", stdin=b"x", **wrong)
    ran = run("vault", "set", "other", "-", stdin=b"x", MEMSYNC_VAULT="keyring", **wrong)

    assert "x\n" == done("vault", "get", "stone")
    assert (2, True) == (ran.returncode, b"PYTHON_KEYRING_BACKEND" in ran.stderr)


def test_a_keyring_that_keeps_plain_files_is_no_default(home, tmp_path):
    """A third-party backend is used only where it is asked for by name: `auto` goes past it to the sealed file."""
    (tmp_path / "plainring.py").write_text(
        "import json, pathlib, keyring.backend\n"
        "class Ring(keyring.backend.KeyringBackend):\n"
        "    priority = 9\n"
        "    path = pathlib.Path(__file__).with_name('plain.json')\n"
        "    def _all(self): return json.loads(self.path.read_text()) if self.path.exists() else {}\n"
        "    def get_password(self, service, name): return self._all().get(name)\n"
        "    def set_password(self, service, name, value): self.path.write_text(json.dumps(self._all() | {name: value}))\n"
        "    def delete_password(self, service, name): pass\n",
        encoding="utf-8",
    )
    third = {"PYTHON_KEYRING_BACKEND": "plainring.Ring", "PYTHONPATH": str(tmp_path)}

    assert "sealed file" in done("vault", "set", "one", "-", stdin=b"x", **third)
    assert "keyring" in done("vault", "set", "two", "-", stdin=b"y", MEMSYNC_VAULT="keyring", **third)
    assert "y\n" == done("vault", "get", "two", MEMSYNC_VAULT="keyring", **third)


def test_a_value_in_a_keyring_that_is_not_here_is_told(home):
    """Over ssh there may be no session: then the name is known, the value out of reach, and no other value is given."""
    folder(home).mkdir(parents=True, mode=0o700)
    (folder(home) / "keyring-names.json").write_text('["stone"]', encoding="utf-8")
    ran = run("vault", "get", "stone")

    assert (2, b"", True) == (ran.returncode, ran.stdout, b"keyring" in ran.stderr)


# ---- a real server ------------------------------------------------------------------------------

SERVER = shutil.which(
    "bao", path=f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
) or shutil.which("vault")


@pytest.fixture
def server(tmp_path):
    """Start OpenBao (or Vault) in its dev mode on loopback; give its address and its token."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = "root-" + "t" * 12
    log = (tmp_path / "server.log").open("wb")
    child = subprocess.Popen(
        [
            SERVER,
            "server",
            "-dev",
            "-dev-no-store-token",
            f"-dev-root-token-id={token}",
            f"-dev-listen-address=127.0.0.1:{port}",
        ],
        stdout=log,
        stderr=log,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        if b"Root Token" in (tmp_path / "server.log").read_bytes():
            break
        time.sleep(0.1)
    yield {"MEMSYNC_VAULT": "hashicorp", "VAULT_ADDR": address, "VAULT_TOKEN": token}
    child.terminate()
    child.wait(20)
    log.close()


@pytest.mark.skipif(not SERVER, reason="no OpenBao and no Vault here")
def test_a_real_server_keeps_lists_and_forgets(home, server):
    """set, get, list, rm against the real key-value store; nothing of it lies on this machine."""
    assert "" == done("vault", "list", **server)
    done("vault", "set", "stone", "-", stdin=VALUE.encode(), **server)
    done("vault", "set", "other", "-", stdin=b"x", **server)

    assert f"{VALUE}\n" == done("vault", "get", "stone", **server)
    assert "other\nstone\n" == done("vault", "list", **server)
    done("vault", "rm", "stone", **server)
    assert [1, 1] == [run("vault", verb, "stone", **server).returncode for verb in ("get", "rm")]
    assert "other\n" == done("vault", "list", **server)
    assert [] == [f for f in home.rglob("*") if f.is_file() and VALUE.encode() in f.read_bytes()]


@pytest.mark.skipif(not SERVER, reason="no OpenBao and no Vault here")
def test_a_real_server_refuses_a_wrong_token_and_a_wrong_mount(home, server):
    """A wrong token is exit 5, a mount that is not there exit 2; the token is in no message."""
    wrong = run("vault", "get", "stone", **{**server, "VAULT_TOKEN": "wrong-" + "x" * 12})
    mount = run(
        "vault", "set", "stone", "-", stdin=b"x", **{**server, "MEMSYNC_VAULT_PATH": "nowhere/memsync"}
    )

    assert (5, 2) == (wrong.returncode, mount.returncode)
    assert b"wrong-x" not in wrong.stderr + wrong.stdout


def test_a_server_that_is_down_is_told_at_once(home):
    """Nobody listens: exit 75 within seconds."""
    began = time.monotonic()
    ran = run(
        "vault",
        "get",
        "stone",
        MEMSYNC_VAULT="hashicorp",
        VAULT_ADDR="http://127.0.0.1:9",
        VAULT_TOKEN="x" * 20,
    )

    assert (75, True) == (ran.returncode, time.monotonic() - began < 60)

"""The door: who is answered, who is not, and what a dead or a second resident leaves behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import pytest

from memsync.edges.door import client, server
from memsync.edges.door.client import NoAnswer, ask, depends_on, find_door, post, signpost, take_down
from memsync.edges.door.place import door_path
from memsync.edges.door.server import Door
from memsync.edges.settings import Settings

pytestmark = pytest.mark.system


def echo(kind, facts, body):
    return (
        None
        if kind == "unknown"
        else json.dumps({"kind": kind, "cwd": facts.get("cwd"), "size": len(body)}).encode()
    )


@pytest.fixture
def folder(tmp_path_factory):
    made = Path(os.environ["HOME"]) / "s"
    made.mkdir(mode=0o700)
    return made


@pytest.fixture
def open_door(folder):
    """Give a function that opens a door and serves it; all are closed afterwards."""
    stop, threads = threading.Event(), []

    def open_one(answer=echo, path=folder / "door"):
        door = Door(path, answer)
        if not door.open():
            return None
        threads.append(threading.Thread(target=door.serve, args=(stop.is_set,)))
        threads[-1].start()
        return str(path)

    yield open_one
    stop.set()
    for thread in threads:
        thread.join(5)


def test_a_question_is_answered_with_its_facts(open_door):
    """The asker's folder travels with the question."""
    told = json.loads(ask(open_door(), "hook", {"cwd": "/their/folder"}, b"x" * 2_000_000))

    assert {"kind": "hook", "cwd": "/their/folder", "size": 2_000_000} == told


def test_a_question_that_can_not_be_answered_is_said_so(open_door):
    """Then the asker does the work itself."""
    with pytest.raises(NoAnswer):
        ask(open_door(), "unknown", {})


def test_another_version_is_not_answered(open_door, monkeypatch):
    """After an upgrade, old residents and new askers don't talk."""
    path = open_door()
    asked = []
    line = socket.socket(socket.AF_UNIX)
    line.connect(path)
    head = json.dumps({"memsync": "0.0.1", "ask": "hook"}).encode()
    line.sendall(len(head).to_bytes(4, "big") + head)
    asked.append(json.loads(client.receive(line)))
    line.close()

    assert [{"memsync": client.VERSION, "done": False}] == asked


def test_an_answer_of_another_version_is_not_taken(folder):
    """Nor does a new asker believe an old resident."""
    path = str(folder / "old")
    resident = socket.socket(socket.AF_UNIX)
    resident.bind(path)
    resident.listen()

    def old():
        line, _ = resident.accept()
        client.receive(line)
        client.receive(line)
        head = b'{"memsync": "0.0.1", "done": true}'
        line.sendall(len(head).to_bytes(4, "big") + head + b"\0\0\0\1x")
        line.close()

    thread = threading.Thread(target=old)
    thread.start()
    with pytest.raises(NoAnswer):
        ask(path, "hook", {})
    thread.join()
    resident.close()


def test_the_version_is_the_packages():
    """The constant that saves a hook the look into the metadata is right."""
    assert version("memsync") == client.VERSION


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0", b"\0\0\0\5{", b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\4null", b"\0\0\0\3\xff\xfe{"],
)
def test_nonsense_at_the_door_hurts_nobody(open_door, raw):
    """Cut, huge or malformed questions end their own connection; the next asker is answered."""
    path = open_door()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        line.sendall(raw)

    assert b"hook" in ask(path, "hook", {})


def test_an_asker_that_says_nothing_blocks_nobody(open_door):
    """Somebody who connects and waits does not make others wait."""
    path = open_door()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(path)

        assert b"hook" in ask(path, "hook", {}, wait=2.0)


def test_silent_askers_are_sent_away(open_door, monkeypatch):
    """As many as there may be at once, and more: after a while they are dropped, and the next one is answered."""
    monkeypatch.setattr(server, "_PATIENCE", 0.2)
    path = open_door()
    silent = [socket.socket(socket.AF_UNIX) for _ in range(server._MOST + 4)]
    for line in silent:
        line.connect(path)
    told = ask(path, "hook", {}, wait=5.0)
    for line in silent:
        line.close()

    assert b"hook" in told


@pytest.mark.parametrize("side", [server, client])
def test_another_user_is_not_spoken_to(open_door, monkeypatch, side):
    """Neither answered nor believed, though the folder let them in."""
    path = open_door()
    monkeypatch.setattr(side, "peer_uid", lambda _: os.getuid() + 1)

    with pytest.raises(NoAnswer):
        ask(path, "hook", {})


def test_the_other_end_is_this_user(open_door):
    """The system tells who it is."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(open_door())

        assert os.getuid() == client.peer_uid(line)


def test_an_answer_that_takes_too_long_is_not_waited_for(open_door):
    """A hook does its work itself rather than wait for a busy resident."""
    gate = threading.Event()
    path = open_door(answer=lambda *_: gate.wait(5) and b"late")
    with pytest.raises(NoAnswer):
        ask(path, "hook", {}, wait=0.2)
    gate.set()


def test_a_stale_socket_is_replaced(open_door, folder):
    """What a killed resident left behind is in nobody's way."""
    program = (
        "import socket,sys,os; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program, str(folder / "door")], check=False)
    before = (folder / "door").exists()

    assert (True, True) == (before, b"hook" in ask(open_door(), "hook", {}))


def test_a_second_resident_leaves_the_first_alone(open_door):
    """One door, one answerer."""
    first = open_door()

    assert (None, True) == (open_door(), b"hook" in ask(first, "hook", {}))


def test_the_socket_and_its_folder_are_the_owners_alone(open_door, folder):
    """0700 and 0600."""
    path = Path(open_door())

    assert (0o700, 0o600) == (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777)


def test_a_folder_that_others_may_enter_has_no_door(folder):
    """A socket is not put where somebody else could put another one."""
    folder.chmod(0o755)

    assert False is Door(folder / "door", echo).open()


def test_a_closed_door_leaves_nothing(folder):
    """Its socket goes with it."""
    door = Door(folder / "door", echo)
    door.open()
    door.close()

    assert [] == list(folder.iterdir())


def test_nobody_at_the_door_is_told_at_once(folder):
    """No socket, a plain file, a folder: nobody answers."""
    (folder / "file").write_text("")
    for path in (folder / "none", folder / "file", folder, folder / ("x" * 300)):
        with pytest.raises(NoAnswer):
            ask(str(path), "hook", {})


def test_a_long_path_goes_to_the_runtime_folder(tmp_path):
    """A socket's name has room for about 100 bytes."""
    deep = tmp_path / ("d" * 90) / ("e" * 60)
    near = door_path(deep, environ={"XDG_RUNTIME_DIR": "/run/user/7"})
    nearest = door_path(deep, environ={})

    assert (True, True) == (
        str(near).startswith("/run/user/7/memsync/"),
        str(nearest).startswith(f"/tmp/memsync-{os.getuid()}/"),
    )


# ---- the signpost -------------------------------------------------------------------------------


def test_the_signpost_leads_to_the_door(home):
    """Under the same variables and settings file."""
    post(os.environ, config=str(home / "c.toml"), door="/the/door")

    assert "/the/door" == find_door(os.environ)


@pytest.mark.parametrize("change", ["variable", "config", "version"])
def test_a_signpost_of_other_settings_is_not_followed(home, monkeypatch, change):
    """Another store may be meant: then the settings are read."""
    config = home / "c.toml"
    post(os.environ, config=str(config), door="/the/door")
    match change:
        case "variable":
            monkeypatch.setenv("MEMSYNC_STORE", "/elsewhere")
        case "config":
            config.write_text('store = "/elsewhere"\n')
        case "version":
            monkeypatch.setattr(client, "VERSION", "9.9")

    with pytest.raises(NoAnswer):
        find_door(os.environ)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"memsync": 1}', b"[" * 99_999])
def test_a_broken_signpost_is_not_followed(home, raw):
    """It is a shortcut and nothing depends on it."""
    place = Path(signpost(os.environ))
    place.parent.mkdir(parents=True)
    place.write_bytes(raw)

    with pytest.raises(NoAnswer):
        find_door(os.environ)


def test_a_signpost_is_taken_down_by_its_own_door_only(home):
    """A resident that ends does not take another one's away."""
    post(os.environ, config="/c", door="/the/door")
    take_down(os.environ, door="/another")
    still = find_door(os.environ)
    take_down(os.environ, door="/the/door")

    assert ("/the/door", False) == (still, Path(signpost(os.environ)).exists())


def test_the_signpost_is_in_memsyncs_state_folder(home, monkeypatch):
    """The shortcut finds the folder that the settings would."""
    found = Path(signpost(os.environ)).parent
    monkeypatch.delenv("XDG_STATE_HOME")

    assert (Path(os.environ["HOME"]) / ".local/state/memsync", found) == (
        Path(signpost(os.environ)).parent,
        Settings().state_dir,
    )


def test_the_signpost_depends_on_what_names_the_store():
    """And on nothing else of the environment."""
    assert depends_on({"MEMSYNC_STORE": "/s", "PATH": "/bin"}, "/no/config") == depends_on(
        {"MEMSYNC_STORE": "/s", "PATH": "/usr/bin"}, "/no/config"
    )

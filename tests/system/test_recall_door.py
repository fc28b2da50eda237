"""`memsync recall` where a process is resident: the same answer, for the asker's folder and stores, and never a long wait."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clikit import Terminal
from memsync.cli.app import run
from memsync.core.answer import Query, Sort
from memsync.core.answer_shape import answer_shape
from memsync.core.category import Category
from memsync.core.wire import write_plain, write_query
from memsync.edges.door import client
from memsync.edges.door.client import NoAnswer, find_door
from memsync.edges.settings import load
from memsync.store import reading, scopes
from memsync.store.answering import serve_door
from memsync.store.asking import Asker
from memsync.store.parts import Parts

pytestmark = pytest.mark.system

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORDS = (
    "pnpm deploy cache redis auth login queue retry postgres index typescript eslint kubernetes ingress timeout token "
    "session cookie upload image thumbnail worker cron backup restore migration schema branch release"
).split()


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def app(home, monkeypatch):
    """Stand in a project's folder."""
    folder = home / "app"
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "remote", "add", "origin", "git@example.com:org/app.git"], check=True
    )
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def store(app, terminal, monkeypatch):
    """Make a store with memories in the project, global and private, of every form, some of them contested or superseded.

    Meanings are off: with the extra a resident also finds what is near in meaning, which a terminal alone has no time for.
    """
    monkeypatch.setenv("MEMSYNC_SEMANTIC", "off")
    terminal.done("init")
    terminal.done("remember", "We use pnpm, never npm: the workspace protocol needs it.", "--key", "pnpm")
    terminal.done("remember", "My desk is by the window, next to redis", "--scope", "private")
    root = Path(load().store)
    for number in range(60):
        a, b, c = (WORDS[(number * step) % len(WORDS)] for step in (1, 3, 7))
        category = list(Category)[number % 4]
        folder = root / "global" / str(category)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"n{number}.md").write_text(
            f"---\ntitle: {a} and {b}\ncategory: {category}\ntags: [{c}]\nimportance: 0.{number % 9 + 1}\n"
            f"updated: 2026-0{number % 9 + 1}-10T10:00:00.{number:03}Z\nstatus: {'superseded' if number % 7 == 3 else 'active'}\n"
            f"---\nThe {a} needs the {b} before {c}; in memory {number}.\n"
        )
    (root / "global" / "fact" / "n0.conflict-0123abcd.md").write_text("pnpm and pnpm say otherwise\n")
    (root / "plain.md").write_text("# Plain\n\nno frontmatter, ünïcode 数据库 redis\n")
    return root


@pytest.fixture
def resident(store):
    """Let a process's thread answer at the door; gives its Parts."""
    stop = threading.Event()
    parts = Parts(store, settings=load(), instance="test")
    thread = serve_door(parts, stop.is_set)
    until = time.monotonic() + 10
    while time.monotonic() < until and not (
        _door() and _asked("redis")
    ):  # the first answer imports, and indexes
        threading.Event().wait(0.01)
    yield parts
    stop.set()
    thread.join(5)


def _asked(text):
    return Asker(Query(text=text), (), cwd=Path.cwd(), now=NOW).at_signpost()


def _door():
    try:
        return find_door(os.environ)
    except NoAnswer:
        return ""


def queries():
    """Yield a hundred questions, in every kind of filter and order."""
    for number in range(100):
        text = f"{WORDS[number % len(WORDS)]} {WORDS[number * 5 % len(WORDS)]}" if number % 10 else ""
        yield Query(
            text=["", "why ", "category:fact ", "-redis "][number % 4] + text,
            limit=1 + number % 12,
            offset=number % 3,
            tags=("cache",) if number % 11 == 5 else (),
            categories=(Category.FACT,) if number % 13 == 1 else (),
            sort=list(Sort)[number % 3],
            budget=200 if number % 5 == 4 else None,
            explain=number % 2 == 0,
            all_projects=number % 6 == 0,
        )


def test_the_resident_answers_as_this_process_would(resident, store, app):
    """A hundred questions give the very same bytes of JSON, whoever answers."""
    here = Parts(store, settings=load(), instance="test")
    private = Parts(load().private, settings=load(), instance="test", private=True)
    visible = scopes.visible(here, (), app)
    by_resident, by_hand = [], []
    for query in queries():
        by_resident.append(Asker(query, (), cwd=app, now=NOW).at_signpost())
        by_hand.append(answer_shape(reading.recall((here, private), replace(query, scopes=visible), now=NOW)))

    assert json.dumps(by_hand) == json.dumps(by_resident)
    assert sum(len(shape["hits"]) > 0 for shape in by_hand) > 80


def test_the_terminal_asks_the_resident(resident, store, terminal):
    """`memsync recall` prints what it printed alone; the store need not be looked at."""
    there = terminal.done("recall", "which package manager", "pnpm", "--json")
    hidden = store.with_name("hidden")
    resident_hits = [hit["key"] for hit in there.json["hits"]]
    store.rename(hidden)
    gone = terminal("recall", "pnpm")
    hidden.rename(store)

    assert ("pnpm", 2) == (resident_hits[0], gone.code)


def test_what_is_written_just_before_is_found(resident, store, terminal):
    """Fifty times: a file written by hand, and the question right behind it."""
    found = []
    for number in range(50):
        (store / "global" / "note").mkdir(exist_ok=True)
        (store / "global" / "note" / f"fresh{number % 7}.md").write_text(f"# Fresh\n\nnarwhal{number}z\n")
        answer = Asker(Query(text=f"narwhal{number}z"), (), cwd=Path.cwd(), now=NOW).at_signpost()
        found.append([hit["path"] for hit in answer["hits"][:1]])

    assert [[f"global/note/fresh{number % 7}.md"] for number in range(50)] == found


def test_the_askers_folder_decides(resident, app):
    """The project is the asker's, not the resident's."""
    inside = Asker(Query(text="pnpm workspace protocol"), (), cwd=app, now=NOW).at_signpost()
    outside = Asker(Query(text="pnpm workspace protocol"), (), cwd=app.parent, now=NOW).at_signpost()

    assert (True, False) == tuple(
        any(hit["key"] == "pnpm" for hit in answer["hits"]) for answer in (inside, outside)
    )


def test_an_asker_with_another_private_store_is_not_answered(resident, store):
    """Else it would be told the resident's private memories as its own."""
    asker = Asker(Query(text="redis"), (), cwd=Path.cwd(), now=NOW)
    other = replace(load(), private=store.with_name("elsewhere"))

    assert (None, True) == (
        asker.at_store(other),
        Asker(Query(text="redis"), (), cwd=Path.cwd(), now=NOW).at_store(load()) is not None,
    )


def test_another_environment_finds_no_signpost_but_the_door(resident, monkeypatch, terminal):
    """A variable that only this terminal has makes it read its settings; then the same door answers."""
    monkeypatch.setenv("MEMSYNC_INSTANCE", "other")
    asker = Asker(Query(text="redis"), (), cwd=Path.cwd(), now=NOW)

    assert (None, True) == (asker.at_signpost(), asker.at_store(load()) is not None)


@pytest.mark.parametrize(
    "wrong", [("recall", "tags:x"), ("recall", "x", "--scope", "project:nobody"), ("recall", " ")]
)
def test_bad_input_is_told_as_without_a_resident(resident, terminal, wrong):
    """The resident keeps silent about what it can't answer; the terminal says what is wrong."""
    ran = terminal(*wrong)

    assert (2, True) == (ran.code, ran.err.startswith("memsync: "))


def wedged(path, serve):
    """Put something at the door that is no resident; returns its socket."""
    Path(path).unlink()
    line = socket.socket(socket.AF_UNIX)
    line.bind(path)
    line.listen(1)
    threading.Thread(target=serve, args=(line,), daemon=True).start()
    return line


def _silent(line):
    with line.accept()[0] as kept:
        while kept.recv(1 << 16):  # until the asker goes away
            pass


def _old(line):
    taken, _ = line.accept()
    client.receive(taken)
    client.receive(taken)
    head = b'{"memsync": "0.0.1", "done": true}'
    taken.sendall(len(head).to_bytes(4, "big") + head + b"\0\0\0\1x")
    taken.close()


def _nonsense(line):
    taken, _ = line.accept()
    head = json.dumps({"memsync": client.VERSION, "done": True}).encode()
    taken.sendall(len(head).to_bytes(4, "big") + head + b"\0\0\0\2{}")
    taken.close()


@pytest.mark.parametrize("serve", [_silent, _old, _nonsense])
def test_a_resident_that_hangs_is_old_or_mad_costs_a_short_wait(resident, terminal, serve):
    """The terminal waits for one bounded moment, then does the work itself."""
    path = _door()
    alone = terminal.done("recall", "pnpm", "--json").json
    line = wedged(path, serve)
    ran = terminal.done("recall", "pnpm", "--json")  # the silent one would wait for ever
    line.close()

    assert [h["key"] for h in alone["hits"]] == [h["key"] for h in ran.json["hits"]]


def test_a_dead_residents_socket_is_passed_by(resident, terminal):
    """A socket nobody listens at, and a signpost that leads to it, cost nothing and change nothing."""
    path = _door()
    Path(path).unlink()
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(path)
    dead.close()

    assert "pnpm" == terminal.done("recall", "pnpm", "workspace", "--json").json["hits"][0]["key"]


def test_who_asks_a_resident_imports_no_index_and_no_yaml(resident, app):
    """The terminal has only to ask and to print."""
    code = (
        "import json, sys\nfrom memsync.__main__ import main\nmain(['recall', 'pnpm', '--json'])\n"
        "heavy = ('click', 'whoosh', 'yaml', 'frontmatter', 'tomllib', 'platformdirs', 'sqlite3', 'memsync.store.facade', 'memsync.core.secrets')\n"
        "sys.stderr.write(json.dumps([n for n in heavy if n in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=app, capture_output=True, text=True, check=True
    )

    assert ([], True) == (json.loads(done.stderr), '"pnpm"' in done.stdout)


LINES = [
    ["pnpm"],
    ["why", "pnpm", "--json"],
    ["--json", "redis", "--limit", "3"],
    ["redis", "--limit", "0"],
    ["redis", "--limit=3"],
    ["redis", "--limit", "x"],
    ["redis", "--limit"],
    ["redis", "--budget", "80", "--explain"],
    ["redis", "--scope", "global", "--scope", "private"],
    ["redis", "--scope", "nonsense"],
    ["redis", "--scope"],
    ["redis", "--all-projects", "--json"],
    ["redis", "--category", "facts"],
    ["redis", "--since", "30d", "--json"],
    ["--", "--json", "redis"],
    ["-redis", "pnpm"],
    ["tags:x"],
    ["zzzunknownzzz"],
    ["zzzunknownzzz", "--json"],
    [" "],
    ["--help"],
    ["--frobnicate"],
    ["数据库"],
    ["\udcff"],
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line).encode(errors="replace").decode())
def test_the_short_way_says_what_the_long_one_says(resident, terminal, capfd, line):
    """Every command line prints the same and ends the same, whether click reads it or not."""
    short = terminal("recall", *line)
    code = run(["recall", *line], from_git={}, serve_mcp=lambda _: 0)
    sys.stdout.flush()
    out, err = capfd.readouterr()

    assert (code, out, err) == (short.code, short.out, short.err)


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line).encode(errors="replace").decode())
def test_the_short_way_says_what_the_long_one_says_alone(store, terminal, capfd, line):
    """Without a resident too."""
    short = terminal("recall", *line)
    code = run(["recall", *line], from_git={}, serve_mcp=lambda _: 0)
    sys.stdout.flush()
    out, err = capfd.readouterr()

    assert (code, out, err) == (short.code, short.out, short.err)


@pytest.mark.parametrize("line", LINES[:3], ids=" ".join)
def test_without_a_resident_the_same_is_said(store, terminal, monkeypatch, line):
    """With and without a resident process `memsync recall` prints the same bytes."""
    alone = terminal("recall", *line)
    stop = threading.Event()
    thread = serve_door(Parts(store, settings=load(), instance="test"), stop.is_set)
    until = time.monotonic() + 10
    while time.monotonic() < until and not _door():
        threading.Event().wait(0.01)
    helped = terminal("recall", *line)
    stop.set()
    thread.join(5)

    assert alone == helped


@pytest.mark.parametrize(
    "given",
    [
        {"text": "a b"},
        {"text": "a", "limit": 3, "explain": True},
        {"text": "a", "words": ["global"], "budget": 80},
    ],
    ids=str,
)
def test_a_plain_question_is_the_question_it_says(given):
    """What the short way writes is read as the very query the long way would have made."""
    words = tuple(given.get("words", ()))
    query = Query(**{name: value for name, value in given.items() if name != "words"})

    assert write_query(query, words) == write_plain(**given)

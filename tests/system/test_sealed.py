"""Sealed memories on several machines, in processes of their own, with real age and real git."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
import pytest
from mcp import Client

from clikit import forked
from memsync.core.seal import is_sealed, is_unsealed
from memsync.mcp_server.server import build
from terminal import answer

if TYPE_CHECKING:
    import pathlib

pytestmark = pytest.mark.system

MEMSYNC = [sys.executable, "-m", "memsync"]
WORD = "zebra" + "crossing"


@dataclass(frozen=True)
class Person:
    """A machine of its own: a home, a store, an identity."""

    home: pathlib.Path

    @property
    def store(self) -> pathlib.Path:
        return self.home / "shared-memory"

    @property
    def env(self) -> dict[str, str]:
        home = self.home
        return {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_RUNTIME_DIR": str(home / ".run"),
        }

    def run(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return forked(words, stdin=stdin, env=self.env, cwd=self.home)

    def done(self, *words: str, stdin: bytes = b"") -> str:
        ran = self.run(*words, stdin=stdin)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.decode()

    def sync(self) -> dict:
        return json.loads(self.done("sync", "--json"))

    def seen(self, *words: str, answers=()) -> str:
        """Return what a person sees at a terminal."""
        return answer([*MEMSYNC, *words], answers, **self.env)[0].replace("\r\n", "\n")

    def text(self, key: str) -> str:
        return next(self.store.rglob(f"{key}.md")).read_text(encoding="utf-8")


@pytest.fixture
def people(tmp_path):
    """Make two machines on one remote; the first is a recipient."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", remote], check=True)
    made = []
    for name in ("anna", "bob"):
        (tmp_path / name).mkdir()
        made.append(Person(tmp_path / name))
    anna, bob = made
    anna.done("init", "--remote", str(remote))
    anna.done("vault", "recipient", "add", "--label", "anna")
    anna.sync()
    bob.done("join", str(remote))
    return anna, bob, remote


def remember(person: Person, text: str, *, title: str = "Server room") -> None:
    person.done("remember", "--sensitive", "--title", title, "--scope", "global", "-", stdin=text.encode())


def everything(place: pathlib.Path) -> dict[str, bytes]:
    """Return every file below a folder, with git's objects unpacked."""
    found = {}
    for file in place.rglob("*"):
        if file.is_file() and not file.is_symlink():
            raw = file.read_bytes()
            found[str(file)] = raw
            if file.parent.parent.name == "objects" and len(file.name) == 38:
                found[f"{file} unpacked"] = zlib.decompress(raw)
    for git in {f.parent for f in place.rglob("HEAD") if (f.parent / "objects").is_dir()}:
        found[f"{git} all"] = subprocess.run(
            ["git", "--git-dir", git, "cat-file", "--batch-all-objects", "--batch"],
            capture_output=True,
            check=True,
        ).stdout
    return found


def leaks(place: pathlib.Path, word: str = WORD) -> list[str]:
    return [name for name, raw in everything(place).items() if word.encode() in raw]


# ---- nothing of it anywhere ---------------------------------------------------------------------


def test_a_sealed_text_is_in_no_file_of_any_machine(people, tmp_path):
    """Remembered, synced, recalled, revised, listed, hooked and merged: the words are in no object, index, log or cache."""
    anna, bob, _ = people
    remember(anna, f"The code is {WORD}.\n\nA second part.\n")
    anna.sync()
    bob.sync()
    told = anna.done("recall", "server room", "--json") + bob.done("recall", "server room", "--json")
    told += anna.done("list", "--json") + bob.done("show", "server-room") + anna.done("status")
    told += (
        anna.done("recall", "server room", "--explain") + anna.done("related", "server-room") if False else ""
    )
    brief = json.dumps(
        {"hook_event_name": "SessionStart", "source": "startup", "cwd": str(anna.home)}
    ).encode()
    told += anna.run("hook", "session-start", stdin=brief).stdout.decode()
    prompt = json.dumps(
        {"hook_event_name": "UserPromptSubmit", "prompt": "the server room code", "cwd": str(anna.home)}
    )
    told += anna.run("hook", "user-prompt-submit", stdin=prompt.encode()).stdout.decode()
    anna.done("revise", "server-room", "--tag", "door")
    anna.done("revise", "server-room", "-", stdin=f"Now it is {WORD} 2.\n".encode())
    anna.sync()
    bob.sync()

    assert "Server room" in told
    assert WORD not in told
    assert [] == leaks(tmp_path)


def test_the_word_itself_is_not_found_but_the_title_is(people):
    """Title and tags answer questions; what is sealed answers none."""
    anna, *_ = people
    remember(anna, f"The code is {WORD}.")

    assert (1, 0) == (anna.run("recall", WORD).returncode, anna.run("recall", "server room").returncode)


def test_a_person_reads_it_at_a_terminal_and_a_pipe_does_not(people):
    """`show` opens it for a person; what an assistant's shell gets is the file as it is."""
    anna, bob, _ = people
    remember(anna, f"The code is {WORD}.")
    anna.sync()
    bob.sync()

    assert f"The code is {WORD}." in anna.seen("show", "server-room")
    assert WORD not in anna.done("show", "server-room") + anna.done("show", "server-room", "--json")
    seen = bob.seen("show", "server-room")
    assert ("sealed for others" in seen, WORD in seen) == (True, False)


# ---- never a plain fallback ---------------------------------------------------------------------


def test_without_recipients_nothing_is_written(tmp_path):
    """Nobody is listed: refused, and no file, object or journal has a word of it."""
    one = Person(tmp_path / "one")
    one.home.mkdir()
    one.done("init")
    ran = one.run(
        "remember", "--sensitive", "--title", "T", "--scope", "global", "-", stdin=f"{WORD}\n".encode()
    )

    assert (2, True) == (ran.returncode, b"recipient add" in ran.stderr)
    assert WORD.encode() not in ran.stdout + ran.stderr
    assert [] == leaks(tmp_path)


def test_without_pyrage_nothing_is_written(people, tmp_path):
    """The library is missing: refused, with what to install."""
    anna, *_ = people
    code = "import sys; sys.modules['pyrage'] = None; from memsync.__main__ import main; sys.exit(main(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", code, "remember", "--sensitive", "--title", "T", "--scope", "global", "-"],
        input=f"{WORD}\n".encode(), env=anna.env, cwd=anna.home, capture_output=True, check=False,
    )  # fmt: skip

    assert (2, True) == (ran.returncode, b"not installed" in ran.stderr)
    assert [] == leaks(tmp_path)


def test_a_title_is_never_made_of_the_text(people):
    """Without --title it is refused: a title stays readable."""
    anna, *_ = people

    assert (
        2
        == anna.run(
            "remember", "--sensitive", "--scope", "global", "-", stdin=f"{WORD}\n".encode()
        ).returncode
    )


HEADERS = [
    "title: By hand\nsensitive: true\n",
    "sensitive: yes\n",
    "title: a: broken\nsensitive: true\n",
    "title: By hand\nsensitive: true\nsensitive: false\n",
]


@pytest.mark.parametrize("header", HEADERS)
def test_what_was_written_by_hand_is_sealed_or_held_before_git_sees_it(people, tmp_path, header):
    """A file that says sensitive and is not sealed: sealed in place where its header can be read, else held; never an object."""
    anna, bob, _ = people
    file = anna.store / "global" / "note" / "hand.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{header}---\nBy hand: {WORD}\n", encoding="utf-8")
    report = anna.sync()
    anna.run("recall", "hand")
    anna.sync()
    bob.sync()
    if report["held"]:
        assert "not sealed" in report["held"][0]["reason"]
        assert is_unsealed(file.read_text(encoding="utf-8"))
        assert [str(file)] == leaks(tmp_path)
    else:
        assert is_sealed(file.read_text(encoding="utf-8"))
        assert f"By hand: {WORD}" in anna.seen("show", "hand")
        assert [] == leaks(tmp_path)


def test_on_a_machine_that_can_not_seal_it_is_held(tmp_path):
    """No recipients: the file stays where it is, in no object and no index, and status says why."""
    one = Person(tmp_path / "one")
    one.home.mkdir()
    one.done("init")
    file = one.store / "global" / "note" / "hand.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: By hand\nsensitive: true\n---\n{WORD}\n", encoding="utf-8")
    held = one.sync()["held"]
    one.run("recall", "by hand")

    assert ["global/note/hand.md"] == [row["path"] for row in held]
    assert "not sealed" in one.done("status")
    assert [str(file)] == leaks(tmp_path)
    one.done("vault", "recipient", "add")
    assert [] == one.sync()["held"]
    assert [] == leaks(tmp_path)


def test_a_commit_by_hand_is_refused(people):
    """The store's own hook stops a person's commit of what says sensitive and is not sealed."""
    anna, *_ = people
    file = anna.store / "global" / "note" / "hand.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("---\ntitle: By hand\nsensitive: true\n---\nplain\n", encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=anna.store, env=anna.env, check=True)
    ran = subprocess.run(
        ["git", "commit", "-qm", "x"], cwd=anna.store, env=anna.env, capture_output=True, check=False
    )

    assert (1, True) == (min(ran.returncode, 1), b"unsealed" in ran.stderr + ran.stdout)


def test_a_memory_that_is_there_can_be_sealed_and_opened_again(people, tmp_path):
    """`revise --sensitive` before any sync leaves no word behind; `--no-sensitive` brings it back for everyone."""
    anna, *_ = people
    anna.done("remember", "--title", "Door", "--scope", "global", "-", stdin=f"{WORD}\n".encode())
    anna.done("revise", "door", "--sensitive")
    anna.sync()

    assert is_sealed(anna.text("door"))
    assert [] == [name for name in leaks(tmp_path) if ".cache" not in name]
    anna.done("revise", "door", "--no-sensitive")
    assert WORD in anna.text("door")


def test_a_secret_may_stand_in_a_sealed_text_and_not_in_its_title(people, tmp_path):
    """The gate judges what is stored: the sealed text passes, a readable title does not."""
    anna, *_ = people
    token = "ghp_" + "a8Kd02mZq91LwTbXc7VnE4RyUi3OpS5DfGhJ"
    remember(anna, f"The token is {token}\n", title="GitHub")
    refused = anna.run(
        "remember", "--sensitive", "--title", f"T {token}", "--scope", "global", "-", stdin=b"x\n"
    )
    anna.sync()

    assert 3 == refused.returncode
    assert [] == leaks(tmp_path, token)


# ---- several machines ---------------------------------------------------------------------------


def test_somebody_new_is_agreed_to_by_a_person_and_then_reads(people):
    """Bob puts himself on the list; nothing is sealed for him until Anna, at a terminal, agrees; then he reads everything."""
    anna, bob, _ = people
    remember(anna, "The code is 4711.\n")
    anna.sync()
    bob.sync()
    assert "can't be opened here" in bob.run("vault", "recipient", "add", "--label", "bob").stderr.decode()
    bob.sync()
    anna.sync()
    refused = anna.run("remember", "--sensitive", "--title", "Two", "--scope", "global", "-", stdin=b"x\n")
    assert (2, True) == (refused.returncode, b"somebody else put" in refused.stderr)
    assert 4 == anna.run("vault", "recipient", "trust").returncode  # no terminal, no yes
    assert "agreed to 1 recipient" in anna.seen("vault", "recipient", "trust", answers=[("too?", "y")])
    anna.sync()
    bob.sync()

    assert "The code is 4711." in bob.seen("show", "server-room")
    remember(bob, "From Bob.\n", title="Two")
    bob.sync()
    anna.sync()
    assert "From Bob." in anna.seen("show", "two")


def both(people) -> tuple[Person, Person]:
    anna, bob, _ = people
    bob.done("vault", "recipient", "add", "--label", "bob")
    bob.sync()
    anna.sync()
    anna.seen("vault", "recipient", "trust", answers=[("too?", "y")])
    remember(anna, "# Room\n\nfirst\n\nsecond\n\nthird\n")
    anna.sync()
    bob.sync()
    return anna, bob


def test_two_edits_of_a_sealed_text_are_merged(people, tmp_path):
    """Each changes another part, offline: both are in it afterwards, sealed, on both machines, and nothing moves any more."""
    anna, bob = both(people)
    anna.done("revise", "server-room", "-", stdin=b"# Room\n\nfirst by anna\n\nsecond\n\nthird\n")
    bob.done(
        "revise", "server-room", "-", stdin=f"# Room\n\nfirst\n\nsecond\n\nthird by bob {WORD}\n".encode()
    )
    for one in (anna, bob, anna, bob):
        one.sync()
    before = [
        subprocess.run(["git", "rev-parse", "main"], cwd=p.store, capture_output=True, check=True).stdout
        for p in (anna, bob)
    ]
    for one in (anna, bob):
        assert 0 == one.sync()["captured"]
    after = [
        subprocess.run(["git", "rev-parse", "main"], cwd=p.store, capture_output=True, check=True).stdout
        for p in (anna, bob)
    ]

    assert anna.text("server-room") == bob.text("server-room")
    assert is_sealed(anna.text("server-room"))
    seen = bob.seen("show", "server-room")
    assert ("first by anna" in seen, f"third by bob {WORD}" in seen) == (True, True)
    assert [] == list(anna.store.rglob("*.conflict-*"))
    assert before == after
    assert [] == leaks(tmp_path)


def test_a_machine_without_a_key_keeps_both_versions_whole(people):
    """Bob can't open it and merges a change of Anna's text with a change of its tags; of two texts he keeps both."""
    anna, bob, _ = people
    remember(anna, "one\n")
    anna.sync()
    bob.sync()
    bob.done("revise", "server-room", "--tag", "door")
    anna.done("revise", "server-room", "-", stdin=b"two\n")
    for one in (anna, bob, anna):
        one.sync()

    assert anna.text("server-room") == bob.text("server-room")
    seen = anna.seen("show", "server-room")
    assert ("two" in seen, "door" in seen) == (True, True)


def test_who_is_taken_off_does_not_read_what_is_sealed_after(people):
    """`recipient rm` seals everything for the others only."""
    anna, bob = both(people)
    assert "first" in bob.seen("show", "server-room")
    anna.done("vault", "recipient", "rm", "bob")
    anna.done("revise", "server-room", "-", stdin=b"after bob\n")
    anna.sync()
    bob.sync()

    assert "sealed for others" in bob.seen("show", "server-room")
    assert "after bob" in anna.seen("show", "server-room")


def test_a_key_can_not_be_slipped_in(people):
    """Whoever pushes a key into the list gets nothing: sealing stops until a person agrees, and what is sealed stays so."""
    anna, bob, _ = people
    remember(anna, "The code is 4711.\n")
    anna.sync()
    bob.sync()
    stranger = Person(bob.home.parent / "eve")
    stranger.home.mkdir()
    stranger.done("init")
    stranger.done("vault", "recipient", "add")
    key = json.loads(stranger.done("vault", "recipient", "list", "--json"))["recipients"][0]["key"]
    with (bob.store / ".memsync" / "recipients").open("a", encoding="utf-8") as file:
        file.write(f"{key}\n")
    bob.sync()
    anna.sync()
    before = anna.text("server-room")

    assert 2 == anna.run("revise", "server-room", "-", stdin=b"new\n").returncode
    assert 4 == anna.run("vault", "recipient", "add", key).returncode
    assert before == anna.text("server-room")
    assert "not agreed to yet" in anna.done("vault", "recipient", "list")


def test_another_id_of_the_store_is_no_way_around_it(people):
    """Whoever pushes a key pushes another id of the store as well: what was agreed to here is kept by the store's place."""
    anna, *_ = people
    remember(anna, "The code is 4711.\n")
    marker = anna.store / ".memsync" / "store.json"
    shape = json.loads(marker.read_text(encoding="utf-8"))
    marker.write_text(json.dumps(shape | {"id": "ab" * 16}), encoding="utf-8")
    with (anna.store / ".memsync" / "recipients").open("a", encoding="utf-8") as file:
        file.write(f"age1{'q' * 58}\n")

    assert 2 == anna.run("revise", "server-room", "-", stdin=b"new\n").returncode


def test_who_was_taken_off_by_somebody_else_is_told(people):
    """Sealing what one could not read oneself stops; who goes by choice takes the key off here."""
    anna, *_ = people
    stranger = Person(anna.home.parent / "eve")
    stranger.home.mkdir()
    stranger.done("init")
    stranger.done("vault", "recipient", "add")
    key = json.loads(stranger.done("vault", "recipient", "list", "--json"))["recipients"][0]["key"]
    anna.seen("vault", "recipient", "add", key, answers=[("too?", "y")])
    own = next(
        r["key"]
        for r in json.loads(anna.done("vault", "recipient", "list", "--json"))["recipients"]
        if r["own"]
    )
    place = anna.store / ".memsync" / "recipients"
    place.write_text(
        "".join(line for line in place.read_text().splitlines(keepends=True) if not line.startswith(own))
    )
    ran = anna.run("remember", "--sensitive", "--title", "T", "--scope", "global", "-", stdin=b"x\n")

    assert (2, True) == (ran.returncode, b"took you off" in ran.stderr)
    anna.done("vault", "recipient", "add")
    remember(anna, "x\n", title="T")


@pytest.fixture
def asked(people, monkeypatch, tmp_path):
    """Give a function that calls a tool of the MCP server on the first machine's store; and that machine."""
    anna, *_ = people
    for name, value in anna.env.items():
        monkeypatch.setenv(name, value)

    def call(tool: str, **arguments: str) -> tuple[bool, str]:
        async def script():
            async with Client(build(cwd=tmp_path)) as client:
                return await client.call_tool(tool, arguments)

        result = anyio.run(script)
        return result.is_error, result.content[0].text

    return anna, call


def test_an_assistant_neither_reads_nor_overwrites_it(asked):
    """Over MCP the text is not shown, and a new text is refused; title and tags may change."""
    anna, call = asked
    remember(anna, f"The code is {WORD}.\n")
    read = call("memory_read", name="server-room")
    found = call("memory_recall", query="server room")
    refused = call("memory_update", name="server-room", content="overwritten")
    renamed = call("memory_update", name="server-room", title="Server room, 2nd floor")

    assert (False, True) == (read[0], "sealed" in read[1])
    assert (True, True) == (refused[0], "sealed" in refused[1])
    assert (False, False) == (renamed[0], WORD in read[1] + found[1] + refused[1] + renamed[1])
    assert f"The code is {WORD}." in anna.seen("show", "server-room")


def test_an_assistant_never_sees_what_is_not_sealed_yet(asked):
    """A file by hand that says sensitive and waits for the next sync: its words are in no answer."""
    anna, call = asked
    file = anna.store / "global" / "note" / "hand.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: By hand\nsensitive: true\n---\n{WORD}\n", encoding="utf-8")
    told = [
        call("memory_recall", query="by hand"),
        call("memory_recall", query=WORD),
        call("memory_read", name="hand"),
    ]

    assert WORD not in repr(told)

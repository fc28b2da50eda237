"""`memsync hook EVENT` from the outside: what it prints for an assistant, and what it does with whatever is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clikit import Terminal
from memsync.__main__ import ASSISTANT_EVENTS
from memsync.core.bookkeeping import LaneNote
from memsync.core.hooks import call as calls
from memsync.edges.door import client
from memsync.edges.door.client import NoAnswer, find_door
from memsync.edges.settings import load
from memsync.store import Store
from memsync.store.answering import serve_door
from memsync.store.parts import Parts

pytestmark = pytest.mark.system

MEMSYNC = [sys.executable, "-P", "-m", "memsync"]
QUESTION = "which package manager do we use, pnpm or npm?"


@pytest.fixture
def terminal(capfd, monkeypatch):
    return Terminal(capfd, monkeypatch)


@pytest.fixture
def app(home, monkeypatch):
    """Stand in a project's folder."""
    folder = home / "app"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(
        ["git", "-C", str(folder), "remote", "add", "origin", "git@example.com:org/app.git"], check=True
    )
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def store(app, terminal):
    terminal.done("init")
    terminal.done(
        "remember",
        "We use pnpm, never npm: the workspace protocol needs it.",
        "--key",
        "pnpm",
        "--category",
        "decision",
    )
    return Path(load().store)


def payload(event="UserPromptSubmit", **fields):
    return json.dumps(
        {"session_id": "s1", "hook_event_name": event, "cwd": str(Path.cwd()), "prompt": QUESTION, **fields}
    ).encode()


def told(ran):
    return json.loads(ran.out)["hookSpecificOutput"]["additionalContext"] if ran.out else ""


def test_a_prompts_memory_reaches_the_model(store, terminal):
    """In the form every client reads, within its budget."""
    text = told(terminal.done("hook", "UserPromptSubmit", stdin=payload()))

    assert f"{store}/projects/" in text and "We use pnpm, never npm" in text and len(text) <= 2000  # noqa: PT018  # one fact: the block is whole and short


def test_a_session_begins_with_a_brief(store, terminal):
    """What is in the store for this folder."""
    assert "decision/pnpm.md" in told(
        terminal.done("hook", "SessionStart", stdin=payload("SessionStart", source="startup"))
    )


def test_the_resident_answers_as_the_hook_itself_does(store, terminal):
    """With a resident process the same memories come, and the same session state is kept."""
    stop = threading.Event()
    thread = serve_door(Parts(store, settings=load(), instance="test"), stop.is_set)
    door = opened()
    by_resident = told(terminal.done("hook", "UserPromptSubmit", stdin=payload()))
    again = terminal.done("hook", "UserPromptSubmit", stdin=payload()).out
    stop.set()
    thread.join(5)
    directly = told(terminal.done("hook", "UserPromptSubmit", stdin=payload(session_id="s2")))

    assert (True, "", without_nonce(directly)) == (bool(door), again, without_nonce(by_resident))


def opened():
    """Wait until the door is open and the first question was answered: that one imports, and indexes."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            client.hook("UserPromptSubmit", payload(session_id="first"), os.environ)
            return find_door(os.environ)
        except NoAnswer:
            threading.Event().wait(0.01)
    return ""


def without_nonce(text):
    return [line for line in text.splitlines() if "memsync-memories" not in line]


def test_the_asker_imports_next_to_nothing_where_a_resident_answers(store):
    """Neither the store nor the settings are loaded to ask."""
    stop = threading.Event()
    thread = serve_door(Parts(store, settings=load(), instance="test"), stop.is_set)
    opened()
    program = "import sys, memsync.__main__ as m; m.main(['hook', 'UserPromptSubmit']); sys.stderr.write(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], input=payload(), capture_output=True, check=True)
    stop.set()
    thread.join(5)
    heavy = {
        "memsync.store",
        "memsync.core",
        "memsync.edges.settings",
        "dataclasses",
        "pathlib",
        "subprocess",
        "typing",
        "click",
    }

    assert (set(), True) == (heavy & set(ran.stderr.decode().split()), b"pnpm" in ran.stdout)


def test_the_events_of_the_quick_way_are_the_cores():
    """One table is by hand, for speed."""
    assert set(calls._EVENTS) == ASSISTANT_EVENTS


# ---- bad input: a hook never fails, and never says anything wrong to the model ---------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"prompt": 7, "cwd": []}',
        b'{"prompt": "\\ud800 pnpm npm package manager"}',
    ],
)
@pytest.mark.parametrize(
    "event", ["UserPromptSubmit", "SessionStart", "PreCompact", "Stop", "SessionEnd", "PermissionRequest"]
)
def test_a_malformed_input_ends_in_silence_or_sense(store, terminal, event, raw):
    """Exit 0, and stdout is empty, JSON, or the summariser's text."""
    ran = terminal("hook", event, stdin=raw)

    assert (0, True) == (
        ran.code,
        not ran.out or event == "PreCompact" or isinstance(json.loads(ran.out), dict),
    )


def test_a_prompt_of_two_megabytes_is_answered(store, terminal):
    """It may be a pasted log with a question before it."""
    assert "pnpm" in told(
        terminal.done("hook", "UserPromptSubmit", stdin=payload(prompt=QUESTION + "\n" + "x" * 2_000_000))
    )


def test_an_input_beyond_any_sense_is_silence(store, terminal):
    """17 MB are not even read to the end."""
    ran = terminal("hook", "UserPromptSubmit", stdin=payload(prompt="x" * 17_000_000))

    assert (0, "") == (ran.code, ran.out)


def test_without_a_store_the_model_hears_nothing(app, terminal):
    """The user is told in one line how to make one."""
    ran = terminal("hook", "UserPromptSubmit", stdin=payload())

    assert (0, "", 1, True) == (ran.code, ran.out, ran.err.count("\n"), "memsync init" in ran.err)


def test_broken_settings_are_told_to_the_user_alone(store, terminal, home):
    """One line on stderr, nothing for the model."""
    config = load().config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("store = \n")
    ran = terminal("hook", "UserPromptSubmit", stdin=payload())

    assert (0, "", 1) == (ran.code, ran.out, ran.err.count("\n"))


def test_a_broken_store_is_told_to_the_user_alone(store, terminal):
    """A store whose marker is no JSON."""
    (store / ".memsync/store.json").write_text("{")
    ran = terminal("hook", "SessionStart", stdin=payload("SessionStart"))

    assert (0, "", 1) == (ran.code, ran.out, ran.err.count("\n"))


@pytest.mark.parametrize("name", ["sync", "resident", "write", "short"])
def test_a_locked_store_is_read_all_the_same(store, terminal, name):
    """A hook waits for no lock."""
    with Parts(store, settings=load(), instance="test").lock(name):
        assert "pnpm" in told(terminal.done("hook", "UserPromptSubmit", stdin=payload()))


def test_a_halted_store_answers_and_says_so_at_the_start(store, terminal):
    """A guard stops sync and no assistant: prompts are answered as ever, and the brief says who is waited for."""
    settings = load()
    parts = Parts(settings.store, settings=settings, instance="test")
    terminal.done("sync")
    parts.book.set_lane(
        LaneNote(
            lane="push",
            state="halted",
            guard="mass-deletion",
            reason="30 memories would go",
            hint="`memsync ack`",
        )
    )
    prompted = terminal("hook", "UserPromptSubmit", stdin=payload())
    begun = terminal("hook", "SessionStart", stdin=payload("SessionStart", source="startup"))

    assert (0, 0, True, True) == (
        prompted.code,
        begun.code,
        "We use pnpm" in told(prompted),
        "Sync waits for a person" in told(begun),
    )


def test_a_read_only_state_costs_only_the_memory_of_what_was_shown(store, terminal):
    """What can't be written down is told again."""
    sessions = Parts(store, settings=load(), instance="test").state_dir / "sessions"
    sessions.write_text("a file where a folder should be")
    runs = [told(terminal.done("hook", "UserPromptSubmit", stdin=payload())) for _ in range(2)]

    assert [True, True] == ["pnpm" in run for run in runs]


def test_a_git_environment_is_not_followed(store, terminal, monkeypatch, app):
    """A hook that runs inside git's own hook looks at the asker's folder, not at GIT_DIR's repository."""
    other = app.parent / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert "pnpm" in told(terminal.done("hook", "UserPromptSubmit", stdin=payload()))


def test_a_folder_that_is_gone_has_what_is_global(store, terminal):
    """A session whose folder was deleted still gets the global memories."""
    terminal.done("remember", "Volcanoes in Iceland are called eldfjall", "--scope", "global")

    assert "eldfjall" in told(
        terminal.done(
            "hook", "UserPromptSubmit", stdin=payload(cwd="/no/such/folder", prompt="volcanoes in Iceland")
        )
    )


def test_a_client_that_hangs_up_is_no_error(store):
    """Its pipe is closed before the answer is written."""
    program = (
        f'exec 3>&1; echo "$PAYLOAD" | ( {" ".join(MEMSYNC)} hook UserPromptSubmit; echo $? >&3 ) | true'
    )
    ran = subprocess.run(
        ["sh", "-c", program],
        env=os.environ | {"PAYLOAD": payload().decode()},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("0\n", "") == (ran.stdout, ran.stderr)


def test_a_secret_written_by_hand_is_not_told(store, terminal):
    """A file the gate would hold reaches no model through a hook."""
    word = "AKIA" + "QX5ZL2M8NT4R7WPD"
    (store / "current-tasks.md").write_text(f"# Current tasks\n\n- [ ] rotate {word}\n")

    assert word not in terminal.done("hook", "SessionStart", stdin=payload("SessionStart")).out


def test_recall_at_prompts_can_be_turned_off(store, terminal, monkeypatch):
    """One setting each: hook_recall, hook_brief, approve_reads."""
    for name in ("HOOK_RECALL", "HOOK_BRIEF", "APPROVE_READS"):
        monkeypatch.setenv(f"MEMSYNC_{name}", "0")
    runs = [
        terminal.done("hook", e, stdin=payload(e, tool_name="mcp__memsync__memory_read")).out
        for e in ("UserPromptSubmit", "SessionStart", "PreCompact", "PermissionRequest")
    ]

    assert ["", "", "", ""] == runs


def test_a_session_is_noted_only_where_the_user_said_so(store, terminal, monkeypatch):
    """With `session_notes` on, one note for the day keeps the summary and the last words; without it nothing is written."""

    def work():
        terminal.done(
            "hook", "Stop", stdin=payload("Stop", last_assistant_message="Moved the cache to redis.")
        )
        terminal.done(
            "hook", "PostCompact", stdin=payload("PostCompact", compact_summary="We began with the cache.")
        )
        terminal.done("hook", "SessionEnd", stdin=payload("SessionEnd"))
        return [f.read_text() for f in store.glob("projects/*/session-notes/*.md")]

    without = work()
    monkeypatch.setenv("MEMSYNC_SESSION_NOTES", "1")
    (note,) = work()

    assert ([], True, True) == (
        without,
        "We began with the cache." in note,
        "Moved the cache to redis." in note,
    )


def test_a_secret_in_a_sessions_last_words_is_marked_out(store, terminal, monkeypatch):
    """What the assistant said goes through the gate as every memory does."""
    monkeypatch.setenv("MEMSYNC_SESSION_NOTES", "1")
    word = "AKIA" + "QX5ZL2M8NT4R7WPD"
    for _ in range(2):
        terminal.done(
            "hook",
            "PostCompact",
            stdin=payload("PostCompact", compact_summary=f"The key is {word}, {time.time_ns()}."),
        )
    (note,) = [f.read_text() for f in store.glob("projects/*/session-notes/*.md")]

    assert (False, 2) == (word in note, note.count("REDACTED"))


def test_the_syncer_answers_at_the_door(store, terminal):
    """Where `memsync watch` or the MCP server's syncer runs, hooks are answered by it; when it ends, the door is gone."""
    stop = threading.Event()
    thread = threading.Thread(target=Store.open().watch, kwargs={"stop": stop.is_set, "tell": lambda _: None})
    thread.start()
    door = opened()
    text = told(terminal.done("hook", "UserPromptSubmit", stdin=payload()))
    stop.set()
    thread.join(60)

    assert (True, True, False) == (bool(door), "pnpm" in text, Path(door).exists())


def test_a_store_that_is_named_is_the_one_that_answers(store, terminal, home):
    """`memsync --store PATH hook EVENT` looks there."""
    terminal.done("--store", str(home / "other"), "init", str(home / "other"))

    assert ("", True) == (
        told(terminal.done("--store", str(home / "other"), "hook", "UserPromptSubmit", stdin=payload())),
        "pnpm" in told(terminal.done("--store", str(store), "hook", "UserPromptSubmit", stdin=payload())),
    )


def test_an_event_of_a_newer_plugin_stops_nothing(store, terminal):
    """To an assistant exit code 2 is a veto; a person's typo is still told as one."""
    newer = terminal("hook", "SubagentStop", stdin=payload("SubagentStop"))
    typo = terminal("hook", "SubagentStop")

    assert ((0, ""), True, 2) == ((newer.code, newer.out), "no hook" in newer.err, typo.code)

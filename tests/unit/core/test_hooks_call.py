"""Reading every client's hook input, and answering each in a form it takes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.hooks.call import Call, Client, Event, find_event, read_call
from memsync.core.hooks.question import MOST_WORDS, question_of
from memsync.core.hooks.reply import READS, WRITES, context, permission
from memsync.core.recall.query import parse_query
from memsync.store.clock import now


def call(event="UserPromptSubmit", **fields):
    return read_call(event, json.dumps(fields).encode(), environ={})


CLAUDE = {
    "session_id": "s1",
    "transcript_path": "/t.jsonl",
    "cwd": "/home/me/app",
    "hook_event_name": "UserPromptSubmit",
    "prompt": "why?",
}
COPILOT = {"sessionId": "s1", "timestamp": 1, "cwd": "/home/me/app", "prompt": "why?"}
GEMINI = {
    "session_id": "s1",
    "cwd": "/home/me/app",
    "hook_event_name": "BeforeAgent",
    "timestamp": "x",
    "prompt": "why?",
}
CODEX = {
    "session_id": "s1",
    "turn_id": "1",
    "cwd": "/home/me/app",
    "hook_event_name": "UserPromptSubmit",
    "prompt": "why?",
}


@pytest.mark.parametrize(
    ("word", "fields", "client"),
    [
        ("UserPromptSubmit", CLAUDE, Client.CLAUDE),
        ("userPromptSubmitted", COPILOT, Client.COPILOT),
        ("BeforeAgent", GEMINI, Client.GEMINI),
        ("UserPromptSubmit", CODEX, Client.CODEX),
    ],
)
def test_every_clients_prompt_is_one_event(word, fields, client):
    """Session, folder and prompt are read from each client's own spelling."""
    found = call(word, **fields)

    assert (Event.PROMPT, client, "s1", "/home/me/app", "why?") == (
        found.event,
        found.client,
        found.session,
        found.cwd,
        found.prompt,
    )


@pytest.mark.parametrize("word", ["SessionStart", "session-start", "session_start", "sessionStart"])
def test_an_events_name_may_be_spelled_in_every_way(word):
    """Case, `-` and `_` make no difference."""
    assert Event.START is find_event(word)


@pytest.mark.parametrize("word", ["pre-commit", "pre-push", "post-merge", "", "x" * 100_000])
def test_a_hook_of_git_is_no_event_of_an_assistant(word):
    """Git's hooks go another way."""
    assert find_event(word) is None


@pytest.mark.parametrize(
    "payload", [b"{", b"[]", b"null", b'"text"', b"\xff\xfe\x00", b"[" * 100_000, b"{}garbage"]
)
def test_a_malformed_payload_is_no_call(payload):
    """Nothing but a JSON object is a hook's input."""
    assert read_call("SessionStart", payload, environ={}) is None


def test_an_empty_payload_is_a_call_without_facts():
    """A hook that is tried by hand works: the folder is where it is run."""
    assert "/here" == read_call("SessionStart", b"", environ={}, cwd="/here").cwd


@given(
    word=st.sampled_from(["SessionStart", "BeforeAgent", "agentStop", "x"]),
    fields=st.dictionaries(
        st.sampled_from(
            ["session_id", "sessionId", "cwd", "prompt", "source", "tool_name", "hook_event_name"]
        ),
        st.none() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()),
    ),
)
def test_any_json_object_is_read(word, fields):
    """Fields of a wrong type count as missing; texts can be encoded whatever half characters came."""
    found = read_call(word, json.dumps(fields).encode(), environ={})

    assert found is None or (found.prompt + found.cwd + found.session + found.name).encode() is not None


def test_the_projects_folder_is_preferred_to_where_the_shell_is():
    """Claude names the project's folder; the current one may be deep below it."""
    found = read_call("Stop", b'{"cwd": "/app/src"}', environ={"CLAUDE_PROJECT_DIR": "/app"})

    assert "/app" == found.cwd


@pytest.mark.parametrize("cwd", ["relative/path", "", "C:\\x", "/nul\0l"])
def test_a_folder_that_can_not_be_one_is_left_out(cwd):
    """Only an absolute path is a folder."""
    assert "" == call(cwd=cwd).cwd


# ---- replies ------------------------------------------------------------------------------------


def test_a_context_has_both_shapes():
    """Claude, Codex and Gemini read the nested text, Copilot the one at the top."""
    told = json.loads(context(call(**CLAUDE), "what we know"))

    assert {
        "additionalContext": "what we know",
        "hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "additionalContext": "what we know"},
    } == told


def test_codex_gets_the_nested_shape_alone():
    """Codex 0.169 refuses an answer with a field it does not know; so it is told apart even where it says nothing of a turn."""
    begun = call(
        "SessionStart",
        session_id="s",
        hook_event_name="SessionStart",
        transcript_path="/home/me/.codex/sessions/x.jsonl",
    )

    assert [["hookSpecificOutput"]] * 2 == [list(json.loads(context(c, "x"))) for c in (begun, call(**CODEX))]


def test_the_events_name_goes_back_as_it_came():
    """Gemini calls it BeforeAgent and would not know UserPromptSubmit."""
    assert (
        "BeforeAgent"
        == json.loads(context(call("BeforeAgent", **GEMINI), "x"))["hookSpecificOutput"]["hookEventName"]
    )


def test_nothing_to_say_is_no_byte():
    """An empty text prints nothing at all."""
    assert b"" == context(call(**CLAUDE), "")


def test_a_summariser_gets_plain_text():
    """Claude appends what a PreCompact hook prints to the summariser's instructions."""
    assert b"keep this\n" == context(call("PreCompact", trigger="auto"), "keep this")


@pytest.mark.parametrize(
    "server", ["mcp__memsync__", "mcp__plugin_memsync_memsync__", "mcp_memsync_", "memsync-", "memsync/"]
)
@pytest.mark.parametrize("tool", READS)
def test_the_read_tools_are_let_through(server, tool):
    """Each client's spelling of memsync's reading tools is approved."""
    told = json.loads(
        permission(
            call("PermissionRequest", tool_name=server + tool, hook_event_name="PermissionRequest"),
            reads=True,
            writes=False,
        )
    )

    assert {
        "hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": {"behavior": "allow"}}
    } == told


@pytest.mark.parametrize("tool", [f"mcp__memsync__{w}" for w in WRITES])
def test_a_writing_tool_is_let_through_only_by_its_own_setting(tool):
    """`approve_reads` says nothing about writes; `approve_writes` does."""
    asked = call("PreToolUse", tool_name=tool)

    assert (b"", "allow") == (
        permission(asked, reads=True, writes=False),
        json.loads(permission(asked, reads=False, writes=True))["permissionDecision"],
    )


@pytest.mark.parametrize(
    "tool",
    [
        "Bash",
        "mcp__evil_memsync__memory_read",
        "mcp__memsync__memory_read_all",
        "mcp__memsync__memory_purge",
        "xmcp__memsync__memory_read",
        "mcp__memsync__memory_read\n",
        "mcp__plugin_other_memsync__memory_read",
        "",
        "memory_read",
    ],
)
def test_no_other_tool_is_let_through(tool):
    """The whole name must fit; a server that is only called alike is somebody else's."""
    assert b"" == permission(call("PermissionRequest", tool_name=tool), reads=True, writes=True)


def test_approval_can_be_turned_off():
    """With `approve_reads` off the client asks the user as ever."""
    assert b"" == permission(
        call("PermissionRequest", tool_name="mcp__memsync__memory_read"), reads=False, writes=False
    )


# ---- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt", ["/compact", "/memsync:remember tabs", "!ls -la", "# a note for CLAUDE.md", "", "   \n"]
)
def test_a_command_is_no_question(prompt):
    """What is not said to the model is not recalled for."""
    assert "" == question_of(prompt)


def test_a_path_at_the_beginning_is_no_command():
    """`/etc/hosts` is something to ask about."""
    assert "/etc/hosts is wrong again" == question_of("/etc/hosts is wrong again")


def test_code_is_left_out_of_prose():
    """A pasted block says less than the sentence around it."""
    assert "Why does the build fail here?" == question_of(
        "Why does the build\n```\nError: tag:x at y\n```\nfail here?"
    )


def test_what_a_client_wraps_around_is_left_out():
    """Reminders and the IDE's notes are not the user's words."""
    assert "what is this" == question_of(
        "<system-reminder>secret rules</system-reminder>what is <ide_opened_file>a.py</ide_opened_file> this"
    )


def test_a_prompt_of_two_megabytes_is_a_short_question():
    """The beginning and the end count."""
    found = question_of("why is the deploy slow? " + "word " * 400_000 + " in the end")

    assert MOST_WORDS >= len(found.split())
    assert found.startswith("why is the deploy slow?")
    assert found.endswith("in the end")


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(["tag:x", '"', "-not", "foo:bar", "--", "by:me", "```", "<system-reminder>", "word"])
    ).map(" ".join)
)
def test_no_prompt_is_a_query_with_operators(prompt):
    """Nothing a prompt says raises, filters or excludes."""
    parsed = parse_query(question_of(prompt), now=now())

    assert ((), (), (), "", (), (), None) == (
        parsed.phrases,
        parsed.nots,
        parsed.tags,
        parsed.by,
        parsed.categories,
        parsed.scopes,
        parsed.since,
    )


def test_a_call_shows_what_it_is():
    """A call is a plain value."""
    assert Call(event=Event.END, name="SessionEnd") == Call(event=Event.END, name="SessionEnd")

"""The event loop's own stdio: lines in any pieces, answers larger than a pipe, and who hangs up."""

from __future__ import annotations

import os
import threading

import anyio
import anyio.lowlevel
import pytest
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCNotification
from pydantic import ValidationError

from memsync.mcp_server.pipes import _Answers, _Requests

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows is left to the SDK")


@pytest.fixture
def pipe():
    ends = list(os.pipe())
    yield ends
    for end in ends:
        if end >= 0:
            os.close(end)


def message(text="x"):
    return JSONRPCNotification(jsonrpc="2.0", method="said", params={"text": text})


def line(text="x"):
    return message(text).model_dump_json(exclude_unset=True).encode() + b"\n"


def taken(pipe, *pieces):
    """Return what a reader makes of the pieces, each written once the one before was read, until the writer hangs up."""

    async def read():
        reading, writing = pipe
        async with _Requests(reading) as requests:
            for piece in pieces:
                os.write(writing, piece)
                await anyio.wait_all_tasks_blocked()
            os.close(writing)
            pipe[1] = -1
            return [
                one if isinstance(one, Exception) else one.message.params["text"] async for one in requests
            ]

    return anyio.run(read)


@pytest.mark.parametrize("at", [1, 20, 30, len(line("é")) - 1])
def test_a_line_may_come_in_pieces(pipe, at):
    """Wherever a message is cut, in a character too, it is one message."""
    assert taken(pipe, line("é")[:at], line("é")[at:]) == ["é"]


def test_lines_may_come_together(pipe):
    """Several messages in one piece are several, in their order."""
    assert taken(pipe, line("a") + line("b") + line("c")[:9], line("c")[9:]) == ["a", "b", "c"]


def test_the_last_line_needs_no_end(pipe):
    """What was sent before hanging up is read without its line feed too."""
    assert taken(pipe, line("a") + line("b")[:-1]) == ["a", "b"]


def test_what_is_no_message_is_told_and_the_next_one_is_read(pipe):
    """A line that is no message is handed on as what is wrong with it."""
    wrong, right = taken(pipe, b"{nonsense\n" + line("a"))
    assert (type(wrong), right) == (ValidationError, "a")


def test_who_does_not_take_requests_lets_the_client_wait(pipe):
    """Beyond a megabyte nothing more is read until messages are taken; then all of them come."""
    text, many = "x" * 9_000, 300

    async def read():
        reading, writing = pipe
        writer = threading.Thread(target=lambda: [os.write(writing, line(text)) for _ in range(many)])
        async with _Requests(reading) as requests:
            writer.start()
            while not requests._paused:
                await anyio.lowlevel.checkpoint()
            blocked = writer.is_alive()
            lengths = [len((await requests.receive()).message.params["text"]) for _ in range(many)]
        writer.join()
        return blocked, lengths

    assert anyio.run(read) == (True, [len(text)] * many)


def test_an_answer_larger_than_the_pipe_is_sent_whole(pipe):
    """While the client reads nothing the loop goes on; two large answers come whole, one after the other."""
    reading, writing = pipe
    texts = ["a" * 300_000, "b" * 200_000]
    got = bytearray()

    def read():
        while len(got) < sum(len(line(t)) for t in texts):
            got.extend(os.read(reading, 1 << 16))

    async def send():
        answers = _Answers(writing)
        async with anyio.create_task_group() as group:
            for text in texts:
                group.start_soon(answers.send, SessionMessage(message(text)))
            await anyio.wait_all_tasks_blocked()  # the first waits for the client
            reader = threading.Thread(target=read)
            reader.start()
        reader.join()

    anyio.run(send)
    assert sorted(bytes(got).splitlines(keepends=True)) == sorted(map(line, texts))


def test_half_an_answer_is_not_left_behind(pipe):
    """A call that is cancelled while its answer is being written: the answer is written to its end."""
    reading, writing = pipe
    got = bytearray()

    async def send():
        answers = _Answers(writing)
        async with anyio.create_task_group() as group:
            group.start_soon(answers.send, SessionMessage(message("a" * 300_000)))
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
            reader = threading.Thread(target=read)
            reader.start()
        await answers.send(SessionMessage(message("b")))
        reader.join()

    def read():
        while not got.endswith(line("b")):
            got.extend(os.read(reading, 1 << 16))

    anyio.run(send)
    assert bytes(got) == line("a" * 300_000) + line("b")


def test_a_client_that_hung_up_is_told_as_the_sdk_knows_it(pipe):
    """Writing to nobody raises what the SDK takes for the end of a connection."""
    os.close(pipe[0])
    pipe[0] = -1

    async def send():
        await _Answers(pipe[1]).send(SessionMessage(message()))

    with pytest.raises(anyio.BrokenResourceError):
        anyio.run(send)

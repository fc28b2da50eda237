"""A model that does what the prompt says, on the loopback: Anthropic's Messages API, OpenAI's Responses, Gemini's.

A prompt with the line `CALL tool {json}` makes the model call that tool; once the tool has answered, it says `DONE`.
Every request is kept, so a test can look at what really reached the model.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_CALL = re.compile(r"^CALL (\S+) (\{.*\})\s*$", re.MULTILINE)


class ScriptedModel:
    """The server. Use as a context manager; `url` is where it listens, `requests` are the bodies it was sent.

    `says` maps words of a system prompt to what a model with that prompt says, whatever it is asked.
    """

    def __init__(self, says: dict[str, str] | None = None) -> None:
        self.says = says or {}
        self.requests: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self._server.model = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def tool_results(self) -> list[str]:
        """Return the text of every tool result the model was given, oldest first, each once."""
        found: dict[str, str] = {}
        for body in self.requests:
            for block in _blocks(body, "tool_result"):
                content = block["content"]
                found[block["tool_use_id"]] = (
                    content if isinstance(content, str) else "".join(b.get("text", "") for b in content)
                )
        return list(found.values())

    def tools_offered(self) -> set[str]:
        """Return the names of all tools that were in a request."""
        return {tool["name"] for body in self.requests for tool in body.get("tools", ())}

    def everything_said(self) -> str:
        """Return everything that was said to the model beside the conversation, and in it, as one text."""
        return json.dumps(
            [{k: v for k, v in body.items() if k != "tools"} for body in self.requests], ensure_ascii=False
        )


def _blocks(body: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    contents = [m["content"] for m in body.get("messages", ()) if isinstance(m["content"], list)]
    return [block for content in contents for block in content if block.get("type") == kind]


def reply(body: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the one content block that answers a request; `number` makes a call's id unique."""
    last = next((m["content"] for m in reversed(body.get("messages", [])) if m["role"] == "user"), "")
    blocks = [{"type": "text", "text": last}] if isinstance(last, str) else last
    if not any(b.get("type") == "tool_result" for b in blocks):
        call = _CALL.search("\n".join(b.get("text", "") for b in blocks))
        if call:
            return {
                "type": "tool_use",
                "id": f"toolu_{number:06d}",
                "name": call[1],
                "input": json.loads(call[2]),
            }
    return {"type": "text", "text": "DONE"}


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._send(b"", "text/plain")

    def do_GET(self) -> None:
        self._json({"data": []})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        self._answer(body)

    def _answer(self, body: dict[str, Any]) -> None:
        path = self.path.split("?")[0]
        model = self.server.model  # type: ignore[attr-defined]
        if path.endswith("/responses") or "enerateContent" in path:
            model.requests.append(body)
            openai = path.endswith("/responses")
            return self._send(
                (responses if openai else gemini)(body, len(model.requests)), "text/event-stream"
            )
        if not path.startswith("/v1/messages"):
            return self._json({})
        if "count_tokens" in self.path:
            return self._json({"input_tokens": 100})
        model.requests.append(body)
        told = json.dumps(body.get("system", ""), ensure_ascii=False)
        fixed = next((text for words, text in model.says.items() if words in told), None)
        block = {"type": "text", "text": fixed} if fixed else reply(body, len(model.requests))
        stop = "tool_use" if block["type"] == "tool_use" else "end_turn"
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body.get("model", "scripted"),
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 10},
        }
        if body.get("stream"):
            return self._send(_stream(message, block, stop), "text/event-stream")
        return self._json({**message, "content": [block], "stop_reason": stop})

    def _json(self, value: Any) -> None:
        self._send(json.dumps(value).encode(), "application/json")

    def _send(self, raw: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Keep stderr for pytest."""


def _stream(message: dict[str, Any], block: dict[str, Any], stop: str) -> bytes:
    """Return the server-sent events of one message with one block, as docs.anthropic.com describes streaming."""
    if block["type"] == "text":
        empty, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
    else:
        empty, delta = (
            {**block, "input": {}},
            {"type": "input_json_delta", "partial_json": json.dumps(block["input"])},
        )
    events = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop, "stop_sequence": None},
            "usage": {"output_tokens": 10},
        },
        {"type": "message_stop"},
    ]
    return _events(events)


def _events(events: list[dict[str, Any]]) -> bytes:
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def responses(body: dict[str, Any], number: int) -> bytes:
    """Return one answer as OpenAI's Responses API streams it, for Codex. A tool is named `server/tool`."""
    given = body.get("input", [])
    texts = [
        c.get("text", "")
        for i in given
        if i.get("role") == "user"
        for c in i["content"]
        if isinstance(c, dict)
    ]
    call = _CALL.search("\n".join(texts))
    if call and not any(i.get("type") == "function_call_output" for i in given):
        space, _, name = call[1].rpartition("/")
        item = {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "name": name, "namespace": space,
                "arguments": call[2], "status": "completed"}  # fmt: skip
    else:
        text = {"type": "output_text", "text": "DONE", "annotations": []}
        item = {
            "type": "message",
            "id": f"msg_{number}",
            "role": "assistant",
            "status": "completed",
            "content": [text],
        }
    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "input_tokens_details": {"cached_tokens": 0},
             "output_tokens_details": {"reasoning_tokens": 0}}  # fmt: skip
    whole = {
        "id": f"resp_{number}",
        "object": "response",
        "status": "completed",
        "model": "scripted",
        "output": [item],
        "usage": usage,
    }
    return _events([
        {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ])  # fmt: skip


def gemini(body: dict[str, Any], _number: int) -> bytes:
    """Return one answer as Gemini's streamGenerateContent gives it."""
    parts = [part for content in body.get("contents", [])[-1:] for part in content.get("parts", [])]
    call = _CALL.search("\n".join(part.get("text", "") for part in parts))
    part = {"functionCall": {"name": call[1], "args": json.loads(call[2])}} if call else {"text": "DONE"}
    answer = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
              "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}}  # fmt: skip
    return f"data: {json.dumps(answer)}\r\n\r\n".encode()

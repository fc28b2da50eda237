"""Judges of auto-learn: programs and servers that may be missing, hang, flood or talk nonsense."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from memsync.edges.claude_judge import JUDGING, ClaudeJudge
from memsync.edges.ollama import Ollama


@pytest.fixture
def claude(tmp_path, home):
    """Return a maker of a `claude` that runs a Python text, and the judge that asks it."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(program, *, patience=20.0):
        script = folder / "claude"
        script.write_text(f"#!{sys.executable}\n{program}\n")
        script.chmod(0o755)
        environ = {**os.environ, "PATH": str(folder), "CLAUDECODE": "1", "CLAUDE_CODE_OAUTH_TOKEN": "t"}
        return ClaudeJudge(tmp_path / "judge", model="haiku", system="S", environ=environ, patience=patience)

    return make


def test_claude_is_asked_without_hooks_tools_and_servers(claude):
    """And with the variable that keeps memsync's own hooks still; its folder is in no project."""
    told = claude(
        "import json, os, sys\n"
        "print(json.dumps([sys.argv[1:], sys.stdin.read(), dict(os.environ), os.getcwd()]))"
    ).answer("question")
    argv, stdin, environ, cwd = json.loads(told)
    value = dict(pairwise(argv))

    assert ("question", "haiku", "", "S", {"disableAllHooks": True}) == (
        stdin,
        value["--model"],
        value["--tools"],
        value["--system-prompt"],
        json.loads(value["--settings"]),
    )
    assert {"-p", "--safe-mode", "--strict-mcp-config", "--no-session-persistence"} <= set(argv)
    assert ("1", False, "t", True) == (
        environ[JUDGING],
        "CLAUDECODE" in environ,
        environ["CLAUDE_CODE_OAUTH_TOKEN"],
        cwd.endswith("/judge"),
    )


def test_a_claude_that_is_not_there_is_no_judge(tmp_path, home):
    """Nothing is installed for it."""
    judge = ClaudeJudge(tmp_path, model="haiku", system="S", environ={"PATH": str(tmp_path)})

    assert judge.answer("question") is None


def test_a_claude_that_hangs_is_ended_with_all_it_started(claude, tmp_path):
    """After its patience, whatever it does with its pipes."""
    mark = tmp_path / "child"
    judge = claude(
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(mark)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)",
        patience=1.0,
    )
    began = time.monotonic()
    answer = judge.answer("question")

    assert (None, True) == (answer, time.monotonic() - began < 10)
    assert not _lives(int(mark.read_text()))


def _lives(pid):
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except OSError:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize(
    "program",
    [
        "import sys; print('{}'); sys.exit(1)",
        "import sys\nwhile True: sys.stdout.write('x' * 65536)",
        "raise SystemExit('not logged in')",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_a_claude_that_fails_or_floods_is_no_judge(claude, program):
    """Its answer does not count, and takes no memory."""
    assert claude(program).answer("question" * 20_000) is None


def test_a_claude_that_does_not_read_is_heard(claude):
    """It may answer without having read everything."""
    assert "{}\n" == claude("print('{}')").answer("question" * 50_000)


# ---- Ollama -------------------------------------------------------------------------------------


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self._say({"models": self.server.models})

    def do_POST(self):
        self.server.asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._say(self.server.said)

    def _say(self, value):
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        """Keep stderr for pytest."""


@pytest.fixture
def server():
    made = HTTPServer(("127.0.0.1", 0), _Answers)
    made.models = [
        {"name": "big:70b", "size": 40_000_000_000},
        {"name": "small:3b", "size": 2_000_000_000},
        {"name": "embed-tiny", "size": 40_000_000},
        {"name": 7},
    ]
    made.said, made.status, made.asked = {"response": "{}"}, 200, None
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def ollama(server, model=""):
    return Ollama(f"http://127.0.0.1:{server.server_port}", model=model, system="S", patience=5.0)


def test_the_smallest_model_is_asked(server):
    """Nobody's machine is made to run the largest one unasked; nor one that only embeds."""
    answer = ollama(server).answer("question")

    assert ("{}", "small:3b", "S", False) == (
        answer,
        server.asked["model"],
        server.asked["system"],
        server.asked["stream"],
    )


def test_the_model_that_was_chosen_is_asked(server):
    """Whatever its size."""
    ollama(server, "big:70b").answer("question")

    assert "big:70b" == server.asked["model"]


@pytest.mark.parametrize("said", [b"", b"[]", b"{", {"response": 3}, {}, b"x" * 2_000_000])
def test_an_ollama_that_talks_nonsense_is_no_judge(server, said):
    """Nor one that floods."""
    server.said = said

    assert ollama(server, "small:3b").answer("question") is None


def test_an_ollama_that_fails_is_no_judge(server):
    """A 500 is no answer."""
    server.status = 500

    assert ollama(server).answer("question") is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9",
        "https://127.0.0.1:11434",
        "http://ollama.example:11434",
        "file:///etc",
        "",
        "http://[::1",
    ],
)
def test_only_this_machine_is_asked(url):
    """What was said here is sent nowhere else; a port where nobody is, is no judge."""
    assert Ollama(url, model="m", system="S").answer("question") is None

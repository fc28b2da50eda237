"""What tests of the doorbell share: a resident syncer in a thread, an ssh that stays on this machine, a bell at a URL."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from memsync.store import listening, watching
from synckit import machine_at

PATIENCE = 30.0
SSH = """#!/bin/sh
# An ssh that goes nowhere: options are dropped, and what is asked of the host is done here.
echo "$$ $*" >> "$0.calls"
while :; do case "$1" in -p|-o|-l) shift 2;; -*) shift;; *) break;; esac; done
shift
case "$*" in "memsync wait"*) [ -e "$0.forced" ] && exec sh -c "$(cat "$0.forced")";; esac
exec sh -c "$*"
"""


def eventually(what, *, patience: float = PATIENCE) -> bool:
    """Wait until something holds, and never longer than it must."""
    deadline = time.monotonic() + patience
    while not what():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def stand_in_ssh(place: pathlib.Path) -> pathlib.Path:
    """Write the ssh that goes nowhere; beside it, `.calls` will have its calls; `.forced` may hold a forced command.

    The forced command is the bell's; git's own calls are done as asked, as if with another key.
    """
    place.write_text(SSH)
    place.chmod(0o755)
    return place


def with_memsync_on_path() -> str:
    """Return a PATH on which the memsync under test is first."""
    return f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


class Watching:
    """A machine's syncer in a thread: short times, but questions to the remote so rare that only a bell brings news."""

    def __init__(self, machine, **more) -> None:
        times = {"quiet": 0.1, "ceiling": 1.0, "rescan": 600.0, "poll": 3000.0} | more
        self.machine = machine_at(machine.base, **times)
        self.stopped = threading.Event()
        self.reports = []
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        watching.watch(self.machine.parts, self.stopped.is_set, self.reports.append)

    def told(self) -> str:
        """Return what `status` would say of the doorbell."""
        return listening.told(self.machine.parts)

    def __enter__(self):
        self.thread.start()
        assert eventually(lambda: self.reports)
        return self

    def __exit__(self, *_) -> None:
        self.stopped.set()
        self.thread.join(timeout=PATIENCE)
        assert not self.thread.is_alive()


class UrlBell:
    """A doorbell at a URL of this machine: GET streams, POST rings. `asked` are the requests' lines, with their headers."""

    def __init__(self, *, events: bool = False, status: int = 200) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.lines: list[threading.Event] = []
        self.closing = threading.Event()
        outer = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                outer.asked.append((f"GET {self.path}", dict(self.headers)))
                self.send_response(status)
                self.send_header("Content-Type", "text/event-stream" if events else "text/plain")
                self.end_headers()
                mine = threading.Event()
                outer.lines.append(mine)
                with contextlib.suppress(OSError):
                    while status == 200 and not outer.closing.is_set():
                        if mine.wait(0.05):
                            mine.clear()
                            self.wfile.write(b"data: ring\n\n" if events else b"ring\n")
                            self.wfile.flush()
                outer.lines.remove(mine)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                outer.asked.append(
                    (f"POST {self.path} {self.rfile.read(length).decode()}", dict(self.headers))
                )
                self.send_response(200)
                self.end_headers()
                outer.ring()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def ring(self) -> None:
        """Ring at everybody who listens."""
        for line in list(self.lines):
            line.set()

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

"""Machines: one bare remote and clones of it, each with a home of its own; and remotes that misbehave.

A Machine is anything that has files and can sync them, so that other ways of syncing can be measured with the same
workload (benchmarks/sync_loops.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core import header
from memsync.core.memory import Draft
from memsync.core.names import is_synced_path
from memsync.core.report import Revision, SyncReport
from memsync.core.ulid import make_ulid
from memsync.edges.settings import Settings
from memsync.errors import Busy

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Sequence

    from memsync.store import Store

GIT = (
    "git",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "gc.auto=0",
    "-c",
    "user.name=A Tester",
    "-c",
    "user.email=t@example.invalid",
)
POINTS = (
    "start", "after_hash", "after_commit_obj", "after_wal", "after_ref_local", "after_fetch", "after_merge_obj",
    "after_ref_merge", "before_exchange", "after_exchange", "after_materialise", "before_push", "after_push",
)  # fmt: skip
"""The named points of a cycle at which MEMSYNC_CRASH ends the process."""


def git(folder: Path, *words: str, feed: bytes | None = None, check: bool = True) -> bytes:
    """Run git in a folder and return what it prints."""
    done = subprocess.run(
        [*GIT, "-C", str(folder), *words], input=feed, capture_output=True, check=False, timeout=120
    )
    assert not check or not done.returncode, (words, done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def bare_remote(place: Path) -> Path:
    """Make an empty bare repository."""
    subprocess.run(
        [*GIT, "init", "-q", "--bare", "--template=", "-b", "main", str(place)], check=True, timeout=60
    )
    return place


# ---- machines -----------------------------------------------------------------------------------


@dataclass
class Machine:
    """A folder of memories that is edited by hand, and some way to sync it."""

    name: str
    root: Path
    clock: int = 0

    def paths(self) -> list[str]:
        """Return every synced markdown file but memsync's own, sorted."""
        found = []
        start = len(str(self.root)) + 1
        for folder, folders, files in os.walk(str(self.root)):
            folders[:] = [f for f in folders if not f.startswith(".")]
            above = f"{folder[start:]}/" if len(folder) > start else ""
            found += [above + f for f in files]
        return sorted(p for p in found if is_synced_path(p))

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def files(self) -> dict[str, bytes]:
        return {path: self.read(path) for path in self.paths()}

    def hand_edit(self, path: str, content: bytes) -> None:
        """Save a file as an editor does: beside it, then in its place."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.swp")
        beside.write_bytes(content)
        beside.replace(place)

    def hand_delete(self, path: str) -> None:
        (self.root / path).unlink()

    def hand_move(self, path: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(self.root / new)

    def remember(self, key: str, body: str) -> str:
        """Make a new memory and return its path."""
        self.clock += 1
        path = f"global/fact/{key}.md"
        identity = make_ulid(self.clock, hashlib.sha256(f"{self.name}{self.clock}".encode()).digest())
        if (self.root / path).exists():
            path = f"global/fact/{key}-{identity[-6:].lower()}.md"
        stamp = f"2026-01-01T{self.clock // 3600 % 24:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}Z"
        text = f"---\nid: {identity}\ntitle: {key}\ntags: []\ncreated: {stamp}\nupdated: {stamp}\n---\n{body}"
        self.hand_edit(path, text.encode())
        return path

    def revise(self, path: str, body: str) -> None:
        """Give a memory another body, the way an assistant does: read, change, write."""
        self.clock += 1
        stamp = f"2026-01-01T{self.clock // 3600 % 24:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}Z"
        document = header.split(self.read(path).decode())
        top = document.text[: len(document.text) - len(document.body)]
        self.hand_edit(path, (re.sub(r"(?m)^updated: .*$", f"updated: {stamp}", top) + body).encode())

    def forget(self, path: str) -> None:
        self.hand_delete(path)

    def sync(self) -> object:
        raise NotImplementedError

    def head(self) -> str:
        return git(self.root, "rev-parse", "-q", "--verify", "refs/heads/main", check=False).decode().strip()


@dataclass
class MemsyncMachine(Machine):
    """A machine with memsync on it. Offline it has no way to its remote."""

    home: Path = field(default_factory=Path)
    url: str = ""
    halts: int = 0
    forgotten: set[str] = field(default_factory=set)  # since somebody last asked
    _store: Store | None = None

    @property
    def settings(self) -> Settings:
        home = self.home
        return Settings(store=self.root, private=home / "private", config_file=home / "config.toml", state_dir=home / "state",
                        cache_dir=home / "cache", log_dir=home / "log", instance=self.name, background=False)  # fmt: skip

    @property
    def store(self) -> Store:
        from memsync.store import Store

        if self._store is None:
            self._store = Store.open(self.root, settings=self.settings)
        return self._store

    def remember(self, key: str, body: str) -> str:
        return self.store.remember(Draft(body=body, title=key)).memory.path

    def revise(self, path: str, body: str) -> None:
        self.store.revise(path, Revision(body=body))

    def forget(self, path: str) -> None:
        self.store.forget(path)
        self.forgotten.add(path)

    def sync(self) -> SyncReport:
        report = self.store.sync(wait=120)
        assert isinstance(report, SyncReport)
        return report

    def ack(self, guard: str = "") -> None:
        """Say yes to what a guard halted (all that are halted, where none is named), as `memsync ack` does."""
        from memsync.store import syncing

        self.halts += 1
        syncing.ack(self.store._parts, guard)

    def guards(self) -> set[str]:
        """Return the guards that have halted and wait for a yes."""
        book = self.store._parts.book
        halted = {book.lane(name).guard for name in ("capture", "pull", "push")} - {""}
        return {guard for guard in halted if not book.ack(guard)}

    def fresh(self) -> None:
        """Begin a new process, with nothing in its head."""
        self._store = None

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment in which a memsync process of this machine runs."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MEMSYNC_", "XDG_"))}
        home = self.home
        return kept | {
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_DATA_HOME": str(home / ".data"),
            "XDG_STATE_HOME": str(home / ".state"), "XDG_CACHE_HOME": str(home / ".cache"), "XDG_RUNTIME_DIR": str(home / ".run"),
            "MEMSYNC_STORE": str(self.root), "MEMSYNC_BACKGROUND": "0", "MEMSYNC_INSTANCE": self.name, **more,
        }  # fmt: skip

    def run(self, *words: str, timeout: float = 120, **env: str) -> subprocess.CompletedProcess[bytes]:
        """Run memsync as a process of its own."""
        return subprocess.run([sys.executable, "-m", "memsync", *words], env=self.environment(**env), cwd=self.home,
                              capture_output=True, check=False, timeout=timeout, stdin=subprocess.DEVNULL)  # fmt: skip

    def killed_sync(self, point: str, times: int = 1) -> bool:
        """Sync in a process that dies at a named point; True if it got there. A forked one: quick, and as dead."""
        return in_child(self._sync_dying, f"{point}:{times}") == -signal.SIGKILL

    def _sync_dying(self, point: str) -> None:
        os.environ["MEMSYNC_CRASH"] = point
        self._store = None
        with contextlib.suppress(Busy):
            self.sync()

    def online(self, *, yes: bool) -> None:
        """Plug the cable in or out."""
        git(self.root, "config", "remote.origin.url", self.url if yes else f"{self.url}.away")


def in_child(work, *arguments) -> int:
    """Do something in a forked process and return its exit code (negative: the signal that ended it)."""
    child = os.fork()
    if not child:
        code = 70
        try:
            work(*arguments)
            code = 0
        except BaseException as error:  # noqa: BLE001  # the child must not go on as a second test run
            os.write(2, f"in a child: {error!r}\n".encode())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def machines(folder: Path, count: int, *, url: str = "") -> list[MemsyncMachine]:
    """Return `count` machines on one remote: the first one's store is new, the others join it."""
    from memsync.store import Store

    remote = url or str(bare_remote(folder / "remote.git"))
    made: list[MemsyncMachine] = []
    for n in range(count):
        home = folder / f"m{n}"
        home.mkdir(parents=True)
        machine = MemsyncMachine(name=f"m{n}", root=home / "memory", home=home, url=remote)
        if made:
            Store.join(remote, machine.root, settings=machine.settings)
        else:
            Store.init(machine.root, settings=machine.settings, remote=remote)
            machine.sync()
        made.append(machine)
    return made


# ---- remotes over http --------------------------------------------------------------------------


class GitServer:
    """git's own http-backend behind a small server that can be told to misbehave.

    `mode`: `ok`; a status (`401`, `403`, `404`, `429`, `500`, `503`, …); `push-403` (reading works); `html` (a captive
    portal); `hang` (answers after `delay` seconds); `cut` (closes the connection in the middle of a pack); `slow` (a byte
    at a time). `requests` counts what came in.
    """

    def __init__(self, folder: Path, *, tls: ssl.SSLContext | None = None) -> None:
        self.folder = folder
        self.scheme = "https" if tls else "http"
        self.mode = "ok"
        self.delay = 60.0
        self.requests: list[str] = []
        self._stop = threading.Event()
        outer = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:  # the library's name
                outer._answer(self)

            do_POST = do_GET  # noqa: N815  # the library's name

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, name: str = "remote.git") -> str:
        return f"{self.scheme}://127.0.0.1:{self._server.server_address[1]}/{name}"

    def close(self) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, call: BaseHTTPRequestHandler) -> None:
        self.requests.append(f"{call.command} {call.path}")
        body = self._body(call)
        writes = "git-receive-pack" in call.path
        match self.mode:
            case "ok":
                self._backend(call, body)
            case "html":
                self._say(
                    call, 200, b"<!DOCTYPE html>\n<html>\n<body>Please sign in</body>\n</html>\n", "text/html"
                )
            case "hang":
                self._stop.wait(self.delay)
                call.close_connection = True
            case "cut" | "slow":
                self._backend(call, body, broken=self.mode if call.command == "POST" else "")
            case "push-403":
                self._say(call, 403, b"no") if writes else self._backend(call, body)
            case status:
                self._say(call, int(status), b"no")

    @staticmethod
    def _body(call: BaseHTTPRequestHandler) -> bytes:
        if call.headers.get("Transfer-Encoding", "").lower() == "chunked":
            out = b""
            while size := int(call.rfile.readline().split(b";")[0], 16):
                out += call.rfile.read(size)
                call.rfile.readline()
            call.rfile.readline()
            return out
        return call.rfile.read(int(call.headers.get("Content-Length", 0)))

    @staticmethod
    def _say(call: BaseHTTPRequestHandler, status: int, text: bytes, kind: str = "text/plain") -> None:
        call.send_response(status)
        if status == 401:
            call.send_header("WWW-Authenticate", 'Basic realm="git"')
        call.send_header("Content-Type", kind)
        call.send_header("Content-Length", str(len(text)))
        call.end_headers()
        call.wfile.write(text)

    def _backend(self, call: BaseHTTPRequestHandler, body: bytes, *, broken: str = "") -> None:
        path, _, query = call.path.partition("?")
        env = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.folder), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
            "QUERY_STRING": query, "REQUEST_METHOD": call.command, "CONTENT_TYPE": call.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)), "REMOTE_USER": "tester", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_CONTENT_ENCODING": call.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": call.headers.get("Git-Protocol", ""), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        done = subprocess.run(
            [*GIT, "-c", "safe.directory=*", "http-backend"],
            input=body,
            env=env,
            capture_output=True,
            check=False,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        call.send_response(int(fields.pop("Status", "200 OK").split()[0]))
        for name, value in fields.items():
            call.send_header(name, value)
        call.send_header("Content-Length", str(len(content)))
        call.end_headers()
        if broken == "cut":
            call.wfile.write(content[: len(content) // 2])
            call.close_connection = True
            return
        for piece in [content[n : n + 1] for n in range(len(content))] if broken == "slow" else [content]:
            if self._stop.is_set():
                return
            with contextlib.suppress(OSError):
                call.wfile.write(piece)
            if broken == "slow":
                time.sleep(0.2)


@contextlib.contextmanager
def git_server(folder: Path, *, tls: ssl.SSLContext | None = None) -> Iterator[GitServer]:
    """Serve the bare repositories of a folder over http(s) on this machine; `remote.git` is made and may be pushed to."""
    if not (folder / "remote.git").exists():
        git(bare_remote(folder / "remote.git"), "config", "http.receivepack", "true")
    server = GitServer(folder, tls=tls)
    try:
        yield server
    finally:
        server.close()


# ---- hostile trees ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An entry of a raw tree: any mode, any name; content, or a whole tree below it, or just an id."""

    mode: str
    name: bytes
    content: bytes | tuple[Entry, ...] | str = b"hostile\n"


def raw_tree(repo: Path, entries: Iterable[Entry]) -> str:
    """Write a tree object exactly as told, without git's own checks, and return its id."""
    raw = b""
    for entry in entries:
        if isinstance(entry.content, tuple):
            oid = raw_tree(repo, entry.content)
        elif isinstance(entry.content, str):
            oid = entry.content
        else:
            oid = git(repo, "hash-object", "-w", "--stdin", feed=entry.content).decode().strip()
        raw += entry.mode.encode() + b" " + entry.name + b"\0" + bytes.fromhex(oid)
    return git(repo, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", feed=raw).decode().strip()


def push_tree(remote: Path, entries: Sequence[Entry], *, keep: bool = True) -> str:
    """Put a commit on a bare remote's main whose tree has these entries (and, with `keep`, what was there); return its id."""
    old = git(remote, "rev-parse", "-q", "--verify", "main", check=False).decode().strip()
    there: list[Entry] = []
    if keep and old:
        names = {e.name for e in entries}
        for line in git(remote, "ls-tree", "-z", old).split(b"\0")[:-1]:
            left, name = line.split(b"\t", 1)
            mode, _, oid = left.decode().split()
            if name not in names:
                there.append(Entry(mode=mode.lstrip("0"), name=name, content=oid))
    tree = raw_tree(
        remote,
        sorted([*there, *entries], key=lambda e: e.name + (b"/" if e.mode.lstrip("0") == "40000" else b"")),
    )
    author = "Somebody <s@example.invalid> 1767225600 +0000"
    raw = f"tree {tree}\n{f'parent {old}' + chr(10) if old else ''}author {author}\ncommitter {author}\n\nhostile\n"
    commit = (
        git(remote, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", feed=raw.encode())
        .decode()
        .strip()
    )
    git(remote, "update-ref", "refs/heads/main", commit)
    return commit


def _below(*names: bytes, mode: str = "100644", content: bytes = b"hostile\n") -> Entry:
    entry = Entry(mode=mode, name=names[-1], content=content)
    for name in reversed(names[:-1]):
        entry = Entry(mode="40000", name=name, content=(entry,))
    return entry


def hostile_trees() -> dict[str, tuple[Entry, ...]]:
    """Return trees that try to leave the store, to run something, to hide or to confuse, by name."""
    link = b"/etc/passwd"
    trees: dict[str, tuple[Entry, ...]] = {
        "dotdot-file": (Entry("100644", b".."),),
        "dotdot-folder": (_below(b"..", b"pwn.md"),),
        "deep-dotdot": (_below(b"global", b"..", b"..", b"pwn.md"),),
        "dot": (_below(b".", b"pwn.md"),),
        "slash-in-name": (Entry("100644", b"../../pwn.md"),),
        "absolute": (Entry("100644", b"/tmp/pwn.md"),),
        "empty-name": (Entry("100644", b""),),
        "git-folder": (_below(b".git", b"hooks", b"post-checkout", mode="100755"),),
        "git-upper": (_below(b".GIT", b"config", content=b"[core]\n\tfsmonitor = touch pwned\n"),),
        "git-mixed": (_below(b".gIt", b"config"),),
        "git-hfs": (_below(".g\u200cit".encode(), b"config"),),
        "git-ntfs": (_below(b"git~1", b"config"),),
        "git-dot-space": (_below(b".git ", b"config"),),
        "git-stream": (_below(b".git::$INDEX_ALLOCATION", b"config"),),
        "nested-git": (_below(b"global", b".git", b"config"),),
        "backslash": (Entry("100644", b"..\\pwn.md"),),
        "drive": (Entry("100644", b"C:pwn.md"),),
        "symlink": (Entry("120000", b"link.md", link),),
        "symlink-folder": (Entry("120000", b"global2", b"/tmp"), ),
        "symlink-over-global": (Entry("120000", b"global", b"/tmp"),),
        "symlink-to-git": (Entry("120000", b"notes.md", b".git/config"),),
        "gitlink": (Entry("160000", b"sub.md", "1" * 40),),
        "gitmodules": (Entry("100644", b".gitmodules", b'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% pwned\n'),),
        "gitattributes": (Entry("100644", b".gitattributes", b"*.md merge=union filter=evil ident eol=crlf\n"), Entry("100644", b"x.md", b"$Id$\n")),
        "nested-gitattributes": (_below(b"global2", b".gitattributes", content=b"* merge=union\n"),),
        "lfsconfig": (Entry("100644", b".lfsconfig", b"[lfs]\n\turl = http://127.0.0.1:1/\n"),),
        "executable": (Entry("100755", b"run.md", b"#!/bin/sh\ntouch pwned\n"),),
        "old-mode": (Entry("100664", b"old.md"),),
        "fifo-mode": (Entry("10000", b"fifo.md"),),
        "script": (Entry("100644", b"run.sh", b"touch pwned\n"),),
        "envrc": (Entry("100644", b".envrc", b"touch pwned\n"),),
        "vscode": (_below(b".vscode", b"tasks.json", content=b"{}"),),
        "newline": (Entry("100644", b"a\nb.md"),),
        "escape": (Entry("100644", b"a\x1b[2Jb.md"),),
        "bell": (Entry("100644", b"a\x07.md"),),
        "bidi": (Entry("100644", "a\u202edm.exe.md".encode()),),
        "zero-width": (Entry("100644", "a\u200b.md".encode()),),
        "tags": (Entry("100644", "a\U000e0041.md".encode()),),
        "not-utf8": (Entry("100644", b"a\xff.md"),),
        "windows-name": (Entry("100644", b"con.md"), _below(b"aux", b"x.md")),
        "trailing-dot": (Entry("100644", b"a.md."), _below(b"b.", b"x.md")),
        "trailing-space": (Entry("100644", b"a.md "),),
        "letter-case": (Entry("100644", b"Note.md", b"1\n"), Entry("100644", b"note.md", b"2\n")),
        "unicode-form": (Entry("100644", "\u00e9t\u00e9.md".encode(), b"1\n"), Entry("100644", "e\u0301te\u0301.md".encode(), b"2\n")),
        "file-and-folder": (Entry("100644", b"a.md", b"1\n"), _below(b"A.md", b"b.md")),
        "too-deep": (_below(*[b"d"] * 12, b"x.md"),),
        "long-name": (Entry("100644", b"n" * 240 + b".md"),),
        "large": (Entry("100644", b"large.md", b"x\n" * 1024 * 1024),),
        "many-folders": (Entry("40000", b"many", tuple(_below(b"%05d" % n, b"x.md") for n in range(300))),),
        "nul-content": (Entry("100644", b"nul.md", b"a\0b\n"),),
        "not-text": (Entry("100644", b"binary.md", b"\xff\xfe\x00\x01"),),
        "escape-content": (Entry("100644", b"esc.md", b"# \x1b]0;owned\x07\x1b[2J\n"),),
        "yaml-bomb": (Entry("100644", b"bomb.md", b"---\na: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n---\nboom\n"),),
        "yaml-python": (Entry("100644", b"py.md", b"---\nx: !!python/object/apply:os.system ['touch pwned']\n---\nboom\n"),),
        "deep-yaml": (Entry("100644", b"deep.md", b"---\nx: " + b"[" * 5000 + b"]" * 5000 + b"\n---\nboom\n"),),
        "own-folder-escape": (_below(b".memsync", b"..", b"pwn.md"),),
        "own-hidden": (_below(b".memsync", b".trash", b"n.1.pwn"),),
    }  # fmt: skip
    assert len(trees) >= 40
    return trees

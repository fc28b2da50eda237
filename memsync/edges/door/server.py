"""The answering side of the door: a unix socket in a folder only its owner may enter, for askers of the same user and version."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from memsync.edges.door.client import VERSION, peer_uid, receive, reply
from memsync.edges.door.place import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_TICK = 0.25  # seconds between two looks at `stop`
_PATIENCE = 5.0  # seconds an asker may take to put its question, and to take the answer
_MOST = 16  # askers at once; more of them wait in the socket's queue


class Door:
    """An open door. `open` takes the place of a stale socket; a living one stays, for it answers as well."""

    def __init__(self, path: Path, answer: Callable[[str, Mapping[str, str], bytes], bytes | None]) -> None:
        self.path = path
        self._answer = answer
        self._socket: socket.socket | None = None
        self._inode = 0
        self._slots = threading.BoundedSemaphore(_MOST)

    def open(self) -> bool:
        """Listen; False where somebody else answers here, or the folder is not safe. Raises OSError for the disk."""
        if not hasattr(socket, "AF_UNIX") or not _safe_folder(self.path.parent) or _answers(self.path):
            return False
        fresh = self.path.with_name(f".{NAME}{os.getpid()}")
        fresh.unlink(missing_ok=True)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.bind(str(fresh))
            fresh.chmod(0o600)
            line.listen(64)
            line.settimeout(_TICK)
            self._inode = fresh.stat().st_ino
            fresh.replace(self.path)  # an asker finds the old one or the new one, never none
        except OSError:
            line.close()
            fresh.unlink(missing_ok=True)
            raise
        self._socket = line
        return True

    def serve(self, stop: Callable[[], bool]) -> None:
        """Answer until `stop()`, or until the socket's name has become somebody else's; then close."""
        try:
            while not stop() and self._socket is not None and self._mine():
                try:
                    line, _ = self._socket.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                self._slots.acquire()
                threading.Thread(
                    target=self._attend, args=(line,), name="memsync-door-asker", daemon=True
                ).start()
        finally:
            self.close()

    def close(self) -> None:
        """Close, and take the socket's name away if it is still ours."""
        line, self._socket = self._socket, None
        if line is not None:
            line.close()
            with suppress(OSError):
                if self._mine():
                    self.path.unlink()

    def _mine(self) -> bool:
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def _attend(self, line: socket.socket) -> None:
        try:
            with line:
                line.settimeout(_PATIENCE)
                if peer_uid(line) in (os.getuid(), None):
                    self._talk(line)
        except (OSError, ValueError, RecursionError):
            return  # an asker that went away or talks nonsense costs nobody else anything
        finally:
            self._slots.release()

    def _talk(self, line: socket.socket) -> None:
        facts = json.loads(receive(line))
        if not isinstance(facts, dict) or facts.get("memsync") != VERSION:
            reply(line, done=False)
            return
        body = receive(line)
        texts = {k: v for k, v in facts.items() if isinstance(v, str)}
        told = self._answer(texts.get("ask", ""), texts, body)
        reply(line, done=told is not None, body=told or b"")


def _safe_folder(folder: Path) -> bool:
    """Make the folder; whether it is a real one, ours, and nobody else's to enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _answers(path: Path) -> bool:
    """Whether somebody listens at a socket; a file a crash left behind does not."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_TICK)
            line.connect(str(path))
    except TimeoutError:
        return True  # its queue is full: it lives
    except OSError:
        return False
    return True

"""Listening: the resident syncer's ear at the doorbell, in a thread of its own. Only a hint: polling goes on without it."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.doorbell import OFF, ON, Bell, BellKind, bell_of
from memsync.core.history import Said
from memsync.core.pacing import OFFLINE_BASE, OFFLINE_CAP, backoff, probe_interval
from memsync.errors import MemsyncError

if TYPE_CHECKING:
    from collections.abc import Callable

    from memsync.store.parts import Parts

TOLD = "doorbell"  # the file of the state folder that says how the bell is, for `status`
LISTENING = "listening"
_LOOK = 0.25  # seconds between two looks at a repository on this disk
_STOOD = 5.0  # seconds a line must have stood to count as one that works
_NO_BELL = 30.0  # seconds until it is looked again whether the remote has one now
_GOODBYE = 3.0
_LATER = (408, 425, 429)  # HTTP's ways of saying: not now
_NEVER_AGAIN = 2  # refusals of one kind in a row, after which the bell is tried four times a day only


class Doorbell:
    """Listens while its program syncs. `heard(first)` is called, in the bell's thread, for each ring and each beginning."""

    def __init__(self, room: Parts, heard: Callable[[bool], None]) -> None:
        self._room = room
        self._heard = heard
        self._stopped = threading.Event()
        self._again = threading.Event()
        self._line: object = None
        self._thread: threading.Thread | None = None
        self._told = LISTENING  # what a killed one may have left
        self.listening = False

    def start(self) -> None:
        """Begin, where the settings name a bell. The private store has one only where its own remote is it."""
        wanted = self._room.settings.doorbell
        self._tell("")
        if wanted == OFF or (self._room.private and wanted != ON):
            return
        self._thread = threading.Thread(target=self._run, name="memsync-doorbell", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; nothing is left running but, at worst, a connection attempt that ends by its own time limit."""
        from memsync.edges.bell_url import Line

        self._stopped.set()
        self._again.set()
        if isinstance(self._line, Line):
            self._line.close()
        if self._thread is not None:
            self._thread.join(_GOODBYE)
            self._tell("")

    def again(self) -> None:
        """Try anew at once where the bell is out of reach: the network or a key may be there now."""
        self._again.set()

    def _wait(self, seconds: float) -> None:
        self._again.wait(seconds)
        self._again.clear()

    def _run(self) -> None:
        failures = refusals = 0
        while not self._stopped.is_set():
            bell = self._bell()
            if bell.kind is BellKind.NONE:
                self._tell(bell.problem)
                self._wait(_NO_BELL)
                continue
            began = time.monotonic()
            said = self._listen(bell)
            self.listening = False
            stood = time.monotonic() - began >= _STOOD
            failures = 0 if stood else failures + 1
            refused = not stood and _refused(said)
            refusals = refusals + 1 if refused else 0
            self._tell("" if stood and said.ok else _away(said))
            if self._stopped.is_set():
                return
            self._wait(_pause(failures, refusals))

    def _bell(self) -> Bell:
        try:
            settings = self._room.settings
            return bell_of(settings.doorbell, self._room.repo.remote_url(), http_hosts=settings.http_hosts)
        except MemsyncError as error:
            return Bell(problem=str(error))

    def _listen(self, bell: Bell) -> Said:
        """Listen at one bell until its line ends."""
        try:
            match bell.kind:
                case BellKind.FOLDER:
                    return self._at_folder(Path(bell.path))
                case BellKind.SSH:
                    return self._room.repo.listen(bell, heard=self._rang, stop=self._stopped.is_set)
                case _:
                    return self._at_url(bell.url)
        except MemsyncError as error:
            return Said(ok=False, code=-1, text=str(error))
        except OSError as error:
            return Said(ok=False, code=-1, text=error.strerror or "can't be read")

    def _at_url(self, url: str) -> Said:
        from memsync.edges.bell_url import Line

        line = self._line = Line(url)
        if self._stopped.is_set():
            return Said(ok=True)
        return line.listen(self._rang)

    def _at_folder(self, place: Path) -> Said:
        from memsync.edges.refmark import RefMark

        mark = RefMark(place)
        seen = mark.read()
        self._rang()
        while not self._stopped.wait(_LOOK):
            now = mark.read()
            if now != seen:
                seen = now
                self._rang()
        return Said(ok=True)

    def _rang(self) -> None:
        first = not self.listening
        self.listening = True
        self._tell(LISTENING)
        self._heard(first)

    def _tell(self, text: str) -> None:
        if text == self._told:
            return
        self._told = text
        with suppress(OSError, MemsyncError):
            place = self._room.state_dir / TOLD
            place.write_text(text, encoding="utf-8") if text else place.unlink(missing_ok=True)


def _refused(said: Said) -> bool:
    """Whether asking again soon makes no sense: no such command or key there, no right, no such bell."""
    from memsync.core.trouble import classify

    if said.timed_out or said.ok:
        return False
    if said.code == 255:  # ssh's own: the network, or a key that is not taken
        return not classify("ls-remote", said.code, said.text).transient
    return said.code in (1, 2, 126, 127) or (300 <= said.code < 500 and said.code not in _LATER)


def _pause(failures: int, refusals: int) -> float:
    """Return how long to wait before the next try: a moment after a line that worked, else longer and longer."""
    if refusals >= _NEVER_AGAIN:
        return probe_interval(random.uniform)
    apart = backoff(0, 1.0, 1.0, random.uniform)  # so that a server's clients do not all come back at once
    if not failures:
        return apart
    return apart + backoff(failures - 1, OFFLINE_BASE, OFFLINE_CAP, random.uniform)


def _away(said: Said) -> str:
    """Return why nobody listens, in a line that is safe to show."""
    from memsync.core.trouble import safe

    lines = [line for line in said.text.splitlines() if line.strip()]
    return f"not listening: {safe(lines[-1]) if lines else f'it ended with {said.code}'}"


def press(room: Parts) -> bool:
    """Ring the bell of a URL, for the other machines to look; whether it rang. Other bells ring by themselves at a push."""
    from memsync.edges import bell_url

    settings = room.settings
    if room.private or settings.doorbell in (OFF, ON):
        return False
    bell = bell_of(settings.doorbell, "", http_hosts=settings.http_hosts)
    return bell.kind is BellKind.URL and bell_url.press(bell.url).ok


def press_beside(room: Parts) -> None:
    """Ring it without waiting: a resident has more to do."""
    if room.settings.doorbell not in (OFF, ON):
        threading.Thread(target=press, args=(room,), name="memsync-ring", daemon=True).start()


def told(room: Parts) -> str:
    """Return how the doorbell is: `listening`, why not, or an empty text where there is none or nobody syncs."""
    if room.settings.doorbell == OFF or not room.lock("resident").is_held():
        return ""
    try:
        return (room.state_dir / TOLD).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""

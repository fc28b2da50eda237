"""Watcher: hints that a memory's file changed (watchdog). Hints only: a scan is the truth, and polling when there are none."""

from __future__ import annotations

import errno
import logging
import threading
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from pathlib import Path

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

# Without these names the default mask tells of every reading too: two events for each file a recall looks at.
_KINDS: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
_ANY_TYPE = ("/code-snippets/", "/prompts/", "/.memsync/")
_OVERFLOW = "watchdog.observers.inotify_c"
_NO_MORE = {
    errno.ENOSPC: "the system's limit of watches is reached",
    errno.EMFILE: "the limit of inotify instances is reached",
}
logging.getLogger("watchdog").addHandler(
    logging.NullHandler()
)  # it warns of events that come while it ends, on stderr where nobody listens


class Watcher:
    """Watches the folders of a store, never its `.git`: one commit there would be forty events.

    `problem` says why there may be no hints (then the caller polls); it may change while the watcher runs.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._observer: BaseObserver | None = None
        self._watches: dict[str, ObservedWatch] = {}
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self.woken = threading.Event()
        self.problem = ""

    def start(self) -> None:
        """Begin to watch; where the system refuses, `problem` says so and nothing is raised."""
        self._overflow = _Overflow(self)
        logging.getLogger(_OVERFLOW).addHandler(self._overflow)
        try:
            self._observer = Observer()
            self._observer.start()
            self._schedule(self._root, recursive=False)
            self.refresh()
        except OSError as error:
            self._refused(error)

    def refresh(self) -> None:
        """Watch top-level folders that are new, and forget those that are gone. Cheap; to be called before each scan."""
        if self._observer is None or not self._observer.is_alive():
            return
        try:
            folders = {
                f.name: f
                for f in self._root.iterdir()
                if f.is_dir() and not f.is_symlink() and f.name != ".git"
            }
            for name in self._watches.keys() - folders.keys() - {""}:
                self._observer.unschedule(self._watches.pop(name))
            for name in folders.keys() - self._watches.keys():
                self._schedule(folders[name], recursive=True)
        except KeyError:
            return  # watchdog had dropped it by itself, with its folder
        except OSError as error:
            self._refused(error)

    def _schedule(self, folder: Path, *, recursive: bool) -> None:
        assert self._observer is not None  # noqa: S101 - called after start
        name = folder.name if folder != self._root else ""
        watch = self._observer.schedule(
            _Listener(self), str(folder), recursive=recursive, event_filter=_KINDS
        )
        self._watches[name] = watch

    def _refused(self, error: OSError) -> None:
        self.problem = _NO_MORE.get(error.errno or 0, (error.strerror or "it can't be watched").lower())

    def take(self) -> set[str]:
        """Return the store-relative paths that changed since the last call, and forget them."""
        self.woken.clear()
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def note(self, path: str) -> None:
        """Take note of a change of a file or folder, by its absolute path."""
        prefix = f"{self._root}/"
        if not path.startswith(prefix):
            return
        relative = path.removeprefix(prefix)
        if relative == ".git" or relative.startswith(".git/"):
            return
        with self._lock:
            self._changed.add(relative)
        self.woken.set()

    def alive(self) -> bool:
        """Whether events still come."""
        return self._observer is not None and self._observer.is_alive() and not self.problem

    def stop(self) -> None:
        """End watching; nothing is left running."""
        logging.getLogger(_OVERFLOW).removeHandler(self._overflow)
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join(timeout=5)
        self._observer = None


class _Listener(FileSystemEventHandler):
    """Passes on what may be a memory: files that are synced, and folders that came, went or moved."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note both ends of an event; an atomic save is a move from a name nobody syncs."""
        for path in (str(event.src_path), str(getattr(event, "dest_path", "") or "")):
            known = path.endswith(".md") or any(folder in path for folder in _ANY_TYPE)
            if path and (event.is_directory or known):
                self._watcher.note(path)


class _Overflow(logging.Handler):
    """watchdog tells of a lost queue in its log only (gorakhargosh/watchdog#654): then everything counts as changed."""

    def __init__(self, watcher: Watcher) -> None:
        super().__init__(level=logging.WARNING)
        self._watcher = watcher

    def emit(self, record: logging.LogRecord) -> None:
        """Wake the watcher's owner; the scan that follows finds what the events did not tell."""
        if "overflow" in record.getMessage().lower():
            self._watcher.woken.set()

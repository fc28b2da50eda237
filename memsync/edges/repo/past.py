"""The past: a path's versions, what a commit had, and what is gone. Texts of commits are somebody else's: made safe to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memsync.core.report import Version
from memsync.core.trouble import safe
from memsync.edges.repo.refs import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from memsync.edges.repo.child import Child

_HEX = frozenset("0123456789abcdef")


def history(child: Child, path: str) -> tuple[Version, ...]:
    """Return a path's versions, newest first. A merge counts where it has a version that no parent has."""
    form = "--format=%x02%H%x01%ct%x01%an%x01%s"
    output = child.demand(
        "--literal-pathspecs",
        "log",
        "-z",
        form,
        "-c",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        MAIN,
        "--",
        path,
    )
    return tuple(_versions(output.decode("utf-8", "surrogateescape"), path))


def _versions(output: str, path: str) -> Iterator[Version]:
    head: list[str] = []
    for word in output.split("\0"):
        text = word.strip("\n")
        if text.startswith("\x02"):
            head = text[1:].split("\x01", 3)
        elif text.startswith(":") and head:
            commit, when, by, subject = head
            yield Version(
                commit=commit,
                when=datetime.fromtimestamp(int(when), tz=UTC),
                by=safe(by),
                subject=safe(subject),
                path=path,
                deleted=text.split(" ")[-1].startswith("D"),
            )


def content_at(child: Child, commit: str, path: str) -> bytes | None:
    """Return a file's bytes in a commit, named by its id or the beginning of it and by nothing else; or None."""
    if not commit or not set(commit.lower()) <= _HEX:
        return None
    answered = child.local("cat-file", "blob", f"{commit}:{path}")
    return answered.output if answered.ok else None


def deleted_paths(child: Child, alive: Mapping[str, str]) -> dict[str, str]:
    """Return path → the commit that last had it, of every file that history has and `alive` has not."""
    output = child.demand(
        "log", "-z", "--format=%x02%H%x01%P", "--raw", "--no-renames", "--diff-filter=D", "--no-abbrev", MAIN
    ).decode("utf-8", "surrogateescape")
    gone: dict[str, str] = {}
    parent = ""
    for word in output.split("\0"):
        text = word.strip("\n")
        if text.startswith("\x02"):
            parent = text.partition("\x01")[2].split(" ")[0]
        elif text and not text.startswith(":") and text not in alive:
            gone.setdefault(text, parent)
    return gone

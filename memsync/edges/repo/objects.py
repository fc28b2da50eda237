"""Blobs, trees and commits: read with `cat-file` and `ls-tree`, written with `fast-import`. No work tree, no index."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from memsync.core.history import CommitNote, Entry, MissingObject, Outgoing, TreeFiles
from memsync.edges.repo.child import failed, forget_half_pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from memsync.core.history import Signed
    from memsync.edges.repo.child import Child

_WORK = "refs/memsync/commit"
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git knows it without having it


def _line(by: Signed) -> bytes:
    """Return the value of fast-import's author and committer lines."""
    plain = "".join(c for c in by.name if c.isalnum() or c in "-_.") or "memsync"
    return f"{plain} <{plain}@memsync.invalid> {int(by.when.timestamp())} +0000".encode()


def tree_files(child: Child, commit: str) -> TreeFiles:
    """Return what a commit's tree holds: regular files as path → blob id, everything else by itself."""
    files: dict[str, str] = {}
    odd: list[Entry] = []
    output = child.demand("ls-tree", "-r", "-z", "--full-tree", commit)
    for line in output.split(b"\0")[:-1]:
        facts, _, raw = line.partition(b"\t")
        path = raw.decode("utf-8", "surrogateescape")
        if facts.startswith(b"100644 "):
            files[path] = facts[12:].decode()
        else:
            mode, kind, oid = facts.decode().split(" ")
            odd.append(Entry(path=path, mode=mode, kind=kind, oid=oid))
    return TreeFiles(files=files, odd=tuple(odd))


def changed_entries(child: Child, old: str | None, new: str) -> dict[str, tuple[str | None, str | None, str]]:
    """Return path → (old id, new id, new mode) of what differs between two commits; None where the path is not there."""
    before = old or _EMPTY_TREE
    output = child.demand("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-commit-id", before, new)
    words = output.split(b"\0")[:-1]
    changed: dict[str, tuple[str | None, str | None, str]] = {}
    for facts, raw in zip(words[::2], words[1::2], strict=True):
        _, mode, was, now, _ = facts.decode().split(" ")
        changed[raw.decode("utf-8", "surrogateescape")] = (_known(was), _known(now), mode)
    return changed


def _known(oid: str) -> str | None:
    return oid if oid.strip("0") else None


def sizes(child: Child, oids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return id → (type, bytes) of the objects that are there; what is missing is left out."""
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    output = child.demand("cat-file", "--batch-check", "--buffer", feed="\n".join([*wanted, ""]).encode())
    found = {}
    for line in output.decode().splitlines():
        words = line.split(" ")
        if len(words) == 3:
            found[words[0]] = (words[1], int(words[2]))
    return found


def contents(child: Child, oids: Iterable[str]) -> dict[str, bytes]:
    """Return id → bytes of blobs. Raises GitFailed where one is missing or broken."""
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    output = child.demand("cat-file", "--batch", "--buffer", feed="\n".join([*wanted, ""]).encode())
    found: dict[str, bytes] = {}
    position = 0
    for oid in wanted:
        end = output.index(b"\n", position)
        words = output[position:end].split(b" ")
        if len(words) != 3:
            raise MissingObject(oid)
        size = int(words[2])
        found[oid] = output[end + 1 : end + 1 + size]
        position = end + 2 + size
    return found


def write_commit(
    child: Child,
    gitdir: Path,
    *,
    parents: Sequence[str],
    changes: Mapping[str, bytes | str | Entry | None],
    message: str,
    by: Signed,
) -> str:
    """Write blobs, trees and one commit on its first parent, without moving any branch; return the commit's id.

    `changes`: path → bytes (a new blob), a blob's id, or None (taken away).
    """
    before = set(gitdir.glob("fast_import_crash_*"))
    feed = _stream(parents, changes, message, by)
    answered = child.local("fast-import", "--quiet", "--done", "--force", "--date-format=raw", feed=feed)
    if not answered.ok:
        for left in set(gitdir.glob("fast_import_crash_*")) - before:
            left.unlink(missing_ok=True)
        forget_half_pack(gitdir, answered.errors)
        raise failed("fast-import", answered)
    return answered.text.strip()


def _stream(
    parents: Sequence[str],
    changes: Mapping[str, bytes | str | Entry | None],
    message: str,
    by: Signed,
) -> bytes:
    parts: list[bytes] = []
    marks: dict[str, bytes] = {}
    for number, (path, content) in enumerate(changes.items(), start=2):
        if isinstance(content, bytes):
            marks[path] = b":%d" % number
            parts.append(b"blob\nmark :%d\ndata %d\n%s\n" % (number, len(content), content))
    text = message.encode("utf-8", "replace")
    who = _line(by)
    work = f"{_WORK}-{os.getpid()}-{secrets.token_hex(4)}".encode()
    parts.append(
        b"commit %s\nmark :1\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (work, who, who, len(text), text)
    )
    for word, parent in zip([b"from", *[b"merge"] * len(parents)], parents, strict=False):
        parts.append(b"%s %s\n" % (word, parent.encode()))
    # What goes away first: a file may make room for a folder of the same name.
    parts += [b"D %s\n" % quoted(path) for path, content in changes.items() if content is None]
    for path, content in changes.items():
        if isinstance(content, Entry):
            parts.append(b"M %s %s %s\n" % (content.mode.encode(), content.oid.encode(), quoted(path)))
        elif content is not None:
            oid = marks[path] if isinstance(content, bytes) else content.encode()
            parts.append(b"M 100644 %s %s\n" % (oid, quoted(path)))
    # A commit needs a branch here. It has one of its own, which fast-import drops again before it writes any ref: nobody
    # else who commits at the same moment is in the way, and a killed one leaves no name behind.
    parts.append(b"\nget-mark :1\nreset %s\nfrom %s\n\ndone\n" % (work, b"0" * 40))
    return b"".join(parts)


def quoted(path: str) -> bytes:
    """Return a path in the quotes that fast-import understands."""
    raw = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%s"' % raw


def outgoing(child: Child, old: str | None, new: str) -> Outgoing:
    """Return what a push of `new` to a remote that has `old` would send: blobs by id with a path, and the commits."""
    span = [new, f"^{old}"] if old else [new]
    output = child.demand("rev-list", "--objects", *span)
    named: dict[str, str] = {}
    for line in output.decode("utf-8", "surrogateescape").splitlines():
        oid, _, path = line.partition(" ")
        named[oid] = path
    kinds = sizes(child, named)
    blobs = {oid: path for oid, path in named.items() if kinds.get(oid, ("", 0))[0] == "blob"}
    return Outgoing(blobs=blobs, sizes={oid: kinds[oid][1] for oid in blobs}, commits=notes(child, old, new))


def notes(child: Child, old: str | None, new: str) -> tuple[CommitNote, ...]:
    """Return the commits reachable from `new` and not from `old`, oldest first, with their whole message."""
    span = [new, f"^{old}"] if old else [new]
    output = child.demand(
        "log", "-z", "--reverse", "--topo-order", "--format=%H%x01%an <%ae>%x01%cn <%ce>%x01%B", *span
    )
    found = []
    for record in output.decode("utf-8", "replace").split("\0"):
        if record.strip():
            commit, author, committer, message = record.split("\x01", 3)
            found.append(
                CommitNote(commit=commit.strip(), author=author, committer=committer, message=message)
            )
    return tuple(found)

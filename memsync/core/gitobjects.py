"""git's objects as values: what they refer to, and the same object with other references and other words.

Source: the object formats of gitformat-commit(5), git-hash-object(1) and Documentation/technical of git.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ID = 20  # bytes of an id in a tree
_SUBMODULE, _FOLDER = b"160000", b"40000"
_REFERRING = (b"tree", b"parent", b"object")
_SIGNED = (b"gpgsig", b"gpgsig-sha256", b"mergetag")
_SIGNATURES = (
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----BEGIN SSH SIGNATURE-----",
    b"-----BEGIN SIGNED MESSAGE-----",
)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name of a tree: its mode as git writes it, the name's bytes, and the id it stands for."""

    mode: bytes
    name: bytes
    oid: str


def tree_entries(raw: bytes) -> list[TreeEntry]:
    """Return a tree's names. Raises ValueError for bytes that are no tree."""
    entries: list[TreeEntry] = []
    at = 0
    while at < len(raw):
        space, nul = raw.index(b" ", at), raw.index(b"\0", at)
        entries.append(TreeEntry(raw[at:space], raw[space + 1 : nul], raw[nul + 1 : nul + 1 + _ID].hex()))
        at = nul + 1 + _ID
    return entries


def render_tree(entries: Iterable[TreeEntry]) -> bytes:
    """Return a tree's bytes, its names in git's order (a folder sorts as if it ended in a slash)."""
    ordered = sorted(entries, key=lambda e: e.name + b"/" * (e.mode == _FOLDER))
    return b"".join(e.mode + b" " + e.name + b"\0" + bytes.fromhex(e.oid) for e in ordered)


def references(kind: str, raw: bytes) -> list[str]:
    """Return the ids of this repository's objects that an object needs; a submodule's commit is none of them."""
    if kind == "tree":
        return [e.oid for e in tree_entries(raw) if e.mode != _SUBMODULE]
    if kind == "blob":
        return []
    words = (line.split(b" ", 1) for line in raw.partition(b"\n\n")[0].split(b"\n"))
    return [word[1].decode() for word in words if word[0] in _REFERRING]


def rewritten(
    kind: str,
    raw: bytes,
    *,
    ids: Mapping[str, str],
    words: Callable[[bytes], bytes],
    name: Callable[[TreeEntry], bytes],
) -> bytes:
    """Return an object's bytes with other ids, words and names; without its signature where anything changed.

    `words` changes a commit's or tag's header lines and message, `name` gives a tree entry's name.
    """
    if kind == "tree":
        return _tree(raw, ids, name)
    if kind == "blob":
        return words(raw)
    top, gap, message = raw.partition(b"\n\n")
    lines = [_line(line, ids, words) for line in _whole_lines(top)]
    changed = b"\n".join(lines) + gap + words(message)
    if changed == raw:
        return raw
    kept = [line for line in lines if line.split(b" ", 1)[0] not in _SIGNED]
    return b"\n".join(kept) + gap + words(_unsigned(message) if kind == "tag" else message)


def _tree(raw: bytes, ids: Mapping[str, str], name: Callable[[TreeEntry], bytes]) -> bytes:
    entries = tree_entries(raw)
    fresh = [TreeEntry(e.mode, e.name, ids.get(e.oid, e.oid)) for e in entries]
    fresh = [TreeEntry(e.mode, name(e), e.oid) for e in fresh]
    return raw if fresh == entries else render_tree({e.name: e for e in fresh}.values())


def _whole_lines(top: bytes) -> list[bytes]:
    """Return header lines, each with the lines that continue it."""
    lines: list[bytes] = []
    for line in top.split(b"\n"):
        if line.startswith(b" ") and lines:
            lines[-1] += b"\n" + line
        else:
            lines.append(line)
    return lines


def _line(line: bytes, ids: Mapping[str, str], words: Callable[[bytes], bytes]) -> bytes:
    name, _, value = line.partition(b" ")
    if name in _REFERRING:
        return name + b" " + ids.get(value.decode(), value.decode()).encode()
    return line if name in _SIGNED else words(line)


def _unsigned(message: bytes) -> bytes:
    ends = [at for mark in _SIGNATURES if (at := message.find(mark)) >= 0]
    return message[: min(ends)] if ends else message

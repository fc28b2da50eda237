"""Merging whole trees: path → blob id on three sides. Contents are asked for only where they are needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.merging.file import keep_both, merge_file
from memsync.core.merging.values import Merged, Twin, is_twin_path, memory_id, second_path, twin_path
from memsync.core.names import fold
from memsync.core.seal import RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from memsync.core.seal import Sealing

    Paths = Mapping[str, str]
    Read = Callable[[str], bytes]
    Admit = Callable[[str, bytes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triple:
    """A path whose contents must be merged: the three blob ids, None where a side has no such file."""

    path: str
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeMerge:
    """The merge by path alone. `taken` is settled; `open` needs merge_file; `revived` are edits that beat a deletion."""

    taken: Mapping[str, str]
    open: tuple[Triple, ...]
    revived: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What gave way at a path."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedTree:
    """A merged tree. A path is either in `files` (a blob that exists) or in `written` (a content still to be stored).

    `merged` are the paths whose contents were merged, `twins` the second files that were made, `removed` the paths of
    ours that are gone (a memory that only moved does not count).
    """

    files: Mapping[str, str]
    written: Mapping[str, bytes]
    merged: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    removed: tuple[str, ...] = ()


def merge_trees(base: Paths, ours: Paths, theirs: Paths) -> TreeMerge:
    """Merge by path and blob id. Symmetric in ours and theirs."""
    taken: dict[str, str] = {}
    unsettled: list[Triple] = []
    revived: list[str] = []
    for path in sorted(ours.keys() | theirs.keys()):
        old, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if other in (mine, old):
            result = mine
        elif old == mine:
            result = other
        elif mine is None or other is None:
            result = other if mine is None else mine
            revived.append(path)
        else:
            unsettled.append(Triple(path=path, base=old, ours=mine, theirs=other))
            continue
        if result is not None:
            taken[path] = result
    return TreeMerge(taken=taken, open=tuple(unsettled), revived=tuple(revived))


def merge_all(
    base: Paths,
    ours: Paths,
    theirs: Paths,
    *,
    read: Read,
    admit: Admit = lambda _path, _content: True,
    sealing: Sealing | None = None,
) -> MergedTree:
    """Merge three trees with their contents. `read` gives a blob's bytes by its id. Symmetric in ours and theirs.

    `admit` says whether a content that no side had may be at a path: two clean halves can make a secret. Where it may
    not, both versions are kept. `sealing` opens sealed bodies, and closes them for whom the merged tree lists: its list
    comes first in the order of paths. Sealed anew, no two are the same bytes; but two forms of one text are merged to one.
    """
    followed = fold_renames(base, ours, theirs, read=read)
    plan = merge_trees(*followed)
    made = _Made(files=dict(plan.taken), read=read, admit=admit, sealing=sealing)
    made.notes += [Note(path=path, text="an edit was kept over a deletion") for path in plan.revived]
    extras: list[tuple[Twin, bytes | None]] = []
    for triple in plan.open:
        contents = [None if oid is None else read(oid) for oid in (triple.base, triple.ours, triple.theirs)]
        merged = made.merge(triple.path, *contents)
        made.put(triple, merged, contents)
        extras += [(twin, contents[0]) for twin in merged.twins]
    for twin, origin in sorted(extras, key=lambda extra: (extra[0].path, extra[0].content)):
        made.place(twin, origin)
    made.keep_last_copies(*followed)
    made.part_folders()
    made.part_lookalikes(base)
    return made.result(ours, followed[1])


@dataclass(slots=True)
class _Made:
    """The tree as it grows."""

    files: dict[str, str]
    read: Read
    admit: Admit
    sealing: Sealing | None = None
    written: dict[str, bytes] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def merge(self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> Merged:
        """Merge one file; both versions stay apart where what came of them may not be written."""
        merged = merge_file(path, base, ours, theirs, sealing=self.sealing_now())
        new = merged.content is not None and merged.content not in (base, ours, theirs)
        if not new or ours is None or theirs is None or self.admit(path, merged.content or b""):
            return merged
        return keep_both(path, ours, theirs)

    def put(self, triple: Triple, merged: Merged, contents: list[bytes | None]) -> None:
        """Set a merged path; a content that a side already has keeps that side's blob."""
        self.merged.append(triple.path)
        self.notes += [Note(path=triple.path, text=text) for text in merged.notes]
        known = dict(zip(contents, (triple.base, triple.ours, triple.theirs), strict=True)).get(
            merged.content
        )
        if known is not None:
            self.files[triple.path] = known
        elif merged.content is not None:
            self.written[triple.path] = merged.content

    def sealing_now(self) -> Sealing | None:
        """Return what seals for those whom the tree lists so far."""
        return None if self.sealing is None else self.sealing.listed(self.content(RECIPIENTS))

    def content(self, path: str) -> bytes | None:
        """Return what the tree holds at a path so far."""
        if path in self.written:
            return self.written[path]
        return self.read(self.files[path]) if path in self.files else None

    def place(self, twin: Twin, origin: bytes | None) -> None:
        """Add a second file. If its path is taken, by itself: nothing; by its own memory: merged; else another name."""
        there = self.content(twin.path)
        if there is None:
            self._add(twin.path, twin.content)
        elif there != twin.content:
            self._place_beside(twin, there, origin)

    def _place_beside(self, twin: Twin, there: bytes, origin: bytes | None) -> None:
        same = memory_id(twin.content)
        if not is_twin_path(twin.path) and same and same == memory_id(there):
            known = origin if origin is not None and memory_id(origin) == same else None
            merged = self.merge(twin.path, known, there, twin.content)
            self.files.pop(twin.path, None)
            self.written[twin.path] = merged.content or twin.content
            for extra in merged.twins:
                self.place(extra, None)
            return
        for attempt in range(5):
            path = twin_path(twin.path, twin.content, attempt=attempt)
            if self.content(path) in (None, twin.content):
                self._add(path, twin.content)
                return
        raise AssertionError(
            f"five names for one content are taken by others: {twin.path}"
        )  # 2^-160 by chance

    def _add(self, path: str, content: bytes) -> None:
        if path not in self.files:
            self.written[path] = content
        if path not in self.twins:
            self.twins.append(path)

    def keep_last_copies(self, base: Paths, ours: Paths, theirs: Paths) -> None:
        """Bring a file back where each side deleted another copy of one memory and trusted in the one that was left."""
        gone = [
            {
                memory_id(self.read(oid)): path
                for path, oid in sorted(base.items())
                if path not in side and other.get(path) == oid
            }
            for side, other in ((ours, theirs), (theirs, ours))
        ]
        doubtful = (gone[0].keys() & gone[1].keys()) - {""}
        if doubtful:
            doubtful -= {memory_id(self.content(path) or b"") for path in [*self.files, *self.written]}
        for same in sorted(doubtful):
            path = min(gone[0][same], gone[1][same])
            self.files[path] = base[path]
            self.notes.append(Note(path=path, text="the other copy was deleted elsewhere; this one was kept"))

    def part_folders(self) -> None:
        """Move a file away where the other side has a folder of its name: git can't hold both."""
        folders = _folders([*self.files, *self.written])
        for path in sorted((self.files.keys() | self.written.keys()) & folders):
            self._move(path, twin_path)

    def part_lookalikes(self, base: Paths) -> None:
        """Move a file away whose name some systems can't tell from another's (letter case, Unicode form)."""
        groups: dict[str, list[str]] = {}
        for path in [*self.files, *self.written]:
            groups.setdefault(fold(path), []).append(path)
        for group in groups.values():
            if len(group) > 1:
                for path in sorted(group, key=lambda p: (p not in base, p))[1:]:
                    self._move(path, _second)

    def _move(self, path: str, name: Callable[[str, bytes], str]) -> None:
        content = self.content(path) or b""
        self.files.pop(path, None)
        self.written.pop(path, None)
        moved = Twin(path=name(path, content), content=content)
        self.notes.append(Note(path=path, text=f"its name was taken; it is now {moved.path}"))
        self.place(moved, None)

    def result(self, ours: Paths, followed: Paths) -> MergedTree:
        """Return the finished tree."""
        here = self.files.keys() | self.written.keys()
        moved = ours.keys() - followed.keys()
        removed = sorted(path for path in followed if path not in here and path not in moved)
        return MergedTree(
            files=self.files,
            written=self.written,
            merged=tuple(self.merged),
            twins=tuple(sorted(self.twins)),
            notes=tuple(self.notes),
            removed=tuple(removed),
        )


def _second(path: str, content: bytes) -> str:
    same = memory_id(content)
    return second_path(path, same) if same else twin_path(path, content)


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


# ---- renames ------------------------------------------------------------------------------------


def fold_renames(base: Paths, ours: Paths, theirs: Paths, *, read: Read) -> tuple[Paths, Paths, Paths]:
    """Return the three trees with every memory that a side moved at its new path on all of them.

    A memory has moved where its path is gone on a side and its id is at a new path there; twins never move. After this
    the merge by path sees a moved and edited memory as one. Where both moved it, the path that sorts first holds.
    """
    trees = [dict(base), dict(ours), dict(theirs)]
    moves = [_moves(base, side, read) for side in (ours, theirs)]
    for old in sorted(moves[0].keys() | moves[1].keys()):
        places = [old, moves[0].get(old, old), moves[1].get(old, old)]
        ids = {memory_id(read(t[p])) if p in t else "" for t, p in zip(trees, places, strict=True)}
        if len(ids) > 1:
            continue  # the other side deleted it, or put another memory there: the new path simply stays
        target = _target(old, places, trees, read)
        for tree, place in zip(trees, places, strict=True):
            if target is not None:
                tree[target] = tree.pop(place)
    _fold_new(trees, read)
    return trees[0], trees[1], trees[2]


def _moves(base: Paths, side: Paths, read: Read) -> dict[str, str]:
    """Return old path → new path of what a side moved."""
    gone = [p for p in sorted(base.keys() - side.keys()) if not is_twin_path(p)]
    new = [p for p in sorted(side.keys() - base.keys()) if not is_twin_path(p)]
    if not gone or not new:
        return {}
    places: dict[str, str] = {}
    for path in new:
        places.setdefault(memory_id(read(side[path])), path)
    places.pop("", None)
    moves: dict[str, str] = {}
    for path in gone:
        target = places.pop(memory_id(read(base[path])), None)
        if target is not None:
            moves[path] = target
    return moves


def _target(old: str, places: list[str], trees: list[dict[str, str]], read: Read) -> str | None:
    """Return the path a moved memory gets: its new one, unless something else is there; None where no name is free."""
    wanted = min(p for p in places[1:] if p != old)
    for name in (wanted, second_path(wanted, memory_id(read(trees[0][old])))):
        if all(name not in tree or name == place for tree, place in zip(trees, places, strict=True)):
            return name
    return None


def _fold_new(trees: list[dict[str, str]], read: Read) -> None:
    """Bring a memory that both sides added, each at a path of its own, to one path."""
    base, ours, theirs = trees
    sides = [
        [p for p in sorted(side.keys() - base.keys() - other.keys()) if not is_twin_path(p)]
        for side, other in ((ours, theirs), (theirs, ours))
    ]
    if not sides[0] or not sides[1]:
        return
    ids = [
        {memory_id(read(side[p])): p for p in reversed(new)}
        for side, new in zip((ours, theirs), sides, strict=True)
    ]
    for same in sorted((ids[0].keys() & ids[1].keys()) - {""}):
        target = min(ids[0][same], ids[1][same])
        for side, places in zip((ours, theirs), ids, strict=True):
            side[target] = side.pop(places[same])

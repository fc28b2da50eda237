"""Look: what stands in the folder now, judged file by file. Every file is read once, and what was read is what is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memsync.core.bookkeeping import HeldFile, Seen
from memsync.core.change import blob_id
from memsync.core.memory import MAX_BYTES
from memsync.core.names import fold
from memsync.errors import CannotSeal, CannotWrite, GateShut
from memsync.flows.sealing import needs_sealing, seal_in_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from memsync.core.change import Stamp
    from memsync.core.syncports import Bench

SECRET = "secret"  # noqa: S105 - the reason a file is held
_FILES_AT_ONCE = 1000
_BYTES_AT_ONCE = 16 * 1024 * 1024
_RACY_NS = 2_000_000_000
"""A stamp younger than this says nothing: the file may change again within one tick of its clock."""


@dataclass(slots=True, kw_only=True)
class Look:
    """The folder as it is taken in. `ours`: path → blob id; `fresh`: blob id → bytes that passed the gate and are new.

    What is held, can't be taken or was left for the next commit stands in `ours` as it was captured last. `missing` are
    tracked paths that are gone. `more`: the batch was full.
    """

    ours: dict[str, str] = field(default_factory=dict)
    fresh: dict[str, bytes] = field(default_factory=dict)
    held: list[HeldFile] = field(default_factory=list)
    not_taken: list[tuple[str, str]] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    more: bool = False


@dataclass(slots=True, kw_only=True)
class _Eye:
    """What one look knows while it goes through the files."""

    bench: Bench
    shadow: Mapping[str, str]
    seen: Mapping[str, Seen]
    held: Mapping[str, HeldFile]
    began: datetime
    result: Look
    noted: dict[str, Seen] = field(default_factory=dict)
    size: int = 0
    count: int = 0
    names: dict[str, str] = field(default_factory=dict)


def look(bench: Bench, shadow: Mapping[str, str]) -> Look:
    """Read what may have changed since the shadow, gate it, and say what there is."""
    surveyed = bench.tree.survey()
    eye = _Eye(
        bench=bench,
        shadow=shadow,
        seen={} if bench.thorough else bench.book.seen(),
        held=bench.book.held(),
        began=bench.now(),
        result=Look(not_taken=list(surveyed.not_taken)),
    )
    changed = [path for path, stamp in surveyed.listing.items() if not _is_unchanged(eye, path, stamp)]
    if changed:
        eye.names = {fold(path): path for path in eye.result.ours}
    for path in sorted(changed, key=lambda p: (p not in shadow, p)):
        _file(eye, path, surveyed.listing[path])
    _absent(eye, surveyed.listing)
    _note(eye, surveyed.listing)
    return eye.result


def _is_unchanged(eye: _Eye, path: str, stamp: Stamp) -> bool:
    """Whether a file was read with this very stamp, and held what was captured; it is taken in as that."""
    known = eye.seen.get(path)
    if known is None or known.oid != eye.shadow.get(path) or known.stamp != stamp:
        return False
    eye.result.ours[path] = known.oid
    return True


def _file(eye: _Eye, path: str, stamp: Stamp) -> None:
    before = eye.shadow.get(path)
    twin = eye.names.setdefault(fold(path), path)
    if twin != path:
        _refuse(eye, path, alike_problem(twin))
        return
    if stamp.size > MAX_BYTES:
        _refuse(eye, path, f"is larger than {MAX_BYTES // 1024} KiB")
        return
    if eye.count >= _FILES_AT_ONCE or eye.size + stamp.size > _BYTES_AT_ONCE:
        eye.result.more = True
        _as_before(eye, path)
        return
    try:
        content = eye.bench.tree.read(path)
    except CannotWrite as error:
        _refuse(eye, path, f"can't be read: {error.why}")
        return
    if content is None:
        _as_before(eye, path)  # it went, or changed its kind, while we looked; the next look tells
        return
    if needs_sealing(content):
        _seal(eye, path, content)
        return
    oid = blob_id(content)
    _remember(eye, path, stamp, oid)
    if oid == before:
        eye.result.ours[path] = oid
        return
    _judge(eye, path, oid, content)


def _seal(eye: _Eye, path: str, content: bytes) -> None:
    """Seal what says that it is sensitive before anything of it can become an object; hold it where that can't be done."""
    try:
        sealed = seal_in_place(path, content, tree=eye.bench.tree, sealing=eye.bench.sealing)
    except (CannotSeal, CannotWrite) as error:
        row = HeldFile(path=path, oid="", reason=f"is not sealed: {error.why}", since=eye.began)
        _hold(eye, path, row)
        return
    if sealed is None:
        _as_before(eye, path)  # it was changed while we looked; the next look takes it
    else:
        _judge(eye, path, blob_id(sealed), sealed)


def alike_problem(twin: str) -> str:
    """Return why a path is not taken in whose name is another one's on a system that heeds no case or accents' form."""
    return f"can't be told from {twin!r} on every system"


def _judge(eye: _Eye, path: str, oid: str, content: bytes) -> None:
    problem = content_problem(content)
    if problem:
        _hold(eye, path, HeldFile(path=path, oid=oid, reason=problem, since=eye.began))
        return
    try:
        verdict = eye.bench.gate(path, content)
    except GateShut:
        _hold(eye, path, HeldFile(path=path, oid=oid, reason="the scanner failed", since=eye.began))
        return
    if verdict.blocks:
        _hold(
            eye, path, HeldFile(path=path, oid=oid, reason=SECRET, since=eye.began, findings=verdict.findings)
        )
        return
    eye.result.ours[path] = oid
    eye.result.fresh[oid] = content
    eye.size += len(content)
    eye.count += 1


def content_problem(content: bytes) -> str:
    """Return why bytes can't be a memory, or an empty text."""
    if len(content) > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1024} KiB"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    return "has a NUL character in it" if "\x00" in text else ""


def admits(bench: Bench) -> Callable[[str, bytes], bool]:
    """Return what says whether a merged content may be written: two clean halves can make a secret. Raises GateShut."""
    return lambda path, content: not content_problem(content) and not bench.gate(path, content).blocks


def _hold(eye: _Eye, path: str, row: HeldFile) -> None:
    known = eye.held.get(path)
    if known is not None and known.oid == row.oid and known.reason == row.reason:
        row = known
    eye.result.held.append(row)
    _as_before(eye, path)


def _refuse(eye: _Eye, path: str, why: str) -> None:
    eye.result.not_taken.append((path, why))
    _as_before(eye, path)


def _as_before(eye: _Eye, path: str) -> None:
    before = eye.shadow.get(path)
    if before is not None:
        eye.result.ours[path] = before


def _remember(eye: _Eye, path: str, stamp: Stamp, oid: str) -> None:
    settled = int(eye.began.timestamp() * 1e9) - _RACY_NS
    if max(stamp.mtime_ns, stamp.ctime_ns) < settled:
        eye.noted[path] = Seen(stamp=stamp, oid=oid)


def _absent(eye: _Eye, listing: Mapping[str, Stamp]) -> None:
    """Tell what is gone from what is there and can't be taken, itself or a folder above it."""
    there = {path for path, _ in eye.result.not_taken}
    missing = []
    for path in sorted(eye.shadow.keys() - listing.keys()):
        if path in there or any(folder in there for folder in _folders(path)):
            _as_before(eye, path)
        else:
            missing.append(path)
    eye.result.missing = tuple(missing)


def _folders(path: str) -> Iterable[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _note(eye: _Eye, listing: Mapping[str, Stamp]) -> None:
    eye.bench.book.set_seen(eye.noted, gone=eye.seen.keys() - listing.keys())
    now_held = {row.path for row in eye.result.held}
    eye.bench.book.set_held(
        [row for row in eye.result.held if eye.held.get(row.path) != row], free=eye.held.keys() - now_held
    )

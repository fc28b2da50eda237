"""The gatehouse: scanning what is asked to be scanned, what git's hooks ask, and the allowances that people make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core import memory as memories
from memsync.core.gate import Allowance, redact_clean
from memsync.core.leaks import MESSAGE
from memsync.core.report import ScanReport
from memsync.core.store_file import MARKER
from memsync.errors import BadInput, CannotWrite, GuardHalted, NoSuchMemory
from memsync.store.parts import ALLOW_FILE, Parts, private_folder
from memsync.store.staged import CACHE, KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from memsync.core.gate import Finding
    from memsync.edges.anyrepo.staging import Staging
    from memsync.edges.settings import Settings
    from memsync.flows.gatekeeping import Sight

_SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".venv"})
_KEY_BYTES = 32
_LARGEST = 16 * 1024 * 1024  # what the gate looks at, at most
_NO_STORE_KEY = b"memsync scan outside a store"


def redacted(text: str) -> str:
    """Return a text with what memsync's own rules find in it replaced by marks. Needs no store. Raises GateShut."""
    from memsync.edges.scanner import SpanScanner

    return redact_clean(text, SpanScanner(os.urandom(16)).scan)[0]


# ---- scanning -----------------------------------------------------------------------------------


def scan_paths(paths: Iterable[Path], *, settings: Settings) -> ScanReport:
    """Scan files and folders, whether they are in a store or not; a store's allowances count for its own files."""
    unreadable: list[tuple[str, str]] = []
    return _scan(_files_of(paths, unreadable), room_above(paths, settings), unreadable, settings)


def scan_staged(*, cwd: Path, from_git: Mapping[str, str], settings: Settings) -> ScanReport:
    """Scan the blobs that the next commit of the repository at `cwd` would bring.

    In a store it also refuses, with GuardHalted, a commit that would take back what memsync has committed meanwhile.
    """
    from memsync.edges.anyrepo.staging import Staging

    staging = Staging(cwd, from_git=from_git)
    changes = staging.staged()
    room = room_above([Path(staging.top())], settings)
    if room is not None:
        _refuse_taking_back(staging.taken_back(changes))
    with staging.reading() as read:
        return _scan((_blob(c.path, c.staged, read) for c in changes if c.staged), room, [], settings)


def _blob(path: str, oid: str, read: Callable[[str], bytes | None]) -> Sight:
    from memsync.flows.gatekeeping import Sight

    return Sight(path, oid.encode(), lambda: read(oid), "object")


def _refuse_taking_back(paths: Sequence[str]) -> None:
    if paths:
        raise GuardHalted(
            "stale-index",
            f"this commit would take back {len(paths)} newer version(s) that nobody staged: {', '.join(paths[:5])}",
            hint="Run `memsync sync`, which brings git's index up to date, then commit again.",
            paths=list(paths),
        )


def git_hook(
    event: str, *, stdin: bytes, cwd: Path, from_git: Mapping[str, str], settings: Settings
) -> ScanReport:
    """Answer git's pre-push (in a store or any repository), pre-receive (on a server) and post-merge.

    Everything that would be sent or taken in is scanned: every version of every file, names and commit messages.
    """
    from memsync.edges.anyrepo.staging import Staging

    if event == "post-merge":
        return _merged(cwd, settings)
    staging = Staging(cwd, from_git=from_git)
    room = room_above([Path(staging.top())], settings)
    tips, known = _pushed(stdin) if event == "pre-push" else _received(stdin)
    if not tips:
        return ScanReport()
    with staging.reading() as read:
        return _scan(_range(staging, tips, known, read), room, [], settings)


def _merged(cwd: Path, settings: Settings) -> ScanReport:
    """Wake the syncer: a merge made by hand is taken in, with the twins it set aside."""
    from memsync.store import ringing

    room = room_above([cwd], settings)
    if room is not None:
        ringing.ring(room)
    return ScanReport()


def _range(
    staging: Staging, tips: Sequence[str], known: Sequence[str], read: Callable[[str], bytes | None]
) -> Iterator[Sight]:
    from memsync.core.leaks import PastCommit
    from memsync.flows.gatekeeping import in_hand

    for one in staging.outgoing(tips, known=known):
        if isinstance(one, PastCommit):
            yield in_hand(MESSAGE, one.words.encode())
        else:
            yield _blob(one.path, one.oid, read)


def _pushed(stdin: bytes) -> tuple[list[str], list[str]]:
    """Read pre-push's lines: local ref, local id, remote ref, remote id. Source: githooks(5)."""
    lines = [line.split() for line in stdin.decode(errors="replace").splitlines() if len(line.split()) == 4]
    return [w[1] for w in lines if set(w[1]) != {"0"}], [w[3] for w in lines]


def _received(stdin: bytes) -> tuple[list[str], list[str]]:
    """Read pre-receive's lines: old id, new id, ref. Source: githooks(5)."""
    lines = [line.split() for line in stdin.decode(errors="replace").splitlines() if len(line.split()) == 3]
    return [w[1] for w in lines if set(w[1]) != {"0"}], [w[0] for w in lines]


def room_above(paths: Iterable[Path], settings: Settings) -> Parts | None:
    """Return the store that holds the first of these paths, if one does."""
    for path in paths:
        place = Path(os.path.abspath(path))
        root = next((p for p in (place, *place.parents) if (p / MARKER).is_file()), None)
        if root is not None:
            return Parts(root, settings=settings, instance="", private=root == settings.private)
        break
    return None


def _scan(
    texts: Iterable[Sight],
    room: Parts | None,
    unreadable: list[tuple[str, str]],
    settings: Settings,
) -> ScanReport:
    """Scan texts; what was found clean before, under the same rules, is not scanned again."""
    from memsync.core.marks import RULESET
    from memsync.edges.scanner import FullScanner
    from memsync.edges.verdicts import VerdictCache
    from memsync.flows.gatekeeping import inspect_all, without_names

    def scanner() -> FullScanner:
        return room.scanner if room else FullScanner(_NO_STORE_KEY)

    state = private_folder(settings.state_dir)
    verdicts = inspect_all(
        texts,
        scanner=scanner,
        allowances=room.allowances() if room else (),
        known=VerdictCache(state / CACHE),
        rules=RULESET,
        key=machine_key(state),
        memory_id=_memory_id if room else lambda _path, _raw: "",
        in_store=room is not None,
    )
    found: list[Finding] = []
    scanned = 0
    for _, verdict in verdicts:
        scanned += 1
        if verdict.findings:
            found += without_names(verdict.findings, scanner=scanner())
    return ScanReport(
        findings=tuple(found), scanned=scanned, unreadable=tuple(unreadable), in_store=room is not None
    )


def _memory_id(path: str, raw: bytes) -> str:
    return memories.read(path, raw.decode(errors="replace")).id


def machine_key(state: Path) -> bytes:
    """Return this machine's own random key, made when it is first needed: nobody can guess a text from its mark."""
    place = state / KEY
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        known = place.read_bytes()
        return known if len(known) == _KEY_BYTES else os.urandom(_KEY_BYTES)
    except OSError as error:
        raise CannotWrite(str(place), error.strerror or "can't be written") from error
    fresh = os.urandom(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh)
    return fresh


def _files_of(paths: Iterable[Path], unreadable: list[tuple[str, str]]) -> Iterator[Sight]:
    from memsync.flows.gatekeeping import in_hand

    for given in paths:
        if not given.exists():
            raise BadInput("path", f"there is no {given}")
        for file in _walk(given):
            try:
                if file.stat().st_size > _LARGEST:
                    unreadable.append((str(file), "is larger than 16 MiB"))
                    continue
                yield in_hand(str(file), file.read_bytes())
            except OSError as error:
                unreadable.append((str(file), error.strerror or "cannot be read"))


def _walk(given: Path) -> Iterator[Path]:
    if not given.is_dir():
        yield given
        return
    for folder, names, files in os.walk(given):
        names[:] = sorted(n for n in names if n not in _SKIPPED)
        for name in sorted(files):
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                yield file


# ---- what only looks like a secret ---------------------------------------------------------------


def suspects(room: Parts, texts: Iterable[str]) -> tuple[Finding, ...]:
    """Return the warnings of new texts that no allowance covers; none where something blocks, which is refused anyway."""
    from memsync.core.gate import Level
    from memsync.flows.gatekeeping import inspect_text

    allowances = room.allowances()
    verdicts = [inspect_text(t, scanner=room.spans, allowances=allowances) for t in texts if t]
    if any(verdict.blocks for verdict in verdicts):
        return ()
    return tuple(f for verdict in verdicts for f in verdict.findings if f.level is Level.WARN)


# ---- allowances ---------------------------------------------------------------------------------


def findings(room: Parts, path: str) -> tuple[Finding, ...]:
    """Return a memory's findings that no allowance covers, in the order of their places."""
    from memsync.flows.gatekeeping import inspect

    raw = room.tree.read(path)
    if raw is None:
        raise NoSuchMemory(path)
    memory_id = memories.read(path, raw.decode(errors="replace")).id
    return inspect(
        path, raw, scanner=room.scanner, allowances=room.allowances(), memory_id=memory_id
    ).findings


def allow(
    room: Parts,
    path: str,
    numbers: Sequence[int],
    *,
    reason: str,
    who: str,
    when: datetime,
    everywhere: bool,
) -> int:
    """Write an allowance for each numbered finding; return how many there are.

    Raises BadInput for a number that no finding has, or without a reason.
    """
    if not reason.strip():
        raise BadInput(
            "reason", "is empty", hint="Say why this is no secret; whoever reviews the store reads it."
        )
    found = findings(room, path)
    wrong = [n for n in numbers if not 1 <= n <= len(found)]
    if wrong:
        raise BadInput("number", f"there is no finding {wrong[0]} in {path} (it has {len(found)})")
    unmarked = next((n for n in numbers if not found[n - 1].fingerprint), None)
    if unmarked is not None:
        raise BadInput(
            "number", f"{unmarked} ({found[unmarked - 1].rule}) is of the whole file and can't be allowed"
        )
    memory = "" if everywhere else named(room, path)
    chosen = dict.fromkeys((found[n - 1].rule, found[n - 1].fingerprint) for n in numbers)
    added = [
        Allowance(rule=rule, fingerprint=mark, reason=reason.strip(), who=who, when=when, memory=memory)
        for rule, mark in chosen
    ]
    add_allowances(room, added)
    return len(added)


def named(room: Parts, path: str) -> str:
    """Return what an allowance for one memory calls it: its id, else its path."""
    raw = room.tree.read(path) or b""
    return memories.read(path, raw.decode(errors="replace")).id or path


def add_allowances(room: Parts, added: Sequence[Allowance]) -> None:
    """Write allowances into the store's file of them, beside those that are there; somebody else's just now are kept."""
    from memsync.core.allowance import render_allowances

    while added:
        before = room.tree.read(ALLOW_FILE)
        text = render_allowances((*room.allowances(), *added))
        if (
            room.tree.create(ALLOW_FILE, text)
            if before is None
            else room.tree.replace(ALLOW_FILE, text, expected=before)
        ):
            return

"""Sync: one cycle. Recover → capture → materialise → pull → materialise → push; what fails in one lane stops no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from memsync.core.guard import Guard
from memsync.core.history import GitFailed
from memsync.core.pacing import RACE_BASE, RACE_CAP, RACE_TRIES, backoff
from memsync.core.report import SyncReport
from memsync.core.trouble import Effect, classify
from memsync.errors import BadInput, CannotWrite, GateShut, MemsyncError, NoSpace
from memsync.flows import lanes
from memsync.flows.alarms import settle_alarms
from memsync.flows.capture import capture, root_problem, take_displaced
from memsync.flows.heal import heal
from memsync.flows.lanes import CAPTURE, PULL, PUSH, Halted, Troubled
from memsync.flows.materialise import materialise, take_trash
from memsync.flows.publish import MainMoved, refresh_index, replay
from memsync.flows.pull import pull
from memsync.flows.push import Raced, push
from memsync.flows.reporting import as_held, as_lane, judge_state

if TYPE_CHECKING:
    from memsync.core.bookkeeping import HeldFile
    from memsync.core.syncports import Bench

_LONG = timedelta(minutes=10)
_ROUNDS = 4  # of capture, within one cycle: somebody who writes all the time is taken in by the next one


@dataclass(slots=True, kw_only=True)
class _Cycle:
    """What a cycle has done so far."""

    captured: int = 0
    sent: int = 0
    received: int = 0
    merged: int = 0
    twins: set[str] = field(default_factory=set)
    held: tuple[HeldFile, ...] = ()
    not_taken: tuple[tuple[str, str], ...] = ()
    more: bool = False
    alarms: tuple[HeldFile, ...] = ()
    began: datetime
    healed: bool = False
    folder: bool = True  # whether the folder may be read and written
    owed: bool = False  # whether main has something that the folder was not given yet
    problems: list[tuple[str, str]] = field(default_factory=list)


def sync(bench: Bench, *, asked: bool = True, network: bool = True) -> SyncReport:
    """Run one whole cycle and report it. The caller holds the store's sync lock.

    `asked`: a person wants it now, so a back-off is not waited for. Raises what no lane can bear: NotAStore, Busy.
    """
    bench.crash("start")
    done = _Cycle(began=bench.now())
    paused = bench.repo.pause_reason()
    if paused:
        lanes.state(bench, CAPTURE, "paused", paused, "memsync goes on by itself when it is over.")
        return _report(bench, done, url=bench.repo.remote_url())
    bench.repo.sweep_locks()
    url = bench.repo.remote_url()
    if _recover(bench, done):
        if url and network and bench.repo.refs().main is None:
            _begin(bench, done, url, asked=asked)
        _folder(bench, done)
    if url and network:
        _exchange(bench, done, url, asked=asked)
    _index(bench)
    _settle(bench, done)
    return _report(bench, done, url=url)


def _recover(bench: Bench, done: _Cycle) -> bool:
    """Finish what a killed cycle began; False, and the lane tells why, where git itself is beyond mending here."""
    try:
        replay(bench)
        bench.repo.refs()
    except GitFailed as error:
        if _mend(bench, done):
            replay(bench)
            return True
        lanes.state(bench, CAPTURE, "blocked", str(error), error.hint)
        return False
    return True


def _begin(bench: Bench, done: _Cycle, url: str, *, asked: bool) -> None:
    """Begin a clone that has no commit yet with the remote's history, where there is one and it can be had now."""
    done.folder = False
    _pull(bench, done, url, asked=asked)
    done.folder = True


# ---- the folder ---------------------------------------------------------------------------------


def _folder(bench: Bench, done: _Cycle) -> None:
    """Capture, and bring to the folder what main has; the lane keeps what is in the way."""
    try:
        halt = root_problem(bench)
        if halt is not None:
            done.folder = False
            lanes.state(bench, CAPTURE, "blocked", halt.reason, halt.hint)
            return
        left = _ROUNDS
        while left and _round(bench, done):
            left -= (
                not done.more
            )  # a batch that was full is progress, and not somebody who writes all the time
    except NoSpace as error:
        done.folder = False
        lanes.state(bench, CAPTURE, "blocked", str(error), error.hint)
    except (CannotWrite, GateShut) as error:
        done.folder = False
        lanes.state(bench, CAPTURE, "blocked", str(error), error.hint)
    except GitFailed as error:
        met = classify("fetch", error.said.code, error.said.text)
        if _mended(bench, done, error):
            _folder(bench, done)
            return
        done.folder = False
        lanes.state(bench, CAPTURE, "blocked", met.reason, met.hint)


def _mended(bench: Bench, done: _Cycle, error: MemsyncError) -> bool:
    """Whether what failed was damage that is mended now: then it is worth another try."""
    if not isinstance(error, GitFailed):
        return False
    return classify("fetch", error.said.code, error.said.text).effect is Effect.HEAL and _mend(bench, done)


def _mend(bench: Bench, done: _Cycle) -> bool:
    """Mend a damaged repository, once a cycle; False where that failed or did not help."""
    if done.healed:
        return False
    done.healed = True
    try:
        heal(bench, bench.repo.remote_url())
    except (GitFailed, GateShut):
        return False
    return True


def _round(bench: Bench, done: _Cycle) -> bool:
    """Take in the folder once and bring main to it; True where there is more to take in."""
    done.more = False
    try:
        take_trash(bench)
        taken = capture(bench)
        done.captured += taken.files
        done.twins |= set(taken.twins)
        done.held, done.not_taken = taken.held, taken.not_taken
        files, twins = take_displaced(bench)
        done.captured += files
        done.twins |= set(twins)
    except MainMoved:
        return True
    if taken.halt is not None:
        lanes.halt(bench, [CAPTURE], taken.halt)
    elif done.held:
        lanes.state(bench, CAPTURE, "held", f"{len(done.held)} kept back", "`memsync status` lists them.")
    else:
        lanes.fine(bench, CAPTURE)
    done.more = taken.more
    if taken.more:
        return True
    written = materialise(bench, bench.repo.refs().main, keep=[path for path, _ in taken.not_taken])
    done.problems = written.problems
    if written.problems:
        path, why = written.problems[0]
        lanes.state(bench, CAPTURE, "blocked", f"{path} can't be written: {why}")
    return bool(written.edits)


def _index(bench: Bench) -> None:
    """Bring the owner's index along. What can't be done now stays noted: no memory depends on it."""
    try:
        if refresh_index(bench):
            bench.book.note(index_waits="")
            return
    except (GitFailed, OSError):
        pass
    since = bench.book.fact("index_waits")
    if not since:
        bench.book.note(index_waits=bench.now().isoformat())
    elif bench.now() - datetime.fromisoformat(since) > _LONG and bench.book.lane(CAPTURE).state == "ok":
        reason = (
            "another git has held this store's index for more than ten minutes: `git status` there is behind"
        )
        lanes.state(
            bench,
            CAPTURE,
            "ok",
            reason,
            "Is a git command still running? If not, its .git/index.lock was left behind.",
        )


def _settle(bench: Bench, done: _Cycle) -> None:
    """Look again at what came in with a secret. While the scanner fails every alarm stays."""
    try:
        done.alarms = settle_alarms(bench)
    except (GateShut, CannotWrite, GitFailed):
        done.alarms = tuple(bench.book.alarms().values())


# ---- the remote ---------------------------------------------------------------------------------


def _exchange(bench: Bench, done: _Cycle, url: str, *, asked: bool) -> None:
    """Pull and push, again where another machine was faster, up to eight times."""
    lost = False
    for attempt in range(RACE_TRIES):
        lost = False
        if not _pull(bench, done, url, asked=asked or attempt > 0, in_haste=attempt > 0):
            break
        lost = not _push(bench, done, url, asked=asked or attempt > 0)
        if lost:
            with bench.away():
                bench.pause(backoff(attempt, RACE_BASE, RACE_CAP, bench.uniform) if attempt else 0.0)
        elif not _owed(bench, done):
            return
    if lost:
        lanes.state(
            bench, PUSH, "backoff", "other machines were faster eight times", "memsync tries again by itself."
        )
    _owed(bench, done)


def _owed(bench: Bench, done: _Cycle) -> bool:
    """Bring to the folder what was pulled in haste; whether that took in something new, which is to be pushed as well."""
    if not done.owed:
        return False
    done.owed = False
    before = done.captured
    _folder(bench, done)
    return done.captured > before


def _pull(bench: Bench, done: _Cycle, url: str, *, asked: bool, in_haste: bool = False) -> bool:
    """Pull; False where pushing makes no sense after it.

    `in_haste`: another machine was faster just now. What came is brought to the folder after the push: the time between
    the fetch and the push is what makes the next race.
    """
    if not lanes.may_try(bench, PULL, url, asked=asked):
        return False
    try:
        got = pull(bench, url)
    except Halted as met:
        lanes.halt(bench, [PULL, PUSH], met.halt, url)
        return False
    except Troubled as met:
        lanes.trouble(bench, PULL, met.trouble, url)
        return False
    except BadInput as error:
        _refuse_address(bench, error)
        return False
    except MainMoved:
        return True
    except (GitFailed, NoSpace, CannotWrite, GateShut) as error:
        if _mended(bench, done, error):
            return True
        lanes.state(bench, PULL, "blocked", str(error), error.hint)
        return False
    before, beside = bench.book.lane(PULL), bench.book.lane(PUSH)
    same = before.state == "suspended" and beside.reason == before.reason
    halted = beside.state == "halted" and beside.guard != Guard.PUBLIC_REMOTE
    if same or halted:  # a guard halts both, and pull may have met something else since
        lanes.fine(bench, PUSH)  # what stopped both is over for both
    lanes.fine(bench, PULL)
    for guard in lanes.REMOTE_GUARDS:
        bench.book.set_ack(guard, "")  # what was said yes to is over: it is no yes to whatever comes next
    done.received += got.received
    done.merged += got.merged
    done.twins |= set(got.twins)
    if done.folder and got.received:
        _joined(bench)
        if in_haste:
            done.owed = True
        else:
            _folder(bench, done)
    return True


def _joined(bench: Bench) -> None:
    """Where the remote's identity was taken over, the folder's marker follows: the two are one store from here."""
    joining = bench.book.fact("joining")
    if joining:
        bench.book.note(store_id=joining, joining="")


def _refuse_address(bench: Bench, error: BadInput) -> None:
    for lane in (PULL, PUSH):
        lanes.state(bench, lane, "suspended", str(error), error.hint)


def _push(bench: Bench, done: _Cycle, url: str, *, asked: bool) -> bool:
    """Push; False where another machine was faster and it is to be tried again."""
    if not lanes.may_try(bench, PUSH, url, asked=asked):
        return True
    try:
        done.sent += push(bench, url)
    except (Raced, MainMoved):
        return False
    except Halted as met:
        lanes.halt(bench, [PUSH], met.halt, url)
    except Troubled as met:
        if met.trouble.effect is Effect.WAIT or (met.trouble.effect is Effect.HEAL and _mend(bench, done)):
            return False
        lanes.trouble(bench, PUSH, met.trouble, url)
    except GateShut as error:
        lanes.state(bench, PUSH, "blocked", str(error), error.hint)
    except (GitFailed, NoSpace, CannotWrite) as error:
        if _mended(bench, done, error):
            return False
        lanes.state(bench, PUSH, "blocked", str(error), error.hint)
    else:
        lanes.fine(bench, PUSH)
    return True


# ---- the report ---------------------------------------------------------------------------------


def _report(bench: Bench, done: _Cycle, *, url: str) -> SyncReport:
    notes = [bench.book.lane(name) for name in (CAPTURE, PULL, PUSH)]
    state, detail = judge_state(notes, url)
    return SyncReport(
        captured=done.captured,
        sent=done.sent,
        received=done.received,
        merged=done.merged,
        twins=tuple(sorted(done.twins)),
        held=tuple(as_held(row) for row in done.held),
        alarms=tuple(as_held(row) for row in done.alarms),
        notes=tuple((n.path, n.text) for n in reversed(bench.book.merges()) if n.at >= done.began),
        state=state,
        lanes=tuple(as_lane(note) for note in notes),
        detail=detail,
    )

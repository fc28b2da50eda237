"""Learning, wired: the spool, the judges, the gate. One worker a store; killed anywhere, nothing is learned twice."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from memsync.core.gate import OnSecret
from memsync.core.learn.known import PROMOTION, is_promoted
from memsync.core.learn.outcome import (
    LearnReport,
    Work,
    parse_outcome,
    render_outcome,
    render_work,
    work_of,
)
from memsync.core.learn.turn import parse_turn
from memsync.core.memory import Status
from memsync.core.scope import GLOBAL, PRIVATE
from memsync.errors import BadInput, MemsyncError, SecretFound
from memsync.store.clock import new_id, now
from memsync.store.overhearing import LEARN_LOCK, spool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsync.core.gate import Allowance
    from memsync.core.learn.turn import Turn
    from memsync.core.memory import Draft, Memory
    from memsync.core.scope import Scope
    from memsync.edges.spool import Spool, Waiting
    from memsync.flows.learn import Judge, Judged, Sifted
    from memsync.store.parts import Parts

_TRIES = 2  # a worker that was killed over a turn leaves it to one more
_ASKED = 6  # memories that are compared with a lesson
_LOOKED_AT = 500  # candidates that are looked at for promotion


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What the report will say."""

    turns: int = 0
    given_up: int = 0
    learned: list[Memory] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    promoted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def report(self) -> LearnReport:
        return LearnReport(
            turns=self.turns, learned=tuple(self.learned), known=tuple(self.known), promoted=tuple(self.promoted),
            refused=tuple(self.refused), by=tuple(dict.fromkeys(self.by)), passed=tuple(dict.fromkeys(self.passed)),
            given_up=self.given_up,
        )  # fmt: skip


def _note(spool: Spool, work: Work) -> None:
    """Keep what `doctor` tells; a full disk must not end the work itself."""
    with suppress(OSError):
        spool.note_work(render_work(work))


class Learning:
    """What is learned from conversations. Nothing is, unless the setting `learn` says so."""

    def __init__(self, rooms: Sequence[Parts]) -> None:
        self._rooms = tuple(rooms)
        self._room = rooms[0]

    @property
    def waiting(self) -> int:
        """How many turns wait to be looked at."""
        return spool_of(self._room).count()

    def learn(self, *, judges: Sequence[Judge] | None = None) -> LearnReport:
        """Look at every turn that waits, now. Raises Busy where another worker does, CannotWrite, NoSpace.

        With the setting off, what waits is thrown away. `judges` are asked in their order; None takes those of the settings.
        """
        lock, spool = self._room.lock(LEARN_LOCK), spool_of(self._room)
        lock.acquire(wait=0.0, name="memsync learn")
        try:
            report = self._learn(spool, self._judges() if judges is None else judges)
            if report.turns or report.given_up:
                _note(spool, work_of(report, when=now().timestamp()))
        except MemsyncError as error:
            _note(spool, Work(when=now().timestamp(), failed=error.kind))
            raise
        else:
            return report
        finally:
            lock.release()

    def learn_detached(self) -> None:
        """Do the same for a hook that has ended long ago: at low priority, and in silence."""
        if hasattr(os, "nice"):
            os.nice(10)
        try:
            self.learn()
        except MemsyncError:
            return  # the next session's end finds the spool as it is

    def _learn(self, spool: Spool, judges: Sequence[Judge]) -> LearnReport:
        tally = _Tally()
        if not self._room.settings.learn:
            spool.clear()
            return tally.report()
        spool.tidy()
        self._remember(spool, tally)
        while batch := self._next(spool, tally):
            self._decide(spool, batch, judges, tally)
            self._remember(spool, tally)
        self._promote_used(tally)
        if tally.learned or tally.promoted:
            from memsync.store import indexing, ringing

            indexing.keep_up(self._room)
            ringing.ring(self._room)
        return tally.report()

    # ---- what waits -----------------------------------------------------------------------------

    def _next(self, spool: Spool, tally: _Tally) -> list[tuple[str, Turn]]:
        """Return the next few turns of one session and folder, under the names that say they were begun."""
        from memsync.flows.learn import BATCH

        chosen: list[tuple[Waiting, Turn]] = []
        for waiting in spool.waiting():
            turn = parse_turn(waiting.raw)
            if turn is None or waiting.tries >= _TRIES:
                spool.drop([waiting.name])
                tally.given_up += turn is not None
            elif not chosen or (turn.session, turn.cwd) == (chosen[0][1].session, chosen[0][1].cwd):
                chosen.append((waiting, turn))
        return [(spool.begin(waiting), turn) for waiting, turn in chosen[:BATCH]]

    def _decide(
        self, spool: Spool, batch: Sequence[tuple[str, Turn]], judges: Sequence[Judge], tally: _Tally
    ) -> None:
        """Judge some turns and write the outcome down, in place of them."""
        from memsync.flows.learn import judged

        names, turns = [name for name, _ in batch], [turn for _, turn in batch]
        tally.turns += len(turns)
        scope = self._scope(turns[0])
        if scope is None:
            spool.drop(names)  # its folder is gone, and what was said there belongs to nobody else
            return
        found = judged(turns, judges, nonce=secrets.token_hex(4))
        sifted = self._sift(found, turns[0], scope)
        self._confirm(sifted.known, turns[-1], tally)
        tally.by.append(found.by)
        tally.passed += found.passed
        tally.known += [memory.path for memory in sifted.known]
        tally.refused += sifted.refused
        drafts = [(new_id(), draft) for draft in sifted.drafts if self._is_clean(draft, tally)]
        outcome = spool.put_lessons(render_outcome(names, drafts))
        spool.drop(names if drafts else [*names, outcome])

    def _scope(self, turn: Turn) -> Scope | None:
        from memsync.store import scopes

        if not turn.cwd or not Path(turn.cwd).is_dir():
            return None
        scope = scopes.resolve(self._room, None, Path(turn.cwd))
        scopes.plant_project(self._room, scope)
        return scope

    def _sift(self, found: Judged, turn: Turn, scope: Scope) -> Sifted:
        from memsync.flows.learn import sift

        instance = self._room.settings.instance or turn.client
        return sift(found.lessons, scope=scope, instance=instance, recall=self._about, now=now())

    def _about(self, text: str, scopes: tuple[Scope, ...]) -> list[Memory]:
        """Return the memories that are about a text, in these scopes and those that are always seen."""
        from memsync.core.answer import Query
        from memsync.core.hooks.question import question_of
        from memsync.store.reading import recall

        looked_in = tuple(dict.fromkeys((*scopes, GLOBAL, PRIVATE)))
        query = Query(text=question_of(text), scopes=looked_in, limit=_ASKED)
        return [hit.memory for hit in recall(self._rooms, query, now=now()).hits]

    def _is_clean(self, draft: Draft, tally: _Tally) -> bool:
        from memsync.flows.remember import redact_draft

        found = redact_draft(draft, self._room.spans)[1]
        if found:
            tally.refused.append("had a secret in it")
        return not found

    # ---- what was decided -----------------------------------------------------------------------

    def _remember(self, spool: Spool, tally: _Tally) -> None:
        """Remember what was decided and is not remembered yet. Done twice, it is remembered once: key and text are the same."""
        from memsync.flows.remember import remember

        room, allowances = self._room, self._allowances()
        for name, raw in spool.lessons():
            outcome = parse_outcome(raw)
            if outcome:
                spool.drop(list(outcome.turns))
            for memory_id, draft in outcome.drafts if outcome else ():
                try:
                    done = remember(
                        draft, tree=room.tree, scanner=room.spans, allowances=allowances, memory_id=memory_id,
                        now=now(), on_secret=OnSecret.BLOCK,
                    )  # fmt: skip
                except (SecretFound, BadInput) as error:
                    tally.refused.append(error.kind)
                    continue
                if not done.same_as:
                    tally.learned.append(done.memory)
            spool.drop([name])

    def _allowances(self) -> Sequence[Allowance]:
        """Return the store's reviewed exceptions; a list that can't be read allows nothing, and stops nothing either."""
        try:
            return self._room.allowances()
        except BadInput:
            return ()

    # ---- from candidate to active ---------------------------------------------------------------

    def note_read(self, memory: Memory, *, session: str) -> None:
        """Note that an assistant read a candidate whole in a session: a use, as being told at a prompt is, and no second one."""
        from memsync.edges.sessions import SessionFiles

        if memory.status is Status.CANDIDATE and not memory.scope.is_private:
            sessions = SessionFiles(self._room.state_dir / "sessions")
            place = f"{self._room.root}/{memory.path}"
            sessions.write(session, sessions.read(session).with_shown([(place, memory)]))

    def _confirm(self, known: Sequence[Memory], turn: Turn, tally: _Tally) -> None:
        """Promote what was said again long after it was learned."""
        from datetime import UTC, datetime

        said = datetime.fromtimestamp(turn.when, UTC)
        for memory in known:
            if not memory.scope.is_private and is_promoted(memory, said_again=said):
                self._promote(memory.path, tally)

    def _promote_used(self, tally: _Tally) -> None:
        """Promote what was recalled in several sessions and nobody refuted."""
        from memsync.core import memory as memories
        from memsync.edges.sessions import SessionFiles

        counts = SessionFiles(self._room.state_dir / "sessions").times_shown()
        prefix = f"{self._room.root}/"
        used = sorted(
            place.removeprefix(prefix)
            for place, times in counts.items()
            if times > 1 and place.startswith(prefix)
        )
        for path in used[:_LOOKED_AT]:
            raw = self._room.tree.read(path)
            if raw is not None:
                memory = memories.read(path, raw.decode(errors="replace"))
                if is_promoted(memory, shown_in=counts[prefix + path]):
                    self._promote(path, tally)

    def _promote(self, path: str, tally: _Tally) -> None:
        from memsync.flows.revise import revise
        from memsync.store import changing

        try:
            revise(path, PROMOTION, desk=changing.desk(self._room), version=lambda _: None)
        except MemsyncError:
            return  # it was forgotten or is being changed; a person's word will do
        tally.promoted.append(path)

    def _judges(self) -> list[Judge]:
        from memsync.store.judges import judges_of

        return judges_of(self._room, environ=os.environ)

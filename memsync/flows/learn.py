"""Learn: turns → a judge, else rules → lessons → what is known is left out → drafts. Nothing here writes or waits by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from memsync.core import memory as memories
from memsync.core.learn.ask import question, read_lessons
from memsync.core.learn.known import says
from memsync.core.learn.lesson import draft_of, refusal
from memsync.core.learn.rules import lessons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from memsync.core.learn.lesson import Lesson
    from memsync.core.learn.turn import Turn
    from memsync.core.memory import Draft, Memory
    from memsync.core.scope import Scope

BATCH = 5
"""Turns that are looked over together."""


class Judge(Protocol):
    """Who reads turns and answers in text. None: missing, too slow, or it failed; never raises."""

    name: str

    def found(self) -> str:
        """Return what would be asked (a program, a model); empty where there is none."""
        ...

    def answer(self, question: str) -> str | None:
        """Return what the judge says."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found, and by whom; `passed` names the judges that could not answer."""

    by: str
    lessons: tuple[Lesson, ...]
    passed: tuple[str, ...] = ()


def judged(turns: Sequence[Turn], judges: Iterable[Judge], *, nonce: str) -> Judged:
    """Ask the judges in their order; the first that answers is heard. Without any, the rules look at the person's words."""
    passed: list[str] = []
    for judge in judges:
        answer = judge.answer(question(turns, nonce))
        lessons = None if answer is None else read_lessons(answer, turns)
        if lessons is not None:
            return Judged(by=judge.name, lessons=lessons, passed=tuple(passed))
        passed.append(judge.name)
    found = dict.fromkeys(lesson for turn in turns for lesson in lessons_of(turn.user))
    return Judged(by="rules", lessons=tuple(found), passed=tuple(passed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is new, which memories say the rest already, and why some was refused."""

    drafts: tuple[Draft, ...] = ()
    known: tuple[Memory, ...] = ()
    refused: tuple[str, ...] = ()


def sift(
    lessons: Iterable[Lesson],
    *,
    scope: Scope,
    instance: str,
    recall: Callable[[str, tuple[Scope, ...]], Sequence[Memory]],
    now: datetime,
) -> Sifted:
    """Leave out what must not be learned and what is known; `recall` gives the memories of some scopes that are about a text."""
    drafts: list[Draft] = []
    fresh: list[Memory] = []
    known: list[Memory] = []
    refused: list[str] = []
    for lesson in lessons:
        why = refusal(lesson)
        if why:
            refused.append(why)
            continue
        draft = draft_of(lesson, scope=scope, instance=instance)
        as_memory = memories.read("lesson.md", memories.render(draft, memory_id="", now=now))
        looked_in = tuple(dict.fromkeys((draft.scope, scope)))
        found = (*fresh, *recall(lesson.text, looked_in))
        said = next((memory for memory in found if says(memory, as_memory)), None)
        if said is None:
            drafts.append(draft)
            fresh.append(as_memory)
        elif said not in fresh:
            known.append(said)
    return Sifted(drafts=tuple(drafts), known=tuple(known), refused=tuple(refused))

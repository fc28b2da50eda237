"""Known: whether a memory says already what was learned; and when a candidate has earned to be believed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from memsync.core.memory import Status
from memsync.core.recall.fold import same, words_of
from memsync.core.recall.text import runs, terms_of
from memsync.core.recall.words import UNINDEXED
from memsync.core.report import Revision

if TYPE_CHECKING:
    from datetime import datetime

    from memsync.core.memory import Memory

COVERED = 0.8
"""Share of a lesson's words that a memory must have to say the same, if what is missing turns nothing round."""

SHOWN = 3
"""Sessions that a candidate must have been recalled in to be promoted by use."""

APART = timedelta(hours=6)
"""Said again after this long, a candidate is confirmed: it was no whim of one sitting."""

PROMOTION = Revision(status=str(Status.ACTIVE))
"""What a person's word, or use, makes of a candidate."""

_NEGATIONS = """no not never without dont doesnt isnt cant wont shouldnt except unless instead stop avoid
nicht nichts nie niemals kein keine keinen keiner ohne statt außer vermeide
ne pas plus jamais sans aucun aucune sauf évite
nunca jamás sin ningún ninguna ninguno excepto salvo evita"""
_TURNING = frozenset(term[0] for run in runs(_NEGATIONS) for term in terms_of(run)[:1])


def says(memory: Memory, lesson: Memory) -> bool:
    """Whether a memory says what a lesson (read as the memory it would be) says: no number, name or negation differs."""
    theirs, ours = words_of(memory), words_of(lesson)
    turned = (theirs & _TURNING) ^ (ours & _TURNING)
    if same(theirs, ours) and not turned:
        return True
    telling = ours - UNINDEXED
    if len(telling) < 3 or len(telling & theirs) / len(telling) < COVERED:
        return False
    missing = ours - theirs
    return not turned and all(word.isalpha() for word in missing)


def is_promoted(memory: Memory, *, shown_in: int = 0, said_again: datetime | None = None) -> bool:
    """Whether a candidate has earned to be active: recalled in `shown_in` sessions, or said again at a time long after."""
    if memory.status is not Status.CANDIDATE:
        return False
    again = said_again is not None and memory.created is not None and said_again - memory.created >= APART
    return again or shown_in >= SHOWN

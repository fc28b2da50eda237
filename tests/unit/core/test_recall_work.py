"""Which questions ask for the work under way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsync.core.recall.query import parse_query
from memsync.core.recall.work import asks_for_work


@pytest.mark.parametrize(
    "text",
    [
        "what am I working on?",
        "What was I doing?",
        "so, what are we working on right now",
        "where did we leave off?",
        "what's next",
        "what is left to do?",
        "open tasks",
        "my todos",
        "what should I work on next?",
        "Woran arbeite ich gerade?",
        "was ist noch offen?",
        "sur quoi est-ce que je travaille ?",
        "¿En qué estoy trabajando?",
    ],
)
def test_whole_questions_for_the_work_are_known(text):
    """They are asked in the words of their answer."""
    asked = parse_query(text, now=datetime(2026, 11, 21, tzinfo=UTC))

    assert (True, ("current", "tasks")) == (asks_for_work(text), asked.words)


@pytest.mark.parametrize(
    "text",
    [
        "what am I working on with the cache keys?",
        "does this work?",
        "what is open in the editor",
        "where is the next page",
        "tasks of the scheduler",
        "what are we working around here in checkout",
        "working",
        "what is left of the old importer",
        "where did we put the deploy key",
        "",
        "x" * 10_000,
    ],
)
def test_other_questions_stay_as_they_are(text):
    """A word of its own makes it another question."""
    assert not asks_for_work(text)

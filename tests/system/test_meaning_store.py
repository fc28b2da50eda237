"""Meaning, through the store: who asks by it, what is kept where, what a setting that names no model does."""

from __future__ import annotations

import importlib.util

import pytest

from memsync import Draft, Store
from memsync.core.answer import Query
from memsync.core.scope import GLOBAL
from memsync.edges.settings import load

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(importlib.util.find_spec("wordllama") is None, reason="the extra is not installed"),
]
QUESTION = "a beach resort"


@pytest.fixture
def store(home, monkeypatch):
    monkeypatch.setenv("MEMSYNC_BACKGROUND", "off")
    Store.init(settings=load())
    made = Store.open(settings=load())
    made.remember(Draft(body="Maria is on vacation until March.", key="maria"))
    made.remember(Draft(body="The database is dumped every night.", key="dump"))
    return made


def found(store: Store) -> list[str]:
    return [hit.memory.key for hit in store.recall(Query(text=QUESTION, scopes=(GLOBAL,))).hits]


def test_only_who_lives_long_asks_by_meaning(store, home):
    """A store as a command opens it goes by words alone; with meaning it finds what shares no word."""
    assert [] == found(store)
    assert not list(home.rglob("meaning-*.db"))
    assert ["maria"] == found(store.with_meaning())[:1]
    assert 1 == len(list(home.rglob("meaning-*.db")))


def test_an_evaluation_goes_by_meaning(store, monkeypatch):
    """Eval asks by meaning, unless the settings turn it off."""
    questions = '{"query": "a beach resort", "relevant": ["maria"]}'
    query = Query(text="", scopes=(GLOBAL,))
    assert 1.0 == store.evaluate(questions, query).recall_10
    monkeypatch.setenv("MEMSYNC_SEMANTIC", "off")
    without = Store.open(settings=load())
    assert 0.0 == without.evaluate(questions, query).recall_10


def test_a_setting_that_names_no_model_is_told(store, monkeypatch):
    """A folder without a model: words go on alone, and the answer says why."""
    monkeypatch.setenv("MEMSYNC_SEMANTIC", "/nowhere/model")
    opened = Store.open(settings=load()).with_meaning()
    answer = opened.recall(Query(text="vacation", scopes=(GLOBAL,)))
    assert ["maria"] == [hit.memory.key for hit in answer.hits]
    assert "/nowhere/model" in " ".join(answer.problems)

"""A question and its answer travel between two processes and are what they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core import memory as memories
from memsync.core.answer import Answer, Hit, Query, Sort
from memsync.core.answer_shape import answer_shape
from memsync.core.category import Category
from memsync.core.wire import read_answer, read_query, write_answer, write_query
from memsync.errors import BadInput

moments = st.integers(10**8, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
words = st.lists(st.text(max_size=9), max_size=3).map(tuple)
queries = st.builds(
    Query,
    text=st.text(max_size=50),
    all_projects=st.booleans(),
    limit=st.integers(0, 99),
    offset=st.integers(0, 99),
    categories=st.lists(st.sampled_from(Category), max_size=2).map(tuple),
    tags=words,
    since=st.none() | moments,
    until=st.none() | moments,
    by=st.text(max_size=9),
    sort=st.sampled_from(Sort),
    budget=st.none() | st.integers(0, 9999),
    explain=st.booleans(),
    pinned=st.booleans(),
)
hits = st.builds(
    Hit,
    memory=st.builds(
        memories.read,
        st.sampled_from(["global/note/a.md", "projects/x-1/b.md"]),
        st.text(max_size=80),
        private=st.booleans(),
    ),
    score=st.floats(0, 99),
    line=st.integers(1, 99),
    snippet=st.text(max_size=20),
    updated=moments,
    store=st.text(max_size=9),
    why=st.text(max_size=9),
    notes=words,
)
answers = st.builds(
    Answer,
    query=st.text(max_size=20),
    hits=st.lists(hits, max_size=3).map(tuple),
    weak=st.booleans(),
    more=st.integers(0, 99),
    problems=words,
)


@given(queries, words)
def test_a_question_travels_whole(query, scopes):
    """With its scopes as the asker wrote them."""
    assert (query, scopes) == read_query(write_query(query, scopes))


@given(answers)
def test_an_answer_travels_whole(answer):
    """What comes out is the JSON that `--json` prints, to the byte."""
    assert json.dumps(answer_shape(answer)) == json.dumps(read_answer(write_answer(answer)))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b'{"text": 1}', b"\xff", b"[" * 99_999])
def test_nonsense_is_no_question(raw):
    """Whoever is at the door, nothing but BadInput comes of it."""
    with pytest.raises(BadInput):
        read_query(raw)
    with pytest.raises(BadInput):
        read_answer(raw)

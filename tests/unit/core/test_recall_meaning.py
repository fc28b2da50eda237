"""Beside the words: synonyms, what was written next to it, what is near in meaning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.answer import Query
from memsync.core.memory import read
from memsync.core.recall.beside import BESIDE, TOGETHER, neighbours, spread
from memsync.core.recall.fuse import LEAST, MOST, NEAR, RELATED, fuse
from memsync.core.recall.kindred import kindred
from memsync.core.recall.lexicon import synonyms
from memsync.core.recall.sense import MOST_TEXT, parts_of
from memsync.core.recall.stem import stem
from memsync.core.recall.view import JoinedView, MemoryView
from memsync.core.scope import GLOBAL
from memsync.flows.recall import Place, recall
from memsync.testing import FakeIndex, FakeTree

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COSINES = st.dictionaries(st.integers(0, 50), st.floats(-1, 1), max_size=30)
WORDS = st.dictionaries(st.integers(0, 50), st.floats(0.01, 100), max_size=30)


@pytest.mark.parametrize(
    ("word", "other"),
    [("k8s", "kubernetes"), ("authentication", "login"), ("databases", "sql"), ("deployed", "release")],
)
def test_words_of_the_trade_meet(word, other):
    """A word of the trade is also said by others, whatever form it has."""
    assert stem(other) in synonyms(stem(word)) or stem(word) in synonyms(stem(other))


def test_most_words_have_no_synonym():
    """A word of no line stands for itself alone, and none for itself twice."""
    assert () == synonyms("zeppelin")
    assert "databas" not in synonyms("databas")


@pytest.mark.parametrize(
    ("word", "other"), [("picture", "photo"), ("wrote", "write"), ("holiday", "vacation")]
)
def test_general_english_knows_what_stands_for_a_word(word, other):
    """A word of general English leads to others that may stand for it, an irregular form to its word; none counts as much as itself."""
    assert 0 < dict(kindred(stem(word)))[stem(other)] < 1


def test_every_line_of_the_kindred_words_is_found():
    """Halving finds the first line, the last and each between, and nothing that is no line."""
    words = files("memsync.core.recall").joinpath("kindred.txt").read_text().splitlines()
    assert [line.split()[1:] for line in words] == [
        [f"{other}{round(worth * 10)}" for other, worth in kindred(line.split()[0])] for line in words
    ]
    assert () == kindred("a") == kindred("zzzz") == kindred("naïve") == kindred("") == kindred("x1")


@given(WORDS, COSINES, st.floats(0, 1))
def test_fused_scores_keep_their_measure(words, near, coverage):
    """A fused score is never below nought nor above the best of words, and what words found stays found."""
    fused = fuse(words, near, coverage=coverage)
    assert set(words) <= set(fused)
    assert all(-1e-6 <= value <= max(words.values(), default=1.0) * (1 + 1e-6) for value in fused.values())


@given(WORDS, st.floats(0, 1))
def test_without_meanings_words_stand_alone(words, coverage):
    """Where nothing is known of meanings the scores are those of the words."""
    assert words == fuse(words, {}, coverage=coverage)


def test_meaning_weighs_more_the_less_the_words_cover():
    """Two memories, one best in words and the other in meaning: which is first is decided by what the words cover."""
    words, near = {1: 10.0, 2: 4.0}, {1: 0.1, 2: 0.9}
    covered, uncovered = (fuse(words, near, coverage=c) for c in (1.0, 0.0))
    assert covered[1] > covered[2]
    assert uncovered[2] > uncovered[1]
    assert (LEAST, MOST) == pytest.approx((1 - covered[1] / 10, 1 - uncovered[1] / 10))


def test_what_is_hardly_related_is_not_brought_in():
    """Below a cosine a memory that has no word of the question stays out."""
    assert {3} == set(fuse({}, {3: RELATED + 0.01, 4: RELATED - 0.01}, coverage=0.0))


def session(number: int, minutes: float, scope: str = "global"):
    moment = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(minutes=minutes)
    text = f"---\ncategory: session\nupdated: {moment.isoformat()}\n---\nTurn {number}.\n"
    return read(f"{scope}/session-notes/{number}.md", text), 0.0


def test_neighbours_are_those_of_one_session():
    """Neighbours are written next to each other in time, in one scope, not hours apart, and only session notes have any."""
    late = TOGETHER / 60 + 10
    view = MemoryView(
        [
            session(0, 2),
            session(1, 0),
            session(2, 5),
            session(3, 5 + late),
            session(4, 1, scope="projects/other-1"),
            (read("global/note/x.md", "A note."), 0.0),
        ]
    )
    assert {1: (0,), 0: (1, 2), 2: (0,)} == {d: tuple(sorted(o)) for d, o in neighbours(view).items()}
    joined = JoinedView([MemoryView([session(9, 1)]), view])
    assert {2: (1,), 1: (2, 3), 3: (1,)} == {d: tuple(sorted(o)) for d, o in joined.beside().items()}


def test_a_neighbour_lends_a_share_of_its_words():
    """A note has a share of its neighbour's weight, added to its own."""
    assert {1: 2.0 + BESIDE, 2: 1.0 + 2 * BESIDE, 3: BESIDE} == spread({1: 2.0, 2: 1.0}, {1: (2,), 2: (1, 3)})


def test_a_meaning_is_of_the_title_and_of_the_text():
    """Title, keywords and tags are one part, the text another, and no more of it than says anything."""
    memory = read(
        "global/note/x.md", f"---\ntitle: Pears\nkeywords: [fruit]\ntags: [food]\n---\n{'a' * 9000}"
    )
    called, said = parts_of(memory)
    assert ("Pears, fruit, food", MOST_TEXT) == (called, len(said))


class Sense:
    """A sense that holds one memory for what is meant."""

    def __init__(self, cosine: float, problem: str = "") -> None:
        self.cosine, self.problem, self.texts = cosine, problem, {}

    def near(self, question, digests, *, among, most):
        return {d: self.cosine if "vacation" in self.texts.get(digests[d], "") else 0.0 for d in among}

    def lacking(self, digests, *, among):
        return [d for d in among if digests[d] not in self.texts]

    def learn(self, texts, *, seconds):
        self.texts |= {number: " ".join(parts) for number, parts in texts}
        return len(self.texts)


def asked(sense, *, held: bool = False):
    files = {
        "global/note/maria.md": b"Maria is on vacation until March.\n",
        "global/note/pears.md": b"Pears bruise easily.\n",
    }
    place = Place(
        label="",
        private=False,
        tree=FakeTree(files=files),
        index=FakeIndex(),
        admit=lambda path, _: not (held and "maria" in path),
        sense=sense,
    )
    return recall(Query(text="respite", scopes=(GLOBAL,)), places=[place], now=NOW)


def test_recall_finds_what_is_near_in_meaning():
    """A question without a shared word finds the memory that means it, and says that it is no clear match."""
    answer = asked(Sense(0.6))
    assert (["global/note/maria.md"], True) == ([h.memory.path for h in answer.hits], answer.weak)


@pytest.mark.parametrize("sense", [None, Sense(NEAR - 0.01)])
def test_nothing_near_is_nothing(sense):
    """Without a sense, or with nothing near enough, there is nothing."""
    assert () == asked(sense).hits


def test_what_the_gate_holds_is_not_learned():
    """A memory that may not be indexed is neither learned nor found by meaning."""
    sense = Sense(0.6)
    assert () == asked(sense, held=True).hits
    assert not any("Maria" in text for text in sense.texts.values())


def test_a_model_that_does_not_answer_is_told():
    """The answer says why nothing was found by meaning."""
    assert ("no meanings",) == asked(Sense(0.0, "no meanings")).problems

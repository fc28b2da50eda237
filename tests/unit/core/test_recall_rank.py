"""Scores, factors, snippets, duplicates and budgets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.answer import Sort
from memsync.core.memory import read
from memsync.core.recall.budget import fitting, tokens
from memsync.core.recall.entry import entry_of, postings_of
from memsync.core.recall.fold import mask_of, may_be_same, same, words_of
from memsync.core.recall.query import parse_query
from memsync.core.recall.question import groups_of, slips_between
from memsync.core.recall.rank import Candidate, least_of, rank
from memsync.core.recall.score import add_feedback, idf, score
from memsync.core.recall.snippet import WIDTH, Lines, snippet
from memsync.core.recall.view import JoinedView, Memo, MemoryView
from memsync.core.value import replace

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def note(text: str, path: str = "global/note/a.md"):
    return read(path, text)


def view(*texts: str) -> MemoryView:
    return MemoryView((note(text, f"global/note/n{i}.md"), 0.0) for i, text in enumerate(texts))


def scores(question: str, *texts: str):
    board = view(*texts)
    return score(groups_of(parse_query(question, now=NOW), board, now=NOW), board)


# ---- scores -----------------------------------------------------------------------------------------


def test_more_of_the_question_scores_higher():
    """A memory with both words beats one with either."""
    found = scores("apple pear", "apple pear", "apple plum", "plum fig")
    assert found.score[0] > found.score[1]
    assert 2 not in found.score


def test_a_rare_word_is_worth_more():
    """The word that few memories have decides."""
    found = scores("common rare", "common", "rare", "common x", "common y")
    assert found.score[1] > found.score[0]


def test_coverage_is_the_share_of_the_question():
    """Coverage is 1 where everything is said, and less where a word is missing, also one nobody knows."""
    found = scores("apple pear", "apple pear", "apple")
    assert found.coverage[0] == pytest.approx(1.0)
    assert 0 < found.coverage[1] < 1
    assert scores("apple xyzzyplugh", "apple pear").coverage[0] < 1


def test_what_stands_for_a_word_takes_nothing_from_it():
    """A word is as telling as its own rarity, however many memories have what may stand for it, and these come after it."""
    alone = scores("photo", "photo", *["stone"] * 8)
    among = scores("photo", "photo", *["picture"] * 4, *["stone"] * 4)
    assert alone.score[0] == pytest.approx(among.score[0])
    assert 0 < among.score[1] < among.score[0]
    assert among.coverage[1] < among.coverage[0] == pytest.approx(1.0)


def test_a_title_counts_more_than_a_body():
    """The same word in a title weighs more."""
    title, body = note("---\ntitle: apple\n---\nfig\n"), note("---\ntitle: fig\n---\napple\n")
    assert postings_of(title)["appl"] > postings_of(body)["appl"]


def test_longer_memories_need_more():
    """One mention in a long text weighs less than in a short one."""
    assert postings_of(note("apple " + "fig " * 500))["appl"] < postings_of(note("apple fig"))["appl"]


def test_documents_that_are_not_allowed_have_no_score():
    """What may not be seen is not scored."""
    board = view("apple", "apple")
    groups = groups_of(parse_query("apple", now=NOW), board, now=NOW)
    assert set(score(groups, board, allowed={1}).score) == {1}


def test_feedback_finds_what_the_best_memories_talk_about():
    """A memory without a word of the question is found by the words of those that have one, at a lower score."""
    board = view("zeppelin hangar mast", "zeppelin hangar crew", "hangar doors are stuck", "unrelated thing")
    groups = groups_of(parse_query("zeppelin periscope", now=NOW), board, now=NOW)
    found = score(groups, board)
    best = dict(found.score)
    memories = [
        note(t)
        for t in ("zeppelin hangar mast", "zeppelin hangar crew", "hangar doors are stuck", "unrelated thing")
    ]
    lent = add_feedback(found, groups, board, allowed=None, terms=lambda d: postings_of(memories[d]))
    assert "hangar" in lent
    assert 0 < found.score[2] < min(best.values())
    assert 3 not in found.score


def test_feedback_leaves_a_clear_answer_alone():
    """Where the best memory says the whole question, nothing is lent."""
    board = view("zeppelin hangar", "hangar doors")
    groups = groups_of(parse_query("zeppelin", now=NOW), board, now=NOW)
    found = score(groups, board)
    assert add_feedback(found, groups, board, allowed=None, terms=lambda _: {"hangar": 1.0}) == {}
    assert set(found.score) == {0}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_idf_is_positive_and_falls(frequency, count):
    """A term's worth is above 0 and never grows with how many have it."""
    assert idf(frequency, count) > 0
    assert idf(frequency + 1, max(count, frequency + 1)) <= idf(frequency, max(count, frequency + 1))


@given(st.lists(st.text(alphabet="abc ", max_size=12), max_size=6), st.text(alphabet="abc ", max_size=8))
def test_a_joined_view_scores_as_one(texts, question):
    """Two halves joined give the scores of the whole."""
    whole = view(*texts)
    half = len(texts) // 2
    joined = JoinedView(
        [
            MemoryView((note(t, f"global/note/n{i}.md"), 0.0) for i, t in list(enumerate(texts))[:half]),
            MemoryView((note(t, f"global/note/n{i}.md"), 0.0) for i, t in list(enumerate(texts))[half:]),
        ]
    )
    parsed = parse_query(question, now=NOW)
    one, other = (score(groups_of(parsed, v, now=NOW), v) for v in (whole, joined))
    assert other.score == pytest.approx(one.score)


# ---- typos ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "abcd", 1),
        ("abc", "axc", 1),
        ("kuberentes", "kubernetes", 1),
        ("abc", "xyz", 3),
    ],
)
def test_slips(one, other, slips):
    """A change, a letter more or less, and two swapped neighbours are one slip each."""
    assert slips_between(one, other, 3) == slips


@given(st.text(alphabet="abcd", max_size=8), st.text(alphabet="abcd", max_size=8), st.integers(0, 3))
def test_slips_are_symmetric_and_bounded(one, other, most):
    """The distance is the same both ways, and never more than one above the bound."""
    assert slips_between(one, other, most) == slips_between(other, one, most) <= most + 1


# ---- factors ----------------------------------------------------------------------------------------


def candidate(
    number: int, header: str = "", *, points: float = 1.0, coverage: float = 1.0, nearness: float = 1.0
) -> Candidate:
    entry = entry_of(note(f"---\ntitle: t{number}\n{header}---\nx\n", f"global/note/n{number}.md"))
    return Candidate(document=number, entry=entry, score=points, coverage=coverage, nearness=nearness)


def order(*candidates: Candidate, sort: Sort = Sort.RELEVANCE) -> list[int]:
    return [r.candidate.document for r in rank(candidates, now=NOW.timestamp(), sort=sort)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"header": "importance: 0.9\n"}, {"header": "importance: 0.1\n"}),
        ({"header": "created: 2026-11-20\n"}, {"header": "created: 2020-01-01\n"}),
        ({"header": "pinned: true\n"}, {}),
        ({}, {"header": "status: superseded\n"}),
        ({}, {"header": "status: refuted\n"}),
        ({"nearness": 1.0}, {"nearness": 0.3}),
    ],
)
def test_factors_order_what_scores_alike(better, worse):
    """Of two that score alike, each factor puts the better one first."""
    assert order(candidate(0, **worse), candidate(1, **better)) == [1, 0]


def test_factors_are_gentle():
    """No factor but status lifts a memory over one that answers twice as well."""
    assert order(
        candidate(0, "importance: 1\npinned: true\ncreated: 2026-11-20\n"),
        candidate(1, "importance: 0\n", points=2.0),
    ) == [1, 0]


def test_the_tail_is_left_out():
    """What scores a small fraction of the best is no hit."""
    assert order(candidate(0, points=10), candidate(1, points=0.2)) == [0]


def test_orders():
    """By recency and by importance the score only breaks ties."""
    old, new = (
        candidate(0, "created: 2020-01-01\nimportance: 1\n", points=3),
        candidate(1, "created: 2026-01-01\nimportance: 0.2\n"),
    )
    assert (order(old, new, sort=Sort.RECENCY), order(old, new, sort=Sort.IMPORTANCE)) == ([1, 0], [0, 1])


def test_what_is_worked_out_of_a_view_is_the_same_with_a_memo():
    """A view that keeps what words bring gives the same scores, at the first question and the second."""
    texts = ["apple pear", "apple apples plum", "fig pear", "picture of an apple"]
    parsed = parse_query("apple pear photo", now=NOW)
    plain, keeping = view(*texts), view(*texts)
    keeping.memo = Memo(most=10_000)
    found = [score(groups_of(parsed, v, now=NOW), v) for v in (plain, keeping, keeping)]
    assert [(f.score, f.coverage, f.whole) for f in found] == [
        (found[0].score, found[0].coverage, found[0].whole)
    ] * 3


def test_a_memo_stays_within_its_bounds():
    """Beyond its most it begins anew; what is larger than that is not kept."""
    memo = Memo(most=10)
    memo.keep("a", 1, size=6)
    memo.keep("b", 2, size=6)
    memo.keep("c", 3, size=11)
    assert [memo.get(key) for key in "abc"] == [None, 2, None]


def test_one_view_of_several_is_enough_where_the_others_are_empty():
    """Numbers are the same there; not where documents come before it."""
    full, empty = view("apple"), view()
    assert JoinedView([full, empty]).alone() is full
    assert JoinedView([full, full]).alone() is None
    assert JoinedView([empty]).alone() is None


def test_names_that_are_superseded_are_known():
    """By what memories say they supersede, whatever the case; joined views know those of all."""
    old = view("---\nsupersedes: [Old.md, 01ABC]\n---\nnew", "other")
    assert old.superseded() == {"old.md", "01abc"}
    assert JoinedView([view("x"), old]).superseded() == old.superseded()


# ---- snippets ---------------------------------------------------------------------------------------


def test_a_snippet_is_the_line_that_answers():
    """The line with the most of the question is shown, with its number in the file."""
    place = snippet(note("---\ntitle: t\n---\nfirst\n\nsecond apple\nthird\n"), {"appl": 1.0})
    assert place == (6, "second apple third")


@given(st.text(max_size=600), st.sampled_from(["appl", "x", "数据"]))
def test_a_snippet_is_one_clean_line(text, term):
    """Whatever the text, a snippet is one printable line of bounded length, on a line the file has."""
    memory = note(text)
    place = snippet(memory, {term: 1.0})
    assert len(place.text) <= WIDTH + 1
    assert place.text.isprintable()
    assert 1 <= place.line <= memory.text.count("\n") + text.count("\r") + text.count("\x0b") + 20 + len(text)


@given(st.text(max_size=600), st.lists(st.sampled_from(["appl", "x", "pear"]), min_size=2, max_size=4))
def test_lines_answer_each_question_as_if_it_were_the_first(text, terms):
    """What was kept of a text for one question changes nothing for the next one."""
    memory = note(f"{text}\nan apple\nx\n{'pear ' * 80}")
    lines = Lines(memory)
    assert [lines.best({t: 1.0}) for t in terms] == [snippet(memory, {t: 1.0}) for t in terms]


def test_a_long_line_is_cut_around_the_word():
    """Of a line of thousands of characters the part around the word is shown."""
    place = snippet(note("fig " * 2_000 + "apple " + "plum " * 2_000), {"appl": 1.0})
    assert "apple" in place.text
    assert len(place.text) <= WIDTH + 1


# ---- duplicates and budgets -----------------------------------------------------------------------------


WORDS = st.frozensets(st.sampled_from([f"w{i}" for i in range(40)]), max_size=40)


@given(WORDS, WORDS)
def test_the_quick_look_at_two_texts_passes_all_that_are_the_same(one, other):
    """A mask never tells two texts apart that say the same."""
    if same(one, other):
        assert may_be_same(one, mask_of(one), other, mask_of(other))


@given(
    st.lists(
        st.tuples(
            st.floats(0.01, 10),
            st.floats(0, 1),
            st.floats(0, 1),
            st.booleans(),
            st.sampled_from(["active", "refuted"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_who_may_not_count_does_not(rows):
    """A candidate that is passed over without a look at its facts would not have been among the hits."""
    ranked = []
    for number, (points, importance, nearness, pinned, status) in enumerate(rows):
        entry = replace(
            entry_of(note("x", f"global/note/n{number}.md")),
            importance=importance,
            pinned=pinned,
            status=status,
        )
        ranked.append(Candidate(document=number, entry=entry, score=points, coverage=1.0, nearness=nearness))
    [first] = rank(ranked[:1], now=NOW.timestamp())
    kept = {r.candidate.document for r in rank(ranked, now=NOW.timestamp())}
    assert kept <= {c.document for c in ranked if c.score >= least_of(first.score)}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (
            "Deploy with the blue button, then wait for green lights all over.",
            "Deploy with the blue button; then wait for green lights all over",
            True,
        ),
        (
            "The port of staging is 5432 behind the bastion host.",
            "The port of staging is 5433 behind the bastion host.",
            False,
        ),
        (
            "Always restart the worker after a deploy of the gateway service.",
            "Never restart the worker after a deploy of the gateway service.",
            False,
        ),
        ("apples", "pears", False),
        ("", "", False),
    ],
)
def test_near_duplicates(one, other, alike):
    """Punctuation makes no difference; a number or a negation does."""
    header = "---\ntitle: t\n---\n"
    assert (
        same(words_of(note(header + one + "\n")), words_of(note(header + other + "\n"))) is alike or not one
    )


@given(st.lists(st.integers(1, 500), max_size=20), st.integers(0, 2_000))
def test_what_fits_fits(costs, budget):
    """The chosen ones fit together, keep their order, and the first that fits alone is among them."""
    chosen = fitting(costs, budget)
    assert sum(costs[i] for i in chosen) <= budget
    assert list(chosen) == sorted(chosen)
    first = next((i for i, cost in enumerate(costs) if cost <= budget), None)
    assert first is None or chosen[0] == first


def test_tokens_are_estimated():
    """Latin text is about four characters a token, Chinese one."""
    assert (tokens(""), tokens("abcdefgh"), tokens("数据库")) == (0, 2, 3)

"""Text to terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.recall.text import MAX_TERM, fold, plain, runs, terms_of


def terms(text: str) -> set[str]:
    return {term for run in runs(text) for term, _ in terms_of(run)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deployed", "deployments"),
        ("logging", "logs"),
        ("committed", "commits"),
        ("stopped", "stop"),
        ("setting", "settings"),
        ("caf\u00e9", "CAFE"),
        ("cafe\u0301", "caf\u00e9"),
        ("\uff32\uff45\uff44\uff49\uff53", "redis"),
        ("Anna's", "Anna"),
        ("Anna\u2019s", "anna"),
        ("userId", "user_id"),
        ("user-id", "UserID"),
        ("Stra\u00dfe", "STRASSE"),
    ],
)
def test_forms_of_a_word_meet(one, other):
    """Inflection, case, accents and ways of writing an identifier make no difference."""
    assert terms(one) == terms(other) != set()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("src/api/client.ts", {"src/api/client.ts", "client.ts", "client", "api"}),
        ("v3.11.4", {"3.11.4", "3.11"}),
        ("2026-03-14", {"2026-03-14", "2026-03"}),
        ("ERR_CONNECTION_REFUSED", {"errconnectionrefused", "connect", "refus"}),
        ("TS2345", {"ts2345", "2345"}),
        ("std::vector", {"std::vector", "vector"}),
        ("getHTTPResponse", {"http", "respons"}),
        ("C++ and C#", {"c++", "c#"}),
        ("C:\\temp\\x.txt", {"c:/temp/x.txt", "temp", "x.txt"}),
        ("user@example.com", {"user@example.com", "example.com"}),
        ("数据库", {"数据", "据库"}),
        ("Redisを使う", {"redi", "使う"}),
        ("ค้นหา", {"คน"}),
    ],
)
def test_compounds_are_kept_whole_and_in_parts(text, wanted):
    """Identifiers, paths, versions, error codes and unspaced scripts can be asked for whole and by their parts."""
    assert wanted <= terms(text)


def test_empty_words_are_not_indexed():
    """Articles and the like are no terms."""
    assert terms("the of and is") == set()


@given(st.text(max_size=300))
def test_any_text_gives_terms_that_can_be_stored(text):
    """Whatever comes in, terms are short, encodable and never look like a fact."""
    for term in terms(text):
        assert term.encode()
        assert len(term) <= MAX_TERM
        assert not term.startswith("=")


@given(st.text(max_size=200))
def test_terms_do_not_depend_on_normal_forms(text):
    """NFC and NFD of a text have the same terms."""
    import unicodedata

    assert terms(unicodedata.normalize("NFC", text)) == terms(unicodedata.normalize("NFD", text))


@given(st.text(max_size=200))
def test_folding_is_stable(text):
    """What is folded stays as it is."""
    assert fold(fold(text)) == fold(text)
    assert plain(plain(text)) == plain(text)


def test_long_runs_cost_little():
    """A megabyte without a blank is one short term, in a moment."""
    assert len(max(terms("a" * 1_000_000), key=len)) == MAX_TERM
    assert terms("a.b/" * 50_000)

"""The stemmer, held against the reference implementation."""

from __future__ import annotations

import pytest
import snowballstemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from memsync.core.recall.stem import stem

REFERENCE = snowballstemmer.stemmer("english").stemWord
SYLLABLES = (
    "re un con gener commun past inter organ univers later emerg arsen bl at iz add egg off dy ly ty run stop hop hope nation relat hopeful good sens"
    " activ vietnam form adjust y ay by say cry skies use decis replac effect bowdler"
).split()
ENDINGS = (
    "s es ies ied us ss sses ed edly ing ingly eed eedly y ly li ational tional ization ation ator alism aliti alli fulness ousli ousness iveness iviti"
    " biliti bli ogi ogist fulli lessli alize icate iciti ical ful ness ative al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion"
    " sion tion e ll le"
).split()


@pytest.mark.parametrize(
    ("forms", "root"),
    [
        (("running", "runs"), "run"),
        (("stopped", "stopping"), "stop"),
        (("committed", "commits"), "commit"),
        (("logging", "logged"), "log"),
        (("settings", "setting"), "set"),
        (("deployed", "deployments", "deploys"), "deploy"),
        (("caches", "cached", "caching"), "cach"),
        (("dying",), "die"),
        (("news",), "news"),
    ],
)
def test_forms_have_one_stem(forms, root):
    """The inflections that a wrong stemmer misses meet in one stem."""
    assert {stem(form) for form in forms} == {root}


@settings(max_examples=1500)
@given(
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3),
    st.lists(st.sampled_from(ENDINGS), max_size=3),
)
def test_words_like_english_have_the_reference_s_stem(syllables, endings):
    """Built words go through every rule as in the reference implementation."""
    word = "".join((*syllables, *endings))
    assert stem(word) == REFERENCE(word)


@settings(max_examples=800)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_any_letters_have_the_reference_s_stem(word):
    """Any other letters too."""
    assert stem(word) == (REFERENCE(word) if len(word) > 2 else word)


@given(st.text(max_size=20))
def test_any_text_has_a_stem(word):
    """Whatever comes in, a stem comes out, and never a longer one than the word with an e."""
    assert len(stem(word)) <= len(word) + 1

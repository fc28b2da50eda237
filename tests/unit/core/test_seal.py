"""Which files say that they are sensitive, which of them are sealed, and that opening gives back what was sealed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core import memory as memories
from memsync.core.memory import UNSEALED
from memsync.core.seal import (
    BEGIN,
    END,
    is_armored,
    is_sealed,
    is_unsealed,
    opened_text,
    parted,
    says_sensitive,
    sealed_text,
)
from sealkit import HEAD, PlainSealing
from strategies import bodies, file_of, headers

ARMOR = PlainSealing().seal("x\n")


@pytest.mark.parametrize(
    "header",
    [
        "sensitive: true\n",
        "Sensitive: yes\n",
        "title: x\nsensitive: TRUE  # really\n",
        '"sensitive": on\n',
        "sensitive: ture\n",
        "sensitive: [true]\n",
        "sensitive: false\nsensitive: true\n",
        '"s\\u0065nsitive": true\n',
        "title: a: b: c\nsensitive: true\n",
        "tags: [a\nsensitive: true\n",
        "x: &a 1\nsensitive: true\n",
    ],
)
def test_a_header_that_says_so_in_any_way_is_sensitive(header):
    """A misspelt, doubled, broken or escaped header still keeps the text from everyone: only a clear no is a no."""
    text = f"---\n{header}---\nthe text\n"

    assert (True, True) == (says_sensitive(text), is_unsealed(text))


@pytest.mark.parametrize(
    "header", ["sensitive: false\n", "sensitive: no\n", "sensitive:\n", "title: sensitive\n", "x: 1\n"]
)
def test_a_clear_no_is_a_no(header):
    """`false`, `no` and nothing are no; a mention in a value is none either."""
    assert not says_sensitive(f"---\n{header}---\nsensitive: true stands in the text\n")


def test_a_header_that_is_never_closed_counts():
    """Who forgot the second `---` meant it all the same."""
    assert is_unsealed("---\ntitle: x\nsensitive: true\n\nthe text\n")


def test_a_text_that_begins_with_a_rule_and_speaks_of_it_later_does_not_count():
    """Without a header, a mention further down is text."""
    assert not says_sensitive("---\n\nWrite this at the top:\n\nsensitive: true\n")


@given(st.text(), st.text())
def test_nothing_makes_it_fail(head, body):
    """Whatever a file holds, the question has an answer."""
    text = f"---\nsensitive{head}\n---\n{body}"

    assert says_sensitive(text) in (True, False)
    assert not (is_sealed(text) and is_unsealed(text))


@pytest.mark.parametrize(
    "body",
    [
        "",
        f"{BEGIN}\n{END}\n",
        f"{BEGIN}\nbm90IGFnZQ==\n{END}\n",
        f"before\n{ARMOR}",
        f"{ARMOR}behind\n",
        f"{ARMOR}{ARMOR}",
        ARMOR.replace(END, "-----END X-----"),
        ARMOR[: len(ARMOR) // 2],
    ],
)
def test_only_one_whole_age_file_is_armor(body):
    """Text before or behind it, half of it, or armor around something else is readable text."""
    assert not is_armored(body)


def test_armor_around_a_text_is_no_armor():
    """Base64 hides nothing: where an age file's payload reads as text, the gate reads it too."""
    raw = HEAD + b"the password is in here, in plain words for everyone to read"
    body = f"{BEGIN}\n{base64.b64encode(raw).decode()}\n{END}\n"

    assert not is_armored(body)
    assert f"---\nsensitive: true\n---\n{body}" == parted(f"---\nsensitive: true\n---\n{body}")[0]


def test_what_can_be_read_of_a_sealed_file_is_its_header():
    """A scanner that looks for secrets in random letters finds some; it is not asked to."""
    top = "---\ntitle: x\nsensitive: true\n---\n"

    assert top == parted(top + ARMOR)[0]
    plain = top.replace("sensitive: true\n", "") + ARMOR
    assert (plain, False) == parted(plain)


def test_armor_with_other_line_ends_is_armor():
    """A file that came through Windows is still sealed."""
    assert is_armored(ARMOR.replace("\n", "\r\n"))


@given(headers(), bodies().filter(str.strip))
def test_opening_gives_back_what_was_sealed(fields, body):
    """sealed, then opened: the same bytes; and sealing leaves the header's bytes as they are."""
    text = file_of(fields | {"sensitive": "true"}, body)
    sealing = PlainSealing()
    sealed = sealed_text(text, sealing)

    assert is_sealed(sealed)
    assert text == opened_text(sealed, sealing)
    assert text[: len(text) - len(body)] == sealed[: len(text) - len(body)]
    assert sealed == sealed_text(sealed, sealing)


@pytest.mark.parametrize("sealed", [True, False])
def test_a_sensitive_memory_has_no_body_and_no_title_made_from_it(sealed):
    """Who reads memories to show, index or cite them meets nothing of the text, sealed or not yet."""
    text = "---\nid: 01KDP300000000000000000001\nsensitive: true\n---\n# Zebra\n\nThe zebra's name.\n"
    memory = memories.read("global/note/a-name.md", sealed_text(text, PlainSealing()) if sealed else text)

    assert ("", "a-name", True) == (memory.body, memory.title, memory.sensitive)
    assert (UNSEALED not in memory.problems) is sealed
    assert 1 == memory.body_line

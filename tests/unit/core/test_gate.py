"""The gate's decisions: what an allowance covers, and how a text is redacted."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsync.core.gate import Allowance, Finding, Level, judge, redact, redact_clean
from memsync.errors import GateShut

WHEN = datetime(2026, 1, 21, tzinfo=UTC)


def finding(
    start: int,
    end: int,
    *,
    rule: str = "planted",
    path: str = "a.md",
    level: Level = Level.BLOCK,
    mark: str = "ab",
) -> Finding:
    return Finding(path=path, rule=rule, level=level, line=1, start=start, end=end, fingerprint=mark)


def allowance(*, rule: str = "planted", mark: str = "ab", memory: str = "") -> Allowance:
    return Allowance(rule=rule, fingerprint=mark, reason="a sample", who="kim", when=WHEN, memory=memory)


def digits(text: str) -> tuple[Finding, ...]:
    """Find runs of three digits and more, outside of marks."""
    hidden = re.sub(r"\[REDACTED:[a-z]+\]", lambda m: "." * len(m[0]), text)
    return tuple(finding(m.start(), m.end(), mark=m[0]) for m in re.finditer(r"\d{3,}", hidden))


@pytest.mark.parametrize(
    ("given_allowance", "memory_id", "allowed"),
    [
        (allowance(), "", True),
        (allowance(memory="a.md"), "", True),
        (allowance(memory="01KD"), "01KD", True),
        (allowance(memory="01KX"), "01KD", False),
        (allowance(memory="b.md"), "", False),
        (allowance(rule="other"), "", False),
        (allowance(mark="cd"), "", False),
    ],
)
def test_an_allowance_covers_its_rule_value_and_memory_only(
    given_allowance: Allowance, memory_id: str, allowed: bool
) -> None:
    """Another rule, another value or another memory is not covered."""
    verdict = judge([finding(0, 5)], [given_allowance], memory_id=memory_id)
    assert (allowed, not allowed) == (bool(verdict.allowed), verdict.blocks)


def test_a_warning_does_not_block() -> None:
    """Only the level block keeps a text back."""
    assert not judge([finding(0, 3, level=Level.WARN)], []).blocks


def test_overlapping_spans_become_one_mark() -> None:
    """Two findings that overlap leave one mark, and nothing between them."""
    assert "a [REDACTED:x] b" == redact("a 12345678 b", [finding(2, 7, rule="x"), finding(5, 10, rule="y")])


@given(st.text(alphabet="ab12345 \n[]:REDACTEDplanted", max_size=80))
def test_redacting_leaves_nothing_to_find_and_again_changes_nothing(text: str) -> None:
    """A redacted text scans clean, and redacting it again gives the same text."""
    clean, _ = redact_clean(text, digits)
    assert ((), clean) == (digits(clean), redact_clean(clean, digits)[0])


@given(st.text(alphabet="ab1234 \n", max_size=60))
def test_redacting_keeps_all_other_text(text: str) -> None:
    """What no finding covers stays, in order."""
    clean, found = redact_clean(text, digits)
    kept = re.sub(r"\d{3,}", "[REDACTED:planted]", text)
    assert (kept, len(re.findall(r"\d{3,}", text))) == (clean, len(found))


def test_a_scanner_that_finds_its_own_marks_shuts_the_gate() -> None:
    """A scan that never comes to an end raises GateShut instead."""

    def always(text: str) -> tuple[Finding, ...]:
        return (finding(0, len(text)),)

    with pytest.raises(GateShut):
        redact_clean("abc", always)


def test_a_finding_in_a_name_is_told_and_not_redacted() -> None:
    """A finding without a span comes back once and changes no text."""
    named = finding(0, 0)
    assert ("abc", (named,)) == redact_clean("abc", lambda _: (named,))

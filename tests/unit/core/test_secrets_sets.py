"""The labelled sets: what must be found in whole, and what must be left alone. `benchmarks/gate.py` prints the tables."""

from __future__ import annotations

from collections import Counter

import pytest

from memsync.core.secrets import Span, find, rule_names
from secretkit import Labelled, negatives, positives
from secrettail import tail

POSITIVES = positives()
FRESH = positives(seed=20261121)  # other values of the same shapes: a rule that learnt values would fail here


def blocks(text: str) -> list[Span]:
    return [span for span in find(text) if span.level == "block"]


def hit(sample: Labelled) -> bool:
    return any(span.start < sample.end and sample.start < span.end for span in blocks(sample.text))


def covered(sample: Labelled) -> bool:
    inside = {n for span in blocks(sample.text) for n in range(span.start, span.end)}
    return inside.issuperset(range(sample.start, sample.end))


@pytest.mark.parametrize("samples", [POSITIVES, FRESH], ids=["set", "fresh values"])
def test_secrets_are_blocked(samples: list[Labelled]) -> None:
    """At least 98 % of the set is blocked, and at least 90 % of each class."""
    found, all_of = Counter(s.kind for s in samples if hit(s)), Counter(s.kind for s in samples)
    assert sum(found.values()) >= 0.98 * len(samples)
    assert {kind: found[kind] for kind in all_of if found[kind] < 0.9 * all_of[kind]} == {}


@pytest.mark.parametrize("samples", [POSITIVES, FRESH], ids=["set", "fresh values"])
def test_spans_hold_the_whole_secret(samples: list[Labelled]) -> None:
    """At least 97 % of the secrets lie within the reported spans, so that redaction leaves no tail."""
    assert sum(map(covered, samples)) >= 0.97 * len(samples)


def test_no_vendor_is_forgotten() -> None:
    """Of each vendor's samples nearly all are blocked."""
    shaped = [s for s in (*POSITIVES, *FRESH) if s.kind == "shaped"]
    found, all_of = Counter(s.type for s in shaped if hit(s)), Counter(s.type for s in shaped)
    assert {vendor: found[vendor] for vendor in all_of if found[vendor] < 0.8 * all_of[vendor]} == {}


def test_the_long_tail_is_blocked() -> None:
    """Of forms seen once, in files and in notes, at least 90 % are blocked in whole."""
    samples = [sample for seed in range(4) for sample in tail(seed)]
    missed = Counter(sample.type for sample in samples if not covered(sample))
    assert missed.total() <= 0.1 * len(samples), missed


def test_look_alikes_pass() -> None:
    """At most one in 200 texts that only look like secrets has any finding, warnings counted too."""
    for seed in (11, 12):
        texts = negatives(seed)
        wrong = [(s.kind, span.rule) for s in texts for span in find(s.text)]
        assert len(wrong) <= len(texts) / 200, wrong


def test_a_span_is_its_value_in_the_text() -> None:
    """Spans are sorted and within the text, and only known rules appear."""
    for sample in POSITIVES:
        spans = find(sample.text)
        assert list(spans) == sorted(spans, key=lambda s: s.start)
        assert all(0 <= s.start < s.end <= len(sample.text) and s.rule in rule_names() for s in spans)


@pytest.mark.parametrize(
    "text",
    [
        "We use pnpm, not npm. The password manager is 1Password.",
        "password: [REDACTED:password]",
        "Authorization: Bearer [REDACTED:jwt]",
        "key [REDACTED:private-key] and more [REDACTED:github-token].",
        "DB_PASSWORD=[REDACTED:password]\nAPI_KEY='[REDACTED:assigned-secret]'",
        "https://bob:[REDACTED:url-password]@host.acme.dev/x",
        "The password is secret://db-prod.",
    ],
)
def test_nothing_is_found_where_nothing_is(text: str) -> None:
    """Ordinary notes, marks and references into the vault are clean."""
    assert () == find(text)


def test_a_mark_of_no_rule_hides_nothing() -> None:
    """A secret can't be hidden by writing it as the name of a mark."""
    secret = "hf" + "_" + "aBcDfGhKmNpQrStVwXyZaBdEfHjKmNpRsT"
    assert find(f"take {secret}")
    assert find(f"[REDACTED:x] {secret}")
    assert find(f"[REDACTED:{secret}]")


def test_text_never_silences_the_gate() -> None:
    """A pragma, a comment or a frontmatter key beside a secret changes nothing."""
    sample = next(s for s in POSITIVES if s.type == "github-pat")
    secret = sample.text[sample.start : sample.end]
    for around in (
        "{} # pragma: allowlist secret",
        "gitleaks:allow {}",
        "---\nsensitive: false\nscan: off\n---\n{}",
        "<!-- memsync: ignore -->\n{}",
        "{}  # noqa nosec",
    ):
        assert blocks(around.format(secret))

"""The name of the rules: verdicts that were made under other rules must not count."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import memsync.core.secrets as package
from memsync.core.marks import RULESET
from memsync.core.secrets import LOGIC, RULESET_VERSION, SHAPES, rule_names
from memsync.edges.scanner import SECOND_RULES

PINNED = (13, "28728e926735fb8b")
"""LOGIC and the digest of the rules' code. If the test below fails: add 1 to LOGIC in memsync/core/secrets, pin both here."""


def test_the_version_names_the_rules() -> None:
    """The version is LOGIC and a digest of the table, fit for a file name."""
    assert re.fullmatch(rf"{LOGIC}-[0-9a-f]{{12}}", RULESET_VERSION)


def test_the_name_that_costs_nothing_is_the_rules_name() -> None:
    """`core.marks.RULESET`, which hooks read without the rules, is what the rules are called. If not: pin it there."""
    assert RULESET_VERSION == RULESET


def test_changed_rules_have_a_new_name() -> None:
    """When the code of the rules changes, LOGIC does: else old verdicts would stand."""
    folder = Path(package.__file__).parent
    code = b"".join(
        p.read_bytes()
        for p in sorted(folder.glob("*.py"))
        if p.stem not in ("providers", "vendors", "__init__")
    )
    assert PINNED == (LOGIC, hashlib.blake2b(code, digest_size=8).hexdigest())


def test_every_rule_has_a_plain_name() -> None:
    """Rule ids are lower case words with hyphens, short enough for a mark, and none is two rules."""
    names = [row.rule for row in SHAPES]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", name) for name in rule_names() | SECOND_RULES)


def test_every_pattern_is_bounded() -> None:
    """No row of the table has an unbounded repetition: `*`, `+` or `{n,}`."""
    for row in SHAPES:
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", row.pattern)
        assert not re.search(r"[*+]|\{\d+,\}", bare), row.rule

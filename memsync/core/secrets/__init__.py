"""What a secret looks like, decided on text alone: rules as data, readings of a text, and what is only a placeholder."""

from __future__ import annotations

from hashlib import blake2b

from memsync.core.secrets.rules import Shape, Span
from memsync.core.secrets.scan import OTHER_RULES, find, rule_names
from memsync.core.secrets.shapes import SHAPES

LOGIC = 13
"""Counts the changes of the rules that are code; a test fails when they change and this does not."""

RULESET_VERSION: str = f"{LOGIC}-{blake2b(repr(SHAPES).encode(), digest_size=6).hexdigest()}"
"""Names the rules; a verdict made under another name is void."""

__all__ = ["LOGIC", "OTHER_RULES", "RULESET_VERSION", "SHAPES", "Shape", "Span", "find", "rule_names"]

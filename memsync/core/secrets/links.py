"""Where links lead to is no secret: a text with the targets of its links blanked out, each character at its own place.

A link whose text is followed by a value (`[Password](vault.md): …`) is read as its text alone.
"""

from __future__ import annotations

import re
from functools import cache

_BLANK = "…"  # what the rules take for a placeholder


@cache
def _targets() -> re.Pattern[str]:
    """Match inline and reference targets, a wiki link's page before its label, footnotes, definitions and `href`s."""
    name = r"(?P<name>\]\([^()\n]{1,600}\))(?=[ \t]{0,4}[:=])"
    inline = r"\]\([ \t]{0,4}(?P<inline>(?:<[^<>\n]{1,300}>|(?:[^\s()]|\([^\s()]{0,100}\)){1,600}))"
    named = r"\]\[(?P<named>[^\[\]\n]{1,100})\]"
    wiki = r"\[\[(?P<wiki>[^\[\]|\n]{1,200})\|"
    note = r"\[(?P<note>\^[^\[\]\s]{1,60})\]"
    defined = r"(?:^|(?<=\n))[ \t>]{0,8}\[[^\[\]\n]{1,200}\]:[ \t]{0,4}(?P<defined>(?:[<#?/.]|[a-z]{2,10}:)[^\s]{1,400})"
    href = r"\b(?:href|src)=[\"'](?P<href>[^\"'\n]{1,600})"
    return re.compile(f"{name}|{inline}|{named}|{wiki}|{note}|{defined}|{href}")


def without_targets(text: str) -> str:
    """Return the text with the targets of its links blanked out; the text itself where it has none."""
    if not any(sign in text for sign in ("](", "][", "[[", "[^", "]:", "href=", "src=")):
        return text
    return _targets().sub(_blanked, text)


def _blanked(match: re.Match[str]) -> str:
    if match.lastgroup == "name":
        return " " * len(match[0])
    start, end = match.span(match.lastgroup or 0)
    start, end = start - match.start(), end - match.start()
    return match[0][:start] + _BLANK * (end - start) + match[0][end:]

r"""The question as a person types it: words, "a phrase", -not, and `tag:x category:decision by:ide since:7d`.

An operator is a lone lower-case word, a colon, and a value that starts with neither `:` nor `/`. So `std::vector`,
`https://…`, `10:30`, `C:\temp` and `Note:` followed by a blank stay words, and so does a word in quotes. `foo:bar` with a word
that is no operator is an error that names it, unless the word could never be meant as one (see `_CODE`). `--flag` and `-1` are words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from memsync.core.category import Category, parse_category
from memsync.core.pattern import pattern
from memsync.core.recall.when import parse_when
from memsync.core.recall.work import ANSWER, asks_for_work
from memsync.core.scope import parse_scope
from memsync.core.value import dataclass
from memsync.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

MAX_TEXT = 8 * 1024
"""Characters of a question that are read; a pasted log says what it is about long before."""

OPERATORS = ("tag", "category", "by", "since", "before", "until", "scope", "path")
_PART = pattern(
    r'(?P<minus>-(?=[^\W\d]|"[^"\n]*"))?(?:(?P<name>[a-z]{2,16}):(?=[^\s:/\\]))?(?:"(?P<quoted>[^"\n]*)"|(?P<plain>\S+))'
)
# What stands before a colon in code, errors and addresses at least as often as an operator would: words, not mistakes.
_CODE_WORDS = """
localhost error warning fatal note todo fixme http https ssh git file npm node python docker image host port key value name
id type line col urn mailto data javascript feat fix docs chore refactor test perf style build ci revert std self cls
"""
_CODE = frozenset(_CODE_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A question in parts. `words` are the plain words as typed; `scopes` are as a person writes them and still to be resolved."""

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    nots: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    scopes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def parse_query(text: str, *, now: datetime) -> ParsedQuery:
    """Read a question. Raises BadInput for an unknown operator or a bad value of a known one.

    One for the work under way is asked in the words of its answer: of its own the answer has none.
    """
    asked = ANSWER if asks_for_work(text) else text[:MAX_TEXT]
    plain = "".join(c if c.isprintable() or c.isspace() else " " for c in asked)
    lists: dict[str, list[str]] = {name: [] for name in ("words", "phrases", "nots", *OPERATORS)}
    for match in _PART.finditer(plain):
        _take(match, lists)
    return ParsedQuery(
        text=plain,
        words=tuple(lists["words"]),
        phrases=tuple(lists["phrases"]),
        nots=tuple(lists["nots"]),
        tags=tuple(tag.lstrip("#") for tag in lists["tag"] if tag.lstrip("#")),
        categories=tuple(parse_category(word) for word in lists["category"]),
        by=_last(lists["by"]),
        since=parse_when(_last(lists["since"]), now=now) if lists["since"] else None,
        until=_until((lists["until"] + lists["before"])[-1:], now=now),
        scopes=tuple(lists["scope"]),
        paths=tuple(lists["path"]),
    )


def _take(match: re.Match[str], lists: dict[str, list[str]]) -> None:
    name, quoted, plain = match["name"], match["quoted"], match["plain"]
    value = plain if quoted is None else quoted.strip()
    if name in OPERATORS and not match["minus"]:
        if name == "scope":
            parse_scope(value)
        lists[name].append(value)
    elif name and not match["minus"] and quoted is None and name not in _CODE and _is_mistake(value):
        raise BadInput(
            "query",
            f"{name}: is not an operator",
            hint=f"Operators: {', '.join(f'{o}:' for o in OPERATORS)} Put it in quotes to search for these words.",  # the value is not shown: a credential is `name:value` too
        )
    elif not value:
        return
    elif match["minus"]:
        lists["nots"].append(f"{name}:{value}" if name else value)
    elif quoted is not None and not name:
        lists["phrases"].append(quoted)
    else:
        lists["words"].append(f"{name}:{value}" if name else value)


def _is_mistake(value: str) -> bool:
    """Whether a value looks as an operator's would: a word, not code."""
    return re.fullmatch(r"[\w.-]+", value) is not None and not value[0].isdigit()


def _last(values: list[str]) -> str:
    return values[-1] if values else ""


def _until(values: list[str], *, now: datetime) -> datetime | None:
    return parse_when(values[0], now=now) if values else None

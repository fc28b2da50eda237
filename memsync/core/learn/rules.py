"""Rules: what can be learned from what a person said by its words alone. Where they are in doubt, they learn nothing.

Only the person's own words count: what an assistant said may be wrong, and what was pasted is somebody else's. Each sentence
is looked at in its own language; one that is in none of them is looked at as English, of which it has little.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from memsync.core.learn.lesson import Kind, Lesson
from memsync.core.learn.tongue import tongue_of
from memsync.core.learn.tongues.english import ENGLISH
from memsync.core.learn.tongues.french import FRENCH
from memsync.core.learn.tongues.german import GERMAN
from memsync.core.learn.tongues.spanish import SPANISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memsync.core.learn.tongue import Tongue

MOST = 5
"""Lessons of one turn; more than that is a document somebody pasted."""

_LONGEST, _FEWEST, _MOST_WORDS = 280, 3, 45
_FEW_HEADINGS = 2  # from so many on it was pasted: a specification, a plan, somebody's notes
_MANY_POINTS = 10  # the same
_HEADING = re.compile(r"^#{1,6}[ \t]\S", re.MULTILINE)
_POINT = re.compile(r"^[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=\S)|\n+")
_QUOTED = re.compile(
    r"\"[^\"\n]{12,}\"|\u201c[^\u201d\n]{12,}\u201d|\u201e[^\u201c\u201d\n]{12,}[\u201c\u201d]|\u00ab[^\u00bb\n]{12,}\u00bb|`[^`\n]{40,}`"
)
_LOGGED = re.compile(
    r"^\s*(?:[>|$%]|\d{4}-\d\d-\d\d|\d\d:\d\d|\[?(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE)\b|Traceback|File \"|at \w|\w*(?:Error|Exception)\b"
    r"|[-+]{3} |diff --git|[{}\[\]<])"
)
_TONGUES = (ENGLISH, GERMAN, FRENCH, SPANISH)


def lessons_of(said: str) -> tuple[Lesson, ...]:
    """Return what a person's words teach, in their order; nothing for most of what people say, and nothing of a document."""
    if len(_HEADING.findall(said)) >= _FEW_HEADINGS or len(_POINT.findall(said)) >= _MANY_POINTS:
        return ()
    found: list[Lesson] = []
    corrected = False
    usual = tongue_of(said, _TONGUES, otherwise=ENGLISH)
    sentences = list(_sentences(said))
    for place, sentence in enumerate(sentences):
        following = sentences[place + 1] if place + 1 < len(sentences) else ""
        tongue = tongue_of(sentence, _TONGUES, otherwise=usual)
        kind = _kind(sentence, tongue, corrected=corrected)
        corrected = bool(tongue.corrects.match(sentence))
        if kind is None:
            continue
        text = _tidy(sentence, tongue)
        if following and tongue.reason.match(following) and not following.endswith("?"):
            text = f"{text} {following}"
        if _says_something(text, tongue):
            found.append(Lesson(kind=kind, text=text, personal=_is_personal(kind, sentence, tongue)))
    return tuple(dict.fromkeys(found))[:MOST] if len(found) <= 2 * MOST else ()


def _sentences(said: str) -> Iterator[str]:
    """Yield the sentences that a person wrote; not what was quoted, pasted from a log, or far too long for one."""
    text = _QUOTED.sub(" ", said.replace("\u2019", "'"))
    for line in text.split("\n"):
        if line.startswith(("    ", "\t")) or _LOGGED.match(line):
            continue
        for part in _SENTENCE.split(line):
            sentence = " ".join(part.strip("-*\u2022 \t").split())
            if sentence and len(sentence) <= _LONGEST and not sentence.startswith("\u00bf"):
                yield sentence


def _kind(sentence: str, tongue: Tongue, *, corrected: bool) -> Kind | None:
    """Return what a sentence teaches; None for a question, a guess, a passing state, an order for now."""
    words = len(sentence.split())
    if sentence.endswith("?") or not _FEWEST <= words <= _MOST_WORDS:
        return None
    if any(what.search(sentence) for what in (tongue.doubtful, tongue.passing, tongue.code)):
        return None
    if tongue.points.search(sentence.partition(",")[0]):
        return None
    bare = tongue.filler.sub("", sentence)
    corrects = tongue.corrects.match(sentence)
    if (corrects or corrected) and _sets_right(_after(corrects, sentence) if corrects else bare, tongue):
        return Kind.CORRECTION
    for kind, rule in tongue.rules:
        if rule.search(bare):
            return kind
    if (tongue.lead_in.match(sentence) or tongue.stressed.search(sentence)) and tongue.states.search(bare):
        return Kind.FACT
    return Kind.CORRECTION if corrected and tongue.contrast.search(bare) else None


def _after(match: re.Match[str], sentence: str) -> str:
    return sentence[match.end() :].lstrip(" ,.:;!\u2014-")


def _sets_right(rest: str, tongue: Tongue) -> bool:
    """Whether what stands after a `no` says how it is."""
    told = len(rest.split()) >= _FEWEST and tongue.states.search(f"{rest} ")
    return bool(told and (tongue.exact.search(rest) or tongue.contrast.search(rest)))


def _tidy(sentence: str, tongue: Tongue) -> str:
    """Return a sentence without what leads up to it, beginning with a capital."""
    text = tongue.filler.sub("", sentence)
    match = tongue.corrects.match(text)
    rest = _after(match, text) if match else text
    text = rest if len(rest.split()) >= _FEWEST else text
    text = text[:1].upper() + text[1:] if text[:1].isalpha() and not re.match(r"\S*[/.@]\S", text) else text
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _says_something(text: str, tongue: Tongue) -> bool:
    """Whether there is anything in it but words that only point at what was said before."""
    words = {w.strip(".,;:!?\"'()\u00bf\u00a1").lower() for w in text.split()}
    return len([w for w in words if w and w not in tongue.hollow]) >= 1 and len(words) >= _FEWEST


def _is_personal(kind: Kind, sentence: str, tongue: Tongue) -> bool:
    """Whether it is about the user, wherever they work; anything that speaks of this project stays in it."""
    return kind is Kind.PREFERENCE and bool(tongue.me.search(sentence)) and not tongue.here.search(sentence)

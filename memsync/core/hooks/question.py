"""From a prompt to a question: what a person typed to an assistant, as plain words that recall can look for."""

from __future__ import annotations

import re

from memsync.core.pattern import pattern

_HEAD, _TAIL = 3000, 1000
_COMMAND = pattern(r"[/!#][\w:.-]*(?:\s|$)")
_FENCE = pattern(r"^(```|~~~).*?(?:^\1|\Z)", re.MULTILINE | re.DOTALL)
_TAGGED = pattern(
    r"<(system-reminder|ide_[a-z_]+|command-[a-z]+|local-command-[a-z]+)>.*?(?:</\1>|\Z)", re.DOTALL
)
_OPERATOR = pattern(r"(?<!\S)-?([a-z]{2,16}):(?=[^\s:/\\])")
_MINUS = pattern(r"(?<!\S)-+(?=\S)")
_SENTENCE = pattern(r"(?<=[.!?])\s+|[\u3002\uff01\uff1f]|\n+|;\s")
_SENTENCES = 5
_FEWEST = 3
MOST_WORDS = 60


def question_of(prompt: str) -> str:
    """Return the words to recall for; empty where the prompt is a command, or has nothing to look for.

    What a client put around it and fenced code are left out (a prompt of code alone is kept); of a long prompt its
    beginning and its end count. Nothing in it is an operator of recall's: a prompt is not a query.
    """
    text = prompt.strip()
    if _COMMAND.match(text):
        return ""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    text = _TAGGED.sub(" ", text)
    prose = _FENCE.sub(" ", text)
    words = _plain(prose if len(prose.split()) >= _FEWEST else text).split()
    if len(words) > MOST_WORDS:
        words = [*words[: MOST_WORDS * 2 // 3], *words[-MOST_WORDS // 3 :]]
    return " ".join(words)


def questions_of(prompt: str) -> tuple[str, ...]:
    """Return what to ask, best first: the prompt as a whole, then, where it has several, its first and last sentences.

    A long prompt is about several things, and no memory answers all of it; a sentence of it may well be answered.
    """
    everything = question_of(prompt)
    if not everything:
        return ()
    text = prompt.strip()
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    prose = _FENCE.sub("\n", _TAGGED.sub("\n", text))
    sentences = [" ".join(_plain(s).split()[:MOST_WORDS]) for s in _SENTENCE.split(prose)]
    asked = [s for s in dict.fromkeys(sentences) if len(s.split()) >= _FEWEST and s != everything]
    if len(asked) > _SENTENCES:
        asked = [*asked[: _SENTENCES - 2], *asked[-2:]]
    return (everything, *asked)


def _plain(text: str) -> str:
    readable = "".join(c if c.isprintable() else " " for c in text).replace('"', " ")
    return _MINUS.sub("", _OPERATOR.sub(r"\1 ", readable))

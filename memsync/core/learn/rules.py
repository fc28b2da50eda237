"""Rules: what can be learned from what a person said by its words alone. Where they are in doubt, they learn nothing.

Only the person's own words count: what an assistant said may be wrong, and what was pasted is somebody else's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from memsync.core.learn.lesson import Kind, Lesson

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 5
"""Lessons of one turn; more than that is a document somebody pasted."""

_LONGEST, _FEWEST, _MOST_WORDS = 280, 3, 45
_FEW_HEADINGS = 2  # from so many on it was pasted: a specification, a plan, somebody's notes
_MANY_POINTS = 10  # the same
_HEADING = re.compile(r"^#{1,6}[ \t]\S", re.MULTILINE)
_POINT = re.compile(r"^[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=\S)|\n+")
_QUOTED = re.compile(r"\"[^\"\n]{12,}\"|\u201c[^\u201d\n]{12,}\u201d|`[^`\n]{40,}`")
_LOGGED = re.compile(
    r"^\s*(?:[>|$%]|\d{4}-\d\d-\d\d|\d\d:\d\d|\[?(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE)\b|Traceback|File \"|at \w|\w*(?:Error|Exception)\b"
    r"|[-+]{3} |diff --git|[{}\[\]<])"
)
_FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|but|well|also|alright|right|hm+|oh|please|btw|by the way|fyi|for the record|for reference|note(?: that)?"
    r"|just so you know|remember(?: that)?|keep in mind(?: that)?|you should know(?: that)?|heads[- ]up|hey|hi|hello|sure|great|thanks?)\b[,:.!\u2014-]*\s+)+",
    re.IGNORECASE,
)

# What makes a sentence be about the code in front of them rather than about how things are done.
_CODE = re.compile(
    r"""\b(?:bugs?|issue|problem|lines?\ \d+|function|method|variable|return\ value|argument|parameter|stack\ ?trace|exception|diff|pull\ request|commit
      |screenshot|output|logs?|button|page|class|snippet|stack|typo|regex|loop|null|None|undefined)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_POINTS = re.compile(
    r"\b(?:prefer|rather|like|hate|love|want|use|using|keep|with|to|on|stop|do|settled|chose|picked)(?: to| \w+ing)?(?: have| see| do| use| keep)?"
    r" (?:(?:it|this|that|these|those|your|you|option|how you)\b|the (?:first|second|third|last|next|latter|former|other|same|way)(?: one| option| approach| version| way)?(?:$|[.,!]))",
    re.IGNORECASE,
)

# What makes a sentence be about now, about nothing certain, or a question.
_PASSING = re.compile(
    r"""\b(?:for\ now|just\ this\ once|this\ (?:once|time)|for\ the\ moment|at\ the\ moment|right\ now|currently|temporar\w+|today|tonight|tomorrow
      |(?:in|for|on)\ this\ (?:pr|mr|test|task|file|commit|change|branch|case|one)|until|so\ far|in\ \w+\ minutes|(?:your|my|the)\ (?:last|latest)|your\ (?:edits?|changes?|fix)|i\ mean|i\ meant
      |again\ please|still\ (?:does|doesn|not|fail|get)|fail(?:s|ed|ing)?|broken|flaky|error|crash\w*|timeout|stuck)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DOUBTFUL = re.compile(
    r"""\b(?:if|maybe|perhaps|probably|might|could|would(?!\ rather|\ prefer|\ like)|not\ sure|unsure|i\ (?:think|guess|suppose|wonder|believe|read|heard)
      |what\ if|let's\ try|let\ us\ try|try|whether|should\ (?:we|i)|suppose|imagine|says?\ that)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:ok(?:ay)?|so|and|well|also|hm+|hey|please|oh)[,:]?\s+)*(?:fyi|for the record|for reference|note(?: that)?|just so you know|remember(?: that)?"
    r"|keep in mind(?: that)?|you should know(?: that)?|heads[- ]up|btw|by the way|for your information|good to know)\b",
    re.IGNORECASE,
)
_STRESSED = re.compile(
    r"\b(?:by the way|btw|keep (?:that|this) in mind|(?:please )?remember (?:that|this|it)|please remember|for next time)\s*[.!]?$",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:(?:hm+|oh|well|but|sorry)[,.]?\s+)*(?:no+|nope|nah|wrong|actually|not quite|incorrect|that's (?:wrong|not right|not true|not correct|incorrect|false)"
    r"|that is (?:wrong|not right|not true|incorrect)|you (?:got|have|had) (?:that|it|this) wrong|you're wrong|you are wrong)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:is|are|was|has|have|lives?|runs?|listens?|use[sd]?|sits?|belongs?|goes|go|comes?|needs?|owns?|deploys?|changes?|we're|it's|they're)\b",
    re.IGNORECASE,
)
_EXACT = re.compile(
    r"\S[/@]\S|\w\.\w|\d{2,}|\bwe(?:'re| are| use| left| moved| dropped| only| never| always| don't)\b"
)
_CONTRAST = re.compile(r",?\s(?:not|instead of|rather than|over)\s+\S", re.IGNORECASE)
_REASON = re.compile(
    r"^(?:because|since|otherwise|the reason|it's|it is|that's because|this is because)\b", re.IGNORECASE
)

_ROLE = (
    r"(?:designer|manager|boss|lead|team ?lead|tech lead|owner|product owner|colleague|co-?worker|teammate|maintainer|architect|engineer|developer|cto|ceo|pm|"
    r"scrum master|reviewer|client|customer|contact|intern|mentor|admin|sre)"
)
_WHO = (
    r"(?!(?:I|It|This|That|These|Those|Which|The|There|Who|What|Everything|Something|Nothing|We|You|And|So|Each|One|My|Our|Your|His|Her|Its|Their)\b)"
    r"[A-Z][\w'\u2019-]+(?:\s+[A-Z][\w'\u2019-]+)?"
)
_MADE_UP_MINDS = r"(?:decided|agreed|settled|chose|chosen|picked|opted|concluded|voted)"

_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE if kind is not Kind.PERSON else 0))
    for kind, pattern in (
        (Kind.DECISION, rf"\b(?:we|the team|they|our team|everyone)(?:'ve|'s| have| has| all)* {_MADE_UP_MINDS}\b"),
        (Kind.DECISION, rf"\bit (?:was|has been|is|'s been) {_MADE_UP_MINDS}\b"),
        (Kind.DECISION, r"^(?:the |our |final |)decision(?: is|:)"),
        (Kind.DECISION, r"\bwe(?:'re| are|'ll be| will be) (?:going with|sticking (?:with|to)|switching|moving|migrating|standardi[sz]ing|dropping|replacing|staying)\b"),
        (Kind.DECISION, r"\bwe(?:'ll| will) (?:go with|use|stick (?:with|to)|stay (?:with|on)|switch|move|drop|keep)\b"),
        (Kind.DECISION, r"\bwe (?:won't|will not|no longer|don't) (?:be )?(?:us(?:e|ing)|support(?:ing)?|ship(?:ping)?)\b"),
        (Kind.DECISION, r"^let's (?:use|go with|stick (?:with|to)|settle on|switch to|standardi[sz]e on)\b.*(?:, not | instead of | rather than | over | everywhere\b)"),
        (Kind.PREFERENCE, r"\bI(?:'d| would)?(?: \w+ly| always)? (?:prefer|rather)\b|\bI(?:'d| would) (?:much )?rather\b|\bmy preference\b"),
        (Kind.PREFERENCE, r"\bI(?: really| just)? (?:hate|can't stand|love|don't like|do not like|dislike|don't want (?:any|to see))\b"),
        (Kind.PREFERENCE, r"\bI'm (?:not a (?:big )?fan of|allergic to|a fan of)\b|\bthat's how I (?:like|want)\b"),
        (Kind.PREFERENCE, r"\bI (?:always|never|usually|generally) (?:want|need|use|write|expect|work)\b"),
        (Kind.PREFERENCE, r"^(?:always|never|don't ever|do not ever)\s+(?!mind\b|seen\b|had\b|been\b|has\b|the\b|a\b|happen|work)\w+(?<![a-rt-z]s)\b"),
        (Kind.PREFERENCE, r"\b(?:from (?:now|here|today) on|going forward|in (?:the )?future(?! tense| version| release))\b"),
        (Kind.PREFERENCE, r"^(?:stop|quit) \w+ing\b|^no more \w+"),
        (Kind.PERSON, rf"\b(?:[Mm]y|[Oo]ur) (?:\w+ )?{_ROLE} is {_WHO}"),
        (Kind.PERSON, rf"^{_WHO}(?: from (?:the )?[\w -]{{2,30}})? (?:is|'s) (?:our|my|the|a) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.PERSON, rf"^{_WHO}(?: from (?:the )?[\w -]{{2,30}})? (?:owns|looks after|takes care of|is responsible for|is in charge of|runs point on)\b"),
        (Kind.PERSON, rf"^{_WHO} from (?:the )?[\w -]{{2,30}} (?:handles|leads|maintains|runs|decides|knows)\b"),
        (Kind.PERSON, rf"^(?:[Aa]sk|[Tt]alk to|[Cc]ontact|[Pp]ing|[Cc]heck with) {_WHO} (?:about|for|when|if|before|on)\b"),
        (Kind.PERSON, rf"^I (?:work|report|pair) (?:with|to) {_WHO}, (?:my|our|the) (?:\w+ ){{0,2}}{_ROLE}\b"),
        (Kind.FACT, r"^we (?:only |always |all |still |mostly |usually )?(?:use|deploy|release|ship|host|store|support|target|work|run|publish|keep|pin)s?\b(?! into\b| out\b| on\b| around\b| getting\b| seeing\b| having\b)"),
        (Kind.FACT, r"\b(?:lives?|is|are|sits?|is kept|are kept|is stored|is hosted|runs?|listens?) (?:all )?(?:in|at|under|on) (?:port )?\S*(?:[/.:]\S|\d)"),
    )
)  # fmt: skip
_HOLLOW = frozenset(
    """a an the i we you it this that these those is are was be been do does did not no and or but so to of in on for with
    my our your me us please always never like love hate want prefer rather from now here future stop use using used them then there
    how what one thing things way much very really just more better best good out off all any some if ok yes leave keep mind""".split()
)
_HERE = re.compile(
    r"\b(?:here|(?:in|for) this|this (?:repo|repository|project|codebase|package|app|service)|codebase|we|our|us|project|repo)\b",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:I|I'm|I'd|me|my|mine)\b")


def lessons_of(said: str) -> tuple[Lesson, ...]:
    """Return what a person's words teach, in their order; nothing for most of what people say, and nothing of a document."""
    if len(_HEADING.findall(said)) >= _FEW_HEADINGS or len(_POINT.findall(said)) >= _MANY_POINTS:
        return ()
    found: list[Lesson] = []
    corrected = False
    sentences = list(_sentences(said))
    for place, sentence in enumerate(sentences):
        following = sentences[place + 1] if place + 1 < len(sentences) else ""
        kind = _kind(sentence, corrected=corrected)
        corrected = bool(_CORRECTS.match(sentence))
        if kind is None:
            continue
        text = _tidy(sentence)
        if following and _REASON.match(following) and not following.endswith("?"):
            text = f"{text} {following}"
        if _says_something(text):
            found.append(Lesson(kind=kind, text=text, personal=_is_personal(kind, sentence)))
    return tuple(dict.fromkeys(found))[:MOST] if len(found) <= 2 * MOST else ()


def _sentences(said: str) -> Iterator[str]:
    """Yield the sentences that a person wrote; not what was quoted, pasted from a log, or far too long for one."""
    text = _QUOTED.sub(" ", said)
    for line in text.split("\n"):
        if line.startswith(("    ", "\t")) or _LOGGED.match(line):
            continue
        for part in _SENTENCE.split(line):
            sentence = " ".join(part.strip("-*\u2022 \t").split())
            if sentence and len(sentence) <= _LONGEST:
                yield sentence


def _kind(sentence: str, *, corrected: bool) -> Kind | None:
    """Return what a sentence teaches; None for a question, a guess, a passing state, an order for now."""
    words = len(sentence.split())
    if sentence.endswith("?") or not _FEWEST <= words <= _MOST_WORDS:
        return None
    if any(what.search(sentence) for what in (_DOUBTFUL, _PASSING, _CODE)) or _POINTS.search(
        sentence.partition(",")[0]
    ):
        return None
    bare = _FILLER.sub("", sentence)
    corrects = _CORRECTS.match(sentence)
    if corrects or corrected:
        rest = sentence[corrects.end() :].lstrip(" ,.:;!") if corrects else bare
        if (
            len(rest.split()) >= _FEWEST
            and _STATES.search(f"{rest} ")
            and (_EXACT.search(rest) or _CONTRAST.search(rest))
        ):
            return Kind.CORRECTION
    for kind, rule in _RULES:
        if rule.search(bare):
            return kind
    if (_LEAD_IN.match(sentence) or _STRESSED.search(sentence)) and _STATES.search(bare):
        return Kind.FACT
    return Kind.CORRECTION if corrected and _CONTRAST.search(bare) else None


def _tidy(sentence: str) -> str:
    """Return a sentence without what leads up to it, beginning with a capital."""
    text = _FILLER.sub("", sentence)
    match = _CORRECTS.match(text)
    rest = text[match.end() :].lstrip(" ,.:;!\u2014-") if match else text
    text = rest if len(rest.split()) >= _FEWEST else text
    text = text[:1].upper() + text[1:] if text[:1].isalpha() and not re.match(r"\S*[/.@]\S", text) else text
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _says_something(text: str) -> bool:
    """Whether there is anything in it but words that only point at what was said before."""
    words = {w.strip(".,;:!?\"'()").lower() for w in text.split()}
    return len([w for w in words if w and w not in _HOLLOW]) >= 1 and len(words) >= _FEWEST


def _is_personal(kind: Kind, sentence: str) -> bool:
    """Whether it is about the user, wherever they work; anything that speaks of this project stays in it."""
    return kind is Kind.PREFERENCE and bool(_ME.search(sentence)) and not _HERE.search(sentence)
